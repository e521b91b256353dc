"""The decision follows from the verdicts, on the server, whatever the page offered."""

import pytest

from applications.items import WHOLE, reviewed_items
from applications.models import Decision, ReasonCode, Verdict
from applications.verdicts import all_in_order
from config.kernel import clock
from config.kernel.lifecycle import Refused
from tests.applications.factories import RegistrationFactory, fault
from tests.applications.reviewing import approve, fresh, give_back, reject

pytestmark = pytest.mark.django_db

OK = Verdict(is_ok=True)
# Every shape of a review: what was said of an item and of the whole, and the one decision it leads to.
SHAPES = {
    "everything in order": ({}, "approved"),
    "an item to correct": ({"paper:licence": "glare"}, "returned"),
    "several items to correct": ({"paper:licence": "glare", "field:uscc": "number_differs"}, "returned"),
    "the whole to correct": ({WHOLE: "incomplete_set"}, "returned"),
    "an item that is final": ({"paper:licence": "false_papers_item"}, "rejected"),
    "the whole is final": ({WHOLE: "not_eligible"}, "rejected"),
    "to correct and final": ({"field:uscc": "number_differs", WHOLE: "duplicate"}, "rejected"),
}


@pytest.fixture
def case(db):
    return RegistrationFactory(state="under_review")


def decide(case, outcome: str, verdicts) -> Decision:
    match outcome:
        case "approved":
            return approve(case, by=case.assignee, verdicts=verdicts)
        case "returned":
            return give_back(case, by=case.assignee, verdicts=verdicts)
    return reject(case, by=case.assignee, reason=None, verdicts=verdicts)


@pytest.mark.parametrize("outcome", ["approved", "returned", "rejected"])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_verdicts_lead_to_one_decision(case, shape, outcome):
    faults, only = SHAPES[shape]
    verdicts = all_in_order(case) | {item: fault(reason) for item, reason in faults.items()}

    if outcome == only:
        decision = decide(case, outcome, verdicts)
        assert (case.status, decision.outcome) == (only, only)
        assert set(decision.items.to_correct().values_list("item", flat=True)) == set(faults)
    else:
        with pytest.raises(Refused) as refusal:
            decide(case, outcome, verdicts)
        assert refusal.value.code == "verdicts"
        assert not case.decisions.exists()


@pytest.mark.parametrize("outcome", ["approved", "returned"])
def test_everything_is_judged_before_the_merchant_is_told_anything(case, outcome):
    verdicts = all_in_order(case)
    if outcome == "returned":
        verdicts["paper:licence"] = fault("glare")
    verdicts.pop("field:uscc")

    with pytest.raises(Refused, match="1") as refusal:
        decide(case, outcome, verdicts)

    assert refusal.value.code == "verdicts"


def test_no_item_is_given_back_without_a_reason(case):
    title = next(item.title for item in reviewed_items(case) if item.key == "field:uscc")

    with pytest.raises(Refused, match=title) as refusal:
        decide(case, "returned", all_in_order(case) | {"field:uscc": Verdict(is_ok=False)})

    assert refusal.value.code == "no_reason"


def test_what_is_no_item_of_the_case_is_not_judged(case):
    with pytest.raises(Refused) as refusal:
        decide(case, "returned", all_in_order(case) | {"placement:9:place": fault("address_differs")})

    assert refusal.value.code == "not_correctable"


def test_no_refusal_without_a_final_reason(case):
    for given in ({}, {"reason": ReasonCode.objects.get(pk="incomplete_set")}):
        with pytest.raises(Refused) as refusal:
            case.reject(by=case.assignee, now=case.submitted_at, version=case.version, **given)
        assert refusal.value.code == "verdicts"


def test_the_words_are_the_reviewers_where_there_are_any_else_the_catalogues(case):
    verdicts = all_in_order(case) | {
        "paper:licence": fault("glare", "请避开灯光。"),
        "field:uscc": fault("number_differs"),
    }

    decision = decide(case, "returned", verdicts)

    texts = dict(decision.items.to_correct().values_list("item", "text"))
    assert texts == {"paper:licence": "请避开灯光。", "field:uscc": fault("number_differs").words}


def test_no_approval_before_the_account_was_checked(case):
    with pytest.raises(Refused) as refusal:
        approve(case, by=case.assignee, account_verified=False)

    assert refusal.value.code == "account_unverified"
    assert fresh(case).status == case.Status.UNDER_REVIEW


def test_a_private_note_is_in_no_word_to_the_merchant(case):
    note = "怀疑变造，已电话核实。"

    decision = give_back(case, by=case.assignee, private_note=note)

    assert decision.private_note == note
    assert note not in decision.public_text
    assert not any(note in item.text for item in decision.items.all())


@pytest.mark.parametrize(
    ("item", "reason"),
    [("field:uscc", "glare"), ("paper:licence", "number_differs"), ("application", "glare")],
)
def test_a_reason_is_given_for_what_it_applies_to(item, reason):
    case = RegistrationFactory(state="under_review")

    with pytest.raises(Refused) as refusal:
        case.return_for_correction(
            by=case.assignee,
            now=clock.now(),
            version=case.version,
            verdicts=all_in_order(case) | {item: fault(reason)},
        )

    assert refusal.value.code == "no_reason"


def test_a_reason_that_is_no_longer_offered_is_not_given():
    case = RegistrationFactory(state="under_review")
    ReasonCode.objects.filter(pk="glare").update(is_active=False)

    with pytest.raises(Refused) as refusal:
        case.return_for_correction(
            by=case.assignee,
            now=clock.now(),
            version=case.version,
            verdicts=all_in_order(case) | {"paper:licence": fault("glare")},
        )

    assert refusal.value.code == "no_reason"
