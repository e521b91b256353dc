"""The merchant's addresses of returns, violations and charges."""

from django.urls import re_path

from terminals.returns import views, views_of_violations

app_name = "returns"

VIOLATION = r"(?P<number>WG-[0-9]{8}-[0-9]{6})"
NUMBER = r"(?P<number>GH-[0-9]{8}-[0-9]{6})"

urlpatterns = [
    re_path(r"^$", views.return_list, name="list"),
    re_path(rf"^{NUMBER}/$", views.return_page, name="order"),
    re_path(rf"^{NUMBER}/announcement/$", views.announcement, name="announcement"),
    re_path(rf"^{NUMBER}/receipt/$", views.receipt_page, name="receipt"),
    re_path(rf"^{NUMBER}/receipt/file/$", views.receipt_file, name="receipt_file"),
    re_path(rf"^{NUMBER}/receipt/confirmation/$", views.confirmation, name="confirmation"),
    re_path(r"^violations/$", views_of_violations.violation_list, name="violations"),
    re_path(rf"^violations/{VIOLATION}/$", views_of_violations.violation_page, name="violation"),
    re_path(rf"^violations/{VIOLATION}/statement/$", views_of_violations.statement, name="statement"),
    re_path(rf"^violations/{VIOLATION}/decision/$", views_of_violations.decision_page, name="decision"),
    re_path(r"^charges/(?P<number>FY-[0-9]{6,12})/$", views_of_violations.charge_page, name="charge"),
]
