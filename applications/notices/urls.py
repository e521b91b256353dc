"""A merchant's addresses of notices. The public check of papers stands at the root (`config.urls`)."""

from django.urls import re_path

from applications.notices import views

app_name = "notices"

ONE = "(?P<reference>TZ-[0-9A-Z]{2,12}-[0-9]{4}-[0-9]{4,9})"

urlpatterns = [
    re_path(r"^$", views.notice_list, name="list"),
    re_path(rf"^{ONE}/$", views.notice_page, name="notice"),
    re_path(rf"^{ONE}/versions/(?P<number>[0-9]{{1,4}})/$", views.version_file, name="version"),
    re_path(rf"^{ONE}/acknowledgement/$", views.acknowledgement, name="acknowledgement"),
    re_path(rf"^{ONE}/objection/$", views.objection, name="objection"),
]
