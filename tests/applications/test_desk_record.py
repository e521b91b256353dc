"""The record of a case: every step, claim, look, reveal and decision with its actor and reason, newest first, unchangeable."""

import pytest
from django.urls import reverse

from applications.desk.record import record_of
from applications.models import Application, Decision
from config.kernel import clock
from config.kernel.audit import AccessRecord, AuditEvent
from tests.applications.desk import at, case_of, reviewer_of
from tests.applications.portal import signed_in
from tests.applications.reviewing import fresh, give_back, held_approval, staff
from tests.trust.world import _give_a_photograph

pytestmark = pytest.mark.django_db


def told(case) -> list:
    decisions = list(Decision.objects.filter(application=case).select_related("by", "checker"))
    return record_of(fresh(case), decisions=decisions, assesses=True)


def test_it_tells_claims_looks_reveals_and_decisions_with_actor_and_reason():
    reviewer = reviewer_of(full_name="林审核")
    case = case_of(reviewer)
    _give_a_photograph(case)
    browser, supervisor = signed_in(reviewer), staff(case, role="supervisor", full_name="方主管")
    licence = case.documents.get(paper="licence")

    browser.get(reverse("admin:applications_document", args=[case.pk, licence.pk, "view"]))
    browser.get(reverse("admin:applications_document", args=[case.pk, licence.pk, "original"]))
    browser.post(
        at("revelation", case), {"reveal": "account_number", "purpose-account_number": "call_the_person"}
    )
    fresh(case).take_over(by=supervisor, now=clock.now(), reason="休假")
    give_back(fresh(case), by=supervisor)

    steps = [(step.words, step.by, step.note) for step in told(case)]
    assert steps[0][:2] == (str(Application.Status.RETURNED.label), "方主管")
    assert ("接手", "方主管", "休假") in steps
    assert ("查看 营业执照", "林审核", "") in steps
    assert ("下载原件 营业执照", "林审核", "") in steps
    assert any((by == "林审核" and note == "致电本人") or "账号" in words for words, by, note in steps)
    assert (str(Application.Status.UNDER_REVIEW.label), "林审核", "") in steps
    assert len([step for step in told(case) if step.is_look]) == 3


def test_it_tells_what_the_second_person_said():
    case = held_approval()
    second = staff(case, full_name="何复核")
    case.reverse_decision(by=second, now=clock.now(), version=case.version, note="账户再核一次")

    steps = told(case)

    assert steps[0].by == "何复核"
    assert steps[0].note == "账户再核一次"
    assert any(step.by == str(case.decisions.get().by) for step in steps)


def test_what_merchants_look_at_in_their_own_papers_is_not_told():
    case = case_of(reviewer_of())
    _give_a_photograph(case)
    licence = case.documents.get(paper="licence")

    signed_in(case.applicant).get(f"/applications/{case.number}/documents/{licence.pk}/view/")

    assert AccessRecord.objects.filter(purpose="own_paper").exists()
    assert [step for step in told(case) if step.is_look] == []


def test_nobody_changes_or_deletes_a_line_at_the_desk():
    reviewer = reviewer_of()
    case = case_of(reviewer)
    record = AuditEvent.objects.of(case).first()
    for role in ("auditor", "supervisor", "administrator"):
        browser = signed_in(staff(case, role=role))
        for step in ("change", "delete"):
            address = reverse(f"admin:kernel_auditevent_{step}", args=[record.pk])
            assert browser.post(address, {"action": "forged", "post": "yes"}).status_code in (403, 405)

    record.refresh_from_db()
    assert record.action != "forged"
