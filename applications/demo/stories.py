"""What has happened at the invented bank. A story is one function; it uses verbs only and is told once."""

from __future__ import annotations

from datetime import timedelta

from applications.demo import branches, businesses, people
from applications.demo.estate import CLASSIC, NOT_IN_USE, SMART
from applications.demo.journey import Journey, Line, granted
from applications.demo.stopping import StopJourney
from applications.demo.telling import STORIES, Clock, story
from applications.models import Registration
from applications.models.paper import Paper
from applications.terminals_to_stop import ToStop
from config.accounts.models import Role, User
from config.accounts.reach import Reach
from config.kernel.clock import local_date
from merchants.invitations import invite
from merchants.models import Membership
from merchants.people import admit
from terminals import codes
from terminals.models import Device, SuspensionReason

__all__ = ["STORIES"]

ON_THE_MOVE = {"is_mobile": True, "use_area": "浦东新区"}


@story("cafe")
def a_cafe_with_terminals_in_many_states(clock: Clock) -> None:
    """An enterprise: two terminals in use, one suspended, one whose registration code waits to be collected."""
    lines = [
        Line("收银台 1 号", "P2A004172201"),
        Line("收银台 2 号", "P2A004172202"),
        Line("外送手持机", model=SMART, more=ON_THE_MOVE),
    ]
    first = granted(
        "enterprise@shop.example", businesses.CAFE, *lines, clock=clock, days=21, branch=branches.PUDONG
    )
    storekeeper, supervisor = people.staff(Role.STOREKEEPER), people.staff(Role.SUPERVISOR)
    for number, line in enumerate(lines):
        first.device(line.label).hand_out(by=storekeeper, now=clock.ago(20, f"14:0{number}"))
        first.activate(line.label, at=clock.ago(19, f"09:3{number}"))
    first.terminal("外送手持机").suspend(
        by=supervisor,
        now=clock.ago(3, "16:40"),
        reason=SuspensionReason.objects.get(pk="off_site"),
        note="连续五笔交易没有位置信息，核实前暂停",
    )

    merchant = first.registration.merchant
    more = Journey("enterprise@shop.example", at=clock.ago(3, "10:02"), merchant=merchant)
    more.ask_for(Line("外卖窗口", "P2A004172203"), at=clock.ago(3, "10:05"))
    more.add_papers(at=clock.ago(3, "10:07"))
    more.submit(at=clock.ago(3, "10:20"))
    more.claim(at=clock.ago(2, "09:10"))
    more.approve(at=clock.ago(2, "09:52"))
    more.device("外卖窗口").hand_out(by=storekeeper, now=clock.ago(1, "15:10"))


@story("cafe-returned")
def a_second_shop_to_be_corrected(clock: Clock) -> None:
    """The same enterprise asks for a terminal in a new shop; a photograph and the lease have to be sent again."""
    owner = people.of("enterprise@shop.example")
    merchant = owner.memberships.get().merchant
    again = Journey("enterprise@shop.example", at=clock.ago(4, "15:02"), merchant=merchant)
    place = {"division_id": businesses.JINGAN, "address": "样例路 88 号 1 层 06 铺"}
    again.ask_for(Line("新店收银台", model=SMART, more=place), at=clock.ago(4, "15:10"))
    again.add_papers(at=clock.ago(4, "15:12"), glare=[Paper.ID_BACK])
    again.add_papers(at=clock.ago(4, "15:24"), only=[Paper.PREMISES_PROOF])
    again.submit(at=clock.ago(4, "15:40"))
    again.claim(at=clock.ago(2, "10:10"))
    again.return_for(
        {
            "paper:id_back": ("glare", "照片反光，看不清有效期。请换个角度重新拍摄。"),
            "paper:premises_proof": (
                "seal_page_missing",
                "请补传新店租赁合同的签字盖章页，拍清楚出租方、承租方和地址。",
            ),
        },
        "有 2 份材料需要重新上传。",
        at=clock.ago(2, "10:32"),
    )


