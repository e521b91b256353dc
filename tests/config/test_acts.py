"""Every act that can stand in the record has words, and the desks of the record speak in them."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from applications.corrections import ANSWER_CONFIRMED, ANSWERS_KEPT
from applications.models.decision import Decision
from applications.purposes import PURPOSES
from config.accounts.adapter import NOTICES
from config.accounts.models import User
from config.acts import ALL
from config.kernel import acts, clock
from config.kernel.acts import acts_named, detail_in_words, kind_in_words, state_in_words
from config.kernel.audit import record, record_access
from config.kernel.history import StatusChange
from terminals.offers.models.offer import REWRITTEN
from terminals.returns.violations import STOP_REVOKED
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.terminals.factories import provisioned

ROOMS = ("config", "merchants", "terminals", "applications")
RECORDING = {"record", "record_access", "acting", "_acting_with_device", "_put_on_record"}
# Said through a name: what the names can be is read where they are declared.
NAMED = {
    *NOTICES.values(),
    *dict(PURPOSES),
    *(f"decision_{state}" for state in (Decision.State.RELEASED, Decision.State.REVERSED)),
    ANSWERS_KEPT,
    ANSWER_CONFIRMED,
    REWRITTEN,
    STOP_REVOKED,
}


def _words_in(call: ast.Call) -> set[str]:
    called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    told = {word.arg: word.value for word in call.keywords}
    asked = [call.args[0]] if called in RECORDING and call.args else []
    asked += [told[name] for name in ("purpose", "action") if name in told and called in {"send", "_sent"}]
    return {one.value for one in asked if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def _said_in_code() -> set[str]:
    files = [
        file
        for room in ROOMS
        for file in (settings.BASE_DIR / room).rglob("*.py")
        if "migrations" not in file.parts
    ]
    trees = [ast.parse(Path(file).read_text()) for file in files]
    calls = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {word for call in calls for word in _words_in(call)}


def test_every_act_has_words():
    said = _said_in_code()

    assert len(said) > 90
    assert (said | NAMED) - set(ALL) == {""} - {""}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_two_acts_are_told_alike(language):
    with translation.override(language):
        words = [str(word) for word in ALL.values()]

    assert len(set(words)) == len(words)
    assert all(name != word for name, word in zip(ALL, words, strict=True))


def test_a_step_is_told_by_the_words_of_its_states():
    with translation.override("en"):
        told = detail_in_words("terminals.terminal", {"from": "pending_activation", "to": "active"})
        assert (
            told
            == f"{state_in_words('terminals.terminal', 'pending_activation')} → {state_in_words('terminals.terminal', 'active')}"
        )
        assert "pending_activation" not in told


def test_fields_and_names_beside_an_act_are_told_in_words():
    with translation.override("en"):
        told = detail_in_words(
            "terminals.terminal", {"fields": ["status", "gone"], "lines": 3, "only_look": True}
        )
    assert told == "fields: status, gone; lines: 3; check only: Yes"
    with translation.override("zh-hans"):
        assert (
            detail_in_words("terminals.terminal", {"lines": 3, "unheard_of": 1}) == "行数：3；unheard_of：1"
        )


@pytest.mark.parametrize("label", ["", "gone.model", "nothing", "terminals."])
def test_a_kind_that_is_no_more_stays_as_it_was_written(label):
    assert kind_in_words(label) == label
    assert state_in_words(label, "left") == "left"


def test_what_nobody_has_words_for_stays_as_it_was_written():
    assert acts.act_in_words("unheard_of") == "unheard_of"


@pytest.mark.parametrize(
    ("language", "typed"), [("zh-hans", "签发注册码"), ("en", "code issued"), ("en", "Code Issued")]
)
def test_acts_are_found_by_their_words(language, typed):
    with translation.override(language):
        assert "code_issued" in acts_named(typed)
        assert "signed_in" not in acts_named(typed)


@pytest.fixture
def auditor(client, db):
    person = StaffFactory(role="auditor", branch=BranchFactory())
    client.force_login(person)
    return person


def acts_in(answer) -> set[str]:
    return {event.action for event in answer.context_data["cl"].result_list}


def test_the_record_is_read_and_searched_in_words(client, auditor):
    terminal = provisioned()
    record("code_issued", by=auditor, now=clock.now(), subject=terminal, detail={"lines": 2})
    record("signed_out", by=auditor, now=clock.now())
    desk = reverse("admin:kernel_auditevent_changelist")

    whole = client.get(desk)
    assert acts_in(whole) >= {"code_issued", "signed_out"}
    shown = whole.content.decode().split("result_list")[-1]
    assert "签发注册码" in shown
    assert ">code_issued<" not in shown
    for asked in ({"q": "签发注册码"}, {"q": "code_issued"}, {"act": "code_issued"}):
        assert acts_in(client.get(desk, asked)) == {"code_issued"}


def test_looks_and_steps_are_read_in_words(client, db):
    client.force_login(root := StaffFactory(is_superuser=True))
    terminal = provisioned()
    record_access("review", by=root, now=clock.now(), subject=terminal, detail={"variant": "view"})

    page = client.get(reverse("admin:kernel_accessrecord_changelist")).content.decode()

    assert "审核时查看资料" in page
    assert str(terminal._meta.verbose_name) in page


def test_the_portals_own_accounts_are_told_by_their_work(db):
    clockwork = User.objects.system("cron")

    with translation.override("en"):
        assert str(clockwork) == "Clockwork (portal)"
    with translation.override("zh-hans"):
        assert str(clockwork) == "定时任务（系统）"
        assert str(User.objects.system("unheard_of")) == "unheard_of（系统）"


def test_a_row_of_the_record_is_named_in_words(auditor):
    terminal = provisioned()
    event = record("code_issued", by=auditor, now=clock.now(), subject=terminal)
    step = StatusChange.objects.of(terminal).first() or StatusChange(
        subject_label="terminals.terminal", subject_id=7, from_status="active", to_status="suspended"
    )

    assert str(event) == f"{event.pk} 签发注册码"
    assert "terminals.terminal" not in str(step)
    assert step.to_status not in str(step)
