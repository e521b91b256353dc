"""Taking a case and letting it go: one owner, a lease that passes by itself, and a kind sentence for everybody else."""

from datetime import timedelta

import pytest

from applications.models import Application, Remark
from config.accounts.models import User
from config.kernel import clock
from config.kernel.audit import AuditEvent
from config.kernel.history import changes_of
from config.kernel.lifecycle import Refused
from config.kernel.templatetags.formats import moment
from tests.applications.factories import RegistrationFactory
from tests.applications.reviewing import approve, fresh, give_back, hand_in, heard, held_refusal, staff

pytestmark = pytest.mark.django_db

IDLE = timedelta(minutes=30)


@pytest.fixture
def case(db):
    return RegistrationFactory(state="under_review")


def actions(case) -> list[str]:
    return list(AuditEvent.objects.of(case).values_list("action", flat=True))


class TestClaim:
    def test_a_submitted_case_is_under_review_in_these_hands_for_thirty_minutes(self):
        case, now = RegistrationFactory(state="submitted"), clock.now()
        reviewer = staff(case)

        case.claim(by=reviewer, now=now)

        case.refresh_from_db()
        assert (case.status, case.assignee, case.assigned_at) == (case.Status.UNDER_REVIEW, reviewer, now)
        assert case.lease_until == now + IDLE
        assert case.holder(now) == reviewer
        assert heard(case.applicant) == ["application_submitted", "application_accepted"]

    def test_everybody_else_hears_who_has_it_and_since_when(self, case):
        with pytest.raises(Refused) as refusal:
            case.claim(by=staff(case), now=clock.now())

        assert refusal.value.code == "held"
        assert str(case.assignee) in refusal.value.sentence
        assert moment(case.assigned_at) in refusal.value.sentence

    def test_taking_what_one_holds_changes_nothing(self, case):
        before = Application.objects.filter(pk=case.pk).values().get()

        case.claim(by=case.assignee, now=clock.now() + timedelta(minutes=5))

        assert Application.objects.filter(pk=case.pk).values().get() == before

    def test_the_merchant_hears_once_that_the_review_began(self, case):
        case.release(by=case.assignee, now=clock.now())

        case.claim(by=staff(case), now=clock.now())

        assert heard(case.applicant).count("application_accepted") == 1

    @pytest.mark.parametrize("state", ["draft", "returned", "approved", "rejected", "withdrawn", "lapsed"])
    def test_only_what_is_with_the_bank_is_taken(self, state):
        case = RegistrationFactory(state=state)

        with pytest.raises(Refused) as refusal:
            case.claim(by=staff(case), now=clock.now())

        assert refusal.value.code == "wrong_state"
        assert str(case.get_status_display()) in refusal.value.sentence


class TestLease:
    def test_after_thirty_idle_minutes_a_colleague_takes_it(self, case):
        colleague, until = staff(case), case.lease_until

        with pytest.raises(Refused):
            case.claim(by=colleague, now=until - timedelta(seconds=1))
        case.claim(by=colleague, now=until)

        assert fresh(case).holder(until) == colleague

    def test_whoever_does_something_keeps_it(self, case):
        holder, later = case.assignee, case.lease_until - timedelta(minutes=1)

        assert case.keep_lease(by=holder, now=later) is True

        assert fresh(case).lease_until == later + IDLE

    def test_what_has_passed_is_not_kept_nor_what_is_a_colleagues(self, case):
        assert case.keep_lease(by=case.assignee, now=case.lease_until) is False
        assert case.keep_lease(by=staff(case), now=clock.now()) is False
        assert fresh(case).lease_until == case.lease_until

    def test_a_late_holder_still_decides_where_nobody_took_it(self, case):
        approve(case, by=case.assignee, now=case.lease_until + timedelta(hours=1))

        assert case.status == case.Status.APPROVED

    def test_a_late_holder_does_not_decide_against_the_next_one(self, case):
        first, later = case.assignee, case.lease_until
        case.claim(by=staff(case), now=later)

        with pytest.raises(Refused, match=str(case.assignee)):
            approve(case, by=first, now=later + timedelta(minutes=1))

    def test_nobody_holds_what_the_merchant_has(self, case):
        give_back(case, by=case.assignee)

        assert fresh(case).holder(clock.now()) is None


class TestRelease:
    def test_it_is_in_the_queue_again(self, case):
        case.release(by=case.assignee, now=clock.now())

        case.refresh_from_db()
        assert (case.status, case.assignee, case.lease_until) == (case.Status.UNDER_REVIEW, None, None)
        assert actions(case)[0] == "released"

    @pytest.mark.parametrize("who", ["a colleague", "who held it once"])
    def test_only_its_holder_puts_it_back(self, case, who):
        person = case.assignee if who == "who held it once" else staff(case)
        now = case.lease_until if who == "who held it once" else clock.now()

        with pytest.raises(Refused):
            case.release(by=person, now=now)

        assert fresh(case).assignee is not None


