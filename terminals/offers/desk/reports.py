"""What can be taken away of the offers: what was offered, and who takes part."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from config.files.exports.columns import Choice, Count, Day, Level, Moment, Text
from config.files.exports.more_columns import Worded
from config.files.exports.report import Report
from merchants.desk.reports import known_as
from terminals.offers.desk.filters import EnrolmentFilter, OfferFilter
from terminals.offers.models import Enrolment, Offer


def _enrolments(person: Any) -> QuerySet:
    return Enrolment.objects.visible_to(person).annotate(known_as=known_as("merchant__"))


REPORTS = [
    Report(
        name="offers",
        title=_("Preferential offers"),
        hint=_("What is or was offered, when it holds, and how many of its places are taken"),
        permission="offers.view_offer",
        list_page="admin:offers_offer_changelist",
        rows=Offer.objects.visible_to,
        filterset=OfferFilter,
        columns=(
            Text("number", _("offer number"), "number", Level.OPEN),
            Choice("status", _("status"), "status", Level.OPEN, choices=Offer.Status.choices),
            Worded("title", _("title"), "title", Level.OPEN),
            Day("starts_on", _("valid from"), "starts_on", Level.OPEN),
            Day("ends_on", _("valid until"), "ends_on", Level.OPEN),
            Day("enrol_from", _("enrolment from"), "enrol_from", Level.OPEN),
            Day("enrol_until", _("enrolment until"), "enrol_until", Level.OPEN),
            Count("quota", _("places"), "quota", Level.OPEN),
            Count("enrolled", _("places taken"), "enrolled_count"),
            Moment("published_at", _("published at"), "published_at", Level.OPEN),
            Moment("ended_at", _("ended at"), "ended_at", Level.OPEN),
            Text("branch", _("branch"), "branch__name", Level.OPEN),
        ),
    ),
    Report(
        name="enrolments",
        title=_("Enrolments in offers"),
        hint=_("Which merchant or terminal takes part in which offer, and why some no longer do"),
        permission="offers.view_enrolment",
        list_page="admin:offers_enrolment_changelist",
        rows=_enrolments,
        filterset=EnrolmentFilter,
        columns=(
            Text("offer", _("offer number"), "offer__number", Level.OPEN),
            Choice("status", _("status"), "status", Level.OPEN, choices=Enrolment.Status.choices),
            Text("merchant_number", _("merchant number"), "merchant__number"),
            Text("merchant", _("merchant"), "known_as"),
            Text("terminal_number", _("terminal number"), "terminal__number"),
            Moment("enrolled_at", _("enrolled at"), "enrolled_at", Level.OPEN),
            Moment("left_at", _("left at"), "left_at", Level.OPEN),
            Choice("reason", _("why it ended"), "reason", Level.OPEN, choices=Enrolment.Reason.choices),
            Text("branch", _("branch"), "branch__name", Level.OPEN),
        ),
    ),
]