@story("cafe-operator")
def a_cafe_whose_cashier_helps(clock: Clock) -> None:
    """The enterprise's owner lets the cashier fill in applications and collect codes."""
    owner = people.of("enterprise@shop.example")
    merchant = owner.memberships.get().merchant
    cashier = people.of("cashier@shop.example")
    admit(cashier, merchant, Membership.Role.OPERATOR, by=owner, now=clock.ago(15, "17:20"))


@story("cafe-people")
def a_cafe_that_invites_its_bookkeeper(clock: Clock) -> None:
    """The enterprise's owner has invited one more person, who has not answered yet."""
    owner = people.of("enterprise@shop.example")
    merchant, invited = owner.memberships.get().merchant, Reach("email", "bookkeeper@shop.example")
    invite(invited, merchant, Membership.Role.OPERATOR, by=owner, now=clock.ago(1, "11:05"))


@story("shop")
def a_shop_that_mistyped_its_code(clock: Clock) -> None:
    """A sole trader: one terminal in use, one with a locked code, one cancelled before it was ever used."""
    lines = [
        Line("收银台", "P2A004172205"),
        Line("备用机", model=CLASSIC, more={"is_spare": True}),
        Line("自助收银", model=SMART),
    ]
    first = granted(
        "sole-trader@shop.example", businesses.SHOP, *lines, clock=clock, days=13, branch=branches.PUDONG
    )
    first.activate("收银台", at=clock.ago(12, "08:55"))
    first.mistype_until_locked("备用机", at=clock.ago(12, "09:20"))
    first.terminal("自助收银").cancel(
        by=people.staff(Role.SUPERVISOR), now=clock.ago(10, "14:15"), note="商户不再需要自助收银"
    )


@story("shop-under-review")
def a_shop_asks_for_one_more(clock: Clock) -> None:
    """The same sole trader's next application, in a reviewer's hands."""
    owner = people.of("sole-trader@shop.example")
    more = Journey(
        "sole-trader@shop.example", at=clock.ago(2, "11:00"), merchant=owner.memberships.get().merchant
    )
    more.ask_for(Line("生鲜柜台", model=SMART), at=clock.ago(2, "11:04"))
    more.add_papers(at=clock.ago(2, "11:06"))
    more.submit(at=clock.ago(2, "11:22"))
    more.claim(at=clock.ago(1, "09:05"))


@story("fruit")
def a_stall_whose_code_expired(clock: Clock) -> None:
    """A micro merchant who came back too late."""
    stall = granted(
        "16600000002",
        businesses.FRUIT,
        Line("摊位", model=SMART),
        clock=clock,
        days=9,
        branch=branches.PUDONG,
    )
    code = stall.code("摊位")
    code.expire(by=User.objects.system("cron"), now=code.expires_at)


@story("clinic")
def a_clinic_with_a_new_code(clock: Clock) -> None:
    """A public institution: the first code of a terminal was revoked by re-issue, the next one is in force."""
    clinic = granted(
        "institution@shop.example",
        businesses.CLINIC,
        Line("挂号窗口", "C1B007310101"),
        Line("药房窗口", "C1B007310102"),
        clock=clock,
        days=6,
        branch=branches.PUDONG,
    )
    clinic.activate("挂号窗口", at=clock.ago(5, "08:10"))
    codes.reissue(clinic.terminal("药房窗口"), by=clinic.applicant, now=clock.ago(1, "16:30"))


