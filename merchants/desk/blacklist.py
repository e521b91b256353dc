"""The risk desk's blacklist: found, added to, taken off, and imported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from config.accounts.desk_record import Event, newest_first
from config.files.list_desk import ListDesk
from config.kernel import clock
from config.kernel.desk_list import Tile
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused
from config.kernel.templatetags.formats import day
from config.kernel.templatetags.status_tags import tag
from merchants.blacklist import put_on
from merchants.blacklist_import import BLACKLIST
from merchants.desk.blacklist_forms import BlacklistForm, EntryForm, RemovalForm
from merchants.desk.filters import BlacklistFilter
from merchants.desk.shown import row as line
from merchants.models import BlacklistEntry

ADD = "merchants.add_blacklistentry"
REMOVE = "merchants.remove_blacklistentry"
HEADINGS_ZH = ["类型", "号码", "原因", "来源", "生效日期", "失效日期"]
HEADINGS_EN = ["kind", "value", "reason", "source", "valid_from", "valid_to"]


class BlacklistAdmin(ListDesk):
    """Whom the bank signs nothing with. The list is the bank's own and knows no branches."""

    filterset_class = BlacklistFilter
    list_display = ("number", "kind", "masked", "state", "reason", "source", "validity")
    search_help_text = _("The whole number or name, or the number of an entry")
    page_template = "admin/merchants/blacklist_entry.html"
    rank = 2
    icon = "no-symbol"
    empty = _(
        "Whoever the bank does not contract with is entered here; applications that name them are then marked in the review."
    )
    hint = _("Whom and what the bank signs nothing with")
    note = _("An entry in force blocks every approval that it speaks of. Merchants are never told.")
    importer = BLACKLIST
    import_form = BlacklistForm
    import_template = "admin/merchants/blacklist_import.html"
    import_hint = _("Entries of a CSV file join the list")
    example_name = "blacklist.csv"

    def page_queryset(self, request):
        return self.get_queryset(request).select_related("added_by", "removed_by")

    @admin.display(description=_("entry"))
    def number(self, entry: BlacklistEntry) -> str:
        return entry.number

    @admin.display(description=_("value"))
    def masked(self, entry: BlacklistEntry) -> str:
        return entry.masked

    @admin.display(description=_("state"))
    def state(self, entry: BlacklistEntry) -> str:
        return state_tag(entry)

    @admin.display(description=_("in force"))
    def validity(self, entry: BlacklistEntry) -> str:
        return _validity(entry)

    def tools(self, request: HttpRequest) -> list[Tile]:
        mine = super().tools(request)
        if not request.user.has_perm(ADD):
            return mine
        hint = gettext("One number or name")
        return [
            Tile(reverse("admin:merchants_blacklistentry_add"), "plus", gettext("Add an entry"), hint),
            *mine,
        ]

    def get_urls(self):
        guarded = self.admin_site.admin_view
        removal = path("<int:pk>/removal/", guarded(self.removal), name="merchants_blacklistentry_removal")
        return [removal, *super().get_urls()]

    # -- one entry ----------------------------------------------------------------------------------------------------

    def page_context(self, request, row) -> dict[str, Any]:
        may_remove = request.user.has_perm(REMOVE) and row.removed_at is None
        return {
            "state": state_tag(row),
            "facts": [
                line(gettext("Kind"), row.get_kind_display()),
                line(gettext("Value"), row.masked, code=True),
                line(gettext("In force"), _validity(row)),
                line(gettext("Reason"), row.reason),
                line(gettext("Source"), row.source),
            ],
            "form": RemovalForm() if may_remove else None,
            "events": newest_first(_record_of(row)),
        }

    @method_decorator([require_http_methods(["GET", "HEAD", "POST"]), idempotent])
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context=None) -> HttpResponse:
        """A form for one entry, and the entry on the list."""
        if not request.user.has_perm(ADD):
            raise PermissionDenied
        if request.method != "POST":
            return self._add_page(request, EntryForm(initial={"valid_from": clock.today()}))
        form = EntryForm(request.POST)
        if not form.is_valid():
            return self._add_page(request, form)
        try:
            entry = put_on(**form.cleaned_data, by=request.user, now=clock.now())
        except Refused as refused:
            form.add_error("value", refused.sentence)
            return self._add_page(request, form, status=409)
        messages.success(request, gettext("Entry %(number)s is on the list.") % {"number": entry.number})
        return redirect("admin:merchants_blacklistentry_change", entry.pk)

    @method_decorator([require_POST, idempotent])
    def removal(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The entry is off the list; it stays on record."""
        entry = self.row(request, pk, permission=REMOVE)
        form = RemovalForm(request.POST)
        if not form.is_valid():
            return self.page(request, entry, form=form)
        try:
            entry.take_off(by=request.user, now=clock.now(), reason=form.cleaned_data["reason"])
        except Refused as refused:
            return self.page(request, self.row(request, pk), status=409, refused=refused)
        messages.success(request, gettext("Entry %(number)s is off the list.") % {"number": entry.number})
        return redirect("admin:merchants_blacklistentry_change", entry.pk)

    def _add_page(self, request: HttpRequest, form: EntryForm, *, status: int = 200) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Add an entry"),
            "opts": self.opts,
            "form": form,
            "list_title": self.list_title(),
            "list_url": self.list_url(),
        }
        return TemplateResponse(request, "admin/merchants/blacklist_add.html", context, status=status)

    # -- a list of entries --------------------------------------------------------------------------------------------

    def example_rows(self) -> Iterator[list[str]]:
        is_english = get_language() == "en"
        yield HEADINGS_EN if is_english else HEADINGS_ZH
        number, name = gettext("(number here)"), gettext("(name here) *")
        today = day(clock.today())
        yield [
            "uscc" if is_english else "统一社会信用代码",
            number,
            gettext("licence withdrawn"),
            "",
            today,
            "",
        ]
        yield ["name" if is_english else "名称", name, gettext("cash-out with cards"), "", today, ""]


def state_tag(entry: BlacklistEntry) -> str:
    """How the entry stands today."""
    today = clock.today()
    if entry.removed_at is not None:
        return tag("mute", gettext("taken off"), "minus")
    if entry.valid_to and entry.valid_to < today:
        return tag("mute", gettext("expired"), "clock")
    if entry.valid_from > today:
        return tag("info", gettext("not in force yet"), "clock")
    return tag("bad", pgettext("blacklist", "in force"), "no-symbol")


def _validity(entry: BlacklistEntry) -> str:
    if entry.valid_to is None:
        return gettext("since %(when)s") % {"when": day(entry.valid_from)}
    return f"{day(entry.valid_from)} ~ {day(entry.valid_to)}"


def _record_of(entry: BlacklistEntry) -> Iterator[Event]:
    yield Event(gettext("Put on the list"), entry.added_at, str(entry.added_by), entry.reason)
    if entry.removed_at is not None:
        yield Event(
            gettext("Taken off the list"), entry.removed_at, str(entry.removed_by), entry.removal_reason
        )
