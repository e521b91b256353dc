"""The pages of notices: the merchant's letter and its answers, the desk's steps, and what strangers learn of a paper."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags

from applications.models import DeactivationNotice
from applications.notices.issuing import correct_notice, facts_of
from applications.notices.wording import texts_of
from config.files.serving import original_content
from config.kernel import clock
from config.kernel.audit import AccessRecord
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.notices.factories import (
    acknowledged,
    approved,
    delivered,
    facts,
    issued,
    micro,
    objected,
    owner_of,
    revoked,
    staff,
)
from tests.applications.notices.reading import printed
from tests.applications.portal import signed_in

pytestmark = pytest.mark.django_db


def packed(page) -> str:
    """The words of a page without spaces."""
    return "".join(unescape(strip_tags(page.content.decode())).split())


def address(notice, part: str = "") -> str:
    return f"/notices/{notice.reference}/{part}"


def desk(notice, noun: str = "change", **more) -> str:
    name = f"admin:applications_deactivationnotice_{noun}"
    return reverse(name, args=[notice.pk, *more.values()])


# -- the merchant's letter --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [approved, micro])
def test_page_and_paper_have_one_text(make):
    notice = issued(make())
    version = notice.current

    page = packed(signed_in(owner_of(notice)).get(address(notice)))
    paper = printed(original_content(version.file))

    told = ["".join(text.split()) for text in texts_of(version.letter("zh-hans"))]
    assert len(told) > 50
    assert [text for text in told if text not in page] == []
    assert [text for text in told if text not in paper] == []


def test_the_english_page_is_a_translation_and_says_so():
    notice = issued()
    browser = signed_in(owner_of(notice))
    browser.cookies["django_language"] = "en"

    page = packed(browser.get(address(notice)))

    for text in texts_of(notice.current.letter("en")):
        assert "".join(text.split()) in page
    assert "Atranslation.TheChineseletter,asinthePDF,istheoriginal." in page


def test_the_page_says_what_the_paper_said_when_the_record_has_moved_on():
    notice = issued()
    browser, before = signed_in(owner_of(notice)), notice.current.letter("zh-hans")
    notice.merchant.registered_name = "改名便利店"
    notice.merchant.save()

    page = packed(browser.get(address(notice)))

    assert all("".join(text.split()) in page for text in texts_of(before))
    assert "晴川便利店" in page
    assert "改名便利店" not in page


def test_the_pdf_leaves_after_its_record_byte_for_byte():
    notice = issued()
    owner = owner_of(notice)

    answer = signed_in(owner).get(address(notice, "versions/1/"))

    assert answer.content == original_content(notice.current.file)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{notice.reference}-1.pdf"'
    assert answer["Cache-Control"] == "no-store"
    seen = AccessRecord.objects.of(notice.current.file).get()
    assert (seen.by, seen.purpose) == (owner, "own_notice")
    assert seen.detail == {"variant": "original", "notice": notice.reference, "version": 1}


def test_a_version_that_does_not_exist_is_not_found():
    notice = issued()

    assert signed_in(owner_of(notice)).get(address(notice, "versions/2/")).status_code == 404
    assert not AccessRecord.objects.of(notice.current.file).exists()


def test_nobody_elses_notice_is_found():
    notice, stranger = issued(), owner_of(issued())
    browser = signed_in(stranger)

    for part in ("", "versions/1/"):
        assert browser.get(address(notice, part)).status_code == 404
    for part in ("acknowledgement/", "objection/"):
        assert browser.post(address(notice, part), {"text": "不同意"}).status_code == 404
    notice.refresh_from_db()
    assert notice.status == "issued"
    assert notice.reference not in browser.get("/notices/").content.decode()


def test_a_merchant_confirms_and_objects():
    notice = issued()
    browser = signed_in(owner_of(notice))

    first = browser.get(address(notice))
    browser.post(address(notice, "acknowledgement/"))
    notice.refresh_from_db()
    assert (notice.status, "确认收到" in first.content.decode()) == ("acknowledged", True)

    answer = browser.post(address(notice, "objection/"), {"text": "协议没有到期。"}, follow=True)

    notice.refresh_from_db()
    assert notice.status == "objected"
    assert "协议没有到期。" in answer.content.decode()
    assert "提出异议</button>" not in answer.content.decode()


def test_an_objection_without_words_comes_back():
    notice = issued()

    answer = signed_in(owner_of(notice)).post(address(notice, "objection/"), {"text": " "})

    assert answer.status_code == 200
    assert "请说明提出异议的理由。" in answer.content.decode()
    notice.refresh_from_db()
    assert notice.status == "issued"


def test_after_its_time_there_is_no_form_to_object():
    notice = issued()

    with time_machine.travel(clock.now() + timedelta(days=30)):
        page = signed_in(owner_of(notice)).get(address(notice))
        answer = signed_in(owner_of(notice)).post(
            address(notice, "objection/"), {"text": "迟了"}, follow=True
        )

    assert 'name="text"' not in page.content.decode()
    assert "提出异议的期限已过。" in answer.content.decode()
    notice.refresh_from_db()
    assert notice.status == "issued"


def test_a_merchant_reads_the_answer_and_the_former_version():
    notice = objected(issued())
    notice.uphold(by=staff(notice), now=clock.now(), text="协议第九条：到期。")
    by = staff(notice)
    correct_notice(
        notice, replace(facts_of(notice), phone="021-5550 0143"), by=by, now=clock.now(), why="电话写错"
    )

    page = signed_in(owner_of(notice)).get(address(notice)).content.decode()

    assert "协议第九条：到期。" in page
    assert f"/notices/{notice.reference}/versions/1/" in page
    assert f"/notices/{notice.reference}/versions/2/" in page
    assert "电话写错" not in page


def test_a_revoked_notice_says_so():
    notice = revoked(issued())

    page = signed_in(owner_of(notice)).get(address(notice)).content.decode()

    assert "本通知书已撤销，不再有效" in page
    assert "确认收到</button>" not in page


@pytest.mark.parametrize("path", ["/notices/", "page"])
def test_queries_do_not_grow(path):
    registration = approved()
    notice = issued(registration)
    browser = signed_in(owner_of(notice))
    browser.get("/notices/")

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            browser.get(address(notice) if path == "page" else path)
        return len(queries)

    with_one = count()
    for _more in range(2):
        issued(registration)

    assert count() == with_one


# -- strangers --------------------------------------------------------------------------------------------------------


def ask(version) -> object:
    return Client().get(f"/notices/{version.token}/")


@pytest.mark.parametrize(
    ("reached", "is_valid"), [(lambda n: n, True), (delivered, True), (acknowledged, True), (objected, True), (revoked, False)]
)  # fmt: skip
def test_a_stranger_learns_kind_date_and_whether_it_counts(reached, is_valid):
    notice = reached(issued())

    page = ask(notice.current)

    text = packed(page)
    assert ("该文件有效" in text, "该文件已作废" in text) == (is_valid, not is_valid)
    assert "停用通知书" in text
    assert clock.today().isoformat() in text
    assert page["X-Robots-Tag"] == "noindex"
    assert "no-store" in page["Cache-Control"]
    (terminal,) = facts(notice.application.as_kind()).terminals
    secrets = [notice.number, notice.reference, notice.merchant.number, notice.merchant.uscc, "晴川便利店"]
    assert not [told for told in [*secrets, terminal.number, terminal.serial_number] if told in text]


def test_a_replaced_version_no_longer_counts():
    notice = issued()
    first = notice.current
    second = correct_notice(notice, facts_of(notice), by=staff(notice), now=clock.now(), why="错别字")

    assert not ask(first).context["paper"].is_valid
    assert ask(second).context["paper"].is_valid


@pytest.mark.parametrize("place", ["notices", "receipts"])
def test_a_guess_is_answered_as_anything_unknown(place):
    issued()

    page = Client().get(f"/{place}/{'A' * 43}/")

    assert page.status_code == 200
    assert page.context["paper"] is None
    assert "没有这份文件" in packed(page)


def test_slips_and_notices_are_asked_in_one_place():
    notice = issued()
    slip = notice.merchant.terminals.get().codes.get()

    for place in ("notices", "receipts"):
        assert Client().get(f"/{place}/{slip.receipt_token}/").context["paper"].is_valid
        assert Client().get(f"/{place}/{notice.current.token}/").context["paper"].is_valid


def test_the_token_stands_in_no_list_and_no_record():
    notice = issued()
    owner, reviewer = signed_in(owner_of(notice)), signed_in(staff(notice))

    for browser, page in ((owner, "/notices/"), (reviewer, desk(notice))):
        assert notice.current.token not in browser.get(page).content.decode()


# -- the desk ---------------------------------------------------------------------------------------------------------


def test_the_desk_finds_a_notice_by_its_marks():
    notice, _other = issued(), issued()
    browser = signed_in(staff(notice))
    url = reverse("admin:applications_deactivationnotice_changelist")

    for mark in (
        notice.reference,
        notice.number,
        notice.merchant.number,
        notice.merchant.uscc,
        notice.application.number,
    ):
        page = browser.get(url, {"q": mark})
        assert [row.pk for row in page.context["cl"].result_list] == [notice.pk], mark


def test_the_desk_shows_a_micro_merchants_name_masked():
    notice = delivered(issued(micro()), receiver="钱十三")
    browser = signed_in(staff(notice))

    pages = [
        browser.get(desk(notice)),
        browser.get(reverse("admin:applications_deactivationnotice_changelist")),
    ]

    for name in ("商户_王小明", "钱十三"):
        assert not any(name in page.content.decode() for page in pages)
    assert "钱*三" in pages[0].content.decode()


def test_the_desk_records_a_delivery():
    notice = issued()
    said = {
        "delivery-way": "post",
        "delivery-on": clock.today().isoformat(),
        "delivery-waybill": "SF1234567890",
    }

    answer = signed_in(staff(notice, "account_manager")).post(desk(notice, "delivery"), said)

    assert answer.status_code == 302
    notice.refresh_from_db()
    assert (notice.status, notice.delivery_way, notice.waybill) == ("delivered", "post", "SF1234567890")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"delivery-way": "post", "delivery-on": "today"}, "邮寄送达要写明单号。"),
        ({"delivery-on": "today"}, "请选择送达方式。"),
        ({"delivery-way": "in_person"}, "请填写送达日期。"),
    ],
    ids=["waybill", "way", "day"],
)
def test_a_delivery_that_lacks_something_comes_back(said, sentence):
    notice = issued()
    said = {name: clock.today().isoformat() if value == "today" else value for name, value in said.items()}

    answer = signed_in(staff(notice)).post(desk(notice, "delivery"), said)

    assert answer.status_code == 200
    assert sentence in answer.content.decode()


def test_the_desk_answers_an_objection_and_the_issuer_cannot():
    issuer = StaffFactory(role="supervisor", branch=BranchFactory())
    notice = objected(issued(approved(branch=issuer.branch), by=issuer))
    words = {"stands-words": "协议第九条：到期。"}

    refused = signed_in(issuer).post(desk(notice, "upholding"), words)
    page = signed_in(issuer).get(desk(notice))
    answered = signed_in(staff(notice)).post(desk(notice, "upholding"), words)

    assert (refused.status_code, answered.status_code) == (409, 302)
    assert "异议由签发人以外的人答复。" in page.content.decode()
    notice.refresh_from_db()
    assert notice.status == "delivered"


def test_the_desk_corrects_what_is_wrong():
    notice = issued()
    browser = signed_in(staff(notice))
    form = next(
        offer.form for offer in browser.get(desk(notice)).context["offers"] if offer.noun == "correction"
    )
    said = {f"fix-{name}": value for name, value in form.initial.items()} | {"fix-phone": "021-5550 0199"}

    without_why = browser.post(desk(notice, "correction"), said)
    answer = browser.post(desk(notice, "correction"), said | {"fix-why": "电话写错。"})

    assert (without_why.status_code, answer.status_code) == (200, 302)
    assert notice.versions.count() == 2
    letter = "".join(texts_of(notice.current.letter("zh-hans")))
    assert "021-5550 0199" in letter
    assert "未结算 12 笔，共 ¥3,486.00" in letter


def test_the_desk_revokes():
    notice = issued()

    answer = signed_in(staff(notice, "supervisor")).post(
        desk(notice, "revocation"), {"back-words": "商户已续签。"}
    )

    assert answer.status_code == 302
    notice.refresh_from_db()
    assert notice.status == "revoked"


def test_a_look_at_the_desk_is_on_record():
    notice = issued()
    reviewer = staff(notice)

    answer = signed_in(reviewer).get(desk(notice, "version", number=1))

    assert answer.content == original_content(notice.current.file)
    seen = AccessRecord.objects.of(notice.current.file).get()
    assert (seen.by, seen.purpose) == (reviewer, "notice_at_desk")


def test_the_desks_list_does_not_ask_more_for_more_rows():
    registration = approved()
    browser = signed_in(staff(issued(registration)))
    url = reverse("admin:applications_deactivationnotice_changelist")
    browser.get(url)

    with CaptureQueriesContext(connection) as one:
        browser.get(url)
    for _more in range(2):
        issued(registration)
    with CaptureQueriesContext(connection) as three:
        browser.get(url)

    assert len(three) == len(one)


def test_another_branch_finds_nothing():
    notice = issued()
    browser = signed_in(StaffFactory(role="supervisor", branch=BranchFactory()))

    assert browser.get(desk(notice)).status_code == 404
    assert browser.get(desk(notice, "version", number=1)).status_code == 404
    assert browser.post(desk(notice, "revocation"), {"back-words": "撤销"}).status_code == 404
    assert DeactivationNotice.objects.get().status == "issued"


def test_messages_lead_to_the_notice():
    notice = issued()

    page = signed_in(owner_of(notice)).get("/messages/").content.decode()

    assert f'href="/notices/{notice.reference}/"' in page
    with translation.override("zh-hans"):
        assert re.search(rf"通知书 {notice.reference}：停用终端", page)
