"""Clearing a terminal: what is open, who says so, and that nothing ends past it."""

import pytest

from config.accounts.models import User
from config.kernel import clock
from config.kernel.history import changes_of
from config.kernel.lifecycle import Refused
from config.kernel.outbox import OutboxMessage
from terminals import stopping as stopping_desks
from terminals.activation import activate
from terminals.models import Terminal
from terminals.rebinding import swap
from terminals.settlement.clearance import (
    complete,
    drop,
    is_cleared,
    open_clearance,
    outstanding,
    what_is_left,
)
from terminals.settlement.items import ITEMS, OF_DEVICE, Code, Reason, codes_for
from terminals.settlement.models import Clearance, ClearanceItem, EvidenceFile
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.factories import stored_photo
from tests.merchants.factories import onboarded, owner_of
from tests.terminals.factories import (
    DeviceFactory,
    activated,
    cut_off,
    digits_of,
    placement,
    provisioned,
)
from tests.terminals.settlement.factories import (
    APPLICATION,
    OPENED,
    after_emergency,
    agreed,
    all_agreed,
    cleared,
    clerk,
    completed,
    confirmed,
    dropped,
    from_host_totals,
    said,
    stopping,
    supervisor,
    swapping,
)

pytestmark = pytest.mark.django_db


def item_of(clearance, code=Code.BATCH) -> ClearanceItem:
    return clearance.items.get(code=code)


def refusal(act, *args, **given) -> Refused:
    with pytest.raises(Refused) as refused:
        act(*args, now=clock.now(), **given)
    assert refused.value.sentence
    return refused.value


# -- opening ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", Reason)
def test_a_clearance_asks_for_the_items_of_its_reason(reason):
    clearance = OPENED[reason]()

    assert [item.code for item in clearance.items.all()] == list(codes_for(reason))
    assert {item.status for item in clearance.items.all()} == {"open"}
    assert clearance.serial_number == clearance.terminal.bindings.get().serial_number


def test_a_swap_asks_only_for_what_lies_on_the_device():
    assert codes_for(Reason.SWAP) == OF_DEVICE == (Code.BATCH, Code.UPLOAD, Code.REVERSALS, Code.OFFLINE)
    assert codes_for(Reason.STOP) == codes_for(Reason.BY_HAND) == tuple(ITEMS) == tuple(Code)


@pytest.mark.parametrize("reason", Reason)
def test_opened_twice_for_one_application_it_is_the_same(reason):
    clearance = OPENED[reason]()
    again = {"reason": reason, "application_number": APPLICATION, "by": StaffFactory(), "now": clock.now()}

    assert open_clearance(clearance.terminal, **again) == clearance
    completed(clearance)
    clearance.terminal.refresh_from_db()
    assert open_clearance(clearance.terminal, **again) == clearance
    assert Clearance.objects.count() == 1


def test_one_for_another_application_is_not_taken_over():
    clearance = stopping()

    told = refusal(
        open_clearance,
        clearance.terminal,
        reason="stop",
        application_number="TY-20261102-000009",
        by=StaffFactory(),
    )

    assert (told.code, APPLICATION in told.sentence) == ("in_hand", True)


def test_after_it_was_dropped_a_new_one_is_opened():
    first = dropped(stopping())
    first.terminal.refresh_from_db()

    second = stopping(terminal=first.terminal)

    assert first.pk != second.pk
    assert second.status == "open"


WAITING = {
    "pending_activation": provisioned,
    "active": lambda: activated()[0],
    "settle_only": lambda: stopping().terminal,
    "deactivated": lambda: after_emergency().terminal,
}


@pytest.mark.parametrize("status", WAITING)
@pytest.mark.parametrize("reason", Reason)
def test_a_clearance_is_opened_in_its_time_only(reason, status):
    terminal = WAITING[status]()
    there = Clearance.objects.count()
    given = {"reason": reason, "application_number": "TY-20261102-000009", "by": StaffFactory()}

    if (reason, status) == ("swap", "active"):
        assert open_clearance(terminal, now=clock.now(), **given).status == "open"
    else:
        code = {("swap", "pending_activation"): "nothing_to_settle"}.get((reason, status), "wrong_state")
        if (reason, status) in [("stop", "settle_only"), ("by_hand", "deactivated")]:
            code = "in_hand"
        assert refusal(open_clearance, terminal, **given).code == code
        assert Clearance.objects.count() == there


