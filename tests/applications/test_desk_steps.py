"""The steps on a case by crafted requests: the verbs decide, whatever the page offers; what was typed is never lost."""

import pytest

from applications.models import Application, Decision, DeskPreference
from config.kernel import clock
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.desk import at, case_of, reviewer_of, said
from tests.applications.factories import STATES, RegistrationFactory
from tests.applications.portal import signed_in
from tests.applications.reviewing import disputed, fresh, held_approval, risky, staff

pytestmark = pytest.mark.django_db

DECISIONS = {"correction": "returned", "approval": "approved", "refusal": "rejected"}
STEPS = {"claim": "under_review"} | DECISIONS
ALL_STEPS = [
    *STEPS,
    "release",
    "takeover",
    "escalation",
    "draft",
    "confirmation",
    "reversal",
    "retraction",
    "reopening",
    "upholding",
]
GLARE = "请补拍门头照片。"


@pytest.fixture
def reviewer():
    return reviewer_of()


@pytest.fixture
def desk(reviewer):
    return signed_in(reviewer)


@pytest.fixture
def case(reviewer):
    return case_of(reviewer)


def decision_on(case, noun: str, **changed) -> dict:
    faults = ("paper:licence",) if noun == "correction" else ()
    return said(case, *faults, final=noun == "refusal", **changed)


@pytest.mark.parametrize("noun", STEPS)
@pytest.mark.parametrize("state", [state for state in STATES if state != "draft"])
def test_a_crafted_post_changes_only_what_the_arrows_allow(state, noun):
    case = RegistrationFactory(state=state)
    by = case.assignee if state == "under_review" else staff(case)

    answer = signed_in(by).post(at(noun, case), decision_on(case, noun))

    after = Application.objects.get(pk=case.pk).status
    # A refusal is taken up again by the answer to a request, never by taking the case.
    allowed = STEPS[noun] in Application.NEXT[state] and (state, noun) != ("rejected", "claim")
    if case.submitted_at is None:
        assert (answer.status_code, after) == (404, state)
    elif allowed or (state, noun) == ("under_review", "claim"):
        assert (answer.status_code, after) == (302, STEPS[noun])
    else:
        assert (answer.status_code, after) == (409, state)


@pytest.mark.parametrize("noun", ALL_STEPS)
def test_a_step_cannot_be_taken_by_reading(desk, case, noun):
    assert desk.get(at(noun, case)).status_code == 405
    assert fresh(case).assignee == case.assignee


@pytest.mark.parametrize("role", ["auditor", "storekeeper", "support", "account_manager", "administrator"])
@pytest.mark.parametrize("noun", ALL_STEPS)
def test_only_those_whose_role_does_it_take_a_step(role, noun):
    case = RegistrationFactory(state="under_review" if noun != "claim" else "submitted")

    answer = signed_in(staff(case, role=role)).post(at(noun, case), decision_on(case, noun, words="因为"))

    assert answer.status_code == 403
    assert not Decision.objects.exists()


@pytest.mark.parametrize("noun", DECISIONS)
def test_nobody_decides_on_what_a_colleague_holds(case, noun):
    colleague = staff(case)

    answer = signed_in(colleague).post(at(noun, case), decision_on(case, noun))

    assert answer.status_code == 409
    assert case.objection_to_holder(by=colleague, now=clock.now()) in answer.content.decode()
    assert fresh(case).status == "under_review"


