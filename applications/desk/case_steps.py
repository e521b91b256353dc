"""The steps on a case, one address each, POST only: one domain call, then the page that follows or the case with the refusal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from applications.desk.case_page import Reviewing, keep_posted
from applications.desk.case_pages import REVIEW, CasePages
from applications.desk.drafts import forget_draft, loss_of
from applications.desk.forms import WordsForm
from applications.models import Decision, DeskPreference
from applications.models.revocation import Revocation
from applications.models.scheduled import ScheduledEffect
from applications.verdicts import APPROVE, REFUSE, RETURN
from config.kernel import clock
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused
from config.kernel.templatetags.formats import moment

# The case is not what the page showed: nothing of what was sent is lost, and the page says what is true now.
CONFLICTS = ("stale", "wrong_state", "held")
RELEASE = "applications.release_decision"
TAKE_OVER = "applications.take_over_application"


class CaseDesk(CasePages):
    """Claiming, deciding, the second person's answer, and the draft of a review."""

    def get_urls(self):
        guarded = self.admin_site.admin_view
        steps = {
            "claim": self.claim,
            "release": self.release,
            "takeover": self.takeover,
            "escalation": self.escalation,
            "draft": self.draft,
            "correction": self.correction,
            "approval": self.approval,
            "refusal": self.refusal,
            "confirmation": self.confirmation,
            "reversal": self.reversal,
            "retraction": self.retraction,
            "reopening": self.reopening,
            "upholding": self.upholding,
            "calling_off": self.calling_off,
            "revocation": self.revocation,
            "revocation/confirmation": self.revocation_confirmation,
            "revocation/refusal": self.revocation_refusal,
        }
        own = [
            path(f"<int:pk>/{noun}/", guarded(view), name=f"applications_{noun.replace('/', '_')}")
            for noun, view in steps.items()
        ]
        return [*own, *super().get_urls()]

    # -- whose case it is -----------------------------------------------------------------------------------------

    @method_decorator([require_POST, idempotent])
    def claim(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.case_of(request, pk, permission=REVIEW)
        self._keep_what_came(request, case)
        return self._step(request, case, case.claim, done=gettext("The case is yours."))

    @method_decorator([require_POST, idempotent])
    def release(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.case_of(request, pk, permission=REVIEW)
        self._keep_what_came(request, case)
        done = gettext("%(number)s is back in the queue.") % {"number": case.number}
        return self._step(request, case, case.release, done=done, to=self.list_address(request))

    @method_decorator([require_POST, idempotent])
    def takeover(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._said(
            request, pk, "take_over", "reason", permission=TAKE_OVER, done=gettext("The case is yours.")
        )

    @method_decorator([require_POST, idempotent])
    def escalation(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._keep_what_came(request, self.case_of(request, pk, permission=REVIEW))
        done = gettext("The supervisors have it in their inbox.")
        return self._said(request, pk, "escalate", "note", permission=REVIEW, done=done)

    # -- the review -----------------------------------------------------------------------------------------------

    @method_decorator(require_POST)
    def draft(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What was marked and written so far is kept for this reviewer, whoever holds the case by now."""
        case, now = self.case_of(request, pk, permission=REVIEW), clock.now()
        said = gettext("This case is closed; nothing has to be kept.")
        if case.status in (case.Status.SUBMITTED, case.Status.UNDER_REVIEW):
            self._keep_what_came(request, case)
            said = gettext("Draft kept at %(time)s.") % {"time": moment(now)[-5:]}
        if not request.accepts("text/html"):
            loss = loss_of(self.case_of(request, pk), by=request.user, now=now)
            notice = loss and render_to_string(
                "admin/applications/_case_lost.html", {"case": case, "loss": loss}, request
            )
            return JsonResponse(
                {
                    "said": said,
                    "lost": notice or "",
                    "objection": loss.sentence if loss and loss.refuses else "",
                }
            )
        messages.success(request, said)
        paper = request.POST.get("doc", "")
        query = {"doc": paper} if paper.isascii() and paper.isdigit() else {}
        return redirect(self.case_address(request, case, **query))

    @method_decorator([require_POST, idempotent])
    def correction(self, request: HttpRequest, pk: int) -> HttpResponse:
        done = gettext("Returned. The merchant has been told what to correct.")
        return self._decide(request, pk, RETURN, "return_for_correction", done)

    @method_decorator([require_POST, idempotent])
    def approval(self, request: HttpRequest, pk: int) -> HttpResponse:
        makes_codes = self.case_of(request, pk, permission=REVIEW).makes_codes
        done = (
            gettext("Approved. The terminals and their registration codes are made.")
            if makes_codes
            else gettext("Approved.")
        )
        return self._decide(request, pk, APPROVE, "approve", done, "account_verified")

    @method_decorator([require_POST, idempotent])
    def refusal(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._decide(
            request, pk, REFUSE, "reject", gettext("Refused. The merchant has been told why.")
        )

    # -- the second person ----------------------------------------------------------------------------------------

    @method_decorator([require_POST, idempotent])
    def confirmation(self, request: HttpRequest, pk: int) -> HttpResponse:
        done = gettext("Released: the decision is in force now.")
        return self._said(
            request, pk, "release_decision", "note", permission=RELEASE, done=done, versioned=True
        )

    @method_decorator([require_POST, idempotent])
    def reversal(self, request: HttpRequest, pk: int) -> HttpResponse:
        done = gettext("Reversed. The case is back with whoever decided first.")
        return self._said(
            request, pk, "reverse_decision", "note", permission=RELEASE, done=done, versioned=True
        )

    @method_decorator([require_POST, idempotent])
    def retraction(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self.case_of(request, pk, permission=REVIEW)
        return self._step(
            request, case, case.take_back_decision, done=gettext("Taken back. The case is yours again.")
        )

    @method_decorator([require_POST, idempotent])
    def reopening(self, request: HttpRequest, pk: int) -> HttpResponse:
        done = gettext("The application is under review again.")
        return self._said(request, pk, "reopen", "text", permission=RELEASE, done=done)

    @method_decorator([require_POST, idempotent])
    def upholding(self, request: HttpRequest, pk: int) -> HttpResponse:
        done = gettext("The refusal stands. The merchant has been told.")
        return self._said(request, pk, "uphold_refusal", "text", permission=RELEASE, done=done)

    # -- what waits for its day -----------------------------------------------------------------------------------

    @method_decorator([require_POST, idempotent])
    def calling_off(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._insist_on(ScheduledEffect, request, pk, REVIEW)
        done = gettext("Called off. The merchant has been told.")
        return self._said(request, pk, "call_off", "note", permission=REVIEW, done=done)

    # -- a stop that is revoked -----------------------------------------------------------------------------------

    @method_decorator([require_POST, idempotent])
    def revocation(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._insist_on(Revocation, request, pk, REVIEW)
        done = gettext("Asked for. A second person confirms or declines it.")
        return self._said(request, pk, "ask_revocation", "note", permission=REVIEW, done=done)

    @method_decorator([require_POST, idempotent])
    def revocation_confirmation(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self._insist_on(Revocation, request, pk, RELEASE)
        return self._step(request, case, case.revoke, done=gettext("Revoked. The merchant has been told."))

    @method_decorator([require_POST, idempotent])
    def revocation_refusal(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._insist_on(Revocation, request, pk, RELEASE)
        done = gettext("Declined. The stop stands.")
        return self._said(request, pk, "decline_revocation", "note", permission=RELEASE, done=done)

    # -- private --------------------------------------------------------------------------------------------------

    def _insist_on(self, kind: type, request: HttpRequest, pk: int, permission: str) -> Any:
        """The case, where it is of a kind that knows the step."""
        case = self.case_of(request, pk, permission=permission)
        if not isinstance(case, kind):
            raise Http404
        return case

    def _decide(
        self, request: HttpRequest, pk: int, outcome: str, verb: str, done: str, *also: str
    ) -> HttpResponse:
        """The decision as the verb takes it. Refused, it comes back with every mark and word, which are kept as a draft too."""
        case, now, by = self.case_of(request, pk, permission=REVIEW), clock.now(), request.user
        opens_next = "open_next" in request.POST
        form = Reviewing(case, by, now, posted=request.POST, outcome=outcome).form
        if not form.is_valid():
            return self.case_page(request, case, posted=request.POST, outcome=outcome)
        said = {name: form.cleaned_data.get(name, False) for name in ("version", "private_note", *also)}
        try:
            decision = getattr(case, verb)(by=by, now=now, verdicts=form.verdicts(), **said)
        except Refused as refused:
            return self._refuse(request, pk, refused, outcome=outcome)
        forget_draft(case, by=by)
        DeskPreference.remember(by, opens_next=opens_next)
        if decision.state == Decision.State.HELD:
            done = gettext("Held. It takes effect when a second person has released it.")
        messages.success(request, f"{case.number} {done}")
        return redirect(self.onward(request, case) if opens_next else self.list_address(request))

    def onward(self, request: HttpRequest, case: Any) -> str:
        """Where a reviewer goes who is done with a case and wants the next. The queue knows."""
        return self.list_url()

    def _said(
        self,
        request: HttpRequest,
        pk: int,
        verb: str,
        name: str,
        *,
        permission: str,
        done: str,
        versioned: bool = False,
    ) -> HttpResponse:
        """A step with a few words. The verb says whether there must be any."""
        case, form = self.case_of(request, pk, permission=permission), WordsForm(request.POST)
        if not form.is_valid():
            refused = Refused(" ".join(sentence for errors in form.errors.values() for sentence in errors))
            return self._refuse(request, pk, refused)
        said: dict[str, Any] = {name: form.cleaned_data["words"]}
        if versioned:
            # A page that does not say what it showed has shown nothing.
            said["version"] = form.cleaned_data["version"] or 0
        return self._step(request, case, getattr(case, verb), done=done, **said)

    def _step(
        self, request: HttpRequest, case: Any, verb: Callable, *, done: str, to: str = "", **said: Any
    ) -> HttpResponse:
        try:
            verb(by=request.user, now=clock.now(), **said)
        except Refused as refused:
            return self._refuse(request, case.pk, refused)
        messages.success(request, done)
        return redirect(to or self.case_address(request, case))

    def _refuse(self, request: HttpRequest, pk: int, refused: Refused, *, outcome: str = "") -> HttpResponse:
        """The case as it is now, with the sentence above it and everything that was sent still typed."""
        case = self.case_of(request, pk)
        posted = self._keep_what_came(request, case)
        status = 409 if refused.code in CONFLICTS else 200
        return self.case_page(request, case, posted=posted, outcome=outcome, refused=refused, status=status)

    def _keep_what_came(self, request: HttpRequest, case: Any) -> Any:
        """The review in this request is a draft now, and is given back; None where the request carries none."""
        return request.POST if keep_posted(case, request.POST, by=request.user, now=clock.now()) else None
