"""A small portal with people of every kind and two merchants, A and B, who must never meet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace

from django.conf import settings
from django.test import Client

from applications.filing import start_request
from applications.models import Absence, ConsentText, Document
from applications.scheduled_effects import carry_out_due
from applications.support.callers import check_caller
from applications.support.checking.asking import ask
from applications.support.models import ClosingCause, SelfCheckWeek, Ticket
from applications.support.opening import open_ticket
from applications.support.weeks import count_weeks
from config.accounts.deletion import ask_for_deletion
from config.accounts.models import Role, User
from config.files.exports import asking
from config.files.exports.making import make
from config.files.exports.report import report_named
from config.files.exports.scheduling import schedule
from config.files.imports.asking import ask as ask_to_import
from config.files.receiving import receive
from config.kernel import clock
from config.kernel.audit import record_access
from merchants.handing_over import hand_over
from merchants.people import admit
from terminals.activation import activate
from terminals.binding_reports import make_report
from terminals.dormancy import hear_of_transactions
from terminals.estate import DEVICES
from terminals.models import ActivationAttempt, Bulletin, RiskCase, Terminal
from terminals.returns.charging import raise_charge
from terminals.returns.receipts import issue_receipt
from terminals.settlement.models import Clearance, EvidenceFile
from tests.accounts.factories import BranchFactory, MerchantUserFactory, StaffFactory
from tests.applications.factories import RegistrationFactory, particulars, photo
from tests.applications.notices.factories import issued
from tests.applications.requests import requested
from tests.merchants.blacklist import listed
from tests.merchants.inviting import invited_to
from tests.terminals.bulletins import planned
from tests.terminals.factories import code_of, digits_of
from tests.terminals.offers.factories import enrolled, published
from tests.terminals.returns.factories import whole
from tests.terminals.returns.violations import opened, reached
from tests.terminals.settlement.factories import clerk, said

STAFF = tuple(role.value for role in Role)
MERCHANTS = ("owner", "operator", "stranger")
VISITOR = "visitor"
PEOPLE = (VISITOR, *MERCHANTS, *STAFF, "superuser")


@dataclass
class World:
    """`a` and `b` hold what each merchant has; `people` are its actors by role, the visitor without an account."""

    people: dict[str, User | None]
    a: SimpleNamespace
    b: SimpleNamespace
    consent: ConsentText
    bulletin: Bulletin
    sessions: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for role, user in self.people.items():
            if user is not None:
                client = Client()
                client.force_login(user)
                self.sessions[role] = client.session.session_key

    def browser(self, role: str, **options) -> Client:
        """A browser in which this person is signed in."""
        client = Client(raise_request_exception=False, **options)
        if role in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        return client


def make_world() -> World:
    head = BranchFactory(code="HEAD", parent=None)
    branch = BranchFactory(parent=head)
    people: dict[str, User | None] = {VISITOR: None}
    people |= {name: MerchantUserFactory(email=f"{name}@trust.example") for name in MERCHANTS}
    people |= {role: StaffFactory(email=f"{role}@trust.example", role=role, branch=head) for role in STAFF}
    people["superuser"] = StaffFactory(
        email="superuser@trust.example", role=Role.ADMINISTRATOR, branch=head, is_superuser=True
    )
    a = _merchant(people["owner"], branch=branch, manager=people["account_manager"])
    b = _merchant(
        people["stranger"], branch=branch, manager=StaffFactory(role="account_manager", branch=head)
    )
    admit(people["operator"], a.merchant, "operator", by=people["owner"], now=clock.now())
    _people_of(a, invited="stranger@trust.example")
    _people_of(b, invited="nobody@trust.example")
    _what_the_records_show(a)
    known = {"contact_name": a.merchant.contact_name, "merchant_number": a.merchant.number}
    a.caller_check = check_caller(a.merchant, known, by=people["support"], now=clock.now())
    ask_for_deletion(MerchantUserFactory(), now=clock.now())
    Absence.objects.create(person=people["reviewer"], first_day=clock.today(), last_day=clock.today())
    listed("mobile", "19900000004", by=people["risk"])
    make_report(by=people["risk"], now=clock.now())
    bulletin = planned(by=people["supervisor"])
    _taken_away(people["supervisor"], "devices", "bindings")
    # As if it were long; nobody takes it in.
    ask_to_import(
        DEVICES, "序列号,型号\n1,P2\n", {"branch": a.branch}, by=people["storekeeper"], now=clock.now()
    )
    times = {"every": "day", "weekday": 1, "month_day": 1, "hour": 7, "file_format": "csv"}
    schedule(report_named("devices"), {}, times, by=people["supervisor"], now=clock.now())
    return World(people, a, b, ConsentText.objects.latest("effective_on"), bulletin)


def _taken_away(person, *names: str) -> None:
    """Files of these reports that wait for their download, as if the lists were long."""
    for name in names:
        export, _nothing = asking.ask(report_named(name), {}, by=person, now=clock.now(), as_file=True)
        make(export, now=clock.now())


def _merchant(owner, *, branch, manager) -> SimpleNamespace:
    """A customer with a terminal that waits for its code, and an application in every hand, each with a real photograph."""
    approved = RegistrationFactory(applicant=owner, branch=branch, state="approved")
    mine = {"applicant": owner, "branch": branch, "merchant": approved.merchant}
    has = SimpleNamespace(
        owner=owner,
        branch=branch,
        merchant=approved.merchant,
        approved=approved,
        draft=RegistrationFactory(**mine, answers=_answers(approved)),
        submitted=RegistrationFactory(**mine, answers=_answers(approved), state="submitted"),
        under_review=RegistrationFactory(**mine, answers=_answers(approved), state="under_review"),
        returned=RegistrationFactory(**mine, answers=_answers(approved), state="returned"),
        refused=RegistrationFactory(**mine, answers=_answers(approved), state="rejected"),
        filed=RegistrationFactory(**mine, answers=_answers(approved), filed_by=manager),
        filed_submitted=RegistrationFactory(
            **mine, answers=_answers(approved), filed_by=manager, state="submitted"
        ),
        terminal=approved.placements.get().terminal,
    )
    in_use, _done = _in_use(has)
    has.request = requested("relocation", terminal=in_use, by=owner)
    to_file, _done = _in_use(has)
    has.filed_request = start_request(
        "relocation", merchant=has.merchant, terminal=to_file, applicant=owner, by=manager, now=clock.now()
    )
    to_move, _done = _in_use(has)
    day = clock.today() + timedelta(days=9)
    has.moving = requested("relocation", terminal=to_move, by=owner, effective_on=day, state="approved")
    to_stop, _done = _in_use(has)
    has.stop = requested("deactivation", terminal=to_stop, by=owner, state="approved")
    for registration in (has.draft, has.filed, has.under_review):
        _give_a_photograph(registration)
    has.code = has.terminal.codes.get()
    has.notice = issued(approved)
    has.device = has.code.device
    has.clearance = _clearance_of_another_terminal(has)
    terminal = _being_stopped(has)
    has.returning = terminal.returns.get()
    keeper = StaffFactory(role="storekeeper", branch=branch)
    has.returning.receive(whole(has.returning), by=keeper, now=clock.now())
    has.violation = opened(terminal=terminal)
    has.decided = reached("decided", terminal=terminal, category="lent")
    has.charge = raise_charge(
        merchant=has.merchant, amount_fen=100, reason="赔偿", by=StaffFactory(branch=branch), now=clock.now()
    )
    has.enrolment = enrolled(published(branch=branch, bars_violations=False), has.merchant)
    has.offer = published(branch=branch, bars_violations=False)
    has.self_check = ask(
        number=has.terminal.number,
        screen="not_registered",
        code="97",
        by=owner,
        now=clock.now(),
        language="zh-hans",
    )
    count_weeks(clock.now())
    has.self_check_week = SelfCheckWeek.objects.filter(branch=has.self_check.branch).latest("pk")
    has.return_receipt = issue_receipt(
        has.returning, by=StaffFactory(role="storekeeper", branch=branch), now=clock.now()
    )
    has.ticket = _ticket(has, terminal=has.terminal)
    has.closed_ticket = _ticket(has)
    has.closed_ticket.take(by=keeper, now=clock.now())
    has.closed_ticket.close(ClosingCause.objects.get(pk="network"), by=keeper, now=clock.now())
    return has


def _ticket(has: SimpleNamespace, **given) -> Ticket:
    """A question with a real photograph."""
    file = receive(photo("slip.jpg"), by=has.owner, now=clock.now())
    asked = {"category": "terminal", "text": "终端没有反应。", "files": [file]} | given
    return open_ticket(merchant=has.merchant, by=has.owner, now=clock.now(), **asked)


def _people_of(has: SimpleNamespace, *, invited: str) -> None:
    """An assistant of the merchant, and an invitation to this address."""
    assistant = MerchantUserFactory()
    has.assistant = admit(assistant, has.merchant, "operator", by=has.owner, now=clock.now())
    has.handover = hand_over(has.merchant, assistant, by=has.owner, now=clock.now())
    has.invitation, has.token = invited_to(invited, merchant=has.merchant, by=has.owner)


def _in_use(has: SimpleNamespace) -> tuple[Terminal, None]:
    """Another terminal in use, by an application of its own."""
    more = RegistrationFactory(
        applicant=has.owner,
        branch=has.branch,
        merchant=has.merchant,
        answers=_answers(has.approved),
        state="approved",
    )
    terminal = more.placements.get().terminal
    activate(
        serial_number=code_of(terminal).serial_number,
        registration_code=digits_of(terminal),
        ip="192.0.2.8",
        now=clock.now(),
    )
    terminal.refresh_from_db()
    return terminal, None


def _being_stopped(has: SimpleNamespace) -> Terminal:
    """Another terminal that only settles: its merchant asked for that, and the day has come."""
    terminal, _none = _in_use(has)
    filed_at = clock.now() - timedelta(days=14)
    requested("deactivation", terminal=terminal, by=has.owner, state="approved", now=filed_at)
    carry_out_due(clock.now())
    terminal.refresh_from_db()
    assert terminal.status == Terminal.Status.SETTLE_ONLY
    return terminal


def _clearance_of_another_terminal(has: SimpleNamespace) -> Clearance:
    """A stop in settlement: one item is confirmed with a real photograph and waits for its check."""
    clearance = _being_stopped(has).clearances.get()
    item, by = clearance.items.get(code="batch"), clerk(has.branch)
    file = receive(photo("settlement.jpg"), by=by, now=clock.now())
    item.confirm(by=by, now=clock.now(), file=file, **said(item))
    return clearance


def _answers(registration) -> dict:
    return particulars(uscc=registration.uscc)


def _what_the_records_show(a: SimpleNamespace) -> None:
    """A look at a paper, a refused try and a case for the risk officer, so that their lists have something to show."""
    record_access("own_paper", by=a.owner, now=clock.now(), subject=a.draft)
    ActivationAttempt.objects.create(
        at=clock.now(), ip="192.0.2.1", serial_number="UNKNOWN00001", outcome="code_unknown"
    )
    hear_of_transactions({}, reaches_to=clock.today(), by=a.owner, now=clock.now())
    RiskCase.objects.create(
        kind=RiskCase.Kind.CODE_LOCKED,
        serial_number=a.device.serial_number,
        application_number=a.approved.number,
        branch=a.branch,
        opened_at=clock.now(),
    )


def _give_a_photograph(registration) -> None:
    """The licence of this application can be looked at; its other papers are rows only."""
    by = registration.applicant
    file = receive(photo(f"{registration.number}.jpg"), by=by, now=clock.now())
    Document.objects.filter(application_id=registration.pk, paper="licence").update(stored_file=file)


def evidence_of(clearance: Clearance) -> EvidenceFile:
    return EvidenceFile.objects.get(item__clearance=clearance)


def licence_of(registration) -> Document:
    return registration.documents.current().get(paper="licence")
