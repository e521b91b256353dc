"""What customers ask for of what they have: a complete draft of each kind, and every later state through the verbs."""

from __future__ import annotations

from datetime import timedelta

from applications.filing import start_request
from applications.models import Application
from applications.verdicts import all_in_order
from config.kernel import clock
from config.kernel.calendar import add_working_days
from tests.accounts.factories import StaffFactory
from tests.applications.factories import reviewer_for, stored_photo
from tests.merchants.factories import owner_of
from tests.terminals.factories import DeviceFactory, activated

Kind = Application.Kind


def relocation_answers(one, now) -> dict:
    return {
        "division_id": "310106",
        "address": "样例路 88 号",
        "effective_on": clock.local_date(now),
        "reason_text": "店铺搬迁",
    }


def replacement_answers(one, now) -> dict:
    device = DeviceFactory(branch=one.branch)
    return {
        "fault": "no_power",
        "reason_text": "无法开机",
        "old_batch": "settled",
        "old_batch_number": "000123",
        "device_model_id": device.model_id,
        "serial_number": device.serial_number,
    }


def change_answers(one, now) -> dict:
    return {"reason_text": "资料有变"}


def stop_answers(one, now) -> dict:
    return {
        "reason_id": "m1_not_needed",
        "reason_text": "收银台合并",
        "stop_on": add_working_days(clock.local_date(now), 3),
        "return_way": "branch",
        "declares_settled": True,
        "declares_cleared": True,
    }


ANSWERS = {
    Kind.CHANGE: change_answers,
    Kind.RELOCATION: relocation_answers,
    Kind.REPLACEMENT: replacement_answers,
    Kind.DEACTIVATION: stop_answers,
}


def requested(kind: str, *, terminal=None, merchant=None, state="draft", by=None, now=None, **answers):
    """An application of this kind about a terminal in use, in this state; `answers` differ from the ordinary ones."""
    now = now or clock.now()
    if terminal is None and merchant is None:
        terminal, _done = activated(now=now - timedelta(days=1))
    merchant = merchant or terminal.merchant
    if kind == Kind.CHANGE:
        terminal = None
    by = by or owner_of(merchant)
    one = start_request(kind, merchant=merchant, terminal=terminal, applicant=by, by=by, now=now)
    filled = ANSWERS[kind](one, now)
    with one.revising(by=by, now=now):
        for name, value in (filled | answers).items():
            setattr(one, name, value)
    return brought_to(one, state, by=by, now=now)


def bank_stop(terminal, initiator="bank", *, state="submitted", by=None, now=None, **answers):
    """A stop that staff file for the bank or an authority, in this state."""
    now = now or clock.now()
    by = by or StaffFactory(role="account_manager", branch=terminal.branch)
    about = {"merchant": terminal.merchant, "terminal": terminal, "initiator": initiator}
    one = start_request(Kind.DEACTIVATION, applicant=by, by=by, now=now, **about)
    given = {
        "reason_id": "o1_authority" if initiator == "authority" else "r1_moved",
        "reason_text": "现场核查照片与布放地址不符。",
        "stop_on": None if answers.get("is_emergency") else clock.local_date(now),
        "return_way": "branch",
    }
    with one.revising(by=by, now=now):
        for name, value in (given | answers).items():
            setattr(one, name, value)
    return brought_to(one, state, by=by, now=now)


def brought_to(one, state, *, by, now):
    """The complete draft with its papers, and further through the verbs."""
    for need in one.paper_needs():
        if need.is_required:
            one.documents.create(
                paper=need.paper, added_by=by, added_at=now, stored_file=stored_photo(by=by, now=now)
            )
    if state != "draft":
        one.submit(by=by, now=now)
    if state in ("under_review", "approved"):
        one.claim(by=reviewer_for(one), now=now)
    if state == "approved":
        approve(one, now=now)
    return one


def approve(one, *, by=None, now=None):
    """The decision of whoever holds the case: everything in order."""
    return one.approve(
        by=by or one.assignee,
        now=now or clock.now(),
        version=one.version,
        verdicts=all_in_order(one),
        account_verified=True,
    )
