"""A notice is numbered without gaps, keeps what the record said, and says the same on paper as in the portal."""

import hashlib
from datetime import date, datetime, timedelta
from io import BytesIO

import pikepdf
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from applications.models import DeactivationNotice, NoticeVersion
from applications.notices.facts import NoticeFacts
from applications.notices.issuing import content_digest, correct_notice, facts_of, issue_notice
from applications.notices.wording import texts_of
from config.files.serving import original_content
from config.kernel import clock
from config.kernel.audit import AuditEvent
from config.kernel.message import OutboxMessage
from config.kernel.numbering import NumberSeries
from config.kernel.refusal import Refused
from config.privacy.rotation import rotate
from tests.applications.notices.factories import (
    ITEMS,
    acknowledged,
    approved,
    delivered,
    facts,
    issued,
    micro,
    owner_of,
    reason,
    revoked,
    staff,
)
from tests.applications.notices.reading import printed
from tests.races import all_at_once
from tests.terminals.factories import DeviceFactory


def refused_for(**changed) -> Refused:
    registration = approved()
    with pytest.raises(Refused) as refused:
        issue_notice(facts(registration, **changed), by=staff(registration), now=clock.now())
    assert not DeactivationNotice.objects.exists()
    return refused.value


# -- numbers ----------------------------------------------------------------------------------------------------------


def test_notices_are_numbered_by_branch_and_year(db, settings):
    settings.BANK_LETTER_MARK = "示银"
    registration, elsewhere = approved(), approved()
    this_year, next_year = (
        datetime(2026, 9, 15, 2, tzinfo=clock.now().tzinfo),
        datetime(2027, 1, 4, 2, tzinfo=clock.now().tzinfo),
    )

    numbers = [issued(each, now=now).number for each, now in [
        (registration, this_year), (registration, this_year), (elsewhere, this_year), (registration, next_year),
    ]]  # fmt: skip

    assert numbers == [
        "示银收单停〔2026〕0001号",
        "示银收单停〔2026〕0002号",
        "示银收单停〔2026〕0001号",
        "示银收单停〔2027〕0001号",
    ]
    assert DeactivationNotice.objects.values("reference").distinct().count() == 4


def test_a_notice_that_is_undone_leaves_no_gap(db):
    registration = approved()
    issued(registration)
    with transaction.atomic():
        issued(registration)
        transaction.set_rollback(True)

    assert issued(registration).position == 2


def issue_side_by_side(count: int) -> list[int | None]:
    registration = approved()
    by, given, now = staff(registration), facts(registration), clock.now()
    answers = all_at_once(count, lambda _number: issue_notice(given, by=by, now=now))
    return [answer.position if isinstance(answer, DeactivationNotice) else None for answer in answers]


@pytest.mark.django_db(transaction=True)
def test_notices_issued_side_by_side_have_every_number_once():
    assert sorted(issue_side_by_side(6)) == [1, 2, 3, 4, 5, 6]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_some_of_them_want_the_same_number(settings):
    """The negative control: the constraint then refuses what the lock would have kept apart."""
    settings.RACE_WITHOUT_LOCKS = True

    assert any(None in issue_side_by_side(6) for _round in range(5))


def test_notice_number_once(db):
    notice = issued()
    NumberSeries.objects.update(last=0)

    with pytest.raises(DatabaseError), transaction.atomic():
        issued(notice.application.as_kind())

    assert "notice_number_once" in {each.name for each in DeactivationNotice._meta.constraints}


# -- what it keeps ----------------------------------------------------------------------------------------------------


def test_a_notice_says_what_the_record_said_when_it_was_issued(db):
    notice = issued()
    before = list(texts_of(notice.current.letter("zh-hans")))
    merchant, account = notice.merchant, notice.merchant.account_in_use
    merchant.registered_name = "改名便利店"
    merchant.save()
    account.account_number = "6222021000000000999"
    account.save()

    after = list(texts_of(NoticeVersion.objects.get().letter("zh-hans")))

    assert after == before
    assert "晴川便利店" in after
    assert not any("改名便利店" in text or "0999" in text for text in after)


def test_a_version_carries_the_digests_of_what_was_issued(db):
    version = issued().current

    assert version.content_digest == content_digest(version.content)
    assert version.file_digest == hashlib.sha256(original_content(version.file)).hexdigest()
    assert f"SHA-256 {version.content_digest[:4]}" in "".join(texts_of(version.letter("zh-hans")))
    assert content_digest(version.content | {"facts": {}}) != version.content_digest


@pytest.mark.parametrize(
    "column", [f.column for f in NoticeVersion._meta.local_fields if f.name != "content"]
)
def test_no_column_of_a_version_changes(db, column):
    version = issued().current
    connection.check_constraints()

    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE applications_noticeversion SET {column} = {column}")

    assert NoticeVersion.objects.get() == version


