"""The merchant's addresses of the help line."""

from django.urls import re_path

from applications.support import views

app_name = "support"

NUMBER = r"(?P<number>GD-[0-9]{8}-[0-9]{6})"

urlpatterns = [
    re_path(r"^$", views.ticket_list, name="list"),
    re_path(r"^new/$", views.new_ticket, name="new_ticket"),
    re_path(r"^missing-transaction/$", views.new_sale, name="new_sale"),
    re_path(rf"^{NUMBER}/$", views.ticket_page, name="ticket"),
    re_path(rf"^{NUMBER}/messages/$", views.message, name="message"),
    re_path(rf"^{NUMBER}/reopening/$", views.reopening, name="reopening"),
    re_path(rf"^{NUMBER}/rating/$", views.rating, name="rating"),
    re_path(
        rf"^{NUMBER}/messages/(?P<pk>[0-9]{{1,18}})/file/(?P<variant>[a-z]{{1,12}})/$",
        views.message_file,
        name="file",
    ),
]
