"""The merchant's addresses of returns, violations and charges."""

from django.urls import re_path

from terminals.returns import views

app_name = "returns"

NUMBER = r"(?P<number>GH-[0-9]{8}-[0-9]{6})"

urlpatterns = [
    re_path(r"^$", views.return_list, name="list"),
    re_path(rf"^{NUMBER}/$", views.return_page, name="order"),
    re_path(rf"^{NUMBER}/announcement/$", views.announcement, name="announcement"),
    re_path(rf"^{NUMBER}/receipt/$", views.receipt_page, name="receipt"),
    re_path(rf"^{NUMBER}/receipt/confirmation/$", views.confirmation, name="confirmation"),
]
