"""The papers of applications: which there are, what each must show, and which a registration needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from applications.models.registration import Registration


class Paper(models.TextChoices):
    """The papers that are handed in (acquiring rules 2013 No. 9; list of the field's forms)."""

    ID_FRONT = "id_front", _("ID card, portrait side")
    ID_BACK = "id_back", _("ID card, emblem side")
    LICENCE = "licence", _("Business licence")
    ACCOUNT_PROOF = "account_proof", _("Proof of the settlement account")
    STOREFRONT = "storefront", _("Photograph of the storefront")
    INTERIOR = "interior", _("Photograph of the shop inside")
    COUNTER = "counter", _("Photograph of the cash desk")
    PREMISES_PROOF = "premises_proof", _("Lease or title of the premises")
    AUTHORISATION = "authorisation", _("Letter of authorisation")
    AGENT_ID_FRONT = "agent_id_front", _("Agent's ID card, portrait side")
    AGENT_ID_BACK = "agent_id_back", _("Agent's ID card, emblem side")
    TRADE_PERMIT = "trade_permit", _("Trade permit")
    SIGNED_CONSENT = "signed_consent", _("Signed consent")
    DEVICE_LABEL = "device_label", _("Photograph of the device's label")
    STOP_FORM = "stop_form", _("Signed request for the stop")
    AUTHORITY_ORDER = "authority_order", _("Order of the authority")
    POLICE_RECEIPT = "police_receipt", _("Receipt of the report to the police")
    STOP_EVIDENCE = "stop_evidence", _("Evidence for the stop")


HINTS = {
    Paper.ID_FRONT: _("The responsible person's own card, all four corners visible"),
    Paper.ID_BACK: _("Issuing authority and validity legible"),
    Paper.LICENCE: _("Original or duplicate, all four corners and the QR code visible"),
    Paper.ACCOUNT_PROOF: _(
        "Basic account certificate of the bank, or for a personal account the card's face"
    ),
    Paper.STOREFRONT: _("With the sign and the house number"),
    Paper.INTERIOR: _("The room in which business is done"),
    Paper.COUNTER: _("The place where the terminal will stand"),
    Paper.PREMISES_PROOF: _("With the page that carries the signatures and seals"),
    Paper.AUTHORISATION: _("Signed by the responsible person and sealed"),
    Paper.AGENT_ID_FRONT: _("The agent's own card, all four corners visible"),
    Paper.AGENT_ID_BACK: _("Issuing authority and validity legible"),
    Paper.SIGNED_CONSENT: _("The agreement and the notice on personal information, signed by the applicant"),
    Paper.TRADE_PERMIT: _("The permit that this trade needs, in force"),
    Paper.DEVICE_LABEL: _("On the back of the old device, with its serial number legible"),
    Paper.STOP_FORM: _("Signed by the responsible person and sealed; a micro merchant signs it"),
    Paper.AUTHORITY_ORDER: _("Every page, with the seal of the authority and its reference"),
    Paper.POLICE_RECEIPT: _("Of the police, with the serial number of the device"),
    Paper.STOP_EVIDENCE: _("What the reason of the stop is based on"),
}


class PaperNeed(NamedTuple):
    paper: Paper
    is_required: bool
    hint: str


def papers_for(registration: Registration) -> list[PaperNeed]:
    """The papers this registration needs, in the order of the page, by merchant type and circumstances.

    Source: acquiring rules (PBoC 2013 No. 9) and the customary list of acquirers' forms.
    """
    needed = {
        Paper.ID_FRONT,
        Paper.ID_BACK,
        Paper.ACCOUNT_PROOF,
        Paper.STOREFRONT,
        Paper.INTERIOR,
        Paper.COUNTER,
    }
    optional: set[Paper] = set()
    if not registration.is_micro:
        needed.add(Paper.LICENCE)
    moved = (registration.registered_division_id, registration.registered_address) != (
        registration.business_division_id,
        registration.business_address,
    )
    (needed if moved and not registration.is_micro else optional).add(Paper.PREMISES_PROOF)
    if registration.has_agent:
        needed |= {Paper.AUTHORISATION, Paper.AGENT_ID_FRONT, Paper.AGENT_ID_BACK}
    if registration.category and registration.category.needs_permit:
        needed.add(Paper.TRADE_PERMIT)
    if registration.filed_by_id and registration.filer.is_staff:
        # A tick set by the bank's own staff is nobody's consent (PIPL Art. 13, 14).
        needed.add(Paper.SIGNED_CONSENT)
    return [
        PaperNeed(paper, paper in needed, str(HINTS[paper])) for paper in Paper if paper in needed | optional
    ]
