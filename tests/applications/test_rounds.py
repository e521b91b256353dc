"""Rounds of correction: what opens, whose clock runs, who has the case next, what keeps its verdict, and the end of it."""

from datetime import timedelta

import pytest
from constance import config
from django.utils import translation

from applications.changes import changes_of_round
from applications.corrections import Opened, corrections_of
from applications.models import ReasonCode, Verdict
from applications.sweeps import lapse_overdue, remind_corrections
from applications.verdicts import all_in_order, carried
from config.accounts.models import User
from config.kernel import clock
from config.kernel.calendar import working_days_between
from config.kernel.clock import local_date
from config.kernel.lifecycle import Refused
from config.kernel.outbox import OutboxMessage
from tests.accounts.factories import BranchFactory, MerchantUserFactory
from tests.applications.factories import RegistrationFactory, consent, stored_photo
from tests.applications.reviewing import approve, fresh, give_back, hand_in, heard, reject, staff

pytestmark = pytest.mark.django_db

LICENCE = "paper:licence"


@pytest.fixture
def returned(db):
    case = RegistrationFactory(state="under_review")
    give_back(case, by=case.assignee)
    return case


def replace_licence(case) -> None:
    now = clock.now()
    with case.revising(by=case.applicant, now=now):
        case.documents.current().filter(paper="licence").update(removed_at=now)
        file = stored_photo(by=case.applicant, now=now)
        case.documents.create(paper="licence", added_by=case.applicant, added_at=now, stored_file=file)


class TestWhatOpens:
    def test_only_what_was_given_back(self, returned):
        opened = Opened(returned, on=clock.today())

        assert opened.item(LICENCE)
        assert not any(opened.item(key) for key in all_in_order(returned) if key != LICENCE)

    def test_what_was_accepted_cannot_be_changed(self, returned):
        with pytest.raises(Refused) as refusal, returned.revising(by=returned.applicant, now=clock.now()):
            returned.trading_name = "新店名"
            returned.save()

        assert refusal.value.code == "not_open"
        assert fresh(returned).trading_name != "新店名"

    def test_what_was_not_seen_to_is_not_handed_in(self, returned):
        with pytest.raises(Refused) as refusal:
            returned.submit(by=returned.applicant, now=clock.now(), consent=consent())

        assert refusal.value.code == "incomplete"
        assert [missing.field for missing in refusal.value.params["missing"]] == ["licence"]

    def test_what_was_replaced_is_done(self, returned):
        replace_licence(returned)

        assert [each.is_done for each in corrections_of(fresh(returned))] == [True]


class TestTheNextRound:
    def test_shows_what_changed_old_and_new(self, returned):
        before = returned.documents.current().get(paper="licence")
        hand_in(returned)

        [change] = changes_of_round(fresh(returned))

        after = returned.documents.current().get(paper="licence")
        assert (change.item, change.old_document, change.new_document) == (LICENCE, before, after)

    def test_a_first_round_has_no_changes(self):
        assert changes_of_round(RegistrationFactory(state="submitted")) == []

    def test_accepted_items_keep_their_verdict_and_replaced_ones_lose_it(self, returned):
        hand_in(returned)

        kept = carried(fresh(returned))

        assert kept.keys() == all_in_order(returned).keys() - {LICENCE}
        assert all(verdict.is_ok for verdict in kept.values())

    def test_every_round_is_on_record_as_it_was_handed_in(self, returned):
        hand_in(returned)

        assert list(returned.submissions.values_list("round", flat=True)) == [1, 2]


class TestTheSameReviewerFirst:
    def test_nobody_else_takes_it_for_a_day(self, returned):
        first, now = returned.assignee, clock.now()
        hand_in(returned, now=now)

        with pytest.raises(Refused) as refusal:
            fresh(returned).claim(by=staff(returned), now=now + timedelta(hours=23))
        assert refusal.value.code == "held"
        returned.claim(by=first, now=now + timedelta(hours=23))

        assert returned.status == returned.Status.UNDER_REVIEW

    def test_after_a_day_whoever_comes(self, returned):
        now = clock.now()
        hand_in(returned, now=now)

        other = staff(returned)
        returned.claim(by=other, now=now + timedelta(hours=24))

        assert returned.assignee == other

    @pytest.mark.parametrize("why", ["has another role", "left", "serves another branch", "edited it"])
    def test_not_for_somebody_who_may_not_review_it_any_more(self, returned, why):
        reviewer = returned.assignee
        if why == "has another role":
            reviewer.role = "storekeeper"
        if why == "left":
            reviewer.is_active = False
        if why == "serves another branch":
            reviewer.branch = BranchFactory()
        reviewer.save()
        if why == "edited it":
            returned.remember_maker(reviewer, now=clock.now())

        hand_in(fresh(returned))

        case = fresh(returned)
        assert (case.assignee, case.assigned_at, case.lease_until) == (None, None, None)


