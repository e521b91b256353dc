"""Invitations as tests need them: sent by an owner, with the token that only the link carries."""

from config.accounts.reach import Reach
from config.kernel import clock
from merchants.invitations import invite
from tests.merchants.factories import onboarded, owner_of


def invited_to(address="new@shop.example", *, merchant=None, role="operator", now=None, by=None):
    """(invitation, token) of an open invitation."""
    merchant = merchant or onboarded()
    reach = Reach("email" if "@" in address else "phone", address)
    return invite(reach, merchant, role, by=by or owner_of(merchant), now=now or clock.now())