@story("care")
def a_centre_that_gave_terminals_back(clock: Clock) -> None:
    """A social organisation: one terminal in use, two stopped, one of their devices back and one on its way."""
    lines = [Line(label, model=SMART) for label in ("前台", "餐厅", "活动室")]
    centre = granted(
        "social@shop.example", businesses.CARE, *lines, clock=clock, days=26, branch=branches.JINGAN
    )
    for number, line in enumerate(lines):
        centre.activate(line.label, at=clock.ago(25, f"10:1{number}"))
    order = StopJourney(
        centre.registration.merchant, "social@shop.example", at=clock.ago(5, "14:20"), initiator="authority"
    )
    order.ask(
        *(ToStop(centre.terminal(label).number) for label in ("餐厅", "活动室")),
        at=clock.ago(5, "14:30"),
        reason_id="o1_authority",
        reason_text="收到协助执行通知书，要求立即停用。",
        is_emergency=True,
    )
    order.claim(at=clock.ago(5, "14:45"))
    order.approve(at=clock.ago(5, "14:50"))
    order.release(at=clock.ago(5, "15:00"))
    storekeeper = people.staff(Role.STOREKEEPER)
    centre.device("餐厅").take_back(by=storekeeper, now=clock.ago(3, "11:30"), note="外观完好，待检")


@story("farm")
def a_cooperative_with_codes_to_collect(clock: Clock) -> None:
    """A rural cooperative: approved yesterday, three codes in force, one of them for a device of its own."""
    lines = [
        Line("田头收购点", model=SMART, more={"is_mobile": True, "use_area": "浦东新区样例镇"}),
        Line("门市部", "P2A004172207"),
        Line("自有终端", "P2A009990719", model=SMART, ownership=Device.Ownership.MERCHANT),
    ]
    granted("cooperative@shop.example", businesses.FARM, *lines, clock=clock, days=1, branch=branches.PUDONG)


@story("bookshop")
def a_draft_partly_filled_in(clock: Clock) -> None:
    journey = Journey("bookshop@shop.example", at=clock.ago(3, "20:15"))
    journey.answer(businesses.BOOKSHOP, at=clock.ago(3, "20:31"), branch=branches.JINGAN)
    journey.add_papers(at=clock.ago(3, "20:35"), only=[Paper.ID_FRONT, Paper.ID_BACK, Paper.LICENCE])


@story("bakery")
def a_bakery_filed_by_the_account_manager(clock: Clock) -> None:
    """Filed for the merchant, by an agent's letter, and waiting longer than the bank promised."""
    journey = Journey("bakery@shop.example", at=clock.ago(7, "09:00"), by=people.staff(Role.ACCOUNT_MANAGER))
    journey.answer(businesses.BAKERY, at=clock.ago(7, "09:30"), branch=branches.PUDONG)
    journey.ask_for(Line("柜台", model=SMART), Line("裱花间", model=CLASSIC), at=clock.ago(7, "09:34"))
    journey.add_papers(at=clock.ago(7, "09:36"))
    journey.submit(at=clock.ago(7, "10:02"))


@story("pharmacy")
def a_pharmacy_that_raises_doubts(clock: Clock) -> None:
    """The licence ends soon, the shop stands elsewhere than registered, a photograph is another party's, a device is taken."""
    ends = local_date(clock.now) + timedelta(days=45)
    answers = businesses.PHARMACY | {"licence_is_long_term": False, "licence_to": ends}
    journey = Journey("pharmacy@shop.example", at=clock.ago(1, "13:05"))
    journey.answer(answers, at=clock.ago(1, "13:22"), branch=branches.NANSHAN)
    journey.ask_for(
        Line("收银台 1 号", model=SMART), Line("收银台 2 号", "P2A004172201"), at=clock.ago(1, "13:25")
    )
    journey.add_papers(at=clock.ago(1, "13:27"))
    bakery = Registration.objects.get(applicant=people.of("bakery@shop.example"))
    journey.copy_paper(Paper.INTERIOR, of=bakery, at=clock.ago(1, "13:50"))
    journey.submit(at=clock.ago(1, "14:02"))


