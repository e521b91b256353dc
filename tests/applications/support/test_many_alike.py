"""Many people who find the same at once make one draft of a bulletin, and the writers of the branch hear of it."""

from datetime import timedelta

import pytest

from applications.support.checking.asking import ask
from applications.support.many_alike import draft_bulletins
from config.kernel import clock
from config.kernel.outbox import OutboxMessage
from config.kernel.policy import current_policy
from terminals.models import Bulletin
from tests.accounts.factories import BranchFactory, MerchantUserFactory, StaffFactory
from tests.applications.support.factories import SelfCheckFactory
from tests.merchants.factories import onboarded, owner_of
from tests.races import all_at_once, without_unique
from tests.terminals.bulletins import drafted, head_office, published, writer
from tests.terminals.factories import DeviceFactory, activated

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
LEAST = 5


@pytest.fixture
def branch():
    return BranchFactory(parent=head_office())


def crowd(branch, people=LEAST, **given):
    return SelfCheckFactory.create_batch(people, branch=branch, **given)


def drafts() -> list[tuple]:
    return list(Bulletin.objects.order_by("pk").values_list("code", "branch_id", "asked_by_count", "status"))


def test_as_many_people_as_the_policy_says_make_a_draft(branch):
    now = clock.now()
    first = crowd(branch, asked_at=now - 30 * MINUTE)[0]
    assert current_policy().bulletin_check_people == LEAST

    assert draft_bulletins(now) == 1

    bulletin = Bulletin.objects.get()
    assert drafts() == [("97", branch.pk, LEAST, "draft")]
    assert bulletin.starts_at == first.asked_at
    assert (bulletin.title_zh, bulletin.title_en) == ("终端显示 97", "Terminals show 97")
    assert "请不要重新登记" in bulletin.text_zh
    assert bulletin.text_en.startswith("Several merchants")
    assert bulletin.written_by.system_name == "cron"


def test_one_fewer_makes_none(branch):
    crowd(branch, LEAST - 1)

    assert draft_bulletins(clock.now()) == 0


def test_one_person_who_asks_many_times_is_one_person(branch):
    crowd(branch, 20, asked_by=MerchantUserFactory())

    assert draft_bulletins(clock.now()) == 0


@pytest.mark.parametrize(
    "given",
    [
        {"asked_at": clock.now() - 61 * MINUTE},
        {"code": "58"},
        {"branch": None},
        {"code": "", "screen": "other"},
        {"screen": "missing_sale"},
    ],
    ids=["earlier", "another code", "no branch", "no code", "one sale"],
)
def test_what_is_not_the_same_does_not_count(branch, given):
    crowd(branch, LEAST - 1)
    SelfCheckFactory(**{"branch": branch} | given)

    assert draft_bulletins(clock.now()) == 0


def test_another_branch_does_not_count(branch):
    crowd(branch, LEAST - 1)
    crowd(BranchFactory(parent=branch.parent), LEAST - 1)

    assert draft_bulletins(clock.now()) == 0


def test_no_connection_needs_no_code(branch):
    crowd(branch, code="", screen="no_connection")

    assert draft_bulletins(clock.now()) == 1
    assert Bulletin.objects.get().title_zh == "终端无法联网"


def test_every_code_and_branch_has_its_own(branch):
    other = BranchFactory(parent=branch.parent)
    crowd(branch)
    crowd(other)
    crowd(branch, code="58", screen="terminal_invalid")

    assert draft_bulletins(clock.now()) == 3
    assert {row[:2] for row in drafts()} == {("97", branch.pk), ("97", other.pk), ("58", branch.pk)}


def test_twice_is_once(branch):
    crowd(branch)
    now = clock.now()

    assert [draft_bulletins(now), draft_bulletins(now + MINUTE)] == [1, 0]


def test_while_it_is_published_there_is_no_second_one(branch):
    crowd(branch)
    draft_bulletins(clock.now())
    Bulletin.objects.get().publish(by=writer(), now=clock.now())
    crowd(branch, 9)

    assert draft_bulletins(clock.now()) == 0


@pytest.mark.parametrize(
    "about",
    [{}, {"code": "97"}, {"branch": "above"}, {"branch": "own", "code": "97"}],
    ids=["bank", "bank and code", "branch above", "branch and code"],
)
@pytest.mark.parametrize("make", [drafted, published])
def test_what_somebody_wrote_of_it_is_enough(branch, make, about):
    of = {"above": branch.parent, "own": branch}
    make(**about | ({"branch": of[about["branch"]]} if "branch" in about else {}))
    crowd(branch)

    assert draft_bulletins(clock.now()) == 0


def test_what_somebody_wrote_of_something_else_is_not(branch):
    published(code="58")
    published(branch=BranchFactory(parent=branch.parent), code="97")
    crowd(branch)

    assert draft_bulletins(clock.now()) == 1


@pytest.mark.parametrize("is_published", [True, False])
def test_what_was_checked_before_it_was_over_or_discarded_counts_no_more(branch, is_published):
    now = clock.now()
    crowd(branch, asked_at=now - 20 * MINUTE)
    draft_bulletins(now - 15 * MINUTE)
    bulletin, by = Bulletin.objects.get(), writer()
    if is_published:
        bulletin.publish(by=by, now=now - 12 * MINUTE)
        bulletin.end(by=by, now=now - 10 * MINUTE)
    else:
        bulletin.discard(by=by, now=now - 10 * MINUTE, note="商户欠费")

    assert draft_bulletins(now) == 0

    crowd(branch, asked_at=now - 5 * MINUTE)

    assert draft_bulletins(now) == 1
    again = Bulletin.objects.latest("pk")
    assert again.starts_at == now - 5 * MINUTE
    assert again.asked_by_count == LEAST