class TestWhatTheVerdictsAllow:
    @pytest.mark.parametrize(
        ("noun", "faults", "final"),
        [
            ("approval", ("paper:licence",), False),
            ("approval", (), True),
            ("correction", (), False),
            ("correction", ("paper:licence",), True),
            ("refusal", (), False),
            ("refusal", ("paper:licence",), False),
        ],
    )
    def test_a_crafted_decision_against_the_verdicts_is_refused(self, desk, case, noun, faults, final):
        answer = desk.post(at(noun, case), said(case, *faults, final=final))

        assert answer.status_code == 200
        assert 'role="alert"' in answer.content.decode()
        assert not Decision.objects.exists()

    @pytest.mark.parametrize("noun", ["approval", "correction"])
    def test_what_nobody_judged_is_not_approved_and_not_half_returned(self, desk, case, noun):
        answers = decision_on(case, noun)
        del answers["verdict-field:uscc"]

        answer = desk.post(at(noun, case), answers)

        assert answer.status_code == 200
        assert not Decision.objects.exists()

    def test_the_rest_may_be_said_to_be_in_order_without_a_script(self, desk, case):
        answers = {
            "version": case.version,
            "private_note": "",
            "rest_in_order": "on",
            "verdict-paper:licence": "fix",
            "reason-paper:licence": "glare",
        }

        desk.post(at("correction", case), answers)

        decision = Decision.objects.get()
        assert decision.outcome == "returned"
        assert [one.item for one in decision.items.filter(is_ok=False)] == ["paper:licence"]
        assert decision.items.filter(is_ok=True).count() > 20

    def test_a_fault_without_a_reason_comes_back_at_its_item(self, desk, case):
        answers = said(
            case, "paper:licence", "field:uscc", **{"reason-field:uscc": "", "private_note": "问过"}
        )

        answer = desk.post(at("correction", case), answers)

        page = answer.content.decode()
        assert answer.status_code == 200
        assert 'href="#id_reason-field:uscc"' in page
        assert 'id="id_reason-field:uscc"' in page
        assert page.count("<title>错误") == 1
        assert "问过" in page
        assert not Decision.objects.exists()

    @pytest.mark.parametrize("reason", ["number_differs", "not_eligible", "no_such_reason", "glare' OR 1=1"])
    def test_a_reason_of_another_kind_is_no_reason(self, desk, case, reason):
        desk.post(at("correction", case), said(case, "paper:licence", **{"reason-paper:licence": reason}))

        assert not Decision.objects.exists()

    def test_the_merchant_reads_the_words_as_changed(self, desk, case):
        desk.post(at("correction", case), said(case, "paper:licence", **{"text-paper:licence": GLARE}))

        assert Decision.objects.get().items.get(item="paper:licence").text == GLARE

    def test_a_verdict_on_what_is_no_item_is_not_heard(self, desk, case):
        desk.post(
            at("correction", case),
            said(
                case,
                "paper:licence",
                **{"verdict-field:status": "fix", "reason-field:status": "number_differs"},
            ),
        )

        assert not Decision.objects.get().items.filter(item="field:status").exists()

    def test_an_account_nobody_checked_is_not_approved(self, desk, case):
        answer = desk.post(at("approval", case), said(case, account_verified=""))

        assert 'href="#id_account_verified"' in answer.content.decode()
        assert fresh(case).status == "under_review"


