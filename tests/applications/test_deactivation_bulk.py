"""Stops of which nothing is left to look into are granted together: listed first, refused row by row."""

import pytest

from applications.desk import bulk
from applications.terminals_to_stop import ToStop, kept
from applications.verdicts import all_in_order
from config.kernel import clock
from tests.applications.factories import reviewer_for
from tests.applications.portal import signed_in
from tests.applications.requests import bank_stop, requested
from tests.terminals.factories import activated, provisioned

pytestmark = pytest.mark.django_db
QUEUE = "/admin/applications/application/"


def clean_stop(merchant=None):
    """A merchant's stop without a doubt: declared as settled, and other terminals stay."""
    terminal, _done = activated(**({"merchant": merchant} if merchant else {}))
    activated(merchant=terminal.merchant)
    return requested(
        "deactivation",
        terminal=terminal,
        chosen=kept([ToStop(terminal.number, "000318", "yes")]),
        state="submitted",
    )


def test_two_stops_are_granted_and_a_third_says_why_not():
    first = clean_stop()
    second = clean_stop(first.merchant)
    doubted = requested("deactivation", terminal=activated(merchant=first.merchant)[0], state="submitted")
    moving = requested("relocation", terminal=activated(merchant=first.merchant)[0], state="submitted")
    reviewer = reviewer_for(first)
    browser, ticked = signed_in(reviewer), [first.pk, second.pk, doubted.pk, moving.pk]

    page = browser.post(f"{QUEUE}bulk/", {"step": "approve", "ticked": ticked})
    listed = page.content.decode()
    assert listed.count('name="ticked"') == 2
    assert all(one.number in listed for one in (first, second, doubted, moving))
    versions = {f"version_{one.pk}": one.version for one in (first, second, doubted, moving)}
    told = browser.post(
        f"{QUEUE}bulk/approval/", {"ticked": ticked, **versions}, follow=True
    ).content.decode()

    for one in (first, second, doubted, moving):
        one.refresh_from_db()
    assert [one.status for one in (first, second, doubted, moving)] == [
        "approved",
        "approved",
        "submitted",
        "submitted",
    ]
    assert doubted.number in told
    assert moving.number in told


def test_what_changed_since_it_was_listed_is_not_granted():
    one = clean_stop()

    result = bulk.approve_all(
        [one], by=reviewer_for(one), now=clock.now(), versions={one.pk: one.version - 1}
    )

    assert (result.done, [refused.number for refused in result.refused]) == (0, [one.number])
    one.refresh_from_db()
    assert (one.status, one.assignee) == ("submitted", None)


def test_eleven_do_not_go_together():
    assert bulk.objection_to("approve", 10) == ""
    assert bulk.objection_to("approve", 11)
    assert bulk.objection_to("claim", 11) == ""


def test_an_emergency_and_a_held_one_are_decided_on_their_own_pages():
    emergency = bank_stop(activated()[0], "authority", is_emergency=True, state="under_review")
    held = bank_stop(activated()[0], state="under_review")
    held.approve(
        by=held.assignee,
        now=clock.now(),
        version=held.version,
        verdicts=all_in_order(held),
        account_verified=False,
    )

    for one in (emergency, held):
        assert bulk.objection_to_approve(one, by=one.assignee or reviewer_for(one), now=clock.now())


def test_nobody_grants_what_they_filed_in_bulk():
    one = clean_stop()
    waiting = provisioned(merchant=one.merchant)
    own = requested("deactivation", terminal=waiting, state="submitted")
    reviewer = reviewer_for(one)
    own.remember_maker(reviewer, now=clock.now())

    assert bulk.objection_to_approve(own, by=reviewer, now=clock.now())
