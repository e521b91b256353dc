"""The desk of bulletins: written and taken through its steps in the browser, every mistake at its place."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from config.kernel import clock
from terminals.models import Bulletin
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.terminals.bulletins import WORDS, drafted, head_office, planned, published, writer

pytestmark = pytest.mark.django_db
LIST, ADD = "/admin/terminals/bulletin/", "/admin/terminals/bulletin/add/"


def desk(person=None) -> Client:
    client = Client()
    client.force_login(person or writer())
    return client


def typed(moment) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def filled(**changed) -> dict:
    now = clock.now()
    return {
        **WORDS,
        "kind": "upgrade",
        "starts_at": typed(now + timedelta(days=1)),
        "expected_end_at": typed(now + timedelta(days=1, hours=4)),
        "branch": "",
        "carrier": "",
        "code": "",
    } | changed


def step(client, bulletin, noun, **said):
    return client.post(
        f"{LIST}{bulletin.pk}/{noun}/", {f"{noun}-{name}": value for name, value in said.items()}
    )


def test_a_draft_is_written_published_prolonged_corrected_and_ended():
    client = desk()

    client.post(ADD, filled(code="９７ "))
    bulletin = Bulletin.objects.get()
    assert (bulletin.status, bulletin.code, bulletin.title_zh) == ("draft", "97", WORDS["title_zh"])

    step(client, bulletin, "publication")
    later = clock.now() + timedelta(days=2)
    step(client, bulletin, "prolongation", until=typed(later))
    step(client, bulletin, "correction", **WORDS | {"title_zh": "改过的标题"})
    page = client.get(f"{LIST}{bulletin.pk}/change/").content.decode()

    bulletin.refresh_from_db()
    assert bulletin.status == "published"
    assert typed(bulletin.expected_end_at) == typed(later)
    assert "改过的标题" in page
    assert f"此前：“{WORDS['title_zh']}”" in page
    assert "预计结束时间已改" in page

    step(client, bulletin, "ending", note="提前完成")

    bulletin.refresh_from_db()
    assert bulletin.status == "ended"
    assert "提前完成" in client.get(f"{LIST}{bulletin.pk}/change/").content.decode()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("title_zh", "长" * 61, "60"),
        ("text_en", "x\x00y", ""),
        ("title_en", "", ""),
        ("starts_at", "明天", "时间请写成"),
        ("starts_at", "0001-01-01 00:00", "2020"),
        ("starts_at", "9999-12-31T23:59", "2020"),
        ("starts_at", "9" * 5000, "时间请写成"),
        ("expected_end_at", "2020-01-02 00:00", "结束时间须晚于开始时间"),
        ("expected_end_at", "", "计划升级须写明预计结束时间"),
        ("kind", "rumour", ""),
        ("branch", "99999999", "列表"),
        ("branch", "x\x00", ""),
        ("carrier", "pigeon", ""),
        ("code", "97-unregistered", "2 到 4 位"),
    ],
)
def test_a_mistake_is_named_at_its_place_and_nothing_typed_is_lost(name, value, sentence):
    answer = desk().post(ADD, filled(**{name: value}))

    form = answer.context["form"]
    assert answer.status_code == 200
    assert list(form.errors) == [name]
    assert sentence in form.errors[name][0]
    kept = [field for field in WORDS if field != name]
    assert all(WORDS[field] in answer.content.decode() for field in kept)
    assert not Bulletin.objects.exists()


@pytest.mark.parametrize(
    "value", ["２０９０－０１－０２　０３：０４", "2090-01-02 03:04", "2090-01-02T03:04"]
)
def test_a_moment_is_read_in_every_spelling(value):
    desk().post(ADD, filled(expected_end_at=value))

    assert typed(Bulletin.objects.get().expected_end_at) == "2090-01-02T03:04"


def test_a_branch_is_offered_its_own_and_what_is_below():
    city = BranchFactory(parent=head_office())
    below, beside = BranchFactory(parent=city), BranchFactory(parent=head_office())
    client = desk(writer("support", branch=city))

    offered = client.get(ADD).context["form"].fields["branch"]

    assert set(offered.queryset) == {city, below}
    for other in ("", beside.pk):
        answer = client.post(ADD, filled(branch=other))
        assert list(answer.context["form"].errors) == ["branch"]
    client.post(ADD, filled(branch=below.pk))
    assert Bulletin.objects.get().branch == below


def test_the_draft_is_changed_on_its_page_and_what_is_wrong_comes_back():
    client, bulletin = desk(), drafted()

    refused = step(client, bulletin, "draft", **filled(kind="fault", title_zh=""))
    step(client, bulletin, "draft", **filled(kind="fault", title_zh="改过的草稿", expected_end_at=""))

    assert "title_zh" in refused.context["problem_form"].errors
    bulletin.refresh_from_db()
    assert (bulletin.title_zh, bulletin.expected_end_at) == ("改过的草稿", None)


def test_a_step_out_of_turn_says_why():
    client, bulletin = desk(), drafted()

    answer = step(client, bulletin, "ending", note="x")

    assert answer.status_code == 409
    assert "草稿" in answer.content.decode()
    assert Bulletin.objects.get().status == "draft"


def test_the_page_offers_the_steps_of_its_state_and_says_why_one_is_greyed():
    client, now = desk(), clock.now()
    old = drafted(now=now - timedelta(hours=9))

    page = client.get(f"{LIST}{old.pk}/change/")

    assert [offer.noun for offer in page.context["offers"]] == ["publication", "draft", "discarding"]
    assert "预计结束时间已过" in page.content.decode()
    nouns = [offer.noun for offer in client.get(f"{LIST}{published().pk}/change/").context["offers"]]
    assert nouns == ["ending", "prolongation", "correction"]


def test_a_draft_is_discarded_with_its_reason():
    client, bulletin = desk(), drafted()

    step(client, bulletin, "discarding", note="")
    assert Bulletin.objects.get().status == "draft"
    step(client, bulletin, "discarding", note="并非本行原因")

    assert Bulletin.objects.get().status == "discarded"


@pytest.mark.parametrize("role", ["reviewer", "risk", "auditor", "field"])
def test_others_read_and_take_no_step(role):
    bulletin = published()
    client = desk(StaffFactory(role=role, branch=bulletin.written_by.branch))

    page = client.get(f"{LIST}{bulletin.pk}/change/")

    assert page.status_code == 200
    assert page.context["offers"] == []
    assert client.get(ADD).status_code == 403
    assert step(client, bulletin, "ending").status_code == 403
    assert Bulletin.objects.get().status == "published"


def test_another_branch_finds_nothing_and_what_is_above_is_read_only():
    city = BranchFactory(parent=head_office())
    hidden, of_bank = published(branch=BranchFactory(parent=head_office())), published()
    client = desk(writer(branch=city))

    assert client.get(f"{LIST}{hidden.pk}/change/").status_code == 404
    assert step(client, hidden, "ending").status_code == 404
    assert "总行" in client.get(f"{LIST}{of_bank.pk}/change/").content.decode()
    assert step(client, of_bank, "ending").status_code == 409


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["draft", "late", "planned"]),
        ("?view=late", ["late"]),
        ("?view=over", ["over"]),
        ("?view=all", ["draft", "late", "over", "planned"]),
        ("?kind=upgrade", ["planned"]),
        ("?q=late", ["late"]),
        ("?q=58", ["planned"]),
        ("?status=draft&kind=fault", ["draft"]),
    ],
)
def test_the_list_finds(query, found):
    now, by = clock.now(), writer()
    drafted(title_zh="draft", by=by)
    published(title_zh="late", by=by, now=now - timedelta(hours=9))
    planned(title_zh="planned", by=by, code="58")
    published(title_zh="over", by=by).end(by=by, now=now)

    rows = desk(by).get(f"{LIST}{query}").context["cl"].result_list

    assert sorted(row.title_zh for row in rows) == found


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_three(django_assert_max_num_queries, count):
    client = desk()
    for _each in range(count):
        published(branch=BranchFactory(parent=head_office()))

    with django_assert_max_num_queries(14):
        client.get(LIST)
