"""The desk of merchants, and the reference data that merchants are described with: all of it to look at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from config.accounts.desk_record import Event, actor, newest_first, steps_of
from config.files.exports.list_control import ExportedDesk
from config.files.table_desk import TableListDesk
from config.kernel.dashboard import stands_on_first_page
from config.privacy.masking import mask_mobile
from merchants.desk import first_page
from merchants.desk.blacklist import BlacklistAdmin
from merchants.desk.changes import versions_of
from merchants.desk.filters import CategoryFilter, DivisionFilter, MerchantFilter
from merchants.desk.handovers import HandOverAdmin
from merchants.desk.shown import accounts_of, legal_name, name_of, sections_of
from merchants.models import BlacklistEntry, Division, HandOver, Merchant, MerchantCategory
from merchants.reference_lists import CATEGORIES, CATEGORY_LIST, DIVISION_LIST, DIVISIONS

MOST_OUTLETS = 50

admin.site.register(BlacklistEntry, BlacklistAdmin)
admin.site.register(HandOver, HandOverAdmin)
stands_on_first_page("merchants", first_page.shown, rank=50)


@admin.register(Merchant)
class MerchantAdmin(ExportedDesk):
    """Who the bank contracts with. Written by approvals only, so nothing here is a form."""

    report = "merchants"
    filterset_class = MerchantFilter
    list_display = ("number", "name", "merchant_type", "uscc", "status", "risk", "branch", "onboarded_at")
    list_select_related = ("branch",)
    search_help_text = _("Whole merchant number or credit code, or part of the name")
    page_template = "admin/merchants/merchant.html"
    rank = 1
    icon = "building-storefront"
    empty = _(
        "A merchant stands here once its first registration is approved. Applications wait in the review queue."
    )
    hint = _("Particulars, accounts, outlets and people of a merchant")

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def page_queryset(self, request):
        return self.get_queryset(request).select_related(
            "branch", "category", "registered_division", "business_division"
        )

    @admin.display(description=_("name"))
    def name(self, merchant: Merchant) -> str:
        return name_of(merchant)

    def page_context(self, request, row) -> dict[str, Any]:
        members = row.memberships.select_related("user").order_by("since", "id")
        onboarded = Event(gettext("Became a customer"), row.onboarded_at, str(row.branch))
        return {
            "title": name_of(row),
            "sections": sections_of(row),
            "accounts": accounts_of(row),
            "outlets": _outlets_of(row),
            "members": [
                {
                    "name": actor(member.user),
                    "role": member.get_role_display(),
                    "mobile": mask_mobile(member.user.mobile),
                    "checked_at": member.checked_at,
                }
                for member in members
            ],
            "events": newest_first(steps_of([row]), [onboarded]),
        }

    @method_decorator(require_safe)
    def history_view(self, request: HttpRequest, object_id: str, extra_context=None) -> HttpResponse:
        """How the particulars came to read as they do."""
        merchant = self.row(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("History of the particulars"),
            "opts": self.opts,
            "row": merchant,
            "name": name_of(merchant),
            "list_title": self.list_title(),
            "list_url": self.list_url(),
            "versions": versions_of(merchant),
        }
        return TemplateResponse(request, "admin/merchants/history.html", context)


def _outlets_of(merchant: Merchant) -> list[dict[str, str]]:
    outlets = merchant.outlets.select_related("division").order_by("id")[:MOST_OUTLETS]
    return [
        {
            # An outlet may be called as its merchant is, and a micro merchant's name holds a person's.
            "name": legal_name(merchant) if outlet.name == merchant.registered_name[:60] else outlet.name,
            "place": f"{outlet.division or ''} {outlet.address}".strip(),
        }
        for outlet in outlets
    ]


@admin.register(Division)
class DivisionAdmin(TableListDesk):
    table_list = DIVISIONS
    importer = DIVISION_LIST
    import_hint = _("New and renamed divisions from a CSV file")
    example_name = "divisions.csv"
    filterset_class = DivisionFilter
    keyset = ("code",)
    list_display = ("code", "full_name", "level")
    search_help_text = _("How the code begins, or part of the name")
    icon = "map"
    hint = _("Codes of provinces, cities and counties")


@admin.register(MerchantCategory)
class MerchantCategoryAdmin(TableListDesk):
    table_list = CATEGORIES
    importer = CATEGORY_LIST
    import_hint = _("Names, what is served and what needs a permit, from a CSV file")
    example_name = "merchant-categories.csv"
    filterset_class = CategoryFilter
    keyset = ("code",)
    list_display = ("code", "name", "is_served", "needs_permit")
    search_help_text = _("The whole code, or part of the name")
    icon = "tag"
    hint = _("Merchant category codes, and which of them the bank serves")

    @admin.display(description=_("name"))
    def name(self, category: MerchantCategory) -> str:
        return category.name_en if get_language() == "en" else category.name_zh
