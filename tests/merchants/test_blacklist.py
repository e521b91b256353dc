"""The risk desk's list by its verbs: put on, taken off, imported."""

import io
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from config.kernel import clock
from config.kernel.audit import AuditEvent
from config.kernel.lifecycle import Refused
from merchants.blacklist import put_on
from merchants.blacklist_import import import_blacklist, read_day
from merchants.models import BlacklistEntry
from tests.accounts.factories import StaffFactory
from tests.merchants.blacklist import listed
from tests.merchants.factories import CARD, PERSON, uscc
from tests.races import all_at_once

TODAY = clock.today()
USCC = "91440101MA59ABCD1D"


@pytest.fixture
def risk(db):
    return StaffFactory(role="risk")


def test_an_entry_is_kept_sealed_and_shown_masked(risk):
    entry = listed("identity", PERSON, by=risk)

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM merchants_blacklistentry")
        at_rest = str(cursor.fetchall())
    assert PERSON not in at_rest
    assert BlacklistEntry.objects.get().value == PERSON
    assert PERSON not in f"{entry} {entry.masked}"
    assert AuditEvent.objects.get(action="blacklist_added").detail == {"kind": "identity"}


@pytest.mark.parametrize(
    ("kind", "value", "masked"),
    [
        ("uscc", USCC, "9****************D"),
        ("identity", PERSON, "3****************7"),
        ("account", CARD, "**** **** 0009"),
        ("mobile", "13800138000", "138****8000"),
        ("serial", "P2A000000901", "P**********1"),
        ("name", "欧阳娜娜", "欧**娜"),
    ],
)
def test_every_kind_is_masked(risk, kind, value, masked):
    assert listed(kind, value, by=risk).masked == masked


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("uscc", "91440101MA59ABCD1E"),
        ("identity", "310101198002291238"),
        ("identity", "abc"),
        ("account", "12345"),
        ("mobile", "12800138000"),
        ("serial", "12345"),
        ("name", "王"),
        ("name", "王*明"),
        ("name", "x" * 101),
        ("name", "王\x00明"),
        ("colour", "red"),
        ("name", ""),
    ],
)
def test_what_is_no_value_of_its_kind_is_refused(risk, kind, value):
    with pytest.raises(Refused) as refused:
        listed(kind, value, by=risk)

    assert refused.value.code == "unfit"
    assert refused.value.sentence
    assert not BlacklistEntry.objects.exists()


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        ("uscc", USCC, USCC.lower()),
        ("mobile", "13800138000", "１３８ 0013-8000"),
        ("name", "晴川（上海）有限公司", "晴川(上海) 有限公司"),
        ("name", "Max Mueller", "MAX MUELLER"),
    ],
)
def test_the_same_in_another_spelling_is_on_the_list_already(risk, kind, first, second):
    listed(kind, first, by=risk)

    with pytest.raises(Refused) as refused:
        listed(kind, second, by=risk)

    assert refused.value.code == "constraint"
    assert BlacklistEntry.objects.count() == 1


def test_the_same_value_of_another_kind_is_another_entry(risk):
    listed("account", "12345678", by=risk)
    listed("identity", "12345678", by=risk)

    assert BlacklistEntry.objects.standing().count() == 2


def test_taking_off_leaves_its_record_and_makes_room(risk):
    entry = listed("mobile", "13800138000", by=risk)

    entry.take_off(by=risk, now=clock.now(), reason="查实为同名误列")
    again = listed("mobile", "13800138000", by=risk)

    entry.refresh_from_db()
    assert (entry.removed_by, entry.removal_reason) == (risk, "查实为同名误列")
    assert list(BlacklistEntry.objects.standing()) == [again]
    assert AuditEvent.objects.get(action="blacklist_removed").subject_id == entry.pk


@pytest.mark.parametrize("reason", ["", "  "])
def test_nothing_is_taken_off_without_a_reason(risk, reason):
    entry = listed("mobile", "13800138000", by=risk)

    with pytest.raises(Refused):
        entry.take_off(by=risk, now=clock.now(), reason=reason)

    assert BlacklistEntry.objects.standing().exists()


