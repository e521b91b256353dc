"""The portal's list is the record of what a person was told: newest first, in their language, read when they say so."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from config.accounts.models import Role, User
from config.kernel import clock
from config.kernel.message import Channel, OutboxMessage
from config.kernel.message_kinds import KINDS
from config.kernel.outbox import enqueue

MERCHANTS, STAFF = "/messages/", "/admin/messages/"
SAMPLE = {
    "number": "SQ-20260911-003824",
    "terminal_number": "10240017",
    "reference": "TZ-310115-2026-0001",
    "people_count": 7,
    "days_left": 2,
    "days_over": 3,
}
NUMBERS = {
    "bulletin": "GG-20260911-004172",
    "ticket": "GD-20260911-003824",
    "offer": "YH-20260911-003824",
    "export": "DC-003824",
    "import": "DR-003824",
    "return": "GH-20260911-003824",
    "violation": "WG-20260911-003824",
    "charge": "FY-003824",
}
MERCHANT = "102584054110001"
NUMBERS |= dict.fromkeys(("member", "people", "membership", "handover"), MERCHANT)


@pytest.fixture(autouse=True)
def gateways(settings):
    settings.GATEWAYS = {"email": "", "sms": ""}


@pytest.fixture
def portal(client, person):
    client.force_login(person)
    return client


def tell(person, kind="application_approved", *, ago=timedelta(0), event="", **changed):
    context = {key: SAMPLE[key] for key in KINDS[kind].keys} | changed
    enqueue(kind, recipient=person, subject=person, context=context, now=clock.now() - ago, event=event)
    return OutboxMessage.objects.order_by("-id")[0]


def tell_often(person, count):
    return [tell(person, number=f"SQ-20260911-{n:06d}", event=f"{n}") for n in range(count)]


def titles(page):
    return [line.title for line in page.context["lines"]]


def test_messages_are_shown_newest_first_in_the_language_of_the_page(portal, person):
    tell(person, "application_submitted", ago=timedelta(days=2))
    tell(person, "application_approved")

    assert titles(portal.get(MERCHANTS)) == [
        "申请 SQ-20260911-003824 已通过",
        "已收到申请 SQ-20260911-003824",
    ]
    portal.post("/language/", {"language": "en", "next": "/"})
    assert titles(portal.get(MERCHANTS))[0] == "Application SQ-20260911-003824 approved"


def test_the_time_is_relative_and_exact_for_everybody(portal, person):
    message = tell(person, ago=timedelta(hours=3))

    page = portal.get(MERCHANTS).content.decode()

    shown = re.search(
        r'<time datetime="([^"]+)" title="([^"]+)">(.*?)<span class="visually-hidden">(.*?)</span>', page
    )
    assert shown[1].startswith(
        message.created_at.astimezone(clock.timezone.get_default_timezone()).strftime("%Y-%m-%dT%H:%M")
    )
    assert shown[3] == "3 小时前"
    assert shown[2] in shown[4]


def test_reading_is_a_post_and_the_page_itself_changes_nothing(portal, person, nothing_is_written):
    message = tell(person)
    with nothing_is_written():
        page = portal.get(MERCHANTS).content.decode()
    assert "标为已读" in page
    assert portal.get(reverse("inbox:reading", args=[message.pk])).status_code == 405

    answer = portal.post(reverse("inbox:reading", args=[message.pk]), {"at": ""})

    assert answer.headers["Location"] == MERCHANTS
    message.refresh_from_db()
    assert message.read_at
    assert "标为已读" not in portal.get(MERCHANTS).content.decode()


def test_a_second_reading_keeps_the_first_moment(portal, person):
    message = tell(person)
    first = clock.now() - timedelta(hours=1)
    message.read(now=first)

    portal.post(reverse("inbox:reading", args=[message.pk]))

    message.refresh_from_db()
    assert message.read_at == first


def test_all_that_was_there_is_read_at_once_and_what_came_since_is_not(portal, person):
    seen = tell_often(person, 3)
    page = portal.get(MERCHANTS)
    late = tell(person, event="late")

    portal.post(reverse("inbox:reading_of_all"), {"newest": page.context["newest"]})

    assert list(OutboxMessage.objects.inbox_of(person).unread()) == [late]
    assert seen[0].pk != late.pk


def test_only_what_is_unread_is_shown_where_that_is_asked_for(portal, person):
    read, unread = tell_often(person, 2)
    read.read(now=clock.now())

    page = portal.get(MERCHANTS, {"show": "unread"})

    assert [line.message for line in page.context["lines"]] == [unread]
    assert len(titles(portal.get(MERCHANTS, {"show": "anything"}))) == 2
    answer = portal.post(reverse("inbox:reading", args=[unread.pk]), {"show": "unread"})
    assert answer["Location"] == f"{MERCHANTS}?show=unread"
    assert "?show=unread&" not in portal.get(answer["Location"]).content.decode()
    assert portal.get(answer["Location"]).context["lines"] == []


def test_the_pages_of_unread_messages_stay_among_the_unread(portal, person):
    tell_often(person, 25)

    page = portal.get(MERCHANTS, {"show": "unread"})

    assert page.context["next_url"].startswith("?show=unread&at=")
    assert len(portal.get(f"{MERCHANTS}{page.context['next_url']}").context["lines"]) == 5


@pytest.mark.parametrize("newest", ["", "x", "９", "-1", "9" * 40, "1 OR 1=1"])
def test_a_bound_that_nobody_wrote_reads_nothing(portal, person, newest):
    tell(person)

    assert portal.post(reverse("inbox:reading_of_all"), {"newest": newest}).status_code == 302

    assert OutboxMessage.objects.inbox_of(person).unread().count() == 1


def test_nobody_reads_or_marks_what_was_told_to_somebody_else(portal, person):
    other = User.objects.create_user("li@example.com")
    message = tell(other)

    assert titles(portal.get(MERCHANTS)) == []
    assert portal.post(reverse("inbox:reading", args=[message.pk])).status_code == 404
    portal.post(reverse("inbox:reading_of_all"), {"newest": message.pk})

    message.refresh_from_db()
    assert message.read_at is None


def test_what_went_by_mail_or_sms_is_not_listed_twice(portal, person, settings):
    settings.GATEWAYS = dict.fromkeys(("email", "sms"), "config.kernel.gateways.FileGateway")
    tell(person)

    assert OutboxMessage.objects.count() == 3
    assert len(titles(portal.get(MERCHANTS))) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_every_message_leads_to_the_page_of_what_it_speaks_of(portal, person, kind):
    about = kind.partition("_")[0]
    number = {"number": NUMBERS[about]} if about in NUMBERS else {}
    tell(person, kind, **number)

    [line] = portal.get(MERCHANTS).context["lines"]

    expected = {
        "particulars": f"/applications/{SAMPLE['number']}/",
        "clearance": f"/terminals/{SAMPLE['terminal_number']}/",
        "notice": f"/notices/{SAMPLE['reference']}/",
        "return": f"/returns/{NUMBERS['return']}/",
        "ticket": f"/support/{NUMBERS['ticket']}/",
        "violation": f"/returns/violations/{NUMBERS['violation']}/",
        "charge": f"/returns/charges/{NUMBERS['charge']}/",
        "bulletin": f"/bulletins/{NUMBERS['bulletin']}/",
        "offer": f"/offers/{NUMBERS['offer']}/",
        "export": "/",
        "import": "/",
        "schedule": "/",
        "application": f"/applications/{SAMPLE['number']}/",
        "code": f"/terminals/{SAMPLE['terminal_number']}/",
        "terminal": f"/terminals/{SAMPLE['terminal_number']}/",
        "account": "/accounts/",
        "deletion": "/accounts/",
        "membership": "/people/",
        **dict.fromkeys(("member", "people", "handover"), f"/people/{MERCHANT}/"),
        **dict.fromkeys(("licence", "identity", "attestation"), "/"),
    }
    assert line.url == expected[about]


def test_staff_are_led_to_the_case_and_read_inside_the_desk(client, staff):
    supervisor = staff(Role.SUPERVISOR)
    client.force_login(supervisor)
    message = tell(supervisor, "application_escalated")

    page = client.get(STAFF)

    [line] = page.context["lines"]
    assert line.url == f"/admin/applications/application/{supervisor.pk}/review/"
    assert f'action="{STAFF}{message.pk}/reading/"' in page.content.decode()
    assert client.post(f"{STAFF}{message.pk}/reading/").headers["Location"] == STAFF
    assert client.get(MERCHANTS).status_code == 302


def test_a_message_of_a_later_release_is_shown_without_its_words(portal, person):
    message = tell(person)
    OutboxMessage.objects.filter(pk=message.pk).update(kind="of_a_later_release")

    page = portal.get(MERCHANTS)

    [line] = page.context["lines"]
    assert (line.title, line.url) == ("有一条新消息", "")


def test_a_message_whose_object_has_no_page_is_shown_without_a_link(portal, person):
    message = tell(person)
    OutboxMessage.objects.filter(pk=message.pk).update(context={})

    assert portal.get(MERCHANTS).context["lines"][0].url == ""


def test_what_stands_in_a_message_is_text(portal, person):
    tell(person, number="<b>&SQ")

    assert "&lt;b&gt;&amp;SQ" in portal.get(MERCHANTS).content.decode()


def test_an_empty_inbox_says_what_will_come(portal):
    page = portal.get(MERCHANTS).content.decode()

    assert "还没有消息" in page
    assert "全部标为已读" not in page


def test_the_list_is_paged_by_key_and_stays_where_it_is_when_one_is_read(portal, person):
    messages = tell_often(person, 25)
    first = portal.get(MERCHANTS)
    second = portal.get(MERCHANTS + first.context["next_url"])
    place = second.context["place"]

    answer = portal.post(reverse("inbox:reading", args=[messages[0].pk]), {"at": place})

    assert (len(titles(first)), len(titles(second))) == (20, 5)
    back = portal.get(answer.headers["Location"])
    assert titles(back) == titles(second)


def test_a_place_that_nobody_wrote_shows_the_beginning_and_says_so(portal, person):
    tell(person)

    page = portal.get(MERCHANTS, {"at": "b~'; DROP"})

    assert len(titles(page)) == 1
    assert page.context["problem"]


def test_the_list_asks_the_database_as_often_for_three_as_for_one(portal, person):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            portal.get(MERCHANTS)
        return len(queries)

    portal.get("/")  # the first page of a session asks more
    tell_often(person, 1)
    one = asked()
    tell(person, event="a")
    tell(person, event="b")

    assert asked() == one


# -- the badge --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("unread", "shown"), [(1, ">1<"), (99, ">99<"), (100, ">99+<")])
def test_the_badge_stops_at_99_and_says_what_it_counts(unread, shown):
    with translation.override("en"):
        text = render_to_string("components/_unread.html", {"unread_count": unread})

    assert shown in text
    assert '<span class="visually-hidden"> unread</span>' in text


def test_the_badge_goes_at_zero():
    assert render_to_string("components/_unread.html", {"unread_count": 0}).strip() == ""


def test_the_navigation_counts_what_is_unread_and_no_further_than_it_shows(portal, person):
    OutboxMessage.objects.bulk_create(
        OutboxMessage(
            kind="application_approved",
            channel=Channel.INBOX,
            recipient=person,
            subject_label="a.b",
            subject_id=1,
            context={"number": "SQ-20260911-003824"},
            dedupe_key=str(number),
            state="sent",
            sent_at=clock.now(),
            next_attempt_at=clock.now(),
            created_at=clock.now(),
        )
        for number in range(120)
    )

    with CaptureQueriesContext(connection) as queries:
        page = portal.get("/")

    navigation = re.search(r'<nav class="main-nav".*?</nav>', page.content.decode(), re.DOTALL)[0]
    assert re.search(
        r'href="/messages/"[^>]*>消息.*?99\+<span class="visually-hidden"> 条未读', navigation, re.DOTALL
    )
    assert page.context["unread_count"] == 100
    assert sum('"read_at" IS NULL' in query["sql"] for query in queries) == 1


def test_the_desk_has_its_own_badge(client, staff):
    reviewer = staff(Role.REVIEWER)
    client.force_login(reviewer)
    tell(reviewer, "application_held")

    head = re.search(
        r'<header class="desk-head.*?</header>', client.get("/admin/").content.decode(), re.DOTALL
    )[0]

    assert re.search(rf'href="{STAFF}"[^>]*>消息.*?>1<span', head, re.DOTALL)
