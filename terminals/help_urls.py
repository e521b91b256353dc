"""The help pages on response codes, for anybody."""

from django.urls import re_path

from terminals import help_pages

app_name = "help"

urlpatterns = [
    re_path(r"^$", help_pages.code_index, name="list"),
    re_path(
        r"^(?P<code_set>[a-z][a-z0-9_]{1,19})/(?P<code>[0-9A-Z]{1,4})/$", help_pages.article, name="article"
    ),
]
