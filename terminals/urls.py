"""The merchant's addresses of terminals. The public check of slips and other papers stands at the root (`config.urls`)."""

from django.urls import re_path

from terminals import views

app_name = "terminals"

NUMBER = "(?P<number>[0-9A-Z]{8})"

urlpatterns = [
    re_path(r"^$", views.terminal_list, name="list"),
    re_path(rf"^{NUMBER}/$", views.terminal_page, name="terminal"),
    re_path(rf"^{NUMBER}/code/$", views.code_collection, name="code"),
    re_path(rf"^{NUMBER}/code/slip/$", views.slip_file, name="slip"),
    re_path(rf"^{NUMBER}/code/replacement/$", views.code_replacement, name="code_replacement"),
    re_path(rf"^{NUMBER}/use-confirmation/$", views.use_confirmation, name="use_confirmation"),
]
