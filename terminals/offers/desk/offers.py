"""The desk of offers: drafts, their publication by a second person, and who takes part."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from config.accounts.desk_record import Event, newest_first, steps_of
from config.files.exports.list_control import ExportedDesk
from config.kernel import clock
from config.kernel.desk_list import Tile
from config.kernel.desk_steps import Step, SteppingDesk, objection
from config.kernel.idempotency import idempotent
from config.kernel.templatetags.formats import count, moment, span
from merchants.desk.shown import name_of
from merchants.desk.shown import row as line
from merchants.particulars import MerchantType
from terminals.offers.desk.filters import EnrolmentFilter, OfferFilter
from terminals.offers.desk.forms import EndingForm, NewOfferForm, wording_of
from terminals.offers.eligibility import listed
from terminals.offers.ending import end_offer
from terminals.offers.models import Enrolment, Offer
from terminals.offers.standing import MOST_COUNTED, count_eligible, names_for
from terminals.offers.writing import write_offer

WRITE = "offers.write_offer"
Status = Offer.Status


def _rewrite(offer: Offer, form: Any, *, by, now) -> str:
    offer.rewrite(form.cleaned_data, by=by, now=now)
    return gettext("The draft is changed.")


def _publish(offer: Offer, form: Any, *, by, now) -> str:
    offer.publish(by=by, now=now)
    return gettext("Published.")


def _end(offer: Offer, form: Any, *, by, now) -> str:
    end_offer(offer, by=by, now=now, note=form.cleaned_data["note"])
    return gettext("Ended. Whoever took part is told.")


def _discard(offer: Offer, form: Any, *, by, now) -> str:
    offer.discard(by=by, now=now)
    return gettext("Discarded.")


def _fixed(offer: Offer, *, by, now) -> str:
    return offer.objection_to_rewriting()


def _nothing(noun: str):
    return lambda row, *args: forms.Form(*args, prefix=noun)


OFFER_STEPS: dict[str, Step] = {
    "publication": Step(
        _("Publication"),
        _("Publish"),
        "check-circle",
        "offers.publish_offer",
        _nothing("publication"),
        objection(Status.PUBLISHED),
        _publish,
    ),
    "ending": Step(
        _("End it early"),
        _("End the offer"),
        "no-symbol",
        "offers.end_offer",
        lambda row, *args: EndingForm(*args, prefix="ending"),
        objection(Status.ENDED),
        _end,
    ),
    "wording": Step(
        _("Words and conditions"), _("Change the draft"), "pencil-square", WRITE, wording_of, _fixed, _rewrite
    ),
    "discarding": Step(
        _("Discard the draft"),
        _("Discard"),
        "trash",
        WRITE,
        _nothing("discarding"),
        objection(Status.DISCARDED),
        _discard,
    ),
}


class OfferAdmin(SteppingDesk, ExportedDesk):
    """Offers of the branch and below, newest first."""

    report = "offers"
    steps = OFFER_STEPS
    filterset_class = OfferFilter
    list_display = ("number", "status", "title", "valid", "places", "branch")
    list_select_related = ("branch",)
    search_help_text = _("Whole offer number, or part of the title")
    page_template = "admin/offers/offer.html"
    rank = 1
    icon = "gift"
    empty = _("Write one; a second person publishes it, and merchants with a terminal in use may enrol.")
    hint = _("What is offered, to whom, and who takes part")
    note = _("Whoever writes an offer does not publish it. What is published cannot be changed, only ended.")

    def get_queryset(self, request):
        return Offer.objects.visible_to(request.user)

    def page_queryset(self, request):
        return self.get_queryset(request).select_related("branch", "written_by")

    @admin.display(description=_("title"))
    def title(self, offer: Offer) -> str:
        return offer.title

    @admin.display(description=_("valid"))
    def valid(self, offer: Offer) -> str:
        return span(offer.starts_on, offer.ends_on)

    @admin.display(description=_("places taken"))
    def places(self, offer: Offer) -> str:
        return f"{offer.enrolled_count} / {offer.quota}" if offer.quota else str(offer.enrolled_count)

    def tools(self, request: HttpRequest) -> list[Tile]:
        if not request.user.has_perm(WRITE):
            return []
        hint = gettext("A draft, for a colleague to publish")
        return [Tile(reverse("admin:offers_offer_add"), "plus", gettext("Write an offer"), hint)]

    def page_context(self, request, row) -> dict[str, Any]:
        written = Event(gettext("Written"), row.written_at, str(row.written_by))
        counted = row.enrolments.order_by().values("status", "reason").annotate(n=Count("pk"))
        return {
            "facts": _facts(row),
            "counts": [line(_state(each), count(each["n"])) for each in counted.order_by("status", "reason")],
            "eligible": _eligible(row) if row.status in (Status.DRAFT, Status.PUBLISHED) else "",
            "offers": self.offers(request, row),
            "events": newest_first(steps_of([row]), [written]),
            "enrolments_url": f"{reverse('admin:offers_enrolment_changelist')}?q={row.number}",
        }

    @method_decorator([require_http_methods(["GET", "HEAD", "POST"]), idempotent])
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context=None) -> HttpResponse:
        """A form for a new draft, and the draft."""
        if not request.user.has_perm(WRITE):
            raise PermissionDenied
        form = NewOfferForm(request.POST or None, person=request.user)
        if request.method == "POST" and form.is_valid():
            answers = dict(form.cleaned_data)
            branch = answers.pop("branch")
            offer = write_offer(answers, branch=branch, by=request.user, now=clock.now())
            messages.success(request, gettext("Draft %(number)s is written.") % {"number": offer})
            return redirect("admin:offers_offer_change", offer.pk)
        frame = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "list_title": self.list_title(),
            "list_url": self.list_url(),
            "title": gettext("Write an offer"),
            "form": form,
        }
        return TemplateResponse(request, "admin/offers/offer_add.html", frame)


class EnrolmentAdmin(ExportedDesk):
    """Who takes part in offers, and who did and why no more, newest first."""

    report = "enrolments"
    filterset_class = EnrolmentFilter
    list_display = ("offer_number", "status", "merchant_name", "terminal", "enrolled_at", "reason", "branch")
    page_fields = (
        "offer_number",
        "merchant_name",
        "merchant_number",
        "terminal",
        "enrolled_at",
        "left_at",
        "reason",
        "branch",
    )
    list_select_related = ("offer", "merchant", "terminal", "branch")
    search_help_text = _("Whole offer, merchant or terminal number")
    rank = 2
    icon = "user-group"
    empty = _("Enrolments stand here once a published offer has its first merchant.")
    hint = _("Who takes part, by state")

    def get_queryset(self, request):
        return Enrolment.objects.visible_to(request.user)

    def page_queryset(self, request):
        return self.get_queryset(request).select_related(*self.list_select_related)

    @admin.display(description=_("offer"))
    def offer_number(self, enrolment: Enrolment) -> str:
        return enrolment.offer.number

    @admin.display(description=_("merchant"))
    def merchant_name(self, enrolment: Enrolment) -> str:
        return name_of(enrolment.merchant)

    @admin.display(description=_("merchant number"))
    def merchant_number(self, enrolment: Enrolment) -> str:
        return enrolment.merchant.number


def _facts(offer: Offer) -> list[dict[str, Any]]:
    names = names_for([offer])
    anybody = gettext("all")
    return [
        line(gettext("What it gives"), offer.benefit),
        line(gettext("Fee under the offer"), offer.rate),
        line(gettext("Valid"), span(offer.starts_on, offer.ends_on)),
        line(gettext("Enrolment"), span(offer.enrol_from, offer.enrol_until)),
        line(gettext("Merchant types"), listed(offer.merchant_types, dict(MerchantType.choices)) or anybody),
        line(gettext("Merchant categories (MCC)"), listed(offer.categories, names) or anybody),
        line(gettext("Area of the terminals"), listed(offer.divisions, names) or gettext("everywhere")),
        line(gettext("Terminals in use at least"), offer.min_terminals),
        line(
            gettext("No open violation"),
            gettext("Yes") if offer.bars_violations else gettext("not asked for"),
        ),
        line(
            gettext("Who enrols"),
            pgettext("offer", "each terminal")
            if offer.is_per_terminal
            else pgettext("offer", "the merchant"),
        ),
        line(gettext("Places"), count(offer.quota) if offer.quota else gettext("not limited")),
        line(gettext("Published at"), moment(offer.published_at) if offer.published_at else ""),
    ]


def _state(counted: dict[str, Any]) -> str:
    said = dict(Enrolment.Reason.choices).get(counted["reason"])
    return str(said or dict(Enrolment.Status.choices)[counted["status"]])


def _eligible(offer: Offer) -> str:
    """How many merchants could enrol as the register stands; beyond the limit only that there are more."""
    found = count_eligible(offer)
    if found > MOST_COUNTED:
        return gettext("more than %(most)s") % {"most": count(MOST_COUNTED)}
    return count(found)
