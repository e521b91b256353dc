"""The merchant's addresses of offers."""

from django.urls import path, re_path

from terminals.offers import views

app_name = "offers"

NUMBER = r"(?P<number>YH-[0-9]{8}-[0-9]{6})"

urlpatterns = [
    path("", views.offer_list, name="list"),
    re_path(rf"^{NUMBER}/$", views.offer_page, name="offer"),
    re_path(rf"^{NUMBER}/enrolment/$", views.enrolment, name="enrolment"),
    path("enrolments/<int:pk>/withdrawal/", views.withdrawal, name="withdrawal"),
]