@pytest.mark.parametrize("statement", ["DELETE FROM applications_noticeversion"])
def test_no_version_is_deleted(db, statement):
    issued()
    connection.check_constraints()

    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert NoticeVersion.objects.exists()


@pytest.mark.postgresql
def test_versions_are_not_truncated(db):
    issued()
    connection.check_constraints()

    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE applications_noticeversion CASCADE")


def test_a_new_key_seals_the_content_anew(db, settings):
    version = issued().current
    settings.FIELD_KEYS = ["k9:" + "A" * 43 + "=", *settings.FIELD_KEYS]

    assert rotate(NoticeVersion._meta.get_field("content")) == (1, 1)

    again = NoticeVersion.objects.get()
    assert again.content == version.content
    assert content_digest(again.content) == again.content_digest


def test_what_a_notice_says_is_encrypted_at_rest(db):
    issued()

    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM applications_noticeversion")
        (stored,) = cursor.fetchone()

    assert "晴川便利店" not in stored
    assert "021-5550 0142" not in stored


# -- what it says -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [approved, micro])
def test_paper_and_page_say_the_same(db, make):
    """Every text of the letter is on the paper, in characters that can be selected and searched."""
    version = issued(make()).current

    on_paper = printed(original_content(version.file))

    missing = [text for text in texts_of(version.letter("zh-hans")) if "".join(text.split()) not in on_paper]
    assert missing == []


def test_the_paper_is_one_sheet_with_the_font_inside(db):
    version = issued().current

    with pikepdf.open(BytesIO(original_content(version.file))) as pdf:
        (page,) = pdf.pages
        (font,) = page.Resources.Font.values()
        assert "NotoSansSC" in str(font.BaseFont)
        assert "/FontFile3" in font.DescendantFonts[0].FontDescriptor
        assert "/ToUnicode" in font
        assert str(pdf.docinfo["/Title"]) == "停用通知书"
    assert version.file.pages == 1


def test_a_notice_of_many_terminals_takes_more_sheets(db):
    registration = approved()
    many = facts(registration).terminals * 40

    assert issued(registration, terminals=many).current.file.pages > 1


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_letter_is_written_in_the_language_it_names(db, language):
    version = issued().current
    with translation.override("en" if language == "zh-hans" else "zh-hans"):
        letter = version.letter(language)

    titles = {"zh-hans": "停用通知书", "en": "Notice of a stop"}
    assert letter["title"] == titles[language]
    headings = [section["heading"] for section in letter["sections"]]
    assert [heading.startswith(("一", "二", "三", "四", "五", "六")) for heading in headings] == [
        language == "zh-hans"
    ] * 6
    assert letter["made"][-1][0] == {"zh-hans": "内容指纹", "en": "Fingerprint of the content"}[language]


def test_every_figure_stands_in_the_letter(db):
    registration = approved()
    version = issued(registration, explanation="协议编号 SD-2024-00871。").current
    said = "\n".join(texts_of(version.letter("zh-hans")))

    (terminal,) = facts(registration).terminals
    for expected in [
        registration.merchant.number,
        registration.merchant.uscc,
        terminal.serial_number,
        terminal.number,
        terminal.model,
        terminal.address,
        "受理协议到期或解除",
        "协议编号 SD-2024-00871。",
        "受理协议关于期限和解除的条款",
        "¥182,640.50",
        "未结算 12 笔，共 ¥3,486.00",
        "有 2 笔未完成，共 ¥1,200.00",
        "主机 1 件",
        "示范支行，示范路 88 号",
        "每台不超过 ¥680.00",
        "押金 ¥600.00",
        "**** **** 0009",
        "陈经理，021-5550 0142",
        "95000",
        "周复核",
    ]:
        assert expected in said


def test_what_the_bank_does_not_know_is_left_out(db):
    bare = issued(
        last_settled_at=None,
        unsettled_count=None,
        preauthorisations_by=None,
        items=(),
        compensation_most_fen=None,
        deposit_fen=None,
        remaining_fen=None,
        checked_by="",
    )
    said = "\n".join(texts_of(bare.current.letter("zh-hans")))

    for absent in ["--", "None", "预授权", "交回终端和配件", "押金 ", "每台不超过", "复核"]:
        assert absent not in said
    assert bare.current.file.pages == 1


def test_a_micro_merchant_is_named_by_its_masked_document(db):
    notice = issued(micro())
    said = "\n".join(texts_of(notice.current.letter("zh-hans")))

    assert "3****************7" in said
    assert notice.merchant.responsible_id_number not in said
    assert "统一社会信用代码" not in said


