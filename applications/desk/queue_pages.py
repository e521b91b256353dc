"""What can be done at the queue: take the next case, put one off, take or give back several at once.

Every address is a POST, asks its own permission and loads what this reviewer may see; the page of an empty queue apart.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST

from applications.desk import bulk
from applications.desk.bulk import Result
from applications.desk.bulk_form import SharedReturnForm
from applications.desk.case_page import keep_posted
from applications.desk.lists import filters_of, list_behind, list_field, with_list
from applications.desk.next import next_case, skip
from applications.desk.queue import QueueFilter
from config.kernel import clock
from config.kernel.desk_list import DeskAdmin
from config.kernel.idempotency import idempotent

REVIEW = "applications.review_application"


class QueueSteps(DeskAdmin):
    """The steps of the queue."""

    def get_urls(self):
        guarded = self.admin_site.admin_view
        pages = {
            "next": self.next,
            "empty": self.empty,
            "bulk": self.bulk,
            "bulk/correction": self.bulk_correction,
            "bulk/approval": self.bulk_approval,
        }
        return [
            *(
                path(f"{noun}/", guarded(page), name=f"applications_{noun.replace('/', '_')}")
                for noun, page in pages.items()
            ),
            path("<int:pk>/deferral/", guarded(self.deferral), name="applications_deferral"),
            *super().get_urls(),
        ]

    @method_decorator([require_POST, idempotent])
    def next(self, request: HttpRequest) -> HttpResponse:
        """The next case of the list that the button stood above, in the reviewer's hands."""
        self._insist_on_reviewer(request)
        return redirect(self.onward(request))

    @method_decorator([require_POST, idempotent])
    def deferral(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The case comes last today; the next one is on the table."""
        case = self.row(request, pk, permission=REVIEW).as_kind()
        keep_posted(case, request.POST, by=request.user, now=clock.now())
        skip(case, by=request.user, now=clock.now())
        messages.success(
            request, gettext("%(number)s comes last today. What you wrote is kept.") % {"number": case.number}
        )
        return redirect(self.onward(request))

    @method_decorator(require_GET)
    def empty(self, request: HttpRequest) -> HttpResponse:
        """Nothing is left that this reviewer may work on in the chosen list."""
        self._insist_on_reviewer(request)
        context = self._context(request, gettext("Nothing left to do"))
        context["is_narrowed"] = bool(list_behind(request))
        context["list_address"] = self.list_address(request)
        return TemplateResponse(request, "admin/applications/queue_empty.html", context)

    @method_decorator([require_POST, idempotent])
    def bulk(self, request: HttpRequest) -> HttpResponse:
        """Take what is ticked, or list it once more before it is given back."""
        self._insist_on_reviewer(request)
        step, keys = request.POST.get("step", ""), _keys(request)
        if sentence := bulk.objection_to(step, len(keys)):
            messages.error(request, sentence)
            return self._back(request)
        cases = self._ticked(request, keys)
        if step == bulk.CLAIM:
            result = bulk.claim_all(cases, by=request.user, now=clock.now())
            done = ngettext("%(count)s case is yours.", "%(count)s cases are yours.", result.done)
            return self._told(request, result, done, missing=len(keys) - len(cases))
        if step == bulk.APPROVE:
            return self._approval_page(request, cases)
        return self._correction_page(request, cases, SharedReturnForm())

    @method_decorator([require_POST, idempotent])
    def bulk_correction(self, request: HttpRequest) -> HttpResponse:
        """Give back what was listed, for one reason."""
        self._insist_on_reviewer(request)
        keys = _keys(request)
        if sentence := bulk.objection_to(bulk.RETURN, len(keys)):
            messages.error(request, sentence)
            return self._back(request)
        cases, form = self._ticked(request, keys), SharedReturnForm(request.POST)
        if not form.is_valid():
            return self._correction_page(request, cases, form)
        result = bulk.return_all(
            cases,
            by=request.user,
            now=clock.now(),
            versions={case.pk: _number(request.POST.get(f"version_{case.pk}", "")) for case in cases},
            reason=form.cleaned_data["reason"],
            public_text=form.cleaned_data["public_text"],
        )
        done = ngettext(
            "%(count)s application is back with its merchant.",
            "%(count)s applications are back with their merchants.",
            result.done,
        )
        return self._told(request, result, done, missing=len(keys) - len(cases))

    @method_decorator([require_POST, idempotent])
    def bulk_approval(self, request: HttpRequest) -> HttpResponse:
        """Grant the stops that were listed."""
        self._insist_on_reviewer(request)
        keys = _keys(request)
        if sentence := bulk.objection_to(bulk.APPROVE, len(keys)):
            messages.error(request, sentence)
            return self._back(request)
        cases = self._ticked(request, keys)
        versions = {case.pk: _number(request.POST.get(f"version_{case.pk}", "")) for case in cases}
        result = bulk.approve_all(cases, by=request.user, now=clock.now(), versions=versions)
        done = ngettext("%(count)s stop is decided.", "%(count)s stops are decided.", result.done)
        return self._told(request, result, done, missing=len(keys) - len(cases))

    # -- for the other pages of the desk ------------------------------------------------------------------------------

    def onward(self, request: HttpRequest, case: Any = None) -> str:
        """Where the next case of the list is that this one was opened from, taken for this reviewer; the empty queue's page if none is."""
        travelling = list_behind(request)
        chosen = filters_of(request, travelling)
        filters = QueueFilter(chosen, queryset=self.get_queryset(request), request=request)
        following = next_case(request.user, filters, filters.now, skipping=[case.pk] if case else [])
        if following is None:
            return with_list(reverse("admin:applications_empty"), travelling)
        return with_list(reverse("admin:applications_case", args=[following.pk]), travelling)

    def list_address(self, request: HttpRequest) -> str:
        """The list that this page or form was opened from."""
        travelling = list_behind(request)
        return f"{self.list_url()}?{travelling}" if travelling else self.list_url()

    # -- private ------------------------------------------------------------------------------------------------------

    def _insist_on_reviewer(self, request: HttpRequest) -> None:
        if not (self.has_view_permission(request) and request.user.has_perm(REVIEW)):
            raise PermissionDenied

    def _ticked(self, request: HttpRequest, keys: list[int]) -> list:
        """Those of the ticked cases that this reviewer may see, in the order of their deadlines."""
        rows = self.get_queryset(request).filter(pk__in=keys)
        return sorted(rows, key=lambda row: (row.due_at is None, row.due_at, row.pk))

    def _told(self, request: HttpRequest, result: Result, done: str, *, missing: int) -> HttpResponse:
        if result.done:
            messages.success(request, done % {"count": result.done})
        for refused in result.refused:
            messages.warning(request, f"{refused.number} {refused.sentence}")
        if missing:
            messages.warning(
                request,
                ngettext(
                    "%(count)s ticked application is not in your queue.",
                    "%(count)s ticked applications are not in your queue.",
                    missing,
                )
                % {"count": missing},
            )
        return self._back(request)

    def _correction_page(self, request: HttpRequest, cases: list, form: SharedReturnForm) -> HttpResponse:
        context = self._context(request, gettext("Return for correction together"))
        context |= {"cases": cases, "form": form, "list_address": self.list_address(request)}
        context["list_field"] = list_field(list_behind(request))
        return TemplateResponse(request, "admin/applications/queue_return.html", context)

    def _approval_page(self, request: HttpRequest, cases: list) -> HttpResponse:
        """What each of them stops; one that is not granted together says why and is not sent with the others."""
        kinds, now = [case.as_kind() for case in cases], clock.now()
        listed = [
            {
                "case": case,
                "terminals": list(case.terminals_spoken_of()),
                "objection": bulk.objection_to_approve(case, by=request.user, now=now),
            }
            for case in kinds
        ]
        context = self._context(request, gettext("Approve stops together"))
        context |= {
            "cases": listed,
            "may_grant": sum(not each["objection"] for each in listed),
            "list_address": self.list_address(request),
        }
        return TemplateResponse(request, "admin/applications/queue_approve.html", context)

    def _context(self, request: HttpRequest, title: str) -> dict:
        return {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "list_title": self.list_title(),
            "list_url": self.list_url(),
        }

    def _back(self, request: HttpRequest) -> HttpResponse:
        return redirect(self.list_address(request))


def _keys(request: HttpRequest) -> list[int]:
    """The ticked rows, each once; what is no key of a row counts as one that nobody finds."""
    return list(dict.fromkeys(_number(text) for text in request.POST.getlist("ticked")))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
