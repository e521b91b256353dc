"""The last page: everything once more, consent, and the step that hands it to the bank."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from applications.answers import Group, groups_of, papers_of, terminal_lines
from applications.changes import changes_to_submit
from applications.forms.opened import ASKED_WITH
from applications.missing import Missing
from applications.models import Application, ConsentText
from applications.views.place import DraftView, PlaceView
from config.kernel.lifecycle import Refused
from config.kernel.policy import current_policy

AGREE = "agree"
# Rows that lead to a question which is no column of its own.
COLUMN_OF = ASKED_WITH | {"owners-0-name": "beneficial_owners"}


def consent_in_force(today: Any) -> ConsentText:
    """The text that is agreed to today."""
    return ConsentText.objects.filter(effective_on__lte=today).order_by("-effective_on", "-id")[:1].get()


class CheckView(DraftView):
    """All answers in groups, with a way back to each, and nothing sent yet. What is missing stands at the top; nothing can be sent
    until it is there."""

    task = "check"

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        missing = self.application.missing(on=self.today)
        return self.page(
            "applications/check.html",
            {
                "missing": missing,
                "to_add": [{"sentence": each.sentence, "url": self.address(each)} for each in missing],
                "groups": self.groups(),
                "documents": papers_of(self.application),
                "lines": terminal_lines(self.application),
                "consent": consent_in_force(self.today),
                "review_days": current_policy().review_working_days,
                "problems": self.problems(missing),
                "opened": {page: self.opened.page(page) for page in ("papers", "placements")},
                "has_placements": "placements" in self.application.pages(),
                "has_papers": bool(self.application.paper_needs()),
                "agree_first": self.agree_first,
                "disagrees": request.GET.get("tried") == AGREE,
                "objection": self.why_not(missing),
                "ends_besides": self.application.ends_besides(),
                "changes": changes_to_submit(self.application) if self.is_returned else [],
            },
        )

    def why_not(self, missing: list[Missing]) -> str:
        """Why it cannot be handed in by this person as it stands, or ""."""
        return (
            self.objection(Application.Status.SUBMITTED)
            or self.application.why_not_now()
            or (_("Something is missing still: the list at the top says what.") if missing else "")
        )

    def groups(self) -> list[Group]:
        """The answers page by page, those that may be changed with their way back to the field."""
        opened, groups = self.opened, groups_of(self.application)
        for group in groups:
            for row in group.rows:
                if opened.page(group.page) and opened.field(
                    COLUMN_OF.get(row.field, row.field.removesuffix("_0"))
                ):
                    name = "merchant_type" if row.field == "merchant_type" else group.page
                    row.url = f"{self.to(name)}?from=check&focus={row.field}#id_{row.field}"
        return groups

    def problems(self, missing: list[Missing]) -> list[dict[str, str]]:
        """What to put right, only once sending was tried."""
        tried = self.request.GET.get("tried", "")
        if not tried:
            return []
        found = [{"label": "", "sentence": each.sentence, "url": self.address(each)} for each in missing]
        if tried == AGREE:
            found.append({"label": _("Agreement"), "sentence": self.agree_first, "target": "id_agree"})
        return found

    @property
    def agree_first(self) -> str:
        """What is said where the box was left empty: staff agree to nothing in a merchant's place."""
        if self.desk:
            return _("Tick the box once the signed consent is uploaded.")
        return _("Tick the box to agree before you submit.")

    def address(self, missing: Missing) -> str:
        name = "merchant_type" if missing.field == "merchant_type_0" else missing.page
        to = f"&focus={missing.field}#id_{missing.field}" if missing.field else ""
        return f"{self.to(name)}?from=check{to}"


class SubmissionView(DraftView):
    """The application is with the bank, or its applicant is back where something is missing."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        was_returned = self.application.status == Application.Status.RETURNED
        consent = consent_in_force(self.today) if self.application.asks_consent else None
        back = self.to("status") if was_returned else self.to("check")
        if consent is not None and request.POST.get(AGREE) != consent.version:
            # What was given back and not seen to is said first: the agreement is asked for at the end.
            if was_returned and self.application.missing(on=self.today):
                return redirect(f"{back}?tried=1")
            return redirect(f"{self.to('check')}?tried={AGREE}")
        try:
            self.application.submit(by=request.user, now=self.now, consent=consent)
        except Refused as refused:
            if refused.code == "incomplete":
                return redirect(f"{back}?tried=1")
            return self.refuse(refused, back)
        messages.success(request, _("Submitted. The bank has received your application."))
        return redirect(self.to("status"))


class ConsentView(PlaceView):
    """The words of a version of the agreement, as they were agreed to."""

    def get(self, request: HttpRequest, version: str) -> HttpResponse:
        consent = get_object_or_404(ConsentText, version=version)
        return self.page("applications/consent.html", {"consent": consent})