def test_what_is_off_is_not_taken_off_again(risk):
    entry = listed("mobile", "13800138000", by=risk)
    entry.take_off(by=risk, now=clock.now(), reason="误列")

    with pytest.raises(Refused) as refused:
        BlacklistEntry.objects.get().take_off(by=StaffFactory(role="risk"), now=clock.now(), reason="再次")

    assert refused.value.code == "wrong_state"
    assert BlacklistEntry.objects.get().removal_reason == "误列"


def test_an_expired_entry_makes_room_for_a_new_one(risk):
    old = listed("mobile", "13800138000", by=risk, days=(-30, -1))

    new = listed("mobile", "13800138000", by=risk)

    old.refresh_from_db()
    assert old.removed_at is not None
    assert list(BlacklistEntry.objects.in_force(on=TODAY)) == [new]


@pytest.mark.parametrize(
    ("days", "is_in_force"),
    [((0, None), True), ((-5, 0), True), ((0, 0), True), ((1, None), False), ((-5, -1), False)],
)
def test_both_ends_of_the_validity_count(risk, days, is_in_force):
    listed("mobile", "13800138000", by=risk, days=days)

    assert BlacklistEntry.objects.in_force(on=TODAY).exists() is is_in_force


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_that_enter_the_same_leave_one_entry():
    people = [StaffFactory(role="risk") for _ in range(2)]

    answers = all_at_once(2, lambda number: listed("mobile", "13800138000", by=people[number]))

    assert sorted(type(answer).__name__ for answer in answers) == ["BlacklistEntry", "Refused"]
    assert BlacklistEntry.objects.standing().count() == 1


# -- a list -----------------------------------------------------------------------------------------------------------

GOOD = (
    "类型,号码,原因,来源,生效日期,失效日期\n"
    f"统一社会信用代码,{USCC},套现,清算协会,2026-01-02,\n"
    "手机号,13800138000,冒用,清算协会,,2099/12/30\n"
)


@pytest.fixture
def take(risk):
    return lambda content, **given: import_blacklist(content, by=risk, now=clock.now(), **given)


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        GOOD.encode(),
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.encode("gbk"),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace(",", "\t"),
        GOOD.replace(",", ";"),
        GOOD.replace("类型,号码,原因,来源,生效日期,失效日期", "kind,value,reason,source,valid_from,valid_to"),
        GOOD.replace("统一社会信用代码", "USCC").replace("手机号", " Mobile "),
        GOOD.replace("13800138000", "１３８００１３８０００").replace(USCC, USCC.lower()),
        GOOD.replace("2026-01-02", "２０２６年１月２日").replace("2099/12/30", "20991230"),
        GOOD + "\n , \n",
        io.BytesIO(GOOD.encode()),
    ],
)
def test_lists_as_they_come_are_taken(take, content):
    report = take(content)

    assert (report.added, report.errors) == (2, [])
    code, phone = BlacklistEntry.objects.order_by("-kind")
    assert (code.kind, code.value, code.valid_from, code.valid_to) == ("uscc", USCC, date(2026, 1, 2), None)
    assert (phone.kind, phone.value, phone.valid_from) == ("mobile", "13800138000", TODAY)
    assert phone.valid_to == date(2099, 12, 30)
    assert BlacklistEntry.objects.in_force(on=TODAY).exclude(value_index="").count() == 2
    assert AuditEvent.objects.get(action="blacklist_imported").detail == {"count": 2}


def test_looking_through_a_list_changes_nothing(take):
    report = take(GOOD, only_look=True)

    assert (report.added, report.count, report.errors) == (0, 2, [])
    assert "13800138000" not in str(report.preview)
    assert "138****8000" in str(report.preview)
    assert not BlacklistEntry.objects.exists()


def test_a_source_may_be_named_for_the_whole_list(take):
    report = take("kind,value,reason\nname,老王烟酒,套现\n", source="支行上报")

    assert (report.added, report.errors) == (1, [])
    assert BlacklistEntry.objects.get().source == "支行上报"


def lines_of(report) -> list[int]:
    assert report.added == 0
    assert all(error.sentence for error in report.errors)
    return [error.line for error in report.errors]


