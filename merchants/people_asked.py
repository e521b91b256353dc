"""What the page of people asks back before a step is taken: which step, on whom, and what it means."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from merchants.models import Membership, Merchant


@dataclass(frozen=True)
class Asked:
    """One question: where its answer is sent, what it says, the words of its button, and the role that is sent along."""

    url: str
    title: str
    text: str
    action: str
    role: str = ""
    danger: bool = True


def what_is_asked(
    ask: str, members: list[Membership], merchant: Merchant, *, may_manage: bool
) -> Asked | None:
    """The question that the address asks for, like `role-12`, `removal-12`, `handover-12` or `leaving`; None for anything else."""
    if ask == "leaving":
        return Asked(
            reverse("people:leaving", args=[merchant.number]),
            _("Leave this merchant?"),
            _("You see nothing of it from that moment. To come back you need a new invitation."),
            _("Leave"),
        )
    step, _dash, key = ask.partition("-")
    member = next((each for each in members if str(each.pk) == key), None)
    if member is None or not may_manage:
        return None
    name = {"name": member.name}
    if step == "removal":
        return Asked(
            reverse("people:removal", args=[merchant.number, member.pk]),
            _("Remove %(name)s?") % name,
            _("The person sees nothing of this merchant from that moment, and is told."),
            pgettext("member", "Remove"),
        )
    if step == "handover" and not member.is_checked:
        return Asked(
            reverse("people:handover", args=[merchant.number, member.pk]),
            _("Hand the merchant over to %(name)s?") % name,
            _(
                "Once the successor has accepted and the bank has checked it, the successor is the owner and you are an operator. You are asked for your password; the contact on record and the branch are told."
            ),
            _("Ask the successor"),
        )
    if step == "role":
        return _asked_role(member, merchant, name)
    return None


def _asked_role(member: Membership, merchant: Merchant, name: dict[str, str]) -> Asked:
    url = reverse("people:role", args=[merchant.number, member.pk])
    if member.role == Membership.Role.OWNER:
        return Asked(
            url,
            _("Make %(name)s an operator?") % name,
            _("An operator fills in applications and collects codes, but cannot submit or manage people."),
            _("Make an operator"),
            Membership.Role.OPERATOR,
        )
    return Asked(
        url,
        _("Make %(name)s an owner?") % name,
        _(
            "An owner may do everything in the merchant's name. Only an owner whom the bank has checked hands the merchant over."
        ),
        _("Make an owner"),
        Membership.Role.OWNER,
        danger=False,
    )