def test_the_writers_of_the_branch_are_told_with_the_count(branch):
    near = [StaffFactory(role=role, branch=branch) for role in ("supervisor", "support")]
    far = StaffFactory(role="supervisor", branch=BranchFactory(parent=branch.parent))
    reviewer = StaffFactory(role="reviewer", branch=branch)
    crowd(branch, 7)

    draft_bulletins(clock.now())

    told = OutboxMessage.objects.filter(kind="bulletin_drafted", channel="inbox")
    assert {message.recipient for message in told} == set(near)
    assert not {far, reviewer} & {message.recipient for message in told}
    assert all(message.title().startswith("7 人") for message in told)


def test_a_branch_without_writers_is_the_next_ones_above(branch):
    head = writer(branch=branch.parent)
    crowd(branch)

    draft_bulletins(clock.now())

    told = OutboxMessage.objects.filter(kind="bulletin_drafted", channel="inbox")
    assert [message.recipient for message in told] == [head]


def across(carrier, *branches, people=LEAST, **given):
    """People with SIM cards of one carrier, in turn of these branches."""
    for number in range(people):
        SelfCheckFactory(carrier=carrier, branch=branches[number % len(branches)], **given)


def scopes() -> set[tuple]:
    return set(Bulletin.objects.values_list("code", "branch_id", "carrier"))


def test_people_of_one_carrier_in_several_branches_make_a_draft_about_the_carrier(branch):
    head = writer(branch=branch.parent)
    across("mobile", branch, BranchFactory(parent=branch.parent), code="", screen="no_connection")

    assert draft_bulletins(clock.now()) == 1

    bulletin = Bulletin.objects.get()
    assert (bulletin.branch, bulletin.carrier, bulletin.asked_by_count) == (None, "mobile", LEAST)
    assert bulletin.title_zh == "使用中国移动 SIM 卡的终端无法联网"
    assert bulletin.title_en == "Terminals with SIM cards of China Mobile cannot connect"
    told = OutboxMessage.objects.filter(kind="bulletin_drafted", channel="inbox")
    assert [message.recipient for message in told] == [head]


def test_of_one_branch_only_it_is_the_branch(branch):
    across("mobile", branch)

    assert draft_bulletins(clock.now()) == 1
    assert scopes() == {("97", branch.pk, "")}


def test_where_another_carriers_people_found_it_too_it_is_not_the_carrier(branch):
    other = BranchFactory(parent=branch.parent)
    for carrier in ("mobile", "unicom"):
        across(carrier, branch, other, people=2 * LEAST)

    draft_bulletins(clock.now())

    assert scopes() == {("97", branch.pk, ""), ("97", other.pk, "")}


def test_what_the_carrier_explains_makes_no_draft_about_a_branch(branch):
    across("mobile", branch, BranchFactory(parent=branch.parent), people=3 * LEAST)

    assert draft_bulletins(clock.now()) == 1
    assert draft_bulletins(clock.now()) == 0
    assert scopes() == {("97", None, "mobile")}

    crowd(branch)

    assert draft_bulletins(clock.now()) == 1
    assert scopes() == {("97", None, "mobile"), ("97", branch.pk, "")}


@pytest.mark.parametrize("about", [{}, {"carrier": "mobile"}, {"carrier": "mobile", "code": "97"}])
def test_what_somebody_wrote_of_the_carrier_is_enough(branch, about):
    published(**about)
    across("mobile", branch, BranchFactory(parent=branch.parent))

    assert draft_bulletins(clock.now()) == 0


def test_a_check_knows_the_carrier_of_the_card_in_the_device():
    merchant = onboarded()
    card = DeviceFactory(branch=merchant.branch, sim_iccid="89860312345678901234")
    terminal, _done = activated(merchant=merchant, device=card)

    check = ask(
        number=terminal.number,
        screen="no_connection",
        by=owner_of(merchant),
        now=clock.now(),
        language="zh-hans",
    )

    assert check.carrier == "telecom"
    assert "8986" not in str(check.known)


@pytest.mark.parametrize("people", [LEAST, 3 * LEAST])
def test_a_crowd_costs_the_same_whatever_its_size(branch, django_assert_max_num_queries, people):
    crowd(branch, people)
    draft_bulletins(clock.now())
    SelfCheckFactory.create_batch(people, branch=branch)

    with django_assert_max_num_queries(6):
        draft_bulletins(clock.now())


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_swept_many_times_at_once_there_is_one_draft_and_one_message_each():
    branch = BranchFactory(parent=head_office())
    person = writer(branch=branch)
    crowd(branch)
    now = clock.now()

    answers = all_at_once(6, lambda _number: draft_bulletins(now))

    assert sorted(answers) == [0, 0, 0, 0, 0, 1]
    assert Bulletin.objects.count() == 1
    assert OutboxMessage.objects.inbox_of(person).count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_swept_many_times_at_once_a_carrier_has_one_draft():
    branch = BranchFactory(parent=head_office())
    across("mobile", branch, BranchFactory(parent=branch.parent))
    now = clock.now()

    assert sorted(all_at_once(6, lambda _number: draft_bulletins(now))) == [0, 0, 0, 0, 0, 1]
    assert scopes() == {("97", None, "mobile")}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_without_the_constraint_the_same_sweeps_draft_it_several_times():
    branch = BranchFactory(parent=head_office())
    crowd(branch)
    now, drafts_made = clock.now(), 0

    with without_unique([("terminals_bulletin", "bulletin_from_checks_once")]):
        for _round in range(5):
            Bulletin.objects.all().delete()
            drafts_made = max(drafts_made, sum(all_at_once(6, lambda _number: draft_bulletins(now))))

    assert drafts_made > 1
