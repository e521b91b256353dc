"""One application after it was sent: what state, who acts, by when; what to correct; its record; the receipt."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from applications.answers import groups_of, papers_of, terminal_lines
from applications.changes import changes_to_submit
from applications.corrections import Correction, corrections_of
from applications.filing import CAME_TO_NOTHING, objection_to_begin_again
from applications.forms.calling_off import CallingOffForm
from applications.forms.review_request import ReviewRequestForm
from applications.items import items_of
from applications.models import Application, InformationChange
from applications.models.scheduled import ScheduledEffect
from applications.record import record_of
from applications.stages import phases_of, working_days_used
from applications.standing import asked_to_review, last_day_to_ask, refusal_of, standing_of
from applications.views.check import consent_in_force
from applications.views.place import ApplicationView
from config.kernel.policy import current_policy
from terminals.models import RegistrationCode

Status = Application.Status
# The answers beside the state.
FACTS_SHOWN = 6
CAN_BE_WITHDRAWN = {Status.SUBMITTED, Status.UNDER_REVIEW, Status.RETURNED}


class StatusView(ApplicationView):
    """The page a merchant keeps: a draft leads on to its task list."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        if self.application.status == Status.DRAFT:
            return redirect(self.to("draft"))
        return self.shown()

    def shown(
        self,
        review_form: ReviewRequestForm | None = None,
        calling_off_form: CallingOffForm | None = None,
    ) -> HttpResponse:
        one, asked_for = self.application, self.request.GET
        corrections = corrections_of(one)
        codes = list(
            RegistrationCode.objects.filter(application_number=one.number)
            .select_related("terminal")
            .order_by("-id")
        )
        terminals = list({code.terminal_id: code.terminal for code in codes}.values())[::-1]
        terminals = terminals or list(one.terminals_spoken_of())
        shows_all = asked_for.get("show") == "all"
        return self.page(
            "applications/status.html",
            {
                "standing": standing_of(one, corrections=corrections, terminals=terminals, now=self.now),
                "phases": phases_of(one, terminals=terminals),
                "events": record_of(one, reader=self.request.user),
                "limit": current_policy().review_working_days,
                "used": working_days_used(one, now=self.now),
                "facts": self.facts(),
                "terminals": terminals,
                "shows_all": shows_all,
                **self.correcting(corrections),
                **self.refused(review_form),
                **self.waiting(calling_off_form),
                **self.other_steps(),
                **(self.everything() if shows_all else {}),
            },
        )

    def correcting(self, corrections: list[Correction]) -> dict[str, Any]:
        """What to correct, what has changed already, and what still stands in the way of sending it again."""
        one = self.application
        if one.status != Status.RETURNED:
            return {"fixes": [], "problems": []}
        consent = consent_in_force(self.today)
        objection = self.objection(Status.SUBMITTED) or one.why_not_now()
        return {
            "fixes": [self.fix(each) for each in corrections],
            "done_count": sum(each.is_done for each in corrections),
            "changes": changes_to_submit(one),
            "problems": self.problems(corrections),
            "consent": consent if one.consent_text_id == consent.pk else None,
            "objection": objection,
        }

    def fix(self, each: Correction) -> dict[str, Any]:
        """One correction as the page draws it, with the link that opens its field."""
        stored = each.document.stored_file if each.document else None
        return {
            "correction": each,
            "url": self.mending(each),
            "pic": self.to("document", each.document.pk, "thumbnail") if stored and stored.is_image else "",
        }

    def problems(self, corrections: list[Correction]) -> list[dict[str, str]]:
        """After a try to send: what was not seen to, and what is missing besides."""
        if not self.request.GET.get("tried"):
            return []
        sentence = _("%(item)s has not been corrected yet: %(text)s")
        open_now = [each for each in corrections if not each.is_done]
        found = [
            {"sentence": sentence % {"item": each.title, "text": each.text}, "url": self.mending(each)}
            for each in open_now
        ]
        for missing in self.application.unanswered(on=self.today):
            to = f"?focus={missing.field}#id_{missing.field}" if missing.field else ""
            found.append({"sentence": missing.sentence, "url": f"{self.to(missing.page)}{to}"})
        return found

    def refused(self, form: ReviewRequestForm | None) -> dict[str, Any]:
        """Why it was refused, the right to have that looked at again, and what came of it."""
        one = self.application
        asked = asked_to_review(one)
        if one.status != Status.REJECTED:
            return {"asked": asked}
        objection = one.objection_to_ask(by=self.request.user, now=self.now)
        return {
            "refusal": refusal_of(one),
            "asked": asked,
            "review_objection": "" if asked else objection,
            "review_form": None if objection else form or ReviewRequestForm(),
            "review_until": last_day_to_ask(one),
        }

    def waiting(self, form: CallingOffForm | None) -> dict[str, Any]:
        """What was granted and waits for its day can be called off here; who may not reads why."""
        one = self.application
        if not isinstance(one, ScheduledEffect) or not one.waits_for_its_moment:
            return {}
        objection = one.objection_to_call_off(by=self.request.user)
        asks = form is not None or self.request.GET.get("ask") == "calling-off"
        return {
            "calling_off": {
                "objection": objection,
                "form": (form or CallingOffForm()) if asks and not objection else None,
                "is_of_key_particulars": isinstance(one, InformationChange) and one.is_key_change,
            }
        }

    def other_steps(self) -> dict[str, Any]:
        one = self.application
        can_be_withdrawn = one.status in CAN_BE_WITHDRAWN
        no_withdrawal = self.objection(Status.WITHDRAWN) if can_be_withdrawn else ""
        can_withdraw = can_be_withdrawn and not no_withdrawal
        came_to_nothing = one.status in CAME_TO_NOTHING
        return {
            "no_withdrawal": no_withdrawal,
            "can_withdraw": can_withdraw,
            "asks_withdrawal": can_withdraw and self.request.GET.get("ask") == "withdrawal",
            "can_begin_again": came_to_nothing and not objection_to_begin_again(one, by=self.request.user),
        }

    def facts(self) -> list[dict[str, Any]]:
        """The aside: a handful of answers, masked."""
        if self.application.kind != Application.Kind.REGISTRATION:
            # Of a change what differs, beside what is on record.
            asked = [
                row
                for item in items_of(self.application)
                if item.page == "request" and item.is_reviewed
                for row in item.rows
            ]
            return [{"label": row.label, "value": row.value} for row in asked[:FACTS_SHOWN]]
        rows = {row.field: row for group in groups_of(self.application) for row in group.rows}
        names = (
            "registered_name",
            "trading_name",
            "responsible_name",
            "responsible_id_number",
            "contact_mobile",
        )
        facts = [{"label": rows[name].label, "value": rows[name].value} for name in names if name in rows]
        lines = terminal_lines(self.application)
        return [*facts, {"label": _("Terminals"), "value": len(lines)}]

    def everything(self) -> dict[str, Any]:
        return {
            "groups": groups_of(self.application),
            "documents": papers_of(self.application),
            "lines": terminal_lines(self.application),
        }


class ReceiptView(ApplicationView):
    """The acknowledgement of receipt, on one sheet."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        if self.application.submitted_at is None:
            raise Http404
        lines = terminal_lines(self.application)
        return self.page(
            "applications/receipt.html", {"lines": lines, "limit": current_policy().review_working_days}
        )