def test_the_settlement_clerks_of_the_branch_hear_of_it_and_nobody_else():
    branch = BranchFactory(parent=BranchFactory())
    mine, other, above = clerk(branch), clerk(BranchFactory()), clerk(branch.parent)

    stopping(merchant=onboarded(branch=branch))

    told = OutboxMessage.objects.filter(kind="clearance_opened", channel="inbox")
    assert [message.recipient for message in told] == [mine]
    assert other not in [message.recipient for message in told]
    assert above not in [message.recipient for message in told]


def test_a_stop_makes_the_clearance_of_a_replacement_pointless():
    swap_clearance = swapping()

    stopping(terminal=swap_clearance.terminal)

    swap_clearance.refresh_from_db()
    assert swap_clearance.status == "void"


def test_after_an_emergency_the_terminal_is_settled_by_hand():
    stop = stopping()
    cut_off(stop.terminal)

    by_hand = open_clearance(stop.terminal, reason="by_hand", by=StaffFactory(), now=clock.now())

    stop.refresh_from_db()
    assert (stop.status, by_hand.status, by_hand.items.count()) == ("void", "open", len(ITEMS))
    assert by_hand.serial_number == stop.serial_number


def test_what_was_cleared_before_its_end_is_not_settled_by_hand():
    terminal = activated()[0]
    cleared(terminal)

    assert refusal(open_clearance, terminal, reason="by_hand", by=StaffFactory()).code == "wrong_state"


# -- items: every verb in every state ---------------------------------------------------------------------------------