class TestTheClock:
    def test_it_stops_while_the_merchant_has_it(self, returned):
        assert returned.due_at is None
        days = working_days_between(clock.today(), local_date(returned.correction_due_at))
        assert days == config.correction_working_days

    def test_the_days_that_were_left_are_left_again(self, returned):
        left, later = returned.working_days_left, clock.now() + timedelta(days=4)

        hand_in(returned, now=later)

        assert returned.due_at is not None
        assert working_days_between(local_date(later), local_date(returned.due_at)) == max(left, 1)

    def test_what_came_back_late_still_has_a_day(self):
        case = RegistrationFactory(state="under_review")
        late = case.due_at + timedelta(days=10)
        give_back(case, by=staff(case), now=late)
        assert case.working_days_left == 0

        hand_in(case, now=late)

        assert working_days_between(local_date(late), local_date(case.due_at)) == 1
        assert case.due_at > late

    def test_a_correction_has_a_clock_of_its_own_until_it_is_handed_in(self, returned):
        hand_in(returned)

        assert (returned.correction_due_at, returned.remind_at) == (None, None)


class TestReminders:
    def test_at_half_time_and_two_days_before_once_each(self, returned):
        begun, due = clock.now(), returned.correction_due_at
        half = returned.remind_at
        assert abs((half - begun) - (due - half)) < timedelta(minutes=1)

        sent = [remind_corrections(half + timedelta(hours=hours)) for hours in range(0, 24 * 8, 4)]

        assert sum(sent) == 2
        assert heard(returned.applicant, "application_lapsing") == ["application_lapsing"] * 2
        messages = OutboxMessage.objects.filter(kind="application_lapsing", channel="inbox").order_by("id")
        assert messages[1].created_at >= due - timedelta(days=2)

    def test_none_before_half_time_and_none_that_is_not_due(self, returned):
        with pytest.raises(Refused):
            returned.remind(by=User.objects.system("cron"), now=returned.remind_at - timedelta(seconds=1))

        assert heard(returned.applicant, "application_lapsing") == []

    def test_none_after_it_was_handed_in(self, returned):
        half = returned.remind_at
        hand_in(returned)

        assert remind_corrections(half) == 0


class TestTheEnd:
    def test_it_lapses_after_its_deadline_and_the_merchant_hears(self, returned):
        assert lapse_overdue(returned.correction_due_at) == 0

        assert lapse_overdue(returned.correction_due_at + timedelta(seconds=1)) == 1

        assert fresh(returned).status == returned.Status.LAPSED
        assert heard(returned.applicant)[-1] == "application_lapsed"

    def test_nobody_makes_it_lapse_by_hand(self, returned):
        after = returned.correction_due_at + timedelta(days=1)

        for person in (staff(returned, "supervisor"), returned.applicant):
            with pytest.raises(Refused):
                returned.lapse(by=person, now=after)

    def test_its_terminals_can_be_asked_for_again(self, returned):
        lapse_overdue(returned.correction_due_at + timedelta(seconds=1))
        again = RegistrationFactory(applicant=returned.applicant, branch=returned.branch)
        again.placements.update(serial_number=returned.placements.get().serial_number)

        again.submit(by=again.applicant, now=clock.now(), consent=consent())

        assert again.status == again.Status.SUBMITTED

    def test_in_the_last_round_and_after_it_a_supervisor_decides(self):
        case = RegistrationFactory(state="under_review")
        reviewer, supervisor = case.assignee, staff(case, "supervisor")
        for _round in range(2):
            give_back(case, by=reviewer)
            hand_in(case)
            case.claim(by=reviewer, now=clock.now())

        with pytest.raises(Refused, match="3"):
            give_back(fresh(case), by=reviewer)
        case.release(by=reviewer, now=clock.now())
        give_back(case, by=supervisor)
        hand_in(case)
        case.claim(by=supervisor, now=clock.now())
        case.release(by=supervisor, now=clock.now())
        for decide in (approve, reject, give_back):
            with pytest.raises(Refused, match="3"):
                decide(fresh(case), by=reviewer)
        approve(case, by=supervisor)

        assert (case.status, case.round) == (case.Status.APPROVED, 4)


@pytest.mark.parametrize(("language", "column"), [("en", "public_text_en"), ("zh-hans", "public_text_zh")])
def test_words_of_the_catalogue_reach_the_merchant_in_the_merchants_language(language, column):
    case = RegistrationFactory(state="under_review", applicant=MerchantUserFactory(language=language))
    reason = ReasonCode.objects.get(pk="incomplete_set")

    with translation.override("en" if language == "zh-hans" else "zh-hans"):
        decision = case.return_for_correction(
            by=case.assignee,
            now=clock.now(),
            version=case.version,
            verdicts={"application": Verdict(is_ok=False, reason=reason)},
        )

    assert decision.public_text == getattr(reason, column)
    assert decision.items.get().text == getattr(reason, column)
