"""The merchant's addresses, and the same pages for account managers inside the desk."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.urls import path, re_path, register_converter

from applications.views import (
    attestation,
    begin,
    changes,
    check,
    listing,
    papers,
    placements,
    questions,
    requests,
    status,
    steps,
)

app_name = "applications"


class NumberConverter:
    """SQ-20260911-003824"""

    regex = "[A-Z]{2}-[0-9]{8}-[0-9]{6}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class RowConverter:
    """A key that a database can hold."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(NumberConverter, "application_number")
register_converter(RowConverter, "row")


def _patterns(*, desk: bool) -> list[Any]:
    def at(route: str, view: Any, name: str) -> Any:
        return path(route, view.as_view(desk=desk), name=name)

    draft, one = "<application_number:number>/draft/", "<application_number:number>/"
    return [
        at("", listing.ListView, "list"),
        at("new/", begin.BeginView, "new"),
        at("new/<slug:kind>/", requests.BeginRequestView, "new_request"),
        at("consent/<str:version>/", check.ConsentView, "consent"),
        at(one, status.StatusView, "status"),
        at(f"{one}withdrawal/", steps.WithdrawalView, "withdrawal"),
        at(f"{one}calling-off/", steps.CallingOffView, "calling_off"),
        at(f"{one}confirmation/", steps.ConfirmationView, "confirmation"),
        at(f"{one}review-request/", steps.ReviewRequestView, "review_request"),
        at(f"{one}renewal/", steps.RenewalView, "renewal"),
        at(f"{one}receipt/", status.ReceiptView, "receipt"),
        at(f"{one}submission/", check.SubmissionView, "submission"),
        at(f"{one}deletion/", begin.DeletionView, "deletion"),
        at(draft, questions.TasksView, "draft"),
        at(f"{draft}type/", questions.MerchantTypeView, "merchant_type"),
        at(f"{draft}business/", questions.BusinessView, "business"),
        at(f"{draft}responsible/", questions.ResponsibleView, "responsible"),
        at(f"{draft}request/", requests.RequestView, "request"),
        at(f"{draft}papers/", papers.PapersView, "papers"),
        at(f"{draft}terminals/", placements.PlacementsView, "placements"),
        at(f"{draft}terminals/new/", placements.PlacementView, "placement_new"),
        at(f"{draft}terminals/<row:pk>/", placements.PlacementView, "placement"),
        at(f"{draft}terminals/<row:pk>/removal/", placements.PlacementRemovalView, "placement_removal"),
        at(f"{draft}check/", check.CheckView, "check"),
        at(f"{one}documents/<row:pk>/removal/", papers.RemovalView, "removal"),
        at(f"{one}documents/<row:pk>/<slug:variant>/", papers.DocumentView, "document"),
        at(f"{one}documents/<slug:paper>/", papers.UploadView, "upload"),
    ]


urlpatterns = [
    path("new/changes/", changes.ChangesView.as_view(), name="changes"),
    *_patterns(desk=False),
    re_path(r"^attestations/(?P<number>[0-9A-Z]{15})/$", attestation.attestation, name="attestation"),
]


def filing_urls(admin_site: AdminSite) -> tuple[list[Any], str, str]:
    """The pages for account managers, to be mounted by `path("admin/applications/filing/", filing_urls(site))` before the admin.

    Every view passes the site's own door (`admin_view`) and then asks for the permission to file for merchants.
    """
    patterns = _patterns(desk=True)
    for pattern in patterns:
        pattern.callback = admin_site.admin_view(pattern.callback)
    return patterns, "applications", "filing"
