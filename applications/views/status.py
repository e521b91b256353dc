"""One application after it was sent: what state, who acts, by when; its record; withdrawal and receipt."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from applications.answers import papers_of, rows_of, terminal_lines
from applications.corrections import Correction, corrections_of
from applications.models import Registration
from applications.standing import phases_of, record_of, standing_of, working_days_used
from applications.views.check import consent_in_force
from applications.views.place import RegistrationView
from config.kernel.lifecycle import Refused
from config.kernel.policy import current_policy
from terminals.models import RegistrationCode

Status = Registration.Status
CAN_BE_WITHDRAWN = {Status.SUBMITTED, Status.UNDER_REVIEW, Status.RETURNED}


class StatusView(RegistrationView):
    """The page a merchant keeps: a draft leads on to its task list."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        one = self.registration
        if one.status == Status.DRAFT:
            return redirect(self.to("draft"))
        corrections = corrections_of(one)
        codes = list(
            RegistrationCode.objects.filter(application_number=one.number)
            .select_related("terminal")
            .order_by("-id")
        )
        terminals = list({code.terminal_id: code.terminal for code in codes}.values())[::-1]
        consent = consent_in_force(self.today)
        can_be_withdrawn = one.status in CAN_BE_WITHDRAWN
        no_withdrawal = self.objection(Status.WITHDRAWN) if can_be_withdrawn else ""
        can_withdraw = can_be_withdrawn and not no_withdrawal
        return self.page(
            "applications/status.html",
            {
                "standing": standing_of(one, corrections=corrections, terminals=terminals, now=self.now),
                "fixes": [self.fix(each) for each in corrections],
                "done_count": sum(each.is_done for each in corrections),
                "problems": self.problems(corrections),
                "phases": phases_of(one, terminals=terminals),
                "events": record_of(one, reader=request.user),
                "limit": current_policy().review_working_days,
                "used": working_days_used(one, now=self.now),
                "facts": self.facts(),
                "terminals": terminals,
                "consent": consent if one.consent_text_id == consent.pk else None,
                "objection": self.objection(Status.SUBMITTED) if one.status == Status.RETURNED else "",
                "no_withdrawal": no_withdrawal,
                "can_withdraw": can_withdraw,
                "asks_withdrawal": can_withdraw and request.GET.get("ask") == "withdrawal",
                "shows_all": request.GET.get("show") == "all",
                **(self.everything() if request.GET.get("show") == "all" else {}),
            },
        )

    def fix(self, each: Correction) -> dict[str, Any]:
        """One correction as the page draws it, with the link that opens its field."""
        stored = each.document.stored_file if each.document else None
        return {
            "correction": each,
            "url": self.to(each.page) + (f"#{each.anchor}" if each.anchor else ""),
            "pic": self.to("document", each.document.pk, "thumbnail") if stored and stored.is_image else "",
        }

    def problems(self, corrections: list[Correction]) -> list[dict[str, str]]:
        """After a try to send: what was not seen to, and what is missing besides."""
        if self.registration.status != Status.RETURNED or not self.request.GET.get("tried"):
            return []
        found = self.registration.missing(on=self.today)
        return [{"label": "", "sentence": each.sentence, "url": self.to(each.page)} for each in found]

    def facts(self) -> list[dict[str, Any]]:
        """The aside: a handful of answers, masked."""
        rows = {
            row.field: row for page in ("business", "responsible") for row in rows_of(self.registration, page)
        }
        names = (
            "registered_name",
            "trading_name",
            "responsible_name",
            "responsible_id_number",
            "contact_mobile",
        )
        facts = [{"label": rows[name].label, "value": rows[name].value} for name in names if name in rows]
        lines = terminal_lines(self.registration)
        return [*facts, {"label": _("Terminals"), "value": len(lines)}]

    def everything(self) -> dict[str, Any]:
        return {
            "business": rows_of(self.registration, "business"),
            "responsible": rows_of(self.registration, "responsible"),
            "documents": papers_of(self.registration),
            "lines": terminal_lines(self.registration),
        }


class WithdrawalView(RegistrationView):
    """The application is taken back."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        try:
            self.registration.withdraw(by=request.user, now=self.now)
        except Refused as refused:
            return self.refuse(refused, self.to("status"))
        messages.success(request, _("The application is withdrawn."))
        return redirect(self.to("status"))


class ReceiptView(RegistrationView):
    """The acknowledgement of receipt, on one sheet."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        if self.registration.submitted_at is None:
            raise Http404
        lines = terminal_lines(self.registration)
        return self.page(
            "applications/receipt.html", {"lines": lines, "limit": current_policy().review_working_days}
        )
