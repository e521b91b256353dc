"""What a return opens, what it leaves closed, and when something counts as seen to: by verbs, whatever page is in front."""

import pytest

from applications.corrections import Opened, confirm, corrections_of, title_of
from applications.models import Placement, Registration
from applications.papers import attach, detach
from config.kernel import clock
from config.kernel.audit import AuditEvent
from config.kernel.lifecycle import Refused
from merchants.particulars import MerchantType
from tests.accounts.factories import StaffFactory
from tests.applications.factories import RegistrationFactory, consent, fault, mend, particulars, photo
from tests.applications.findings.cases import AGENT
from tests.applications.returning import give_back, returned_for

pytestmark = pytest.mark.django_db

NO_AGENT = {
    "has_agent": False,
    "agent_name": "",
    "agent_id_number": "",
    "agent_id_from": None,
    "agent_id_to": None,
    "agent_mobile": "",
}


def opened(registration):
    return Opened(registration, on=clock.today())


def edit(registration, **answers):
    with registration.revising(by=registration.applicant, now=clock.now()):
        for name, value in answers.items():
            setattr(registration, name, value)


def send(registration):
    registration.submit(by=registration.applicant, now=clock.now(), consent=consent())


def test_a_return_opens_what_was_given_back_and_nothing_else():
    registration = returned_for("field:trading_name", "paper:licence", "placement:1:place")

    now = opened(registration)

    assert now.field("trading_name")
    assert now.paper("licence")
    assert now.item("placement:1:place")
    assert not now.field("registered_name")
    assert not now.paper("id_front")
    assert not now.item("placement:1:device")
    assert not now.item("placement:1:terms")
    assert not now.lines()
    assert [page for page in ("business", "responsible", "papers", "placements") if now.page(page)] == [
        "business",
        "papers",
        "placements",
    ]


def test_an_item_of_several_answers_opens_all_of_them():
    now = opened(returned_for("field:licence_validity", "field:address"))

    for name in (
        "licence_from",
        "licence_to",
        "licence_is_long_term",
        "business_address",
        "registered_division",
    ):
        assert now.field(name), name


def test_a_closed_answer_is_refused_whoever_changes_it():
    registration = returned_for("field:trading_name")

    with pytest.raises(Refused) as refusal:
        edit(registration, registered_name="别的名字")

    assert refusal.value.code == "not_open"
    assert Registration.objects.get(pk=registration.pk).registered_name == "晴川便利店"


def test_an_open_answer_beside_a_closed_one_does_not_carry_it_along():
    registration = returned_for("field:trading_name")

    with pytest.raises(Refused):
        edit(registration, trading_name="晴川", account_number="6222021000000000017")

    assert Registration.objects.get(pk=registration.pk).trading_name == "晴川便利店"


def test_the_same_values_once_more_are_no_change():
    registration = returned_for("field:trading_name")
    stored = Registration.objects.get(pk=registration.pk)

    edit(
        registration,
        trading_name="晴川",
        **{name: getattr(stored, name) for name in ("account_number", "licence_from", "beneficial_owners")},
    )

    assert Registration.objects.get(pk=registration.pk).trading_name == "晴川"


def test_a_paper_that_was_accepted_can_neither_be_replaced_nor_taken_away():
    registration = returned_for("paper:licence")
    accepted = registration.documents.current().get(paper="id_front")

    for step in (
        lambda: attach(registration, "id_front", photo(), by=registration.applicant, now=clock.now()),
        lambda: detach(accepted, by=registration.applicant, now=clock.now()),
    ):
        with pytest.raises(Refused) as refusal:
            step()
        assert refusal.value.code == "not_open"

    assert registration.documents.current().get(paper="id_front") == accepted


def test_terminals_are_neither_added_nor_taken_off_where_none_was_given_back():
    registration = returned_for("field:trading_name", terminals=2)
    line = registration.placements.first()

    def take_off():
        with registration.revising(by=registration.applicant, now=clock.now()):
            line.delete()

    def add():
        with registration.revising(by=registration.applicant, now=clock.now()):
            Placement.objects.create(
                registration=registration,
                position=9,
                device_model=line.device_model,
                division_id="310115",
                address="别处",
                services=["sale"],
            )

    for step in (take_off, add):
        with pytest.raises(Refused) as refusal:
            step()
        assert refusal.value.code == "not_open"
    assert registration.placements.count() == 2


def test_a_terminal_of_which_a_part_was_given_back_may_go_with_its_other_parts():
    registration = returned_for("placement:1:place", terminals=2)
    first, second = registration.placements.order_by("position")
    now = opened(registration)
    assert (now.may_drop(first), now.may_drop(second)) == (True, False)

    with registration.revising(by=registration.applicant, now=clock.now()):
        first.delete()

    assert [each.is_done for each in corrections_of(registration)] == [True]
    assert list(registration.placements.all()) == [second]


def test_once_the_only_terminal_is_gone_another_can_be_added():
    registration = returned_for("placement:1:place")
    with registration.revising(by=registration.applicant, now=clock.now()):
        registration.placements.all().delete()

    assert opened(registration).lines()


