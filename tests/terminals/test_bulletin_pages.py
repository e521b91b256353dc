"""Bulletins as visitors and merchants read them, and the button 恢复后通知我."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.kernel import clock
from terminals.models import Bulletin, RecoveryNotice
from tests.accounts.factories import BranchFactory, MerchantUserFactory, StaffFactory
from tests.merchants.factories import onboarded, owner_of
from tests.terminals.bulletins import WORDS, drafted, ended, head_office, planned, published, writer
from tests.terminals.factories import provisioned

pytestmark = pytest.mark.django_db
LIST = "/bulletins/"
HOUR = timedelta(hours=1)


def browser(person=None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def page_of(bulletin) -> str:
    return f"/bulletins/{bulletin.number}/"


def asking(bulletin) -> str:
    return f"/bulletins/{bulletin.number}/recovery-notice/"


def text(client, path) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("path", ["/", LIST])
def test_a_visitor_reads_what_touches_the_whole_bank(path):
    branch = BranchFactory(parent=head_office())
    published(title_zh="全行故障")
    planned(title_zh="夜间升级")
    published(title_zh="一家支行的故障", branch=branch)
    drafted(title_zh="还是草稿")

    seen = text(browser(), path)

    assert "全行故障" in seen
    assert "夜间升级" in seen
    assert "一家支行的故障" not in seen
    assert "还是草稿" not in seen
    assert "恢复后通知我" not in seen


@pytest.mark.parametrize("path", ["/", LIST])
def test_a_merchant_reads_what_touches_its_branch(path):
    branch = BranchFactory(parent=head_office(), name="示例支行")
    mine = owner_of(provisioned(merchant=onboarded(branch=branch)).merchant)
    other = MerchantUserFactory()
    published(title_zh="一家支行的故障", branch=branch, code="97", carrier="mobile")

    seen = text(browser(mine), path)

    assert "一家支行的故障" in seen
    assert "示例支行" in seen
    assert "中国移动 SIM 卡" in seen
    assert "屏幕显示代码 97" in seen
    assert "一家支行的故障" not in text(browser(other), path)


def test_what_one_may_not_know_of_is_not_there():
    branch = BranchFactory(parent=head_office())
    hidden, draft = published(branch=branch), drafted()
    person = MerchantUserFactory()

    for client in (browser(), browser(person)):
        assert client.get(page_of(hidden)).status_code == 404
        assert client.get(page_of(draft)).status_code == 404
    for bulletin in (hidden, draft):
        assert browser(person).post(asking(bulletin)).status_code == 404
    assert browser(StaffFactory(branch=branch)).get(page_of(hidden)).status_code == 200
    assert browser(writer()).get(page_of(draft)).status_code == 404
    assert not RecoveryNotice.objects.exists()


def test_the_times_are_honest():
    now = clock.now()
    open_end = published(expected_end_at=None)
    late = published(now=now - 4 * HOUR, starts_at=now - 5 * HOUR, expected_end_at=now - HOUR)
    coming = planned()

    assert "结束时间待定" in text(browser(), page_of(open_end))
    seen = text(browser(), page_of(late))
    assert "超过预计时间" in seen
    assert "目前尚未结束" in seen
    assert "计划中" in text(browser(), page_of(coming))


def test_over_it_stays_for_thirty_days_in_the_list_and_for_good_at_its_address():
    now = clock.now()
    recent = ended(title_zh="昨天的故障", now=now - timedelta(days=29))
    old = ended(title_zh="去年的故障", now=now - timedelta(days=31))
    called_off = planned(title_zh="取消的升级")
    called_off.end(by=writer(), now=now)

    seen = text(browser(), LIST)

    assert recent.title_zh in seen
    assert "已取消" in seen
    assert old.title_zh not in seen
    assert old.title_zh in text(browser(), page_of(old))


def test_what_was_said_before_stays_readable():
    bulletin, by, now = published(), writer(), clock.now()
    bulletin.correct(by=by, now=now, **{name: f"{words} 更正" for name, words in WORDS.items()})

    seen = text(browser(), page_of(bulletin))

    assert "此前的公告内容" in seen
    assert f"<b>{WORDS['title_zh']}</b>" in seen
    assert by.full_name not in seen


def test_in_english_everything_is_english():
    bulletin = published(code="97")
    client = browser()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    seen = text(client, page_of(bulletin))

    assert WORDS["title_en"] in seen
    assert WORDS["title_zh"] not in seen


def test_a_merchant_asks_to_be_told_and_the_page_says_so():
    bulletin, person = published(), MerchantUserFactory()
    client = browser(person)
    assert "恢复后通知我" in text(client, page_of(bulletin))

    answer = client.post(asking(bulletin), follow=True)

    assert "恢复后将通知您" in answer.content.decode()
    assert RecoveryNotice.objects.get().person == person
    for path in ("/", page_of(bulletin)):
        assert "恢复后会通知您" in text(client, path)
        assert "恢复后通知我" not in text(client, path)
    assert "恢复后通知我" in text(browser(MerchantUserFactory()), page_of(bulletin))


def test_too_late_the_page_says_why():
    bulletin = ended()

    answer = browser(MerchantUserFactory()).post(asking(bulletin), follow=True)

    assert "已经结束" in answer.content.decode()
    assert not RecoveryNotice.objects.exists()


def test_visitors_sign_in_and_staff_do_not_ask():
    bulletin = published()

    assert browser().post(asking(bulletin)).headers["Location"].startswith("/accounts/login/")
    assert browser(writer()).post(asking(bulletin)).status_code == 403
    assert browser(MerchantUserFactory()).get(asking(bulletin)).status_code == 405
    assert not RecoveryNotice.objects.exists()


@pytest.mark.parametrize("path", ["/", LIST])
@pytest.mark.parametrize("signed_in", [True, False])
def test_three_cost_as_much_as_one(path, signed_in):
    person = MerchantUserFactory() if signed_in else None
    counted = []
    for count in (1, 2):
        for _each in range(count):
            published(branch=None)
            planned()
            ended()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            text(browser(person), path)
        counted.append(len(queries))

    assert counted[0] == counted[1]
    assert Bulletin.objects.count() == 9


def test_the_home_page_names_a_few_and_the_list_all():
    for number in range(5):
        published(title_zh=f"故障之{number}")

    assert text(browser(), "/").count("故障之") < 10
    assert len([n for n in range(5) if f"故障之{n}</h2>" in text(browser(), "/")]) == 3
    assert all(f"故障之{n}" in text(browser(), LIST) for n in range(5))


def test_the_page_of_a_terminal_says_what_touches_it():
    terminal = provisioned(merchant=onboarded(branch=BranchFactory(parent=head_office())))
    client, page = browser(owner_of(terminal.merchant)), f"/terminals/{terminal.number}/"
    published(title_zh="别家支行的故障", branch=BranchFactory(parent=head_office()))
    published(title_zh="移动卡的故障", carrier="mobile")
    assert "的故障" not in text(client, page)

    published(title_zh="本支行的故障", branch=terminal.branch)

    assert "本支行的故障" in text(client, page)

    terminal.cancel(by=StaffFactory(), now=clock.now(), note="x")

    assert "本支行的故障" not in text(client, page)