@pytest.mark.parametrize(
    "line",
    [
        "手机号,13800138000,重复,协会,,",
        "手机号,12800138000,错号,协会,,",
        "身份证,110105194912310021,校验位,协会,,",
        "颜色,红,不知,协会,,",
        ",13900139000,不知,协会,,",
        "手机号,,空,协会,,",
        "手机号,13900139000,,协会,,",
        "手机号,13900139000,无来源,,,",
        "手机号,13900139000,日期,协会,2026-13-40,",
        "手机号,13900139000,日期,协会,2026-05-01,2026-04-01",
        "手机号,13900139000,=cmd(),协会,,",
        "账号,6.222E+18,缩写,协会,,",
        "序列号,1.35E+09,缩写,协会,,",
        "名称,王*明,掩码,协会,,",
        "名称,王小明," + "长" * 201 + ",协会,,",
        "名称,王小明,原因," + "长" * 61 + ",,",
        "名称," + "长" * 101 + ",原因,协会,,",
    ],
)
def test_a_line_that_is_wrong_is_told_by_its_number_and_nothing_is_taken(take, line):
    assert lines_of(take(GOOD + line + "\n")) == [4]
    assert not BlacklistEntry.objects.exists()


def test_what_is_on_the_list_is_not_taken_twice_unless_it_has_expired(take, risk):
    listed("mobile", "13800138000", by=risk, days=(-9, -1))
    assert take(GOOD).added == 2

    assert lines_of(take(GOOD)) == [2, 3]
    assert BlacklistEntry.objects.standing().count() == 2


@pytest.mark.parametrize(
    "content",
    [
        "",
        "类型,号码,原因\n",
        "号码,原因\n1,2\n",
        "类型,类型,号码,原因\n1,2,3,4\n",
        b"\x00\x01\x02",
        b"PK\x03\x04" + b"\x00" * 100,
        GOOD.encode("utf-16"),
        GOOD + '"手机号,1\n',
        b"\xff\xfe\xfd" * 10,
        "类型,号码,原因,来源\n" + "".join(f"手机号,139{n:08d},套现,协会\n" for n in range(5001)),
        b"x" * 2_000_001,
        "类型,号码,原因\n" + "x" * 200_000,
    ],
)
def test_a_file_that_is_no_list_is_told_so(take, content):
    report = take(content)

    assert len(lines_of(report)) == 1
    assert not BlacklistEntry.objects.exists()


@pytest.mark.django_db
@given(st.binary(max_size=300))
def test_whatever_comes_is_answered(content):
    report = import_blacklist(content, by=None, now=clock.now())

    assert report.added == 0
    assert report.errors


@given(st.text(max_size=40))
def test_a_day_is_read_or_it_is_none(text):
    assert read_day(text) is None or isinstance(read_day(text), date)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-1-12", date(2026, 1, 12)),
        ("2026/11/2", date(2026, 11, 2)),
        ("20260102", date(2026, 1, 2)),
        ("2026年1月2日", date(2026, 1, 2)),
        ("2026112", None),
        ("2026-02-30", None),
        ("", None),
    ],
)
def test_days_in_the_usual_ways(text, day):
    assert read_day(text) == day


def test_a_list_of_thousands_asks_few_questions(take, django_assert_max_num_queries):
    lines = "".join(f"手机号,139{n:08d},套现,协会\n" for n in range(1200))

    with django_assert_max_num_queries(40):
        report = take("类型,号码,原因,来源\n" + lines)

    assert report.added == 1200


def test_an_entry_reads_the_day_of_the_bank(risk):
    """Late in the evening in Shanghai it is still yesterday in London."""
    late = datetime.fromisoformat("2026-09-11T23:30:00+08:00")

    entry = put_on(
        kind="uscc",
        value=uscc(),
        reason="套现",
        source="协会",
        valid_from=late.date(),
        valid_to=late.date(),
        by=risk,
        now=late,
    )

    assert list(BlacklistEntry.objects.in_force(on=clock.local_date(late))) == [entry]
    assert not BlacklistEntry.objects.in_force(on=late.date() + timedelta(days=1)).exists()
