"""The case page: what it shows to whom, what it hides, what it writes, and that its buttons say what the verbs say."""

import json
import re

import pytest
from constance import config
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.desk.case_page import Reviewing, context_of
from applications.models import Application, ReasonCode, Registration
from applications.models.steps.holding import HOLDS
from applications.verdicts import derive
from config.accounts.models import User
from config.kernel import clock
from config.kernel.audit import AccessRecord, record_access
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.desk import at, case_of, reviewer_of, said
from tests.applications.factories import CARD, PERSON, RegistrationFactory
from tests.applications.portal import signed_in
from tests.applications.reviewing import fresh, give_back, hand_in, held_approval, risky, staff

pytestmark = pytest.mark.django_db

MOST_QUERIES = 31
VERDICT = re.compile(r'name="verdict-([^"]+)" value="ok"')


@pytest.fixture
def reviewer():
    return reviewer_of()


@pytest.fixture
def desk(reviewer):
    return signed_in(reviewer)


@pytest.fixture
def case(reviewer):
    return case_of(reviewer)


def page_of(browser, case, **query) -> str:
    return browser.get(at("case", case), query).content.decode()


def test_every_item_has_its_verdict_and_its_reasons(desk, case):
    page = page_of(desk, case)

    keys = VERDICT.findall(page)
    assert {"field:uscc", "paper:licence", "placement:1:device"} <= set(keys)
    assert len(keys) == len(set(keys)) > 20
    for key in keys:
        reasons = re.findall(rf'name="reason-{re.escape(key)}" value="(\w+)"', page)
        assert ("glare" in reasons) == key.startswith("paper:"), key
        assert ("number_differs" in reasons) != key.startswith("paper:"), key
        assert f'name="text-{key}"' in page
    assert 'name="reason-application" value="not_eligible"' in page


def test_a_reason_no_longer_offered_is_not_on_the_page(desk, case):
    ReasonCode.objects.filter(pk="glare").update(is_active=False)

    assert 'value="glare"' not in page_of(desk, case)
    answer = desk.post(at("correction", case), said(case, "paper:licence"))
    assert answer.status_code == 200
    assert fresh(case).status == "under_review"


def test_words_are_offered_in_the_merchants_language(desk, case):
    User.objects.filter(pk=case.applicant_id).update(language="en")

    page = page_of(desk, case)
    desk.post(at("correction", case), said(case, "paper:licence"))

    assert 'data-text="The photograph has glare that hides part of it."' in page
    assert "照片反光，部分内容看不见" in page
    judged = case.decisions.get().items.get(item="paper:licence")
    assert judged.text == "The photograph has glare that hides part of it."


def test_the_case_shows_papers_and_masked_data_only(desk, case):
    page = page_of(desk, case)

    assert PERSON not in page
    assert CARD not in page
    assert "13800138000" not in page
    assert "3****************7" in page
    assert all(f'data-sheet="{document.pk}"' in page for document in case.documents.all())


def test_only_the_paper_in_view_is_fetched(desk, case):
    """Every fetched picture is a look on record, so the page fetches one and names the rest."""
    chosen = case.documents.get(paper="licence")

    page = page_of(desk, case, doc=chosen.pk)

    assert re.findall(r'<img class="z" src="[^"]*/documents/(\d+)/view/"', page) == [str(chosen.pk)]
    assert len(re.findall(r'<img class="z" data-src="', page)) == case.documents.count() - 1


def test_a_case_in_a_colleagues_hands_is_read_only_and_says_whose_it_is(case, reviewer):
    colleague = staff(case)

    page = page_of(signed_in(colleague), case)

    assert VERDICT.findall(page) == []
    decisions = ("correction", "approval", "refusal", "draft", "release")
    assert [noun for noun in decisions if f'formaction="{at(noun, case)}"' in page] == []
    assert str(reviewer) in page
    assert case.objection_to_holder(by=colleague, now=clock.now()) in page
    assert f'action="{at("claim", case)}"' not in page


