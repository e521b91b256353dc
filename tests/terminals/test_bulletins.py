"""What a bulletin goes through, what of it is kept, and which terminals it touches."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from config.accounts.roles import permissions_of
from config.kernel import clock
from config.kernel.audit import AuditEvent
from config.kernel.constraints import broken_constraint
from config.kernel.history import StatusChange
from config.kernel.lifecycle import Refused
from terminals.bulletins import incident_of, running_now, shown_on_home, write_bulletin
from terminals.carriers import carrier_of
from terminals.models import Bulletin, BulletinVersion, RecoveryNotice
from tests.accounts.factories import BranchFactory, MerchantUserFactory, StaffFactory
from tests.merchants.factories import onboarded, owner_of
from tests.terminals.bulletins import (
    WORDS,
    drafted,
    ended,
    head_office,
    planned,
    published,
    said,
    writer,
)
from tests.terminals.factories import DeviceFactory, activated, provisioned

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
OTHER = {name: f"{text}！" for name, text in WORDS.items()}


def on_china_mobile():
    merchant = onboarded()
    device = DeviceFactory(branch=merchant.branch, sim_iccid="89860012345678901234")
    return provisioned(merchant=merchant, device=device)


# -- steps ------------------------------------------------------------------------------------------------------------


def test_a_draft_is_seen_by_nobody_outside():
    bulletin = drafted()

    assert not running_now(now=clock.now()).exists()
    assert not Bulletin.objects.visible_to(MerchantUserFactory()).exists()
    assert list(Bulletin.objects.visible_to(writer())) == [bulletin]


def test_published_it_runs_until_somebody_ends_it():
    bulletin, by, now = published(), writer(), clock.now()
    late = now + 5 * HOUR

    assert list(running_now(now=late)) == [bulletin]
    assert bulletin.is_late(late)
    assert not bulletin.is_late(now)

    bulletin.end(by=by, now=late, note="恢复")

    assert not running_now(now=late).exists()
    assert bulletin.ended_at == late
    steps = StatusChange.objects.of(bulletin).values_list("from_status", "to_status", "note")
    assert list(steps) == [("published", "ended", "恢复"), ("draft", "published", "")]


def test_a_planned_one_runs_from_its_beginning():
    bulletin = planned()

    assert not running_now(now=clock.now()).exists()
    assert list(running_now(now=bulletin.starts_at)) == [bulletin]


def test_ended_before_it_began_it_was_called_off():
    bulletin = planned()

    bulletin.end(by=writer(), now=clock.now())

    assert bulletin.was_called_off
    assert not ended().was_called_off


def test_what_is_over_beforehand_is_not_published():
    now = clock.now()
    bulletin = drafted(now=now - 9 * HOUR)

    with pytest.raises(Refused, match="预计结束时间已过"):
        bulletin.publish(by=writer(), now=now)


@pytest.mark.parametrize("make", [published, ended])
def test_only_a_draft_is_rewritten_or_discarded(make):
    bulletin, now = make(), clock.now()

    for step in (
        lambda: bulletin.rewrite(by=writer(), now=now, **said(**OTHER)),
        lambda: bulletin.discard(by=writer(), now=now, note="x"),
    ):
        with pytest.raises(Refused):
            step()
    assert Bulletin.objects.get().title_zh == WORDS["title_zh"]


def test_a_draft_is_rewritten_whole():
    bulletin, now = drafted(), clock.now()

    bulletin.rewrite(by=writer(), now=now, **said(**OTHER, code="97", carrier="mobile"))

    bulletin.refresh_from_db()
    assert (bulletin.title_zh, bulletin.code, bulletin.carrier) == (OTHER["title_zh"], "97", "mobile")
    assert AuditEvent.objects.of(bulletin).filter(action="bulletin_rewritten").exists()


def test_a_correction_keeps_what_people_have_read():
    bulletin, by, now = published(), writer(), clock.now()

    bulletin.correct(by=by, now=now, **OTHER)

    bulletin.refresh_from_db()
    kept = bulletin.versions.get()
    assert {name: getattr(bulletin, name) for name in WORDS} == OTHER
    assert {name: getattr(kept, name) for name in WORDS} == WORDS
    assert (kept.change, kept.replaced_by, kept.replaced_at) == ("corrected", by, now)


def test_a_new_expected_end_keeps_the_former_one():
    bulletin, now = published(), clock.now()
    former = bulletin.expected_end_at

    bulletin.prolong(until=now + 9 * HOUR, by=writer(), now=now)
    bulletin.prolong(until=None, by=writer(), now=now)

    assert list(bulletin.versions.values_list("expected_end_at", flat=True)) == [now + 9 * HOUR, former]
    assert Bulletin.objects.get().expected_end_at is None


@pytest.mark.parametrize(
    ("until", "sentence"),
    [
        (lambda b, now: now, "须在当前时间之后"),
        (lambda b, now: b.expected_end_at, "已经是这个时间"),
    ],
)
def test_an_expected_end_that_is_none(until, sentence):
    bulletin, now = published(), clock.now()

    with pytest.raises(Refused, match=sentence):
        bulletin.prolong(until=until(bulletin, now), by=writer(), now=now)
    assert not bulletin.versions.exists()


def test_an_upgrade_always_says_its_end():
    with pytest.raises(Refused, match="计划升级须写明预计结束时间"):
        planned().prolong(until=None, by=writer(), now=clock.now())


def test_before_its_beginning_an_upgrade_cannot_end():
    bulletin, now = planned(in_days=3), clock.now()

    with pytest.raises(Refused, match="结束时间须晚于开始时间"):
        bulletin.prolong(until=now + 2 * HOUR, by=writer(), now=now)


@pytest.mark.parametrize("make", [drafted, ended])
def test_only_what_is_published_is_corrected_or_prolonged(make):
    bulletin, now = make(), clock.now()

    with pytest.raises(Refused):
        bulletin.correct(by=writer(), now=now, **OTHER)
    with pytest.raises(Refused):
        bulletin.prolong(until=now + 9 * HOUR, by=writer(), now=now)


def test_earlier_words_are_never_changed():
    bulletin = published()
    bulletin.correct(by=writer(), now=clock.now(), **OTHER)

    with pytest.raises(DatabaseError), transaction.atomic():
        bulletin.versions.update(title_zh="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        bulletin.versions.all().delete()
    assert bulletin.versions.get().title_zh == WORDS["title_zh"]


# -- who --------------------------------------------------------------------------------------------------------------


def test_supervisors_and_the_help_line_write_and_everybody_at_the_desk_reads():
    may = {
        role: permissions_of(StaffFactory(role=role))
        & {"terminals.add_bulletin", "terminals.publish_bulletin"}
        for role in ("supervisor", "support", "reviewer", "risk", "auditor", "administrator")
    }

    assert [len(rights) for rights in may.values()] == [2, 2, 0, 0, 0, 0]
    assert "terminals.view_bulletin" in permissions_of(StaffFactory(role="reviewer"))


def test_a_branch_writes_for_itself_and_below_and_the_head_office_for_the_bank():
    city = BranchFactory(parent=head_office())
    below, beside = BranchFactory(parent=city), BranchFactory(parent=head_office())
    by, now = writer(branch=city), clock.now()

    assert write_bulletin(by=by, now=now, **said(branch=below)).branch == below
    for branch, sentence in ((None, "总行"), (beside, "不在您的管辖范围")):
        with pytest.raises(Refused, match=sentence):
            write_bulletin(by=by, now=now, **said(branch=branch))
    for step in ("publish", "end"):
        bulletin = drafted() if step == "publish" else published()
        with pytest.raises(Refused, match="总行"):
            getattr(bulletin, step)(by=by, now=now)


def test_a_draft_of_ones_own_is_not_made_one_of_the_bank():
    city = BranchFactory(parent=head_office())
    by = writer(branch=city)
    bulletin = drafted(by=by, branch=city)

    with pytest.raises(Refused, match="总行"):
        bulletin.rewrite(by=by, now=clock.now(), **said())


# -- whom it touches --------------------------------------------------------------------------------------------------


def test_the_carrier_of_a_card():
    assert [carrier_of(f"{prefix}0012345678901") for prefix in ("898600", "898606", "898611", "894411")] == [
        "mobile",
        "unicom",
        "telecom",
        "",
    ]
    assert carrier_of("") == ""


@pytest.mark.parametrize(
    ("about", "shows", "is_touched"),
    [
        ({}, "97", True),
        ({"code": "97"}, "97", True),
        ({"code": "97"}, "58", False),
        ({"carrier": "mobile"}, "97", True),
        ({"carrier": "unicom"}, "97", False),
        ({"carrier": "mobile", "code": "58"}, "97", False),
    ],
)
def test_a_bulletin_touches_by_code_and_carrier(about, shows, is_touched):
    terminal = on_china_mobile()
    bulletin = published(**about)

    assert incident_of(terminal, code=shows, now=clock.now()) == (bulletin if is_touched else None)


def test_a_bulletin_touches_its_branch_and_what_is_below():
    above = head_office()
    branch = BranchFactory(parent=BranchFactory(parent=above))
    terminal, now = provisioned(merchant=onboarded(branch=branch)), clock.now()

    def touched(**about):
        bulletin = published(**about)
        found = incident_of(terminal, code="97", now=now)
        bulletin.end(by=writer(), now=now)
        return found == bulletin

    assert touched(branch=branch)
    assert touched(branch=branch.parent)
    assert touched(branch=None)
    assert not touched(branch=BranchFactory(parent=above))
    assert not touched(branch=BranchFactory(parent=branch))


def test_a_device_without_a_card_is_not_the_carriers():
    terminal = provisioned()
    published(carrier="mobile")

    assert incident_of(terminal, code="97", now=clock.now()) is None


def test_the_one_that_began_first_explains():
    terminal, now = provisioned(), clock.now()
    published(starts_at=now - HOUR)
    first = published(starts_at=now - 3 * HOUR)
    planned()

    assert incident_of(terminal, code="97", now=now) == first


@pytest.mark.parametrize("count", [1, 3])
def test_the_question_costs_one_query_and_one_more_for_a_carrier(django_assert_num_queries, count):
    terminal, now = on_china_mobile(), clock.now()
    for _each in range(count):
        published(carrier="unicom")

    with django_assert_num_queries(2):
        assert incident_of(terminal, code="97", now=now) is None


# -- who sees it ------------------------------------------------------------------------------------------------------


def test_of_a_branch_only_its_merchants_and_staff_see_it():
    head = head_office()
    here, beside = BranchFactory(parent=head), BranchFactory(parent=head)
    below = BranchFactory(parent=here)
    mine = owner_of(provisioned(merchant=onboarded(branch=below)).merchant)
    other = owner_of(provisioned(merchant=onboarded(branch=beside)).merchant)
    bulletin = published(branch=here)

    def sees(person):
        return bulletin in Bulletin.objects.visible_to(person)

    assert sees(mine)
    assert sees(StaffFactory(branch=here))
    assert sees(StaffFactory(branch=head))
    assert sees(StaffFactory(branch=below))
    assert not sees(other)
    assert not sees(MerchantUserFactory())
    assert not sees(StaffFactory(branch=beside))
    assert bulletin not in running_now(now=clock.now())


def test_a_merchant_whose_terminals_have_ended_is_not_there_any_more():
    branch = BranchFactory(parent=head_office())
    terminal = provisioned(merchant=onboarded(branch=branch))
    bulletin, owner = published(branch=branch), owner_of(terminal.merchant)
    assert bulletin in Bulletin.objects.visible_to(owner)

    terminal.cancel(by=StaffFactory(), now=clock.now(), note="x")

    assert bulletin not in Bulletin.objects.visible_to(owner)


def test_the_home_page_has_what_runs_and_what_comes_soon():
    running, soon = published(), planned(in_days=6)
    planned(in_days=8)
    ended()
    drafted()

    assert list(shown_on_home(MerchantUserFactory(), now=clock.now())) == [running, soon]


# -- what must never be false -----------------------------------------------------------------------------------------


def breaks(name, write) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        write()
    assert broken_constraint(error.value).name == name


def change(bulletin, **values):
    return lambda: Bulletin.objects.filter(pk=bulletin.pk).update(**values)


def test_bulletin_status_known():
    breaks("bulletin_status_known", change(drafted(), status="asleep"))


@pytest.mark.parametrize("values", [{"kind": "rumour"}, {"carrier": "pigeon"}])
def test_bulletin_choices_known(values):
    breaks("bulletin_choices_known", change(drafted(), **values))


def test_bulletin_ends_after_its_start():
    bulletin = drafted()
    breaks("bulletin_ends_after_its_start", change(bulletin, expected_end_at=bulletin.starts_at))


def test_bulletin_upgrade_says_its_end():
    breaks("bulletin_upgrade_says_its_end", change(planned(), expected_end_at=None))


def test_bulletin_published_with_its_moment():
    breaks("bulletin_published_with_its_moment", change(published(), published_at=None))
    breaks("bulletin_published_with_its_moment", change(drafted(), published_at=clock.now()))


def test_bulletin_over_with_its_moment():
    breaks("bulletin_over_with_its_moment", change(ended(), ended_at=None))
    breaks("bulletin_over_with_its_moment", change(published(), ended_at=clock.now()))


def test_bulletin_from_checks_once():
    branch = BranchFactory(parent=head_office())
    first, second = (drafted(code="97", branch=branch) for _each in range(2))
    change(first, asked_by_count=5)()
    breaks("bulletin_from_checks_once", change(second, asked_by_count=7))

    first.discard(by=writer(), now=clock.now(), note="x")

    assert change(second, asked_by_count=7)() == 1


def test_bulletin_from_checks_once_for_carrier():
    first, second, another = (drafted(code="97", branch=None) for _each in range(3))
    change(first, asked_by_count=5, carrier="mobile")()
    change(another, asked_by_count=5, carrier="telecom")()

    breaks("bulletin_from_checks_once_for_carrier", change(second, asked_by_count=7, carrier="mobile"))

    first.discard(by=writer(), now=clock.now(), note="x")

    assert change(second, asked_by_count=7, carrier="mobile")() == 1


def test_bulletin_version_change_known():
    bulletin, by = published(), writer()
    breaks(
        "bulletin_version_change_known",
        lambda: BulletinVersion.objects.create(
            bulletin=bulletin, change="burnt", replaced_at=clock.now(), replaced_by=by, **WORDS
        ),
    )


def test_recovery_notice_once():
    row = {"bulletin": published(), "person": MerchantUserFactory(), "asked_at": clock.now()}
    RecoveryNotice.objects.create(**row)
    breaks("recovery_notice_once", lambda: RecoveryNotice.objects.create(**row))


def test_a_terminal_in_use_is_touched_too():
    terminal, _done = activated()
    bulletin = published(code="97")

    assert incident_of(terminal, code="97", now=clock.now()) == bulletin
