"""Which kind goes which way: the table, moved by administrators, on record, from the next event on."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.accounts.models import Role
from config.kernel.audit import AuditEvent
from config.kernel.lifecycle import Refused
from config.kernel.message import OutboxMessage, State
from config.kernel.message_kinds import KINDS, Channel
from config.kernel.outbox import enqueue
from config.kernel.switches import MessageSwitch, channels_of, switch

PAGE = "admin:kernel_messageswitch_changelist"


@pytest.fixture(autouse=True)
def gateways(settings):
    settings.GATEWAYS = dict.fromkeys(("email", "sms"), "config.kernel.gateways.FileGateway")


@pytest.fixture
def clerk(staff):
    return staff(Role.ADMINISTRATOR)


@pytest.fixture
def desk(client, clerk):
    client.force_login(clerk)
    return client


def tell(person, now, kind="application_submitted"):
    enqueue(kind, recipient=person, subject=person, context=dict.fromkeys(KINDS[kind].keys, "1"), now=now)


def ways(kind="application_submitted"):
    return set(OutboxMessage.objects.filter(kind=kind).values_list("channel", flat=True))


def refusal(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


@pytest.mark.django_db
def test_without_a_switch_the_table_holds():
    assert [channels_of(kind) for kind in KINDS] == [list(row.channels) for row in KINDS.values()]


@pytest.mark.parametrize("channel", Channel)
def test_what_is_switched_off_is_not_told_that_way(person, clerk, now, channel):
    assert switch("application_submitted", channel, to=False, by=clerk, now=now)

    tell(person, now)

    assert ways() == set(Channel) - {channel}


def test_what_the_table_leaves_out_can_be_switched_on(person, clerk, now):
    switch("application_overdue", Channel.SMS, to=True, by=clerk, now=now)

    tell(person, now, "application_overdue")

    assert ways("application_overdue") == set(Channel)


def test_a_switch_counts_for_its_kind_only_and_from_now_on(person, clerk, now):
    tell(person, now)
    switch("application_submitted", Channel.SMS, to=False, by=clerk, now=now)
    tell(person, now, "application_accepted")

    assert OutboxMessage.objects.get(kind="application_submitted", channel=Channel.SMS).state == State.PENDING
    assert ways("application_accepted") == set(Channel)


def test_who_moved_a_switch_and_when_is_on_record(clerk, now):
    switch("application_submitted", Channel.SMS, to=False, by=clerk, now=now)

    row = MessageSwitch.objects.get()
    assert (row.is_on, row.changed_by, row.changed_at) == (False, clerk, now)
    event = AuditEvent.objects.of(row).get()
    assert (event.action, event.by, event.at) == ("message_switched", clerk, now)
    assert event.detail == {"kind": "application_submitted", "channel": "sms", "is_on": False}


def test_moving_a_switch_to_where_it_is_changes_nothing(clerk, now):
    assert not switch("application_submitted", Channel.SMS, to=True, by=clerk, now=now)

    assert not MessageSwitch.objects.exists()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("kind", [name for name, row in KINDS.items() if row.is_record])
def test_the_portal_s_copy_of_a_decision_cannot_be_switched_off(person, clerk, now, kind):
    assert refusal(lambda: switch(kind, Channel.INBOX, to=False, by=clerk, now=now)) == "is_record"

    # Not even by a row that somebody has put there.
    MessageSwitch.objects.create(
        kind=kind, channel=Channel.INBOX, is_on=False, changed_by=clerk, changed_at=now
    )
    tell(person, now, kind)

    assert Channel.INBOX in ways(kind)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_only_administrators_move_switches(staff, client, now, role):
    person = staff(role)
    assert (
        refusal(lambda: switch("application_submitted", "sms", to=False, by=person, now=now)) == "forbidden"
    )

    client.force_login(person)
    assert client.post(reverse(PAGE), {"seen": "", "on": []}).status_code == 403
    assert not MessageSwitch.objects.exists()


@pytest.mark.parametrize(("kind", "channel"), [("nothing", "sms"), ("application_submitted", "pigeon")])
def test_what_does_not_exist_has_no_switch(clerk, now, kind, channel):
    assert refusal(lambda: switch(kind, channel, to=True, by=clerk, now=now)) == "unknown"


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("message_switch_once", [("a", "sms"), ("a", "sms")]),
        ("message_switch_channel_known", [("a", "pigeon")]),
    ],
)
def test_constraints_of_the_switches_hold(clerk, now, name, rows):
    constraint = next(c for c in MessageSwitch._meta.constraints if c.name == name)
    assert constraint.violation_error_message != constraint.default_violation_error_message

    with pytest.raises(IntegrityError), transaction.atomic():
        for kind, channel in rows:
            MessageSwitch.objects.create(
                kind=kind, channel=channel, is_on=True, changed_by=clerk, changed_at=now
            )


# -- the page ---------------------------------------------------------------------------------------------------------


def form_of(page):
    board = page.context["board"]
    on = [cell.value for cell in board.cells.values() if cell.is_on and not cell.is_locked]
    return {"seen": board.seen, "on": on}


def test_the_page_shows_every_kind_on_every_channel_and_moves_what_was_changed(desk):
    page = desk.get(reverse(PAGE))
    data = form_of(page)
    data["on"].remove("application_submitted:sms")
    data["on"].append("application_held:sms")
    assert page.content.decode().count('type="checkbox"') == len(KINDS) * len(Channel)

    answer = desk.post(reverse(PAGE), data)

    assert answer.status_code == 302
    moved = MessageSwitch.objects.values_list("kind", "channel", "is_on")
    assert set(moved) == {("application_submitted", "sms", False), ("application_held", "sms", True)}
    assert AuditEvent.objects.filter(action="message_switched").count() == 2


def test_a_form_without_the_locked_boxes_leaves_them_on(desk, person, now):
    data = form_of(desk.get(reverse(PAGE))) | {"on": []}

    desk.post(reverse(PAGE), data)

    tell(person, now)
    tell(person, now, "application_approved")
    assert ways() == set()
    assert ways("application_approved") == {Channel.INBOX}


def test_a_page_that_is_stale_saves_nothing_and_says_so(desk, clerk, now):
    seen = form_of(desk.get(reverse(PAGE)))
    switch("application_accepted", "sms", to=False, by=clerk, now=now)

    page = desk.post(reverse(PAGE), seen | {"on": []})

    assert page.status_code == 409
    assert page.context["problem"]
    assert MessageSwitch.objects.get().kind == "application_accepted"


def test_the_auditor_sees_the_switches_and_cannot_move_them(client, staff):
    client.force_login(staff(Role.AUDITOR))

    page = client.get(reverse(PAGE)).content.decode()

    assert page.count("disabled") == len(KINDS) * len(Channel)
    assert 'type="submit">保存' not in page


def test_the_page_asks_the_database_as_often_with_many_switches_as_with_one(desk, clerk, now):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            desk.get(reverse(PAGE))
        return len(queries)

    desk.get("/admin/")  # the first page of a session asks more
    switch("application_submitted", "sms", to=False, by=clerk, now=now)
    one = asked()
    for kind in ("application_accepted", "application_lapsing"):
        switch(kind, "sms", to=False, by=clerk, now=now)

    assert asked() == one
