"""The addresses of bulletins: for merchants, for visitors, and for staff who want to see what both see."""

from django.urls import re_path

from terminals import bulletin_views as views

app_name = "bulletins"

NUMBER = "(?P<number>GG-[0-9]{8}-[0-9]{6})"

urlpatterns = [
    re_path(r"^$", views.bulletin_list, name="list"),
    re_path(rf"^{NUMBER}/$", views.bulletin_page, name="bulletin"),
    re_path(rf"^{NUMBER}/recovery-notice/$", views.recovery_notice, name="recovery_notice"),
]
