"""The addresses of a merchant's people: who acts for it, who is invited, and where an invitation is answered."""

from django.urls import re_path

from merchants import views, views_of_handovers

app_name = "people"

MERCHANT = "(?P<number>[0-9A-Z]{15})"
KEY = "(?P<pk>[0-9]{1,18})"
TOKEN = "(?P<token>[A-Za-z0-9_-]{40,64})"  # noqa: S105 - a pattern

urlpatterns = [
    re_path(r"^$", views.merchant_list, name="list"),
    re_path(rf"^invited/{TOKEN}/$", views.invited_page, name="invited"),
    re_path(rf"^invited/{TOKEN}/acceptance/$", views.acceptance, name="acceptance"),
    re_path(rf"^invited/{TOKEN}/declining/$", views.declining, name="declining"),
    re_path(rf"^{MERCHANT}/$", views.people_page, name="people"),
    re_path(rf"^{MERCHANT}/invitations/$", views.invitation, name="invitation"),
    re_path(rf"^{MERCHANT}/invitations/{KEY}/calling-off/$", views.calling_off, name="calling_off"),
    re_path(rf"^{MERCHANT}/members/{KEY}/role/$", views.role, name="role"),
    re_path(rf"^{MERCHANT}/members/{KEY}/removal/$", views.removal, name="removal"),
    re_path(rf"^{MERCHANT}/members/{KEY}/handover/$", views_of_handovers.handover, name="handover"),
    re_path(rf"^{MERCHANT}/handover/acceptance/$", views_of_handovers.acceptance, name="handover_acceptance"),
    re_path(rf"^{MERCHANT}/handover/declining/$", views_of_handovers.declining, name="handover_declining"),
    re_path(
        rf"^{MERCHANT}/handover/calling-off/$", views_of_handovers.calling_off, name="handover_calling_off"
    ),
    re_path(rf"^{MERCHANT}/leaving/$", views.leaving, name="leaving"),
]
