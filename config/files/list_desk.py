"""A desk that takes lists: looked through first where that is wished, taken whole, or shown again with every wrong line.

A list that is too long for a request becomes a job with a page of its own.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from config.files.imports.asking import ask
from config.files.imports.importer import Importer
from config.files.imports.job import ImportJob
from config.files.list_forms import ListForm
from config.files.lists import LARGEST_FILE, LARGEST_LONG_FILE, ImportReport, Unreadable, is_long, text_of
from config.files.upload_handlers import may_carry
from config.kernel import clock
from config.kernel.desk_list import DeskAdmin, Tile
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused

# A list that comes back is shown for mending up to here; a longer one is mended in its file.
LONGEST_TEXT_SHOWN = 300_000
MOST_ERRORS_SHOWN = 100
MOST_JOBS_SHOWN = 5
ONLY_LOOK = "look"


class ListDesk(DeskAdmin):
    """A `DeskAdmin` with an import page. Its `importer` says who may import, what a list is made of and what becomes of it."""

    importer: ClassVar[Importer]
    import_form: ClassVar[type[ListForm]] = ListForm
    import_template: ClassVar[str]
    import_hint: ClassVar[Any]
    example_name: ClassVar[str]

    def example_rows(self) -> Iterable[Iterable[str]]:
        """Headings and a line or two of an example. Its placeholders are refused until they are replaced."""
        raise NotImplementedError

    def import_context(self) -> dict[str, Any]:
        """What else the import page prints."""
        return {}

    # -- private ------------------------------------------------------------------------------------------------------

    def tools(self, request: HttpRequest) -> list[Tile]:
        mine = super().tools(request)
        if not self.importer.may_be_used_by(request.user):
            return mine
        tile = Tile(self._address("import"), "arrow-up-tray", str(self.importer.title), str(self.import_hint))
        return [*mine, tile]

    def get_urls(self):
        guarded = self.admin_site.admin_view
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("import/", guarded(self.import_list), name=f"{name}_import"),
            path("import/example/", guarded(self.import_example), name=f"{name}_import_example"),
            *super().get_urls(),
        ]

    @may_carry(LARGEST_LONG_FILE)
    @method_decorator([require_http_methods(["GET", "HEAD", "POST"]), idempotent])
    def import_list(self, request: HttpRequest) -> HttpResponse:
        """The list is taken, or comes back: with every line that is wrong, or looked through and ready to be taken."""
        self._insist(request)
        if request.method != "POST":
            return self._import_page(request, self._list_form(request))
        form = self._list_form(request, request.POST, request.FILES)
        if not form.is_valid():
            return self._import_page(request, form)
        try:
            text = text_of(
                form.content, largest=LARGEST_LONG_FILE if self.importer.takes_long else LARGEST_FILE
            )
            if self.importer.takes_long and is_long(text, most=self.importer.in_request):
                return self._as_job(request, form, text)
        except Unreadable as unreadable:
            report = ImportReport(errors=[unreadable.error])
            return self._import_page(request, self._with_text(form, report, request), report)
        return self._at_once(request, form, text)

    @method_decorator(require_GET)
    def import_example(self, request: HttpRequest) -> HttpResponse:
        """An example that a spreadsheet opens."""
        self._insist(request)
        content = io.StringIO()
        csv.writer(content, lineterminator="\r\n").writerows(self.example_rows())
        response = HttpResponse(
            content.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8"
        )
        response["Content-Disposition"] = f'attachment; filename="{self.example_name}"'
        return response

    def _insist(self, request: HttpRequest) -> None:
        if not self.importer.may_be_used_by(request.user):
            raise PermissionDenied

    def _at_once(self, request: HttpRequest, form: ListForm, text: str) -> HttpResponse:
        """What becomes of a list that a request takes."""
        only_look = request.POST.get("go") == ONLY_LOOK
        given = self.importer.asked_of(form.cleaned_data)
        report = self.importer.take(text, by=request.user, now=clock.now(), only_look=only_look, **given)
        if report.errors or only_look:
            return self._import_page(request, self._with_text(form, report, request), report)
        messages.success(request, self.importer.said(report.added, **given))
        return redirect(self.list_url())

    def _as_job(self, request: HttpRequest, form: ListForm, text: str) -> HttpResponse:
        """What becomes of a longer one. Raises Unreadable where it is no list of this desk."""
        only_look = request.POST.get("go") == ONLY_LOOK
        given = self.importer.asked_of(form.cleaned_data)
        try:
            job = ask(self.importer, text, given, by=request.user, now=clock.now(), only_look=only_look)
        except Refused as refused:
            form.add_error(None, refused.sentence)
            return self._import_page(request, form, status=409)
        said = gettext(
            "The list is long: import %(number)s goes on by itself. You will be told when it is over."
        )
        messages.success(request, said % {"number": job.number})
        return redirect("admin:files_importjob_change", job.pk)

    def _list_form(self, request: HttpRequest, *given: Any) -> ListForm:
        return self.import_form(*given, person=request.user, importer=self.importer)

    def _address(self, noun: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{noun}")

    def _import_page(
        self,
        request: HttpRequest,
        form: ListForm,
        report: ImportReport | None = None,
        *,
        status: int = 200,
    ) -> HttpResponse:
        errors = report.errors if report else []
        lines = report.text.splitlines() if report else []
        context = {
            **self.admin_site.each_context(request),
            "title": str(self.importer.title),
            "opts": self.opts,
            "form": form,
            "list_title": self.list_title(),
            "list_url": self.list_url(),
            "example_url": self._address("import_example"),
            "problems": [
                {
                    "line": error.line,
                    "text": lines[error.line - 1][:60] if 0 < error.line <= len(lines) else "",
                    "sentence": error.sentence,
                }
                for error in errors[:MOST_ERRORS_SHOWN]
                if error.line
            ],
            "more": max(len(errors) - MOST_ERRORS_SHOWN, 0),
            "looked": report if report and not errors else None,
            "headings": self.importer.headings(),
            "jobs": ImportJob.objects.filter(asked_by=request.user, importer=self.importer.name).order_by(
                "-id"
            )[:MOST_JOBS_SHOWN],
            **self.import_context(),
        }
        return TemplateResponse(request, self.import_template, context, status=status)

    def _with_text(self, form: ListForm, report: ImportReport, request: HttpRequest) -> ListForm:
        """The form with what was read in its text field, a file's list too: a browser does not choose the file again."""
        data = request.POST.copy()
        data["text"] = report.text if len(report.text) <= LONGEST_TEXT_SHOWN else ""
        again = self._list_form(request, data, request.FILES)
        again.full_clean()
        if not data["text"]:
            # What was pasted is too long to be shown again: nobody forgot it.
            again.errors.pop("file", None)
        if report.errors:
            whole = [error.sentence for error in report.errors if not error.line]
            count = len(report.errors)
            said = ngettext(
                "%(count)d line has to be mended. Nothing was imported.",
                "%(count)d lines have to be mended. Nothing was imported.",
                count,
            )
            again.add_error(
                "text" if data["text"] else "file", whole[0] if whole else said % {"count": count}
            )
        elif not data["text"]:
            again.add_error(
                "file", gettext("The list is good. It is too long to be shown: choose its file again.")
            )
        return again