@story("florist")
def a_florist_in_the_second_round(clock: Clock) -> None:
    """Returned once, corrected and submitted again."""
    journey = Journey("florist@shop.example", at=clock.ago(6, "10:00"))
    wrong = {
        "contact_mobile": "16600000000",
        "responsible_id_to": businesses.FLORIST["responsible_id_to"].replace(day=18),
    }
    journey.answer(businesses.FLORIST | wrong, at=clock.ago(6, "10:22"), branch=branches.NANSHAN)
    journey.ask_for(Line("花艺台", "P2A004172401"), at=clock.ago(6, "10:26"))
    journey.add_papers(at=clock.ago(6, "10:28"), glare=[Paper.ID_BACK])
    journey.submit(at=clock.ago(6, "10:44"))
    journey.claim(at=clock.ago(5, "09:30"), by=people.of("reviewer2@bank.example"))
    journey.return_for(
        {
            "paper:id_back": ("glare", ""),
            "field:responsible_id_validity": ("dates_differ", "证件有效期与照片不一致，请核对。"),
            "field:contact": ("other_field", "联系手机打不通，请核对。"),
        },
        "有 3 处需要补正。",
        at=clock.ago(5, "09:55"),
    )
    journey.correct(
        "responsible", {name: businesses.FLORIST[name] for name in wrong}, at=clock.ago(2, "19:40")
    )
    journey.add_papers(at=clock.ago(2, "19:44"), only=[Paper.ID_BACK])
    journey.submit(at=clock.ago(2, "19:50"))


@story("barber")
def a_barber_who_was_refused(clock: Clock) -> None:
    journey = Journey("barber@shop.example", at=clock.ago(11, "14:00"))
    journey.answer(businesses.BARBER, at=clock.ago(11, "14:20"), branch=branches.PUDONG)
    journey.ask_for(Line("收银台", model=CLASSIC), at=clock.ago(11, "14:23"))
    journey.add_papers(at=clock.ago(11, "14:25"))
    journey.submit(at=clock.ago(11, "14:40"))
    journey.claim(at=clock.ago(10, "10:00"))
    journey.reject("not_eligible", at=clock.ago(10, "10:25"), note="现场走访：店铺已转让。")


@story("teahouse")
def a_teahouse_that_changed_its_mind(clock: Clock) -> None:
    journey = Journey("teahouse@shop.example", at=clock.ago(8, "16:00"))
    journey.answer(businesses.TEAHOUSE, at=clock.ago(8, "16:12"), branch=branches.JINGAN)
    journey.ask_for(Line("柜台", model=SMART), at=clock.ago(8, "16:15"))
    journey.add_papers(at=clock.ago(8, "16:17"))
    journey.submit(at=clock.ago(8, "16:30"))
    journey.withdraw(at=clock.ago(7, "08:45"))


@story("noodles")
def a_noodle_shop_that_never_answered(clock: Clock) -> None:
    journey = Journey("noodles@shop.example", at=clock.ago(33, "11:00"))
    journey.answer(businesses.NOODLES, at=clock.ago(33, "11:15"), branch=branches.PUDONG)
    journey.ask_for(Line("收银台", model=SMART), at=clock.ago(33, "11:18"))
    journey.add_papers(at=clock.ago(33, "11:20"))
    journey.submit(at=clock.ago(33, "11:40"))
    journey.claim(at=clock.ago(32, "09:40"))
    journey.return_for(
        {"paper:licence": ("cropped", "执照缺角，请让四个角都在画面里。")},
        "营业执照需要重新拍摄。",
        at=clock.ago(32, "10:00"),
    )
    journey.lapse()


@story("store-room")
def devices_that_nobody_can_have(clock: Clock) -> None:
    """One in repair, one scrapped, one lost."""
    storekeeper = people.staff(Role.STOREKEEPER)
    in_repair, scrapped, lost = Device.objects.filter(serial_number__in=NOT_IN_USE).order_by("serial_number")
    in_repair.send_to_repair(by=storekeeper, now=clock.ago(14, "10:00"), note="打印头故障")
    scrapped.scrap(by=storekeeper, now=clock.ago(14, "10:20"), note="外壳破裂，拆机标记损坏")
    lost.report_lost(by=storekeeper, now=clock.ago(14, "10:40"), note="盘点未见")