@pytest.mark.parametrize("role", ["auditor", "account_manager", "support", "risk"])
def test_who_does_not_review_only_reads(role):
    case = RegistrationFactory(state="submitted")

    page = page_of(signed_in(staff(case, role=role)), case)

    assert VERDICT.findall(page) == []
    for noun in ("claim", "correction", "approval", "refusal", "takeover", "escalation", "release"):
        assert at(noun, case) not in page


@pytest.mark.parametrize("role", ["account_manager", "support", "settlement", "auditor"])
def test_who_may_not_unmask_sees_no_papers_and_no_private_notes(role):
    case = RegistrationFactory(state="under_review")
    give_back(case, by=case.assignee, private_note="问过客户经理")
    browser = signed_in(staff(case, role=role))

    page = browser.get(at("case", case))
    paper = browser.get(
        reverse("admin:applications_document", args=[case.pk, case.documents.first().pk, "original"])
    )

    assert paper.status_code == 403
    assert page.status_code == 200
    assert "问过客户经理" not in page.content.decode()
    assert "/documents/" not in page.content.decode()


def test_a_private_note_is_told_apart_and_shown_to_colleagues(reviewer, case):
    give_back(case, by=reviewer, private_note="问过客户经理")

    page = page_of(signed_in(staff(case)), case)

    assert re.search(r'<p class="private"><b>[^<]+</b> 问过客户经理</p>', page)


def test_a_paper_of_another_branch_is_not_found(desk, case):
    other = RegistrationFactory(branch=BranchFactory(), state="submitted")
    document = other.documents.first()

    for pk in (other.pk, case.pk):
        address = reverse("admin:applications_document", args=[pk, document.pk, "view"])
        assert desk.get(address).status_code == 404


def test_reading_the_desk_writes_nothing(desk, case, nothing_is_written):
    with nothing_is_written():
        assert desk.get(at("case", case)).status_code == 200


def test_the_page_asks_the_same_number_of_queries(desk, reviewer):
    """However many terminals, looks and colleagues' cases with the same marks there are."""
    case_of(reviewer)
    case_of(reviewer)
    asked = []
    for rows in (1, 3):
        case = case_of(reviewer, terminals=rows)
        for document in case.documents.all()[: 2 * rows]:
            record_access("review", by=staff(case), now=clock.now(), subject=document.stored_file)
        desk.get(at("case", case))
        with CaptureQueriesContext(connection) as queries:
            desk.get(at("case", case))
        asked.append(len(queries))

    assert asked[0] == asked[1]
    assert asked[0] <= MOST_QUERIES


class TestRevelation:
    def test_it_asks_a_purpose_shows_the_value_and_leaves_a_record(self, desk, case, reviewer):
        without = desk.post(at("revelation", case), {"reveal": "responsible_id_number"})
        shown = desk.post(
            at("revelation", case),
            {"reveal": "responsible_id_number", "purpose-responsible_id_number": "compare_with_paper"},
        )

        assert PERSON not in without.content.decode()
        assert PERSON in shown.content.decode()
        assert "no-store" in shown["Cache-Control"]
        assert shown["Refresh"].startswith("60;")
        record = AccessRecord.objects.get(purpose="compare_with_paper")
        assert (record.by, record.subject_id) == (reviewer, case.pk)
        assert record.detail == {"field": "responsible_id_number", "application": case.number}

    def test_a_script_gets_the_value_and_its_seconds(self, desk, case):
        answer = desk.post(
            at("revelation", case),
            {"reveal": "account_number", "purpose-account_number": "check_in_core_system"},
            headers={"accept": "application/json"},
        )

        assert answer.json() == {"value": CARD, "seconds": 60}
        assert "no-store" in answer["Cache-Control"]

    @pytest.mark.parametrize("field", ["registered_name", "applicant", "merchant__pk", "__class__", ""])
    def test_nothing_else_is_revealed(self, desk, case, field):
        answer = desk.post(
            at("revelation", case), {"reveal": field, f"purpose-{field}": "compare_with_paper"}
        )

        assert answer.status_code == 200
        assert not AccessRecord.objects.exists()

    def test_what_was_marked_before_it_is_kept(self, desk, case):
        answers = said(case, "field:uscc", reveal="account_number")
        desk.post(at("revelation", case), answers | {"purpose-account_number": "call_the_person"})

        assert 'name="verdict-field:uscc" value="fix" data-verdict checked' in page_of(desk, case)

    @pytest.mark.parametrize("role", ["account_manager", "support", "auditor"])
    def test_it_needs_its_right(self, case, role):
        answer = signed_in(staff(case, role=role)).post(
            at("revelation", case),
            {"reveal": "account_number", "purpose-account_number": "compare_with_paper"},
        )

        assert answer.status_code == 403
        assert not AccessRecord.objects.exists()