@pytest.mark.parametrize("code", ["r2_fraud", "b1_listed", "o1_authority"])
def test_a_confidential_reason_is_told_in_its_neutral_words_only(db, code):
    notice = issued(reason=reason(code))
    said = f"{notice.current.content}\n{printed(original_content(notice.current.file))}"

    assert str(reason(code).text) in said
    for secret in ("套现", "洗钱", "黑名单", "不对商户说明"):
        assert secret not in said
    assert refused_for_explaining(code).code == "incomplete"


def refused_for_explaining(code: str) -> Refused:
    registration = approved()
    with pytest.raises(Refused) as refused:
        issue_notice(
            facts(registration, reason=reason(code), explanation="涉嫌套现"),
            by=staff(registration),
            now=clock.now(),
        )
    return refused.value


@pytest.mark.parametrize(
    "changed",
    [
        {"terminals": ()},
        {"full_stop_on": date(2026, 1, 1)},
        {"return_place": " "},
        {"return_by": None},
        {"items": (*ITEMS[:1], ITEMS[0].__class__(ITEMS[0].name, 0))},
        {"settle_by": clock.now() - timedelta(minutes=1)},
        {"preauthorisations_by": clock.now() - timedelta(days=1)},
    ],
    ids=["terminals", "full_stop", "place", "return_by", "count", "settle_by", "preauthorisations"],
)
def test_facts_that_make_no_notice_are_refused(db, changed):
    assert refused_for(**changed).code == "incomplete"


def test_an_application_without_a_merchant_has_no_notice(db):
    registration = approved()
    given = facts(registration)
    registration.merchant = None

    with pytest.raises(Refused) as refused:
        issue_notice(given, by=staff(approved()), now=clock.now())

    assert refused.value.code == "incomplete"


def test_facts_come_back_as_they_were_kept(db):
    registration = approved()
    given = facts(registration, compensation=ITEMS[0].name, return_way=ITEMS[1].name)

    notice = issue_notice(given, by=staff(registration), now=clock.now())

    assert vars(facts_of(notice)) | {"application": None} == vars(given) | {"application": None}
    assert isinstance(facts_of(notice), NoticeFacts)


def test_everybody_at_the_merchant_is_told_and_it_is_on_record(db):
    notice = issued()

    told = OutboxMessage.objects.filter(kind="notice_issued", channel="inbox")
    assert [message.recipient for message in told] == [owner_of(notice)]
    assert told.get().context == {"reference": notice.reference}
    assert AuditEvent.objects.of(notice).get().action == "notice_issued"


# -- corrections ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reached", [lambda notice: notice, delivered, acknowledged])
def test_a_correction_replaces_and_keeps_the_former_version(db, reached):
    notice = reached(issued())
    first = notice.current
    later = clock.now() + timedelta(days=3)
    changed = {**vars(facts_of(notice)), "contact": "李经理"}

    version = correct_notice(notice, NoticeFacts(**changed), by=staff(notice), now=later, why="联系人写错。")

    notice.refresh_from_db()
    assert (version.number, notice.current) == (2, version)
    assert notice.versions.count() == 2
    assert NoticeVersion.objects.get(number=1).file_digest == first.file_digest != version.file_digest
    assert "陈经理" in "".join(texts_of(NoticeVersion.objects.get(number=1).letter("zh-hans")))
    assert "李经理" in "".join(texts_of(version.letter("zh-hans")))
    assert (notice.status, notice.delivered_at, notice.acknowledged_at) == ("issued", None, None)
    assert notice.standing_of(first) != notice.standing_of(version)
    assert OutboxMessage.objects.filter(kind="notice_corrected", channel="inbox").count() == 1


def test_a_correction_says_what_was_wrong(db):
    notice = issued()

    with pytest.raises(Refused) as refused:
        correct_notice(notice, facts_of(notice), by=staff(notice), now=clock.now(), why=" ")

    assert refused.value.code == "no_reason"
    assert notice.versions.count() == 1


def test_a_revoked_notice_is_not_corrected(db):
    notice = revoked(issued())

    with pytest.raises(Refused) as refused:
        correct_notice(notice, facts_of(notice), by=staff(notice), now=clock.now(), why="错别字。")

    assert refused.value.code == "wrong_state"


def test_a_notice_is_corrected_with_facts_of_its_own(db):
    notice, other = issued(), issued()

    with pytest.raises(ValueError, match="own application"):
        correct_notice(notice, facts_of(other), by=staff(notice), now=clock.now(), why="错别字。")


def test_a_device_outside_the_notice_is_not_in_it(db):
    """The negative control of the figures: what is not handed in does not appear."""
    stranger = DeviceFactory()

    assert stranger.serial_number not in "".join(texts_of(issued().current.letter("zh-hans")))