def test_the_whole_application_given_back_opens_everything():
    now = opened(returned_for("application"))

    assert now.is_everything
    assert now.lines()
    assert now.paper("id_front")


def test_a_customers_particulars_stay_closed_even_then():
    first = RegistrationFactory(state="approved")
    second = returned_for(
        "application", applicant=first.applicant, branch=first.branch, merchant=first.merchant
    )

    now = opened(second)

    assert not now.field("trading_name")
    assert not now.page("business")
    assert now.page("papers")
    with pytest.raises(Refused) as refusal:
        edit(second, trading_name="别的名字")
    assert refusal.value.code == "not_open"


def test_what_a_correction_breaks_is_open_as_well():
    """A name of the responsible person corrected: the personal account in the old name has to be mended too."""
    registration = returned_for("field:responsible_name")
    assert not opened(registration).field("account_holder")

    edit(registration, responsible_name="王大明")

    assert opened(registration).field("account_holder")


def test_an_agent_given_back_may_be_dropped_with_the_papers_that_only_an_agent_needs():
    registration = returned_for("field:agent", answers=particulars(**AGENT))

    edit(registration, **NO_AGENT)

    assert not Registration.objects.get(pk=registration.pk).has_agent


def test_the_kind_of_merchant_given_back_opens_what_follows_from_it():
    registration = returned_for("field:merchant_type")

    edit(
        registration,
        merchant_type=MerchantType.MICRO,
        uscc="",
        business_scope="",
        licence_from=None,
        licence_is_long_term=False,
    )

    now = opened(Registration.objects.get(pk=registration.pk))
    assert now.field("account_number")
    assert not now.paper("id_front")


# -- seen to -----------------------------------------------------------------------------------------------------------------


def test_an_item_is_seen_to_once_it_holds_something_else():
    registration = returned_for("field:trading_name", "field:registered_name")

    edit(registration, trading_name="晴川")

    done = {each.item: each.is_done for each in corrections_of(registration)}
    assert done == {"field:trading_name": True, "field:registered_name": False}


def test_saving_the_same_again_is_not_seen_to():
    registration = returned_for("field:trading_name")

    edit(registration, trading_name="晴川便利店")

    assert [each.is_done for each in corrections_of(registration)] == [False]
    with pytest.raises(Refused) as refusal:
        send(registration)
    assert refusal.value.code == "incomplete"
    assert [(each.page, each.field) for each in refusal.value.params["missing"]] == [
        ("business", "trading_name")
    ]


def test_an_answer_may_be_confirmed_as_it_is_and_that_is_on_record():
    registration = returned_for("field:trading_name", "placement:1:place", "application")

    for each in corrections_of(registration):
        confirm(registration, each.item, by=registration.applicant, now=clock.now())

    assert all(each.is_done for each in corrections_of(registration))
    said = AuditEvent.objects.of(registration).filter(action="answer_confirmed")
    assert {event.by for event in said} == {registration.applicant}
    send(registration)
    assert registration.round == 2


@pytest.mark.parametrize("item", ["paper:licence", "field:uscc", "nothing", ""])
def test_a_paper_or_what_was_not_given_back_cannot_be_confirmed(item):
    registration = returned_for("paper:licence", "field:trading_name")

    with pytest.raises(Refused) as refusal:
        confirm(registration, item, by=registration.applicant, now=clock.now())

    assert refusal.value.code == "not_open"


def test_what_was_confirmed_in_one_round_is_open_again_in_the_next():
    registration = returned_for("field:trading_name")
    mend(registration)
    send(registration)
    registration.claim(by=registration.assignee, now=clock.now())

    registration = give_back(registration, "field:trading_name")

    assert [each.is_done for each in corrections_of(registration)] == [False]


def test_a_draft_and_a_case_with_the_bank_have_no_corrections():
    for state in ("draft", "submitted", "under_review", "approved"):
        assert corrections_of(RegistrationFactory(state=state)) == []


def test_what_is_gone_has_a_name_all_the_same():
    assert title_of("paper:licence") == "营业执照"
    assert "3" in title_of("placement:3:place")
    assert title_of("field:gone")


def test_the_branch_may_be_chosen_anew_and_no_case_waits_for_the_old_reviewer():
    registration = returned_for("field:branch")
    other = StaffFactory(role="reviewer")

    edit(registration, branch=other.branch)
    send(registration)

    registration.claim(by=other, now=clock.now())
    assert registration.assignee == other


# -- reasons behind which lies what may not be told --------------------------------------------------------------------------


def test_words_of_ones_own_are_refused_for_a_confidential_reason():
    registration = RegistrationFactory(state="under_review")
    said = {"by": registration.assignee, "now": clock.now(), "version": registration.version}
    reason = fault("not_eligible").reason

    with pytest.raises(Refused) as refusal:
        registration.reject(reason=reason, public_text="涉嫌洗钱。", **said)
    assert refusal.value.code == "confidential"
    with pytest.raises(Refused) as refusal:
        registration.reject(
            reason=None, verdicts={"paper:licence": fault("false_papers_item", "涉嫌变造。")}, **said
        )
    assert refusal.value.code == "confidential"

    decision = registration.reject(reason=reason, private_note="涉嫌洗钱。", **said)
    assert decision.public_text == reason.public_text
