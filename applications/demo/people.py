"""Who can sign in to the demonstration. All of them are invented."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.hashers import make_password
from django.utils.crypto import salted_hmac

from applications.demo.branches import HEAD, PUDONG, SHANGHAI, SHENZHEN
from config.accounts.models import Branch, Role, User
from config.accounts.opening import open_merchant_account, open_staff_account

# Without the signs that people mistake for each other.
SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"


class StaffMember(NamedTuple):
    login: str
    name: str
    role: str
    branch: str


class Applicant(NamedTuple):
    """A merchant's person. `login` is an e-mail address or a mobile number; `about` says what is found behind it."""

    login: str
    name: str
    about: str


STAFF = [
    StaffMember("reviewer@bank.example", "陆知远", Role.REVIEWER, HEAD),
    StaffMember("reviewer2@bank.example", "简宁", Role.REVIEWER, HEAD),
    StaffMember("reviewer.shenzhen@bank.example", "方予晴", Role.REVIEWER, SHENZHEN),
    StaffMember("manager@bank.example", "乔一鸣", Role.ACCOUNT_MANAGER, PUDONG),
    StaffMember("supervisor@bank.example", "程若谷", Role.SUPERVISOR, HEAD),
    StaffMember("risk@bank.example", "严清", Role.RISK, HEAD),
    StaffMember("settlement@bank.example", "钟晓算", Role.SETTLEMENT, HEAD),
    StaffMember("storekeeper@bank.example", "库平", Role.STOREKEEPER, HEAD),
    StaffMember("field@bank.example", "路行", Role.FIELD, SHANGHAI),
    StaffMember("support@bank.example", "闻铃", Role.SUPPORT, HEAD),
    StaffMember("auditor@bank.example", "明鉴", Role.AUDITOR, HEAD),
    StaffMember("administrator@bank.example", "管通", Role.ADMINISTRATOR, HEAD),
]
APPLICANTS = [
    Applicant("new@shop.example", "田初晓", "nothing yet: begin here"),
    Applicant(
        "enterprise@shop.example", "林晓舟", "enterprise; terminals in many states, one application returned"
    ),
    Applicant(
        "cashier@shop.example",
        "程小满",
        "operator of the enterprise: fills in and collects codes, does not submit",
    ),
    Applicant(
        "sole-trader@shop.example", "周予安", "sole trader; a locked code, an application under review"
    ),
    Applicant("16600000002", "阿宁", "micro merchant, signs in by mobile; an expired code"),
    Applicant("institution@shop.example", "沈知微", "public institution; a re-issued code"),
    Applicant("social@shop.example", "许南星", "social organisation; two terminals stopped"),
    Applicant(
        "cooperative@shop.example", "赵麦青", "rural cooperative; codes to collect, one for its own device"
    ),
    Applicant("bookshop@shop.example", "何远帆", "a draft, partly filled in"),
    Applicant("bakery@shop.example", "白小禾", "submitted by the account manager, overdue"),
    Applicant("pharmacy@shop.example", "杜若", "submitted; checks raise doubts"),
    Applicant("florist@shop.example", "花满溪", "corrected and submitted again, round 2"),
    Applicant("barber@shop.example", "段清发", "refused; has asked for a review of the refusal"),
    Applicant("teahouse@shop.example", "叶青", "withdrawn"),
    Applicant("noodles@shop.example", "米长远", "lapsed: not corrected in time"),
    Applicant("market@shop.example", "湾小帆", "eleven terminals; the approval waits for a second person"),
    Applicant("greens@shop.example", "蔡青青", "under review in a colleague's hands"),
    Applicant("stationery@shop.example", "文墨", "handed to the supervisors"),
    Applicant(
        "laundry@shop.example", "皂小白", "stops: one settles only, one closed for a time, one in review"
    ),
    Applicant(
        "supermarket@shop.example",
        "商若谷",
        "terminals in every later state: unused, moving, swapped, being stopped, given back",
    ),
    Applicant("kiosk@shop.example", "贾云来", "submitted; on the blacklist, checks warn"),
]


def password() -> str:
    """The one password of all demonstration accounts: made from SECRET_KEY, so it is kept nowhere and is here again next time."""
    drawn = salted_hmac("applications.demo", "password of the accounts", algorithm="sha256").digest()
    signs = "".join(SIGNS[byte % len(SIGNS)] for byte in drawn[:16])
    return "-".join(signs[start : start + 4] for start in range(0, 16, 4))


def open_accounts(*, now: datetime) -> None:
    """Everybody can sign in; an account that is there already stays as it is."""
    opened = [_open_staff(member, now=now) for member in STAFF if not find(member.login)]
    opened += [_open_merchant(person, now=now) for person in APPLICANTS if not find(person.login)]
    if opened:
        # Hashed once: for each of them anew it would be a third of the first start.
        hashed = make_password(password())
        User.objects.filter(pk__in=[person.pk for person in opened]).update(password=hashed)


def _open_staff(member: StaffMember, *, now: datetime) -> User:
    return open_staff_account(
        email=member.login,
        full_name=member.name,
        branch=Branch.objects.get(code=member.branch),
        role=member.role,
        by=None,
        now=now,
    )


def _open_merchant(person: Applicant, *, now: datetime) -> User:
    reach = {"email" if "@" in person.login else "mobile": person.login}
    return open_merchant_account(full_name=person.name, password=None, by=None, now=now, **reach)


def find(login: str) -> User | None:
    people = User.objects.filter(email=login) if "@" in login else User.objects.with_mobile(login)
    return people.first()


def of(login: str) -> User:
    """The person of this login. KeyError for a login that the demonstration does not have."""
    if person := find(login):
        return person
    raise KeyError(login)


def staff(role: str) -> User:
    """The first member of staff with this role."""
    return of(next(member.login for member in STAFF if member.role == role))
