import pytest
from django.urls import reverse

from config.accounts.models import Role
from config.kernel import message_desk
from config.kernel.audit import AuditEvent, record
from config.kernel.lifecycle import Refused
from config.kernel.message import Channel, OutboxMessage, State
from config.kernel.outbox import resend
from config.kernel.policy import current_policy
from config.kernel.policy_defaults import POLICY
from config.kernel.readonly import CappedPaginator

RECORDS = ["auditevent", "accessrecord", "statuschange", "outboxmessage"]


@pytest.fixture
def root(client, staff):
    """Signed in as a superuser: what is refused here is refused to everybody."""
    client.force_login(staff(Role.ADMINISTRATOR, is_superuser=True))
    return client


@pytest.fixture
def dead(person, now):
    return OutboxMessage.objects.create(
        kind="application_submitted",
        channel=Channel.EMAIL,
        recipient=person,
        subject_label="a.b",
        subject_id=1,
        dedupe_key="x",
        state=State.DEAD,
        attempts=10,
        next_attempt_at=now,
        created_at=now,
    )


@pytest.mark.parametrize("model", RECORDS)
def test_records_are_seen_and_cannot_be_added(root, model):
    assert root.get(reverse(f"admin:kernel_{model}_changelist")).status_code == 200
    assert root.get(reverse(f"admin:kernel_{model}_add")).status_code == 403


def test_a_record_cannot_be_changed_or_deleted(root, now):
    event = record("signed_in", by=None, now=now)

    assert root.get(reverse("admin:kernel_auditevent_change", args=[event.pk])).status_code == 200
    assert root.post(reverse("admin:kernel_auditevent_change", args=[event.pk]), {}).status_code == 405
    assert (
        root.post(reverse("admin:kernel_auditevent_delete", args=[event.pk]), {"post": "yes"}).status_code
        == 403
    )


def send_again(client, *chosen):
    data = {"action": "send_again", "_selected_action": [message.pk for message in chosen]}
    return client.post(reverse("admin:kernel_outboxmessage_changelist"), data, follow=True)


def test_a_given_up_message_is_sent_again_by_a_post(root, dead):
    send_again(root, dead)

    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == (State.PENDING, 0)
    assert AuditEvent.objects.of(dead).get().action == "message_resent"


def test_a_message_that_was_not_given_up_is_left_alone_and_that_is_said(root, dead):
    OutboxMessage.objects.update(state=State.PENDING, attempts=3)

    page = send_again(root, dead)

    assert OutboxMessage.objects.get().attempts == 3
    assert [message.level_tag for message in page.context["messages"]] == ["warning"]


@pytest.fixture
def many(dead, now):
    """Five given-up messages of three reasons, one that waits and one that was sent."""
    rows = [("dead", "unreachable")] * 3 + [("dead", "refused")] + [("pending", "unreachable"), ("sent", "")]
    for number, (state, failure) in enumerate(rows):
        OutboxMessage.objects.create(
            kind="application_submitted",
            channel=Channel.SMS,
            recipient=dead.recipient,
            subject_label="a.b",
            subject_id=number,
            dedupe_key=f"many:{number}",
            state=state,
            failure=failure,
            next_attempt_at=now,
            created_at=now,
            sent_at=now if state == "sent" else None,
        )
    return OutboxMessage.objects.all()


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 7),
        ({"state__exact": "dead"}, 5),
        ({"state__exact": "dead", "failure__exact": "unreachable"}, 3),
        ({"failure__exact": "refused"}, 1),
        ({"channel__exact": "sms", "state__exact": "sent"}, 1),
    ],
)
def test_messages_are_sorted_by_state_reason_and_channel(root, many, query, count):
    page = root.get(reverse("admin:kernel_outboxmessage_changelist"), query)

    assert page.context["cl"].result_count == count


