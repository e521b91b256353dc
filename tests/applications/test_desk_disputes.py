"""A refusal that its merchant disputes is answered with the refusal beside it."""

import pytest

from applications.models import ReasonCode
from config.kernel import clock
from config.kernel.templatetags.formats import moment
from tests.applications.desk import at
from tests.applications.factories import RegistrationFactory, fault
from tests.applications.portal import signed_in
from tests.applications.reviewing import fresh, reject, risky, staff

pytestmark = pytest.mark.django_db

SAID = "店铺并未转让，租约还有两年。"
NOTE = "客户经理说店已关门"


def part_on_page(case, by) -> str:
    """What the page says of the dispute, for this person."""
    page = signed_in(by).get(at("case", case)).content.decode()
    start = page.index('aria-labelledby="asked-title"')
    return page[start : page.index("</section>", start)]


@pytest.fixture
def case():
    case = RegistrationFactory(state="under_review")
    ReasonCode.objects.filter(pk="other").update(internal_text="参照准入指引第 3 条")
    other = ReasonCode.objects.get(pk="other")
    reject(case, by=case.assignee, reason=other, public_text="贵店的经营类目暂不受理。", private_note=NOTE)
    case.ask_for_review(by=case.applicant, now=clock.now(), text=SAID)
    return fresh(case)


def test_whoever_answers_reads_the_refusal_beside_what_the_merchant_says(case):
    part = part_on_page(case, staff(case, role="supervisor"))

    refusal, said = part.split("商户现在的说明")
    reason = ReasonCode.objects.get(pk="other")
    for words in (
        str(case.decided_by),
        moment(case.decided_at),
        reason.public_text,
        "贵店的经营类目暂不受理。",
        NOTE,
        "参照准入指引第 3 条",
        case.get_kind_display(),
        'href="#papers"',
        'href="#data"',
    ):
        assert words in refusal, words
    assert SAID in said
    assert SAID not in refusal


def test_whoever_does_not_assess_the_case_reads_no_private_word_of_it(case):
    part = part_on_page(case, staff(case, role="auditor"))

    assert "贵店的经营类目暂不受理。" in part
    assert NOTE not in part
    assert "参照准入指引第 3 条" not in part


def test_both_who_refused_are_named(case):
    held = RegistrationFactory(state="under_review", branch=case.branch)
    risky(held)
    reject(held, by=held.assignee)
    held = fresh(held)
    second = staff(held, role="supervisor")
    held.release_decision(by=second, now=clock.now(), version=held.version, note="同意拒绝")
    held.ask_for_review(by=held.applicant, now=clock.now(), text=SAID)

    part = part_on_page(held, staff(held, role="supervisor"))

    for words in (str(held.decisions.get().by), str(second), "同意拒绝"):
        assert words in part


def test_a_reason_on_an_item_leads_to_the_item():
    final = ReasonCode.objects.create(
        code="forged",
        severity="final",
        applies_to="document",
        public_text_zh="证件无法核实。",
        public_text_en="The paper could not be verified.",
    )
    case = RegistrationFactory(state="under_review")
    case.reject(
        by=case.assignee, now=clock.now(), version=case.version, verdicts={"paper:licence": fault(final.pk)}
    )
    case.ask_for_review(by=case.applicant, now=clock.now(), text=SAID)

    part = part_on_page(case, staff(case, role="supervisor"))

    assert 'href="#item-paper:licence"' in part
    assert "证件无法核实。" in part
