"""Stories of the review desk: a decision held, a case in a colleague's hands, one with the supervisors, a refusal disputed."""

from __future__ import annotations

from datetime import timedelta

from applications.demo import branches, businesses, people
from applications.demo.estate import SMART
from applications.demo.journey import Journey, Line
from applications.demo.telling import STORIES, Clock, story
from applications.models import Registration
from config.accounts.models import Role
from terminals.models import Device

__all__ = ["STORIES"]

STALLS = 11


@story("market")
def a_market_whose_approval_waits(clock: Clock) -> None:
    """More terminals than one reviewer may grant: the decision is made and has no effect yet."""
    journey = Journey("market@shop.example", at=clock.ago(3, "09:00"))
    journey.answer(businesses.MARKET, at=clock.ago(3, "09:20"), branch=branches.PUDONG)
    stalls = [
        Line(
            f"{number} 号摊位",
            f"P2A0099908{number:02d}",
            model=SMART,
            ownership=Device.Ownership.MERCHANT,
        )
        for number in range(1, STALLS + 1)
    ]
    journey.ask_for(*stalls, at=clock.ago(3, "09:40"))
    journey.add_papers(at=clock.ago(3, "09:50"))
    journey.submit(at=clock.ago(3, "10:10"))
    journey.claim(at=clock.ago(1, "09:30"))
    journey.approve(at=clock.ago(1, "10:05"), note="摊位数与现场照片一致。")


@story("greens")
def a_greengrocer_in_a_colleagues_hands(clock: Clock) -> None:
    """Taken a few minutes before the demonstration was made, so everybody else reads only until half an hour has passed."""
    journey = Journey("greens@shop.example", at=clock.ago(1, "18:00"))
    journey.answer(businesses.GREENS, at=clock.ago(1, "18:12"), branch=branches.JINGAN)
    journey.ask_for(Line("收银台", model=SMART), at=clock.ago(1, "18:20"))
    journey.add_papers(at=clock.ago(1, "18:25"))
    journey.submit(at=clock.ago(1, "18:40"))
    journey.claim(at=clock.now - timedelta(minutes=2), by=people.of("reviewer2@bank.example"))


@story("stationery")
def a_stationer_with_the_supervisors(clock: Clock) -> None:
    journey = Journey("stationery@shop.example", at=clock.ago(4, "13:00"))
    journey.answer(businesses.STATIONERY, at=clock.ago(4, "13:15"), branch=branches.PUDONG)
    journey.ask_for(Line("柜台", model=SMART), at=clock.ago(4, "13:20"))
    journey.add_papers(at=clock.ago(4, "13:25"))
    journey.submit(at=clock.ago(4, "13:40"))
    journey.claim(at=clock.ago(2, "15:00"))
    journey.registration.escalate(
        by=people.staff(Role.REVIEWER), now=clock.ago(2, "15:20"), note="负责人与另一家商户同名，请主管判断。"
    )


@story("barber-asks-again")
def a_barber_who_disagrees(clock: Clock) -> None:
    """The refused barber has asked, once, that somebody else look again."""
    refused = Registration.objects.get(applicant=people.of("barber@shop.example"))
    refused.ask_for_review(
        by=refused.applicant, now=clock.ago(8, "19:00"), text="店铺没有转让，转让的是隔壁。可以再来看一次。"
    )
