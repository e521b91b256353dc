"""The addresses of a merchant's people: who acts for it, who is invited, and where an invitation is answered."""

from django.urls import re_path

from merchants.views import handovers, people

app_name = "people"

MERCHANT = "(?P<number>[0-9A-Z]{15})"
KEY = "(?P<pk>[0-9]{1,18})"
TOKEN = "(?P<token>[A-Za-z0-9_-]{40,64})"  # noqa: S105 - a pattern

urlpatterns = [
    re_path(r"^$", people.merchant_list, name="list"),
    re_path(rf"^invited/{TOKEN}/$", people.invited_page, name="invited"),
    re_path(rf"^invited/{TOKEN}/acceptance/$", people.acceptance, name="acceptance"),
    re_path(rf"^invited/{TOKEN}/declining/$", people.declining, name="declining"),
    re_path(rf"^{MERCHANT}/$", people.people_page, name="people"),
    re_path(rf"^{MERCHANT}/invitations/$", people.invitation, name="invitation"),
    re_path(rf"^{MERCHANT}/invitations/{KEY}/calling-off/$", people.calling_off, name="calling_off"),
    re_path(rf"^{MERCHANT}/members/{KEY}/role/$", people.role, name="role"),
    re_path(rf"^{MERCHANT}/members/{KEY}/removal/$", people.removal, name="removal"),
    re_path(rf"^{MERCHANT}/members/{KEY}/handover/$", handovers.handover, name="handover"),
    re_path(rf"^{MERCHANT}/handover/acceptance/$", handovers.acceptance, name="handover_acceptance"),
    re_path(rf"^{MERCHANT}/handover/declining/$", handovers.declining, name="handover_declining"),
    re_path(rf"^{MERCHANT}/handover/calling-off/$", handovers.calling_off, name="handover_calling_off"),
    re_path(rf"^{MERCHANT}/leaving/$", people.leaving, name="leaving"),
]
