"""The self-check stands at the root: the address is printed on labels."""

from django.urls import re_path

from applications.support.checking import views

NUMBER = "(?P<number>ZC-[0-9]{8}-[0-9]{6})"

urlpatterns = [
    re_path(r"^$", views.check, name="check"),
    re_path(rf"^{NUMBER}/$", views.self_check, name="self_check"),
    re_path(rf"^{NUMBER}/again/$", views.self_check_again, name="self_check_again"),
    re_path(rf"^{NUMBER}/solved/$", views.self_check_solved, name="self_check_solved"),
    re_path(r"^labels/(?P<number>[0-9A-Z]{8})/$", views.label, name="self_check_label"),
]
