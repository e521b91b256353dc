"""Who acts for a merchant: what each may do, how somebody joins and how somebody leaves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.accounts.roles import MEMBER_RIGHTS, MemberRight
from config.kernel.audit import record
from config.kernel.constraints import told_as_refusals
from config.kernel.lifecycle import Refused, lock_in_order
from merchants.models.membership import Membership
from merchants.models.merchant import Merchant
from merchants.telling import tell, tell_owners

# Why an operator may not.
_OWNERS_ONLY: dict[MemberRight, Promise] = {
    MemberRight.SUBMIT: gettext_lazy(
        "Only an owner of the merchant can submit: the application binds the merchant. Ask one to look through it."
    ),
    MemberRight.WITHDRAW: gettext_lazy("Only an owner of the merchant can withdraw the application."),
    MemberRight.CALL_OFF: gettext_lazy(
        "Only an owner of the merchant can call it off. If nobody of yours asked for it, call the branch at once."
    ),
    MemberRight.ASK_FOR_REVIEW: gettext_lazy(
        "Only an owner of the merchant can ask the bank to look at a refusal once more."
    ),
    MemberRight.MAKE_STATEMENTS: gettext_lazy(
        "Only an owner of the merchant can make a statement to the bank's findings."
    ),
    MemberRight.ATTEST: gettext_lazy(
        "Only an owner of the merchant can confirm its particulars to the bank. Ask one to do it."
    ),
    MemberRight.REPLACE_CODES: gettext_lazy(
        "Only an owner of the merchant can have a registration code replaced or taken back."
    ),
    MemberRight.OBJECT_TO_NOTICES: gettext_lazy(
        "Only an owner of the merchant can object to a notice of the bank."
    ),
    MemberRight.ENROL_IN_OFFERS: gettext_lazy(
        "Only an owner of the merchant can enrol it in an offer or withdraw it. Ask one to do it."
    ),
    MemberRight.MANAGE_PEOPLE: gettext_lazy("Only an owner of the merchant decides who else acts for it."),
}


def objection_to(right: MemberRight, person, merchant: Merchant) -> str:
    """Why this person may not do this for the merchant, or "". Staff are never among its people, whatever else they are."""
    role = role_of(person, merchant)
    if role is None:
        return _("Only the merchant's own people can take this step.")
    if right in MEMBER_RIGHTS[role]:
        return ""
    return str(_OWNERS_ONLY.get(right) or _("Your role at this merchant does not include this step."))


def role_of(person, merchant: Merchant) -> str | None:
    """The person's role at the merchant, None for everybody else and for all staff."""
    if not person.is_merchant_user:
        return None
    return merchant.memberships.filter(user=person.pk).values_list("role", flat=True).first()


def admit(person, merchant: Merchant, role: str, *, by, now: datetime) -> Membership:
    """The person acts for the merchant in this role, admitted by one of its owners.

    Raises `Refused`: "not_yours" for anybody but an owner, "not_a_merchants" for staff and closed accounts, "constraint" for a
    role that is none and for somebody who is there already.
    """
    with told_as_refusals(), transaction.atomic():
        lock_in_order(merchant)
        insist_on(MemberRight.MANAGE_PEOPLE, by, merchant)
        return join(person, merchant, role, by=by, now=now)


def join(person, merchant: Merchant, role: str, *, by, now: datetime) -> Membership:
    """The person acts for the merchant; whether somebody may let them in has been asked by the step around this."""
    if not (person.is_merchant_user and person.is_active):
        raise Refused(_("This account cannot act for a merchant."), code="not_a_merchants")
    member = Membership.objects.create(user=person, merchant=merchant, role=role, since=now)
    _put_on_record("member_admitted", member, by=by, now=now)
    return member


def change_role(person, merchant: Merchant, role: str, *, by, now: datetime) -> None:
    """The person acts for the merchant in this role from now on, and is told.

    A new owner is one whom the bank has not checked yet. Raises `Refused`: "not_yours", "not_a_member", "last_owner",
    "same_role", "constraint" for a role that is none.
    """
    with told_as_refusals(), transaction.atomic():
        lock_in_order(merchant)
        insist_on(MemberRight.MANAGE_PEOPLE, by, merchant)
        member = member_of(person, merchant)
        if member.role == role:
            raise Refused(_("This person has this role already."), code="same_role")
        if role != Membership.Role.OWNER:
            _keep_an_owner(member)
        former, member.role, member.checked_at = member.role, role, None
        member.save(update_fields=["role", "checked_at"])
        _put_on_record("member_role_changed", member, by=by, now=now, former=former)
        tell("membership_changed", member.user, merchant, now=now)
        tell_owners("people_changed", merchant, now=now, besides=by)


def dismiss(person, merchant: Merchant, *, by, now: datetime) -> None:
    """The person no longer acts for the merchant and sees nothing of it from this moment.

    An owner dismisses anybody, everybody else only themselves. Raises `Refused`: "not_yours", "not_a_member", "last_owner".
    """
    with transaction.atomic():
        # Two owners who dismiss each other come one after the other, so that one stays.
        lock_in_order(merchant)
        if person.pk != by.pk:
            insist_on(MemberRight.MANAGE_PEOPLE, by, merchant)
        member = member_of(person, merchant)
        _keep_an_owner(member)
        _put_on_record("member_dismissed", member, by=by, now=now)
        member.delete()
        if person.pk != by.pk:
            tell("membership_changed", member.user, merchant, now=now)
        tell_owners("people_changed", merchant, now=now, besides=by)


def objection_to_leaving(member: Membership, members: Iterable[Membership] | None = None) -> str:
    """Why this person has to stay, or in this role, or "". Whoever has all members of the merchant at hand gives them.

    Otherwise an owner would admit another one and leave, and the merchant would have changed hands behind the bank's back.
    """
    if member.role != Membership.Role.OWNER:
        return ""
    if members is None:
        members = Membership.objects.filter(merchant=member.merchant_id)
    others = [each for each in members if each.role == Membership.Role.OWNER and each.pk != member.pk]
    runs = member.merchant.status != Merchant.Status.CLOSED
    if runs and member.is_checked and not any(each.is_checked for each in others):
        return _(
            "A merchant keeps at least one owner whom the bank has checked. The last one hands the merchant over to somebody else first, and the bank checks the successor."
        )
    return "" if others else _("A merchant keeps at least one owner. Admit another one first.")


def objection_to_handing_over(owner: Membership) -> str:
    """Why this owner cannot name a successor, or ""."""
    return "" if owner.is_checked else _("Only an owner whom the bank has checked hands the merchant over.")


def insist_on(right: MemberRight, by, merchant: Merchant) -> None:
    """Raises `Refused` "not_yours" with the sentence where this person may not."""
    if sentence := objection_to(right, by, merchant):
        raise Refused(sentence, code="not_yours")


def member_of(person, merchant: Merchant) -> Membership:
    """The person's membership. Raises `Refused` "not_a_member"."""
    member = merchant.memberships.select_related("user").filter(user=person.pk).first()
    if member is None:
        raise Refused(_("This person does not act for this merchant."), code="not_a_member")
    return member


def _keep_an_owner(member: Membership) -> None:
    """Called under the merchant's lock."""
    if sentence := objection_to_leaving(member):
        raise Refused(sentence, code="last_owner")


def _put_on_record(action: str, member: Membership, *, by, now: datetime, **more: str) -> None:
    detail = {"person": member.user_id, "role": member.role} | more
    record(action, by=by, now=now, subject=member.merchant, detail=detail)
