"""The catalogue of reasons: kept by supervisors, never deleted, complete in both languages."""

import pytest
from django.urls import reverse

from applications.models import ReasonCode
from applications.verdicts import all_in_order
from config.kernel import clock
from config.kernel.audit import AuditEvent
from config.kernel.lifecycle import Refused
from tests.accounts.factories import StaffFactory
from tests.applications.factories import RegistrationFactory, fault

pytestmark = pytest.mark.django_db

ADD = reverse("admin:applications_reasoncode_add")
NEW = {
    "code": "sign_hidden",
    "severity": "retry",
    "applies_to": "document",
    "public_text_zh": "看不到门头。",
    "public_text_en": "The sign of the shop is not in the picture.",
    "remedy_zh": "请退后几步重新拍摄。",
    "remedy_en": "Please step back and take it again.",
    "is_active": "on",
    "position": "30",
}


@pytest.fixture
def supervisor(client):
    person = StaffFactory(role="supervisor")
    client.force_login(person)
    return person


def test_every_reason_that_can_be_mended_says_how_in_both_languages():
    for reason in ReasonCode.objects.all():
        assert reason.public_text_zh, reason.pk
        assert reason.public_text_en, reason.pk
        if reason.severity == ReasonCode.Severity.RETRY:
            assert reason.remedy_zh, reason.pk
            assert reason.remedy_en, reason.pk


@pytest.mark.parametrize("subject", ReasonCode.Subject.values)
def test_every_kind_of_item_has_reasons_to_choose_from(subject):
    offered = ReasonCode.objects.offered().filter(applies_to=subject, severity=ReasonCode.Severity.RETRY)

    assert offered.count() >= 2


def test_a_supervisor_adds_a_reason_and_takes_it_out_of_the_list(client, supervisor):
    added = client.post(ADD, NEW)
    reason = ReasonCode.objects.get(pk="sign_hidden")
    page = reverse("admin:applications_reasoncode_change", args=[reason.pk])
    changed = client.post(page, {name: value for name, value in NEW.items() if name != "is_active"})

    assert (added.status_code, changed.status_code) == (302, 302)
    assert not ReasonCode.objects.offered().filter(pk="sign_hidden").exists()
    events = AuditEvent.objects.filter(action__startswith="reason_").order_by("id")
    assert [(event.action, event.by, event.detail["reason"]) for event in events] == [
        ("reason_added", supervisor, "sign_hidden"),
        ("reason_changed", supervisor, "sign_hidden"),
    ]


def test_what_decides_over_decisions_cannot_be_changed_afterwards(client, supervisor):
    client.post(ADD, NEW)

    client.post(
        reverse("admin:applications_reasoncode_change", args=["sign_hidden"]),
        NEW | {"severity": "final", "applies_to": "field", "code": "other_code"},
    )

    reason = ReasonCode.objects.get(pk="sign_hidden")
    assert (reason.severity, reason.applies_to) == ("retry", "document")
    assert not ReasonCode.objects.filter(pk="other_code").exists()


@pytest.mark.parametrize(
    "changed", [{"code": "\0"}, {"public_text_zh": ""}, {"public_text_zh": "长" * 5000}, {"position": "-1"}]
)
def test_a_reason_that_does_not_fit_comes_back(client, supervisor, changed):
    response = client.post(ADD, NEW | changed)

    assert response.status_code == 200
    assert response.context_data["errors"]


def test_a_verdict_without_a_reason_is_refused():
    case = RegistrationFactory(state="under_review")
    verdicts = all_in_order(case) | {"paper:licence": fault("glare")._replace(reason=None)}

    with pytest.raises(Refused) as refusal:
        case.return_for_correction(
            by=case.assignee, now=clock.now(), version=case.version, verdicts=verdicts, public_text="请补拍。"
        )

    assert refusal.value.code == "no_reason"
