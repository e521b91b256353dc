"""The people of a merchant in the browser: owners invite, change roles and remove; everybody sees them and may leave."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from config.accounts.proof import insist_on_proof
from config.accounts.roles import MemberRight
from config.kernel import clock
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused
from merchants import invitations, people
from merchants.forms import InvitationForm, RoleForm
from merchants.models import HandOver, Invitation, Membership, Merchant
from merchants.people_asked import what_is_asked


@require_GET
def merchant_list(request: HttpRequest) -> HttpResponse:
    """The merchants that the person acts for, and in which role."""
    rows = memberships_of(request).select_related("merchant").order_by("-since", "-id")
    rows = rows.annotate(people_count=Count("merchant__memberships"))
    return render(request, "merchants/list.html", {"rows": rows})


@require_GET
def people_page(request: HttpRequest, number: str) -> HttpResponse:
    return page(request, one_merchant(request, number))


@require_POST
@idempotent
def invitation(request: HttpRequest, number: str) -> HttpResponse:
    """An invitation is on its way to the address."""
    merchant = one_merchant(request, number)
    form = InvitationForm(request.POST)
    try:
        people.insist_on(MemberRight.MANAGE_PEOPLE, request.user, merchant)
        if not form.is_valid():
            return page(request, merchant, form=form)
        said = form.cleaned_data
        _insist_on_proof_for(request, said["role"])
        invitations.invite(said["reach"], merchant, said["role"], by=request.user, now=clock.now())
    except Refused as refused:
        if refused.code == "not_yours":
            return _refused(request, refused, number)
        form.add_error("reach", refused.sentence)
        return page(request, merchant, form=form)
    messages.success(request, _("The invitation is on its way."))
    return redirect("people:people", number)


@require_POST
@idempotent
def calling_off(request: HttpRequest, number: str, pk: str) -> HttpResponse:
    """The link of the invitation leads nowhere any more."""
    merchant = one_merchant(request, number)
    row = get_object_or_404(Invitation.objects.select_related("merchant"), merchant=merchant, pk=pk)
    try:
        invitations.call_off(row, by=request.user, now=clock.now())
    except Refused as refused:
        return _refused(request, refused, number)
    messages.success(request, _("The invitation is called off. Its link leads nowhere any more."))
    return redirect("people:people", number)


@require_POST
@idempotent
def role(request: HttpRequest, number: str, pk: str) -> HttpResponse:
    """The member has another role."""
    merchant = one_merchant(request, number)
    member, chosen = one_member(merchant, pk), RoleForm(request.POST).chosen()
    try:
        people.insist_on(MemberRight.MANAGE_PEOPLE, request.user, merchant)
        _insist_on_proof_for(request, chosen)
        people.change_role(member.user, merchant, chosen, by=request.user, now=clock.now())
    except Refused as refused:
        return _refused(request, refused, number)
    messages.success(request, _("The role is changed, and the person has been told."))
    return redirect("people:people", number)


def _insist_on_proof_for(request: HttpRequest, role: str) -> None:
    """A further owner can do all but hand the merchant over: a found telephone must not be enough to make one."""
    if role == Membership.Role.OWNER:
        insist_on_proof(request)


@require_POST
@idempotent
def removal(request: HttpRequest, number: str, pk: str) -> HttpResponse:
    """The member no longer acts for the merchant."""
    merchant = one_merchant(request, number)
    member = one_member(merchant, pk)
    try:
        people.dismiss(member.user, merchant, by=request.user, now=clock.now())
    except Refused as refused:
        return _refused(request, refused, number)
    if member.user_id == request.user.pk:
        return _gone(request)
    messages.success(request, _("The person no longer acts for this merchant, from this moment on."))
    return redirect("people:people", number)


@require_POST
@idempotent
def leaving(request: HttpRequest, number: str) -> HttpResponse:
    """The person no longer acts for the merchant."""
    merchant = one_merchant(request, number)
    try:
        people.dismiss(request.user, merchant, by=request.user, now=clock.now())
    except Refused as refused:
        return _refused(request, refused, number)
    return _gone(request)


@require_GET
@never_cache
def invited_page(request: HttpRequest, token: str) -> HttpResponse:
    """What the person is invited to. For everybody else the link is one that never was."""
    row = invitations.invited(request.user, token, now=clock.now())
    if row is None:
        return _not_for_you(request)
    return render(request, "merchants/invited.html", {"invitation": row, "token": token})


@require_POST
@idempotent
def acceptance(request: HttpRequest, token: str) -> HttpResponse:
    """The person acts for the merchant."""
    row, now = invitations.invited(request.user, token, now=clock.now()), clock.now()
    if row is None:
        return _not_for_you(request)
    try:
        invitations.accept(row, by=request.user, now=now)
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("people:list")
    messages.success(request, _("You act for %(merchant)s from now on.") % {"merchant": row.merchant})
    return redirect("people:people", row.merchant.number)


@require_POST
@idempotent
def declining(request: HttpRequest, token: str) -> HttpResponse:
    """The invitation is over."""
    row, now = invitations.invited(request.user, token, now=clock.now()), clock.now()
    if row is None:
        return _not_for_you(request)
    try:
        invitations.decline(row, by=request.user, now=now)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("The invitation is declined."))
    return redirect("people:list")


def memberships_of(request: HttpRequest) -> Any:
    """The person's own memberships. Staff have their own place and find nothing here."""
    person: Any = request.user
    if not person.is_merchant_user:
        raise Http404
    return Membership.objects.filter(user=person)


def one_merchant(request: HttpRequest, number: str) -> Merchant:
    memberships_of(request)
    return get_object_or_404(Merchant.objects.visible_to(request.user), number=number)


def one_member(merchant: Merchant, pk: str) -> Membership:
    return get_object_or_404(merchant.memberships.select_related("user"), pk=pk)


def page(request: HttpRequest, merchant: Merchant, form: InvitationForm | None = None) -> HttpResponse:
    """The people of the merchant, with the steps that this person may take."""
    members = list(merchant.memberships.select_related("user").order_by("since", "id"))
    me = next(member for member in members if member.user_id == request.user.pk)
    why_not = people.objection_to(MemberRight.MANAGE_PEOPLE, request.user, merchant)
    handover = merchant.handovers.open().select_related("owner", "successor").first()
    context = {
        "merchant": merchant,
        "members": [(member, people.objection_to_leaving(member, members)) for member in members],
        "me": me,
        "form": form or InvitationForm(),
        "invitations": [] if why_not else list(merchant.invitations.open().order_by("-id")),
        "why_not": why_not,
        "handover": handover,
        "may_answer": handover is not None
        and not handover.objection(HandOver.Status.ACCEPTED, by=request.user, now=clock.now()),
        "why_stay": people.objection_to_leaving(me, members),
        "why_no_handover": why_not or people.objection_to_handing_over(me),
        "asked": what_is_asked(request.GET.get("ask", ""), members, merchant, may_manage=not why_not),
    }
    return render(request, "merchants/people.html", context)


def _gone(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("You no longer act for this merchant."))
    return redirect("people:list")


def _not_for_you(request: HttpRequest) -> HttpResponse:
    """The same for a link that never was, one that is over, and one that was sent to somebody else."""
    return render(request, "merchants/not_invited.html", status=404)


def _refused(request: HttpRequest, refused: Refused, number: str) -> HttpResponse:
    messages.error(request, refused.sentence)
    return redirect("people:people", number)