ROADS = {
    "open": lambda item: item,
    "confirmed": confirmed,
    "checked": agreed,
}
VERBS = {
    "confirm": ("confirmed", lambda item, by: item.confirm(by=by, now=clock.now(), **said(item))),
    "agree": ("checked", lambda item, by: item.agree(by=by, now=clock.now())),
    "give_back": ("open", lambda item, by: item.give_back(by=by, now=clock.now(), note="批次号不对")),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("status", ROADS)
def test_an_item_goes_along_its_arrows_only(status, verb):
    item = ROADS[status](item_of(stopping()))
    target, act = VERBS[verb]
    is_arrow = target in ClearanceItem.NEXT[status]
    steps = changes_of(item).count()

    if is_arrow:
        act(item, clerk(item.clearance.terminal.branch))
    else:
        with pytest.raises(Refused):
            act(item, clerk(item.clearance.terminal.branch))

    item.refresh_from_db()
    assert set(ROADS) == set(ClearanceItem.Status)
    assert item.status == (target if is_arrow else status)
    assert changes_of(item).count() == steps + is_arrow


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("status", ROADS)
@pytest.mark.parametrize("end", [completed, dropped])
def test_nothing_changes_in_a_clearance_that_is_closed(end, status, verb):
    clearance = swapping()
    item = ROADS[status](item_of(clearance)) if end is dropped else item_of(clearance)
    end(clearance)
    item.refresh_from_db()
    before = item.status

    with pytest.raises(Refused):
        VERBS[verb][1](item, clerk(clearance.terminal.branch))

    item.refresh_from_db()
    assert item.status == before


@pytest.mark.parametrize("is_superuser", [False, True])
def test_nobody_checks_what_they_confirmed(is_superuser):
    item = item_of(stopping())
    person = clerk(item.clearance.terminal.branch, is_superuser=is_superuser)
    confirmed(item, by=person)

    assert "同事" in refusal(item.agree, by=person).sentence
    item.refresh_from_db()
    assert item.status == "confirmed"


def test_what_is_given_back_is_open_again_and_says_why():
    item = agreed(item_of(stopping()))

    item.give_back(by=clerk(item.clearance.terminal.branch), now=clock.now(), note="  批次号不对 ")

    item.refresh_from_db()
    assert (item.status, item.returned_note, item.evidence) == (
        "open",
        "批次号不对",
        "批次 000017，主机条目 1",
    )
    assert (item.confirmed_by, item.confirmed_at, item.checked_by, item.checked_at) == (None,) * 4
    confirmed(item, evidence="批次 000018")
    assert item.returned_note == ""
    assert [step.note for step in changes_of(item)][:2] == ["批次 000018", "批次号不对"]


def test_nothing_is_given_back_without_a_word():
    item = confirmed(item_of(stopping()))

    told = refusal(item.give_back, by=clerk(item.clearance.terminal.branch), note=" ")

    assert told.code == "no_reason"


@pytest.mark.parametrize("role", User._meta.get_field("role").choices)
def test_who_may_confirm_and_check(role):
    item = item_of(stopping())
    person = StaffFactory(role=role[0], branch=item.clearance.terminal.branch)

    may_confirm = item.objection("confirmed", by=person, now=clock.now()) == ""
    confirmed(item)
    may_check = item.objection("checked", by=person, now=clock.now()) == ""

    assert may_confirm == (role[0] == "settlement")
    assert may_check == (role[0] in ("settlement", "supervisor"))


def test_a_clerk_of_another_branch_does_nothing():
    clearance = stopping()
    stranger = clerk(BranchFactory())
    open_item, done = item_of(clearance), confirmed(item_of(clearance, Code.OFFLINE))

    refusal(open_item.confirm, by=stranger, **said(open_item))
    refusal(done.agree, by=stranger)
    refusal(done.give_back, by=stranger, note="x")
    all_agreed(stopping())
    other = all_agreed(stopping())
    assert refusal(complete, other, by=stranger).code == "wrong_state"


@pytest.mark.parametrize("code", Code)
def test_an_item_is_confirmed_with_its_evidence_and_its_amount(code):
    item = item_of(stopping(), code)
    by = clerk(item.clearance.terminal.branch)

    assert refusal(item.confirm, by=by, **said(item, evidence="  ")).code == "constraint"
    if item.asked.is_money:
        assert refusal(item.confirm, by=by, **said(item, amount_fen=None)).code == "constraint"
        assert refusal(item.confirm, by=by, **said(item, amount_fen=-1)).code == "constraint"
    item.confirm(by=by, now=clock.now(), **said(item))

    assert (item.source, item.confirmed_by) == ("person", by)
    assert (item.amount_fen is not None) == item.asked.is_money


def test_what_a_named_system_computed_is_checked_by_a_person():
    item = item_of(stopping())

    item.confirm(by=User.objects.system("settlement"), now=clock.now(), **said(item))

    assert item.source == "computed"
    refusal(item.agree, by=User.objects.system("settlement"))
    refusal(item.agree, by=User.objects.system("other"))
    item.agree(by=clerk(item.clearance.terminal.branch), now=clock.now())
    assert item.status == "checked"


@pytest.mark.parametrize("code", Code)
def test_host_totals_stand_in_for_a_lost_device_under_a_voucher(code):
    item = item_of(stopping(), code)
    by = clerk(item.clearance.terminal.branch)

    assert (
        refusal(item.confirm, by=by, **from_host_totals(item) | {"voucher_number": " "}).code == "constraint"
    )
    if code not in OF_DEVICE:
        assert refusal(item.confirm, by=by, **from_host_totals(item)).code == "constraint"
        return
    item.confirm(by=by, now=clock.now(), **from_host_totals(item))

    assert item.voucher_number == "SG-2026-0117"


def test_what_came_from_host_totals_is_checked_by_a_supervisor_who_is_somebody_else():
    item = item_of(stopping())
    branch = item.clearance.terminal.branch
    root = clerk(branch, is_superuser=True)
    item.confirm(by=root, now=clock.now(), **from_host_totals(item))

    assert "主管" in refusal(item.agree, by=clerk(branch)).sentence
    refusal(item.agree, by=root)
    item.agree(by=supervisor(branch), now=clock.now())

    assert item.status == "checked"


def test_evidence_files_stay_when_the_item_is_given_back():
    item = item_of(stopping())
    by = clerk(item.clearance.terminal.branch)
    files = [stored_photo(by=by, now=clock.now()) for _ in range(2)]
    item.confirm(by=by, now=clock.now(), file=files[0], **said(item))
    item.give_back(by=clerk(item.clearance.terminal.branch), now=clock.now(), note="看不清")

    item.confirm(by=by, now=clock.now(), file=files[1], **said(item))

    assert [evidence.stored_file for evidence in item.files.all()] == files


def test_a_confirmation_that_is_refused_keeps_no_file():
    item = confirmed(item_of(stopping()))
    by = clerk(item.clearance.terminal.branch)

    refusal(item.confirm, by=by, file=stored_photo(by=by, now=clock.now()), **said(item))

    assert not EvidenceFile.objects.exists()


# -- the end ----------------------------------------------------------------------------------------------------------


def test_a_terminal_that_only_settles_is_outstanding_as_a_whole_without_a_clearance():
    terminal, _done = activated()
    terminal.wind_up(by=StaffFactory(), now=clock.now(), note="停用")

    assert len(outstanding(terminal)) == 1
    assert refusal(terminal.deactivate, by=StaffFactory(), note="停用").params["items"] == outstanding(
        terminal
    )


def test_a_clearance_without_its_items_is_outstanding_as_a_whole():
    clearance = stopping()
    item_of(clearance).delete()
    for item in clearance.items.all():
        agreed(item)

    assert len(outstanding(clearance.terminal)) == 1
    assert refusal(complete, clearance, by=clerk(clearance.terminal.branch)).code == "outstanding"


@pytest.mark.parametrize("how_far", ["open", "confirmed"])
@pytest.mark.parametrize("code", Code)
def test_one_open_item_holds_the_terminal(code, how_far):
    clearance = stopping()
    for item in clearance.items.exclude(code=code):
        agreed(item)
    held = ROADS[how_far](item_of(clearance, code))

    told = refusal(complete, clearance, by=clerk(clearance.terminal.branch))

    assert told.params["items"] == outstanding(clearance.terminal) == [held.what_is_open()]
    clearance.refresh_from_db()
    assert (clearance.status, Terminal.objects.get().status) == ("open", "settle_only")


def straight_on(terminal, by):
    with terminal.moving_to("deactivated", by=by, now=clock.now()):
        terminal.cleared_at = clock.now()


PATHS = {
    "complete": lambda clearance, by: complete(clearance, by=by, now=clock.now()),
    "settle": lambda clearance, by: clearance.settle(by=by, now=clock.now()),
    "deactivate": lambda clearance, by: clearance.terminal.deactivate(by=by, now=clock.now(), note="停用"),
    "moving_to": lambda clearance, by: straight_on(clearance.terminal, by),
}


@pytest.mark.parametrize("path", PATHS)
def test_no_path_leads_past_an_open_item(path):
    clearance = stopping()
    for item in clearance.items.exclude(code=Code.PAYOUT):
        agreed(item)
    root = clerk(clearance.terminal.branch, is_superuser=True)

    with pytest.raises(Refused):
        PATHS[path](clearance, root)

    clearance.refresh_from_db()
    assert (clearance.status, Terminal.objects.get().status) == ("open", "settle_only")


@pytest.mark.parametrize("path", ["deactivate", "moving_to"])
def test_a_terminal_does_not_end_beside_its_clearance(path):
    """All is checked and nobody has completed it: then only completing ends both."""
    clearance = all_agreed(stopping())

    with pytest.raises(Refused):
        PATHS[path](clearance, clerk(clearance.terminal.branch))

    assert Terminal.objects.get().status == "settle_only"


def test_completed_the_terminal_has_ended_and_its_owners_know():
    clearance = all_agreed(stopping())
    device = clearance.terminal.binding.device

    complete(clearance, by=clerk(clearance.terminal.branch), now=clock.now())

    terminal = Terminal.objects.get()
    device.refresh_from_db()
    assert (clearance.status, terminal.status, device.status) == ("settled", "deactivated", "returning")
    assert terminal.cleared_at == clearance.closed_at
    told = OutboxMessage.objects.filter(kind="terminal_stopped", channel="inbox")
    assert [message.recipient for message in told] == [owner_of(terminal.merchant)]


def test_what_another_desk_has_open_holds_both(monkeypatch):
    clearance = all_agreed(stopping())
    desks = {"settlement": outstanding, "store": lambda terminal: ["机具未交回。"]}
    monkeypatch.setattr(stopping_desks, "_desks", desks)

    told = refusal(complete, clearance, by=clerk(clearance.terminal.branch))

    clearance.refresh_from_db()
    assert told.params["items"] == ["机具未交回。"]
    assert (clearance.status, Terminal.objects.get().status) == ("open", "settle_only")
    assert not OutboxMessage.objects.filter(kind="terminal_stopped").exists()


def test_a_desk_that_objects_only_at_the_end_undoes_everything(monkeypatch):
    clearance, answers = all_agreed(stopping()), iter([[], ["刚刚又上送一笔。"], ["刚刚又上送一笔。"]])
    desks = {"settlement": outstanding, "late": lambda terminal: next(answers)}
    monkeypatch.setattr(stopping_desks, "_desks", desks)

    refusal(complete, clearance, by=clerk(clearance.terminal.branch))

    clearance.refresh_from_db()
    assert (clearance.status, Terminal.objects.get().status) == ("open", "settle_only")
    assert not changes_of(clearance).exists()


@pytest.mark.parametrize(("reason", "status"), [("swap", "active"), ("by_hand", "deactivated")])
def test_a_swap_and_an_emergency_only_close(reason, status):
    clearance = completed(OPENED[Reason(reason)]())

    assert (clearance.status, Terminal.objects.get().status) == ("settled", status)
    assert not OutboxMessage.objects.filter(kind="terminal_stopped").exists()


@pytest.mark.parametrize("end", [completed, dropped])
def test_a_closed_clearance_is_closed_for_good(end):
    clearance = end(swapping())
    by = clerk(clearance.terminal.branch)

    assert refusal(complete, clearance, by=by).code == "wrong_state"
    assert refusal(drop, clearance, by=by, note="x").code == "wrong_state"


def test_a_supervisor_checks_and_a_clerk_completes():
    clearance = all_agreed(stopping())

    assert "结算岗" in refusal(complete, clearance, by=supervisor(clearance.terminal.branch)).sentence


# -- dropping ---------------------------------------------------------------------------------------------------------


def test_a_revoked_stop_drops_its_clearance():
    clearance = dropped(stopping())

    assert (clearance.status, Terminal.objects.get().status) == ("void", "active")
    assert changes_of(clearance).first().note == "不再停用"


def test_a_clearance_is_not_dropped_while_it_is_needed():
    by = StaffFactory()

    assert refusal(drop, stopping(), by=by, note="x").code == "wrong_state"
    assert refusal(drop, after_emergency(), by=by, note="x").code == "wrong_state"
    assert set(Clearance.objects.values_list("status", flat=True)) == {"open"}


def test_a_dropped_clearance_answers_for_nothing():
    clearance = all_agreed(stopping())
    terminal = dropped(clearance).terminal
    terminal.refresh_from_db()
    terminal.wind_up(by=StaffFactory(), now=clock.now(), note="停用")

    assert len(outstanding(terminal)) == 1


# -- questions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", Reason)
def test_a_terminal_is_cleared_when_its_clearance_is_done(reason):
    clearance = OPENED[reason]()
    terminal = clearance.terminal
    assert not is_cleared(terminal, reason)
    all_agreed(clearance)
    assert not is_cleared(terminal, reason)

    complete(clearance, by=clerk(terminal.branch), now=clock.now())

    terminal.refresh_from_db()
    assert is_cleared(terminal, reason)
    assert is_cleared(terminal, reason, application_number=APPLICATION)
    assert not is_cleared(terminal, reason, application_number="TY-20261102-000009")
    assert [other for other in Reason if is_cleared(terminal, other)] == [reason]


def test_the_clearance_of_the_old_device_says_nothing_of_the_new_one():
    terminal = activated()[0]
    cleared(terminal, reason="swap")
    new = DeviceFactory(branch=terminal.branch)
    swap(
        terminal,
        line=placement(device=new),
        application_number="HJ-20261101-000001",
        by=StaffFactory(branch=terminal.branch),
        now=clock.now(),
    )
    terminal.refresh_from_db()

    assert is_cleared(terminal, "swap"), "never in use on the new device, it has nothing to settle there"
    activate(
        serial_number=new.serial_number,
        registration_code=digits_of(terminal),
        ip="192.0.2.1",
        now=clock.now(),
    )

    assert not is_cleared(terminal, "swap")


def test_the_merchant_reads_what_it_can_do_and_no_more():
    clearance = stopping()
    terminal = clearance.terminal
    yours = lambda: [left.is_yours for left in what_is_left(terminal)]  # noqa: E731

    assert yours() == [True, True, False]
    for code in OF_DEVICE:
        confirmed(item_of(clearance, code), evidence="内部说明")
    assert yours() == [True, False]
    confirmed(item_of(clearance, Code.PREAUTH))
    confirmed(item_of(clearance, Code.PAYOUT))
    assert yours() == [False]
    assert "内部说明" not in "".join(left.text for left in what_is_left(terminal))


def test_nothing_is_left_before_and_after():
    terminal = activated()[0]
    assert what_is_left(terminal) == []
    cleared(terminal)

    assert what_is_left(terminal) == []


def test_a_stop_without_its_clearance_waits_for_the_bank():
    terminal, _done = activated()
    terminal.wind_up(by=StaffFactory(), now=clock.now(), note="停用")

    assert [left.is_yours for left in what_is_left(terminal)] == [False]