class TestLaterRounds:
    @pytest.fixture
    def second(self, reviewer, case):
        give_back(case, by=reviewer, items=("paper:licence", "field:uscc", "placement:1:place"))
        hand_in(case)
        case = fresh(case)
        case.claim(by=reviewer, now=clock.now())
        return case

    def test_what_changed_comes_first_and_lost_its_verdict(self, desk, second):
        page = page_of(desk, second)

        assert 'name="verdict-paper:licence" value="ok" id="id_verdict-paper:licence" data-verdict>' in page
        assert (
            'name="verdict-paper:id_front" value="ok" id="id_verdict-paper:id_front" data-verdict checked>'
            in page
        )
        assert (
            'name="verdict-field:trading_name" value="ok" id="id_verdict-field:trading_name" data-verdict checked>'
            in page
        )

    def test_the_paper_before_stands_beside_the_paper_now(self, desk, second):
        now = second.documents.current().get(paper="licence")
        before = second.documents.exclude(removed_at=None).get(paper="licence")

        page = page_of(desk, second)

        shown = re.findall(r'<img class="z" src="[^"]*/documents/(\d+)/view/"', page)
        assert shown == [str(before.pk), str(now.pk)]
        assert f'data-paper="{now.pk}" aria-current="true">' in page

    def test_an_answer_is_shown_old_and_new(self, desk, reviewer, case):
        give_back(case, by=reviewer, items=("field:trading_name",))
        with case.revising(by=case.applicant, now=clock.now()):
            case.trading_name = "晴川便利店二店"
        hand_in(case)
        case = fresh(case)
        case.claim(by=reviewer, now=clock.now())

        page = page_of(desk, case)

        first = page.index("晴川便利店</del>")
        assert first < page.index("晴川便利店二店</ins>") < page.index('name="verdict-field:uscc"')

    def test_what_changed_behind_a_mask_is_told_without_showing_it(self, desk, reviewer, case):
        give_back(case, by=reviewer, items=("field:account_number",))
        with case.revising(by=case.applicant, now=clock.now()):
            case.account_number = "6222021000000000017"
        hand_in(case)
        case = fresh(case)
        case.claim(by=reviewer, now=clock.now())

        page = page_of(desk, case)

        assert "6222021000000000017" not in page
        assert CARD not in page
        assert "<ins>" in page