def test_many_are_sent_again_at_once_and_each_refusal_is_told_with_its_reason(root, many):
    page = send_again(root, *many)

    said = [(message.level_tag, str(message)) for message in page.context["messages"]]
    assert said[0] == ("success", "5 条消息将重新发送。")
    waits, sent = many.get(subject_id=4, channel="sms"), many.get(subject_id=5)
    assert len(said) == 3
    assert said[1][0] == "warning"
    assert f"消息 {waits.pk}（" in said[1][1]
    assert "“待发送”" in said[1][1]
    assert f"消息 {sent.pk}（" in said[2][1]
    assert AuditEvent.objects.filter(action="message_resent").count() == 5
    again = many.filter(state="pending").exclude(pk=waits.pk)
    assert set(again.values_list("attempts", "failure", "last_error")) == {(0, "", "")}


def test_more_than_one_act_can_bear_are_refused_as_a_whole(root, many, monkeypatch):
    monkeypatch.setattr(message_desk, "MOST_AT_ONCE", 4)

    page = send_again(root, *many)

    assert [message.level_tag for message in page.context["messages"]] == ["error"]
    assert many.filter(state="dead").count() == 5


@pytest.mark.parametrize("name", ["changelist", "change"])
def test_whom_it_reached_is_masked_and_what_it_said_is_not_shown(root, dead, name):
    args = [dead.pk] if name == "change" else []

    page = root.get(reverse(f"admin:kernel_outboxmessage_{name}", args=args)).content.decode()

    assert "王*明" in page
    assert not [secret for secret in ("王小明", "wang@example.com", "13800138000") if secret in page]
    assert "已收到申请" in page  # the kind, in the words of staff
    assert "SQ-" not in page


def test_the_verb_itself_asks_who_sends_again(dead, staff, now):
    with pytest.raises(Refused) as refused:
        resend(dead, by=staff(Role.AUDITOR), now=now)

    assert refused.value.code == "forbidden"


def test_the_auditor_sees_messages_and_may_not_send_them(client, staff, dead):
    client.force_login(staff(Role.AUDITOR))

    assert client.get(reverse("admin:kernel_outboxmessage_changelist")).status_code == 200
    send_again(client, dead)

    assert OutboxMessage.objects.get().state == State.DEAD


def test_a_list_of_records_counts_no_further_than_its_pages(db, now, monkeypatch):
    monkeypatch.setattr(CappedPaginator, "most", 3)
    for _ in range(5):
        record("signed_in", by=None, now=now)

    assert CappedPaginator(AuditEvent.objects.order_by("-id"), 2).num_pages == 2


def numbers(client, **changed):
    page = client.get(reverse("admin:constance_config_changelist"))
    form = page.context["form"]
    return {"version": form.initial["version"]} | {name: form.initial[name] for name in POLICY} | changed


def test_a_changed_number_counts_and_is_on_record(root):
    url = reverse("admin:constance_config_changelist")

    assert root.post(url, numbers(root, code_valid_days=10)).status_code == 302

    assert current_policy().code_valid_days == 10
    event = AuditEvent.objects.get(action="policy_changed")
    assert event.detail == {"code_valid_days": [7, 10]}
    assert event.by.role == Role.ADMINISTRATOR


@pytest.mark.parametrize("value", ["0", "31", "seven", "", "10" * 20])
def test_a_number_out_of_bounds_is_refused_at_its_field(root, value):
    page = root.post(reverse("admin:constance_config_changelist"), numbers(root, code_valid_days=value))

    assert page.status_code == 200
    assert list(page.context["form"].errors) == ["code_valid_days"]
    assert current_policy().code_valid_days == 7


def test_a_number_somebody_else_changed_meanwhile_is_not_overwritten(root):
    url = reverse("admin:constance_config_changelist")
    seen = numbers(root)
    root.post(url, numbers(root, draft_days=40))

    page = root.post(url, seen | {"code_valid_days": 9})

    assert "version" in page.context["form"].errors
    assert (current_policy().draft_days, current_policy().code_valid_days) == (40, 7)


def test_others_do_not_see_the_numbers(client, staff):
    client.force_login(staff(Role.REVIEWER))

    assert client.get(reverse("admin:constance_config_changelist")).status_code == 403
