"""The table of response codes at the desk: searched by all who work with it, kept by the help line, with every version it has had."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from config.files.list_desk import ListDesk
from config.kernel import clock
from config.kernel.desk_list import Tile
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused
from terminals.code_list import CODES
from terminals.code_sheet import export_codes
from terminals.code_wording import add_code, revise
from terminals.desk.code_versions import differences, editions_of, said
from terminals.desk.filters import ResponseCodeFilter
from terminals.desk.response_code_forms import NewCodeForm, WordingForm
from terminals.models import ResponseCode

CHANGE = "terminals.change_responsecode"
ROWS_OF_EXAMPLE = 2
SAVED = gettext_noop("Saved. The help pages and the terminals say it from now on.")


class ResponseCodeAdmin(ListDesk):
    """Every code with its versions. Words change by a step that keeps what they were; a code once listed stays."""

    filterset_class = ResponseCodeFilter
    keyset = ("code_set", "code")
    list_display = ("code", "set_name", "meaning", "screen_text", "merchant_step", "group", "desk", "version")
    page_fields = (
        "set_name",
        "code",
        "group",
        "action_class",
        "retains_card",
        "screen_text",
        "meaning_zh",
        "meaning_en",
        "merchant_step_zh",
        "merchant_step_en",
        "bank_step_zh",
        "bank_step_en",
        "desk",
        "causes",
        "note",
    )
    page_template = "admin/terminals/response_code.html"
    search_help_text = _("The whole code, or words of its meaning, of the screen or of what helps")
    rank = 7
    icon = "hashtag"
    hint = _("What a code on the screen means and what helps")
    importer = CODES
    import_template = "admin/terminals/response_code_import.html"
    import_hint = _("The table from a CSV file, as it was exported and changed")
    example_name = "response-codes-example.csv"

    def get_urls(self):
        guarded = self.admin_site.admin_view
        return [
            path("export/", guarded(self.export), name="terminals_responsecode_export"),
            path("<int:pk>/wording/", guarded(self.wording), name="terminals_responsecode_wording"),
            *super().get_urls(),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(CODES.permission)

    def tools(self, request: HttpRequest) -> list[Tile]:
        export = Tile(
            self._address("export"),
            "arrow-down-tray",
            gettext("Export response codes"),
            gettext("The whole table as CSV, for a spreadsheet"),
        )
        if not self.has_add_permission(request):
            return [export]
        add = Tile(self._address("add"), "plus", gettext("Add a code"), gettext("In both languages"))
        return [add, *super().tools(request), export]

    # -- columns --------------------------------------------------------------------------------------------------

    @admin.display(description=_("code set"))
    def set_name(self, code: ResponseCode) -> str:
        return code.set_name

    @admin.display(description=_("meaning"))
    def meaning(self, code: ResponseCode) -> str:
        return code.meaning

    @admin.display(description=_("what the merchant does"))
    def merchant_step(self, code: ResponseCode) -> str:
        return code.merchant_step

    @admin.display(description=_("causes behind it"))
    def causes(self, code: ResponseCode) -> str:
        return " · ".join(code.sub_reasons)

    @admin.display(description=_("where sources disagree"))
    def note(self, code: ResponseCode) -> str:
        return code.note

    # -- one code -------------------------------------------------------------------------------------------------

    def page_context(self, request, row) -> dict[str, Any]:
        return {
            **super().page_context(request, row),
            "title": _named(row),
            "editions": editions_of(row),
            "may_change": request.user.has_perm(CHANGE),
        }

    @method_decorator([require_http_methods(["GET", "HEAD", "POST"]), idempotent])
    def wording(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Other words for the code; over a change that the person has not seen they come back beside it, unsaved."""
        row = self.row(request, pk, permission=CHANGE)
        if request.method != "POST":
            return self._form_page(request, WordingForm(instance=row), row)
        form = WordingForm(request.POST, instance=self.row(request, pk))
        if not form.is_valid():
            return self._form_page(request, form, row)
        try:
            changed = revise(
                row, form.words, seen=form.cleaned_data["seen"], by=request.user, now=clock.now()
            )
        except Refused as refused:
            return self._refused_page(request, form, self.row(request, pk), refused)
        messages.success(request, gettext(SAVED) if changed else gettext("Nothing was changed."))
        return redirect("admin:terminals_responsecode_change", pk)

    @method_decorator([require_http_methods(["GET", "HEAD", "POST"]), idempotent])
    def add_view(self, request: HttpRequest, form_url="", extra_context=None) -> HttpResponse:
        self._insist(request)
        if request.method != "POST":
            return self._form_page(request, NewCodeForm())
        form = NewCodeForm(request.POST)
        if not form.is_valid():
            return self._form_page(request, form)
        mark = form.cleaned_data["code_set"], form.cleaned_data["code"]
        try:
            row = add_code(*mark, form.words, by=request.user, now=clock.now())
        except Refused as refused:
            return self._refused_page(request, form, None, refused)
        messages.success(request, gettext(SAVED))
        return redirect("admin:terminals_responsecode_change", row.pk)

    def _form_page(
        self,
        request: HttpRequest,
        form: WordingForm,
        row: ResponseCode | None = None,
        *,
        status: int = 200,
        **given,
    ) -> HttpResponse:
        title = gettext("Change %(code)s") % {"code": _named(row)} if row else gettext("Add a code")
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "form": form,
            "row": row,
            "list_title": self.list_title(),
            "list_url": self.list_url(),
            **given,
        }
        return TemplateResponse(request, "admin/terminals/response_code_wording.html", context, status=status)

    def _refused_page(
        self, request: HttpRequest, form: WordingForm, row: ResponseCode | None, refused: Refused
    ) -> HttpResponse:
        """What was typed, with the table as it is now beside it; sent again it is a change of that version."""
        data = request.POST.copy()
        if row:
            data["seen"] = str(row.version)
        again = type(form)(data, instance=self.row(request, row.pk)) if row else form
        again.full_clean()
        theirs = differences(said(row), form.words) if row else []
        return self._form_page(request, again, row, status=409, refused=refused, theirs=theirs)

    # -- the table as a list --------------------------------------------------------------------------------------

    @method_decorator(require_GET)
    def export(self, request: HttpRequest) -> HttpResponse:
        """The whole table; there is nothing of persons in it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        content = export_codes(ResponseCode.objects.all())
        response = HttpResponse(content.encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="response-codes.csv"'
        return response

    def example_rows(self) -> Iterator[list[str]]:
        """The first codes as an export writes them."""
        yield from csv.reader(export_codes(ResponseCode.objects.all()[:ROWS_OF_EXAMPLE]).splitlines())


def _named(row: ResponseCode) -> str:
    """A code with the name of its set, as people call it."""
    return f"{row.set_name} {row.code}"