class TestWhyNot:
    def context(self, case, by, posted=None):
        return context_of(Reviewing(case, by, clock.now(), posted=posted), key="", refused=None)

    @pytest.mark.parametrize("open_ones", [0, 1, 3])
    @pytest.mark.parametrize("faults", [(), ("paper:licence",), ("paper:licence", "field:uscc")])
    def test_the_sentences_on_the_page_are_those_of_the_verbs(self, case, reviewer, faults, open_ones):
        answers = said(case, *faults)
        left = [name for name, value in answers.items() if name.startswith("verdict-") and value == "ok"]
        for name in left[:open_ones]:
            del answers[name]

        shown = self.context(case, reviewer, posted=answers)
        reviewing = Reviewing(case, reviewer, clock.now(), posted=answers)
        assert reviewing.form.is_valid()
        derived = derive(reviewing.form.verdicts(), reviewing.to_judge)

        sentences, standing = shown["sentences"], shown["standing"]
        assert standing.sentence == derived.why_not["approved"]
        if faults:
            assert sentences["faults"][len(faults)] == derived.why_not["approved"]
            assert sentences["unjudged"][open_ones] == derived.why_not["returned"]
        else:
            assert sentences["unjudged"][open_ones] == derived.why_not["approved"]
            assert sentences["no_fault"] == derived.why_not["returned"]
        assert sentences["no_final"] == derived.why_not["rejected"]
        assert (standing.done, standing.faults) == (standing.all - open_ones, len(faults))

    def test_a_final_reason_leaves_the_refusal_alone(self, case, reviewer):
        shown = self.context(case, reviewer, posted=said(case, final=True))

        assert shown["standing"].sentence == shown["sentences"]["final"]

    def test_the_page_carries_them_as_data(self, desk, case):
        data = re.search(r'<script id="why-not" type="application/json">(.+?)</script>', page_of(desk, case))

        assert json.loads(data[1])["no_final"]

    def test_an_objection_that_no_verdict_can_lift_greys_the_button_with_its_sentence(self, reviewer, desk):
        case = case_of(reviewer)
        Application.objects.filter(pk=case.pk).update(round=9)
        case = fresh(case)

        page = page_of(desk, case)

        sentence = case.objection("returned", by=reviewer, now=clock.now())
        assert sentence
        button = page.split('data-outcome="returned"')[1].split(">")[0]
        assert "disabled" in button
        assert sentence in button

    def test_the_button_says_when_a_second_person_will_be_asked(self, desk, case):
        before = page_of(desk, case)
        Registration.objects.filter(pk=case.pk).update(risk="high")

        assert "送复核" not in before
        assert "送复核" in page_of(desk, case)


class TestHeld:
    def test_the_second_person_may_release_or_reverse_and_the_first_take_back(self):
        case = held_approval()
        first, second = case.proposed_by, staff(case)

        mine, theirs = page_of(signed_in(first), case), page_of(signed_in(second), case)

        assert at("retraction", case) in mine
        assert at("confirmation", case) not in mine
        assert at("confirmation", case) in theirs
        assert at("reversal", case) in theirs
        assert at("retraction", case) not in theirs
        for page in (mine, theirs):
            assert VERDICT.findall(page) == []
            assert str(first) in page

    def test_who_may_not_release_reads_why_not(self):
        case = held_approval()
        colleague = StaffFactory(role="auditor", branch=case.branch)

        page = page_of(signed_in(colleague), case)

        assert case.objection_to_release(by=colleague, now=clock.now()) in page


HOLDS_SHOWN = re.compile(r'id="holds">(.*?)</(?:ul|p)>', re.DOTALL)


def holds_shown(page: str) -> list[str]:
    """What the bar says of each outcome: return, approval, refusal; or one sentence for all."""
    [shown] = HOLDS_SHOWN.findall(page)
    return re.findall(r"<li>(.*?)</li>", shown) or [shown]


def test_the_bar_says_which_decisions_wait_for_a_second_person_and_why(desk, reviewer):
    case = case_of(reviewer, terminals=2)
    risky(case)
    config.hold_terminals_over = 1

    returning, approving, refusing = holds_shown(page_of(desk, case))

    assert "立即生效" in returning
    for code in ("high_risk", "many_terminals"):
        assert str(HOLDS[code]) in approving
    assert str(HOLDS["high_risk"]) in refusing
    assert str(HOLDS["many_terminals"]) not in refusing
    assert "立即生效" not in approving + refusing


def test_what_waits_for_nobody_is_told_too(desk, reviewer):
    case = case_of(reviewer, terminals=2)
    assert holds_shown(page_of(desk, case)) == ["各项决定均立即生效，无须复核。"]

    config.hold_terminals_over = 1

    _returning, approving, refusing = holds_shown(page_of(desk, case))
    assert str(HOLDS["many_terminals"]) in approving
    assert "立即生效" in refusing


def test_the_button_of_a_refusal_that_waits_says_so(desk, case):
    assert "拒绝，送复核" not in page_of(desk, case)

    risky(case)

    assert "拒绝，送复核" in page_of(desk, case)
    desk.post(at("refusal", case), said(case, final=True))
    assert case.decisions.get().state == "held"