class TestTakeOver:
    def test_the_supervisor_has_it_and_the_reason_is_on_record(self, case):
        first, supervisor = case.assignee, staff(case, "supervisor")

        case.take_over(by=supervisor, now=clock.now(), reason=" 同事请假。 ")

        assert fresh(case).holder(clock.now()) == supervisor
        assert (Remark.objects.get().text, Remark.objects.get().by) == ("同事请假。", supervisor)
        with pytest.raises(Refused):
            approve(case, by=first)

    def test_the_reason_is_not_in_the_audit(self, case):
        case.take_over(by=staff(case, "supervisor"), now=clock.now(), reason="同事请假。")

        event = AuditEvent.objects.of(case).get(action="taken_over")
        assert "同事请假" not in str(event.detail)

    def test_without_a_reason_nothing_changes_hands(self, case):
        with pytest.raises(Refused) as refusal:
            case.take_over(by=staff(case, "supervisor"), now=clock.now(), reason="  ")

        assert refusal.value.code == "no_reason"
        assert fresh(case).assignee == case.assignee

    def test_what_nobody_holds_is_claimed_instead(self, case):
        with pytest.raises(Refused):
            case.take_over(by=staff(case, "supervisor"), now=case.lease_until, reason="同事请假。")

    def test_a_held_case_is_not_taken_by_who_decided_first(self):
        case = held_refusal()
        first = case.proposed_by
        first.role = "supervisor"
        first.save()
        supervisor = staff(case, "supervisor")
        case.claim(by=supervisor, now=clock.now())

        for step in ("claim", "take_over"):
            with pytest.raises(Refused):
                given = {"reason": "同事请假。"} if step == "take_over" else {}
                getattr(fresh(case), step)(by=first, now=clock.now(), **given)

        assert fresh(case).holder(clock.now()) == supervisor


class TestAssign:
    def test_it_waits_a_day_for_this_reviewer_and_nobody_else(self):
        case, now = RegistrationFactory(state="submitted"), clock.now()
        chosen, other = staff(case), staff(case)

        case.assign(to=chosen, by=User.objects.system("cron"), now=now)

        assert case.status == case.Status.SUBMITTED
        with pytest.raises(Refused) as refusal:
            case.claim(by=other, now=now + timedelta(hours=23))
        assert refusal.value.code == "held"
        case.claim(by=other, now=now + timedelta(hours=24))
        assert case.assignee == other

    def test_it_is_not_handed_to_who_may_not_review_it(self):
        case = RegistrationFactory(state="submitted")

        for person in (staff(case, "storekeeper"), case.applicant):
            with pytest.raises(Refused):
                case.assign(to=person, by=staff(case, "supervisor"), now=clock.now())

    def test_not_out_of_somebodys_hands(self, case):
        with pytest.raises(Refused, match=str(case.assignee)):
            case.assign(to=staff(case), by=staff(case, "supervisor"), now=clock.now())


class TestEscalate:
    def test_the_supervisors_hear_once(self, case):
        supervisors = [staff(case, "supervisor") for _ in range(2)]

        case.escalate(by=case.assignee, now=clock.now(), note="疑似变造。")
        with pytest.raises(Refused):
            case.escalate(by=case.assignee, now=clock.now())

        assert [heard(person) for person in supervisors] == [["application_escalated"]] * 2
        assert heard(case.assignee) == []
        assert Remark.objects.get(action="escalated").text == "疑似变造。"
        assert changes_of(case)[0].to_status == "under_review"

    def test_the_clock_only_after_the_answer_was_due(self, case):
        supervisor, cron = staff(case, "supervisor"), User.objects.system("cron")

        with pytest.raises(Refused):
            case.escalate(by=cron, now=case.due_at)
        case.escalate(by=cron, now=case.due_at + timedelta(seconds=1))

        assert heard(supervisor) == ["application_overdue"]

    @pytest.mark.parametrize("state", ["draft", "returned", "approved", "rejected", "withdrawn"])
    def test_only_what_is_with_the_bank(self, state):
        case = RegistrationFactory(state=state)

        with pytest.raises(Refused) as refusal:
            case.escalate(by=staff(case), now=clock.now())

        assert refusal.value.code == "wrong_state"

    def test_a_corrected_case_can_be_escalated_again(self, case):
        case.escalate(by=case.assignee, now=clock.now())
        give_back(case, by=case.assignee)

        hand_in(case)
        case.escalate(by=case.assignee, now=clock.now())

        assert case.escalated_at