class TestNothingTypedIsLost:
    def test_a_stale_decision_is_refused_and_its_words_are_kept(self, desk, case):
        answer = desk.post(
            at("correction", case),
            said(
                case,
                "paper:licence",
                version=case.version - 1,
                private_note="问过客户经理",
                **{"text-paper:licence": GLARE},
            ),
        )

        page = answer.content.decode()
        assert answer.status_code == 409
        assert GLARE in page
        assert "问过客户经理" in page
        assert 'name="verdict-paper:licence" value="fix" data-verdict checked' in page
        assert f'name="version" value="{case.version}"' in page

    def test_an_incomplete_decision_on_an_older_version_says_that_the_case_has_changed(self, desk, case):
        answer = desk.post(at("approval", case), said(case, version=case.version - 1, account_verified=""))

        assert answer.status_code == 409
        assert case.staleness(case.version - 1) in answer.content.decode()

    def test_a_withdrawal_meanwhile_leaves_the_words_on_the_page(self, desk, case):
        fresh(case).withdraw(by=case.applicant, now=clock.now())

        answer = desk.post(
            at("correction", case), said(case, "paper:licence", **{"text-paper:licence": GLARE})
        )

        assert answer.status_code == 409
        assert GLARE in answer.content.decode()

    def test_a_takeover_meanwhile_leaves_them_there_and_in_the_draft(self, desk, case):
        supervisor = staff(case, role="supervisor")
        fresh(case).take_over(by=supervisor, now=clock.now(), reason="休假")

        answer = desk.post(
            at("correction", case), said(case, "paper:licence", **{"text-paper:licence": GLARE})
        )
        fresh(case).release(by=supervisor, now=clock.now())
        desk.post(at("claim", case))

        assert answer.status_code == 409
        assert GLARE in answer.content.decode()
        assert GLARE in desk.get(at("case", case)).content.decode()

    def test_the_same_approval_sent_twice_has_one_effect_and_one_answer(self, desk, case):
        answers = [desk.post(at("approval", case), said(case)) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [302, 302]
        assert answers[0]["Location"] == answers[1]["Location"]
        assert Decision.objects.filter(application=case).count() == 1


class TestClaims:
    def test_putting_back_keeps_the_marks_and_frees_the_case(self, desk, case, reviewer):
        answer = desk.post(at("release", case), said(case, "field:uscc"))

        assert answer.status_code == 302
        assert fresh(case).assignee is None
        desk.post(at("claim", case))
        assert (
            'name="verdict-field:uscc" value="fix" data-verdict checked'
            in desk.get(at("case", case)).content.decode()
        )

    def test_a_supervisor_takes_over_with_a_reason_only(self, case):
        supervisor = staff(case, role="supervisor")
        browser = signed_in(supervisor)

        without = browser.post(at("takeover", case), {"words": "  "})
        still = fresh(case).assignee
        browser.post(at("takeover", case), {"words": "休假"})

        assert without.status_code == 200
        assert still == case.assignee
        assert fresh(case).assignee == supervisor
        assert case.remarks.get(action="taken_over").text == "休假"

    def test_a_reviewer_does_not_take_over(self, case):
        assert signed_in(staff(case)).post(at("takeover", case), {"words": "我来"}).status_code == 403

    def test_it_goes_to_the_supervisors_with_a_note(self, desk, case):
        desk.post(at("escalation", case), {"words": "像是变造的"})

        assert fresh(case).escalated_at
        assert case.remarks.get(action="escalated").text == "像是变造的"


class TestSecondPerson:
    def test_whoever_decided_first_is_not_the_second(self):
        case = held_approval()

        answer = signed_in(case.proposed_by).post(
            at("confirmation", case), {"version": case.version, "words": ""}
        )

        assert answer.status_code == 409
        assert fresh(case).status == "under_review"

    def test_a_release_names_the_version_it_has_read(self):
        case = held_approval()
        browser = signed_in(staff(case))

        blind = browser.post(at("confirmation", case), {"words": ""})
        still = fresh(case).status
        seen = browser.post(at("confirmation", case), {"version": fresh(case).version, "words": "同意"})

        assert (blind.status_code, still) == (409, "under_review")
        assert (seen.status_code, fresh(case).status) == (302, "approved")

    def test_a_reversal_needs_its_note_and_gives_the_case_back(self):
        case = held_approval()
        first, browser = case.proposed_by, signed_in(staff(case))

        without = browser.post(at("reversal", case), {"version": case.version, "words": ""})
        browser.post(at("reversal", case), {"version": fresh(case).version, "words": "账户再核一次"})

        assert without.status_code == 200
        case = fresh(case)
        assert (case.held_since, case.assignee) == (None, first)

    def test_the_first_person_takes_it_back_and_nobody_else(self):
        case = held_approval()

        other = signed_in(staff(case)).post(at("retraction", case))
        held = fresh(case).held_since
        signed_in(case.proposed_by).post(at("retraction", case))

        assert other.status_code == 409
        assert held
        assert fresh(case).held_since is None

    def test_a_held_decision_says_so_and_sends_nothing(self, desk, case):
        risky(case)

        page = desk.post(at("approval", case), said(fresh(case)), follow=True).content.decode()

        assert "复核" in page
        assert fresh(case).status == "under_review"
        assert Decision.objects.get().state == "held"


class TestReviewOfARefusal:
    @pytest.mark.parametrize(("noun", "after"), [("reopening", "under_review"), ("upholding", "rejected")])
    def test_somebody_else_answers_in_words(self, noun, after):
        case = disputed()
        refuser, other = signed_in(case.decided_by), signed_in(staff(case, role="supervisor"))

        own = refuser.post(at(noun, case), {"words": "维持"})
        silent = other.post(at(noun, case), {"words": ""})
        answered = other.post(at(noun, case), {"words": "已重新核对。"})

        assert own.status_code == 409
        assert silent.status_code == 200
        assert answered.status_code == 302
        assert fresh(case).status == after


class TestPreferences:
    def test_open_the_next_case_is_remembered_for_the_person(self, desk, case, reviewer):
        desk.post(at("approval", case), {**said(case), "open_next": ""} | {"open_next": "on"})
        assert DeskPreference.objects.of(reviewer).opens_next

        second = case_of(reviewer)
        answers = said(second)
        del answers["open_next"]
        desk.post(at("approval", second), answers)

        assert not DeskPreference.objects.of(reviewer).opens_next
        third = case_of(reviewer)
        box = signed_in(reviewer).get(at("case", third)).content.decode().split('name="open_next"')[1][:20]
        assert "checked" not in box

    def test_shortcuts_are_switched_for_the_person_alone(self, desk, case, reviewer):
        desk.post(at("shortcuts", case), {})
        assert not DeskPreference.objects.of(reviewer).has_shortcuts
        assert DeskPreference.objects.of(staff(case)).has_shortcuts

        answer = desk.post(
            at("shortcuts", case), {"has_shortcuts": "on"}, headers={"accept": "application/json"}
        )

        assert answer.json() == {}
        assert DeskPreference.objects.of(reviewer).has_shortcuts

    def test_a_visitor_and_a_merchant_have_none(self, client, case):
        client.post(at("shortcuts", case), {})
        signed_in(case.applicant).post(at("shortcuts", case), {})

        assert not DeskPreference.objects.exists()


def test_a_case_of_another_branch_is_not_there(desk):
    other = RegistrationFactory(branch=BranchFactory(), state="submitted")

    for noun in ALL_STEPS:
        if noun == "takeover":
            continue
        assert desk.post(at(noun, other), decision_on(other, noun)).status_code == 404, noun
    supervisor = StaffFactory(role="supervisor", branch=BranchFactory())
    assert signed_in(supervisor).post(at("takeover", other), {"words": "我来"}).status_code == 404
