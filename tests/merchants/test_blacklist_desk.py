"""The risk desk's blacklist by its addresses: masked, found by whole values, added to, taken off, imported."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from merchants.models import BlacklistEntry
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.merchants.blacklist import CAUSE, listed
from tests.merchants.factories import PERSON
from tests.trust.hostile_text import TEXTS, title_of

pytestmark = pytest.mark.django_db

LIST = "admin:merchants_blacklistentry_changelist"
ADD = "admin:merchants_blacklistentry_add"
IMPORT = "admin:merchants_blacklistentry_import"
EXAMPLE = "admin:merchants_blacklistentry_import_example"
MOBILE = "13800138000"
GOOD = "类型,号码,原因,来源\n手机号,13800138000,冒用,清算协会\n名称,老王烟酒,套现,清算协会\n"


def page_url(entry):
    return reverse("admin:merchants_blacklistentry_change", args=[entry.pk])


def removal_url(entry):
    return reverse("admin:merchants_blacklistentry_removal", args=[entry.pk])


def entry_form(**changed) -> dict:
    answers = {
        "kind": "mobile",
        "value": MOBILE,
        "reason": CAUSE,
        "source": "清算协会通报",
        "valid_from": "",
        "valid_to": "",
    }
    return answers | changed


@pytest.fixture
def desk(client):
    client.officer = StaffFactory(role="risk")
    client.force_login(client.officer)
    return client


def rows_of(response):
    return [row.pk for row in response.context_data["cl"].result_list]


@pytest.mark.parametrize(
    ("role", "sees", "acts"),
    [
        ("risk", True, True),
        ("auditor", True, False),
        ("reviewer", False, False),
        ("supervisor", False, False),
        ("account_manager", False, False),
        ("support", False, False),
        ("administrator", False, False),
    ],
)
def test_the_list_is_the_risk_desks_and_the_auditor_may_look(client, role, sees, acts):
    entry = listed("mobile", MOBILE)
    client.force_login(StaffFactory(role=role))

    looked = {client.get(url).status_code for url in (reverse(LIST), page_url(entry))}
    asked = {client.get(reverse(name)).status_code for name in (ADD, IMPORT, EXAMPLE)}
    sent = {
        client.post(reverse(ADD), entry_form(value="13900139000")).status_code,
        client.post(reverse(IMPORT), {"text": GOOD}).status_code,
        client.post(removal_url(entry), {"reason": "误列"}).status_code,
    }

    assert looked == {200 if sees else 403}
    assert asked == {200 if acts else 403}
    assert (403 in sent) is not acts
    assert BlacklistEntry.objects.exclude(removed_at=None).exists() is acts
    assert (BlacklistEntry.objects.count() > 1) is acts


def test_the_auditor_is_offered_no_step(client):
    entry = listed("mobile", MOBILE)
    client.force_login(StaffFactory(role="auditor"))

    assert '<form class="body"' not in client.get(page_url(entry)).content.decode()
    assert reverse(ADD) not in client.get(reverse(LIST)).content.decode()


def test_the_list_is_the_same_in_every_branch(desk):
    entry = listed("mobile", MOBILE, by=StaffFactory(role="risk", branch=BranchFactory()))

    assert rows_of(desk.get(reverse(LIST))) == [entry.pk]


def test_values_are_masked_wherever_they_are_shown(desk):
    entries = [listed("identity", PERSON), listed("mobile", MOBILE), listed("name", "欧阳娜娜")]

    pages = [desk.get(reverse(LIST)), *(desk.get(page_url(entry)) for entry in entries)]
    held = "".join(page.content.decode() for page in pages)

    for shown in ("3****************7", "138****8000", "欧**娜", entries[0].number, CAUSE):
        assert shown in held
    for canary in (PERSON, MOBILE, "欧阳娜娜"):
        assert canary not in held


@pytest.mark.parametrize("typed", [MOBILE, "１３８ 0013 8000", "HMD-{}", "hmd-{}"])
def test_an_entry_is_found_by_its_whole_value_or_its_number(desk, typed):
    wanted = listed("mobile", MOBILE)
    listed("mobile", "13900139000")

    found = desk.get(reverse(LIST), {"q": typed.format(f"{wanted.pk:06d}")})

    assert rows_of(found) == [wanted.pk]


def test_an_entry_is_not_found_by_a_part_of_its_value(desk):
    listed("mobile", MOBILE)

    assert rows_of(desk.get(reverse(LIST), {"q": MOBILE[:10]})) == []


@pytest.mark.parametrize("state", ["in_force", "later", "expired", "removed"])
def test_the_states_are_told_apart(desk, state):
    entries = {
        "in_force": listed("mobile", "13800138001"),
        "later": listed("mobile", "13800138002", days=(3, None)),
        "expired": listed("mobile", "13800138003", days=(-9, -1)),
        "removed": listed("mobile", "13800138004"),
    }
    desk.post(removal_url(entries["removed"]), {"reason": "误列"})

    assert rows_of(desk.get(reverse(LIST), {"state": state})) == [entries[state].pk]
    assert desk.get(page_url(entries[state])).status_code == 200


@pytest.mark.parametrize("query", ["kind=x", "state=%27", "q=" + "a" * 3000])
def test_a_filter_that_is_not_known_shows_nothing_and_says_so(desk, query):
    listed("mobile", MOBILE)

    response = desk.get(f"{reverse(LIST)}?{query}")

    assert response.status_code == 200
    assert rows_of(response) == []
    assert response.context_data["cl"].problem


def test_the_list_asks_the_same_however_long_it_is(desk):
    asked = []
    for number in (1, 2, 3):
        listed("mobile", f"1380013800{number}")
        with CaptureQueriesContext(connection) as queries:
            assert len(rows_of(desk.get(reverse(LIST)))) == number
        asked.append(len(queries))

    # The first one also meets the session.
    assert asked[1] == asked[2] <= asked[0]


def test_one_is_added_and_stands(desk):
    response = desk.post(reverse(ADD), entry_form(value="138 0013 8000"))

    entry = BlacklistEntry.objects.get()
    assert (response.status_code, response["Location"]) == (302, page_url(entry))
    assert (entry.value, entry.added_by, entry.removed_at) == (MOBILE, desk.officer, None)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"value": "12800138000"}, "value"),
        ({"value": ""}, "value"),
        ({"value": "138****8000"}, "value"),
        ({"kind": "colour"}, "kind"),
        ({"kind": "uscc"}, "value"),
        ({"reason": ""}, "reason"),
        ({"source": ""}, "source"),
        ({"valid_to": "2020-01-01"}, "valid_to"),
        ({"valid_from": "gestern"}, "valid_from"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(desk, changed, field):
    response = desk.post(reverse(ADD), entry_form(**changed))

    assert response.status_code == 200
    assert title_of(response).startswith("错误")
    assert field in response.context_data["form"].errors
    assert not BlacklistEntry.objects.exists()


def test_what_stands_already_is_a_conflict_and_nothing_typed_is_lost(desk):
    listed("mobile", MOBILE)

    response = desk.post(reverse(ADD), entry_form(reason="另一条线索"))

    assert response.status_code == 409
    assert "另一条线索" in response.content.decode()
    assert BlacklistEntry.objects.count() == 1


def test_sent_twice_is_added_once(desk):
    answers = [desk.post(reverse(ADD), entry_form(idempotency_key="k" * 20)) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert BlacklistEntry.objects.count() == 1


def test_taking_off_needs_a_reason_and_is_told_once(desk):
    entry = listed("mobile", MOBILE)

    empty = desk.post(removal_url(entry), {"reason": " "})
    done = desk.post(removal_url(entry), {"reason": "同名误列"})
    again = desk.post(removal_url(entry), {"reason": "同名误列"})

    assert (empty.status_code, done.status_code, again.status_code) == (200, 302, 409)
    assert title_of(empty).startswith("错误")
    page = desk.get(page_url(entry)).content.decode()
    assert "同名误列" in page
    assert removal_url(entry) not in page


def test_nothing_else_of_an_entry_is_changed_here(desk, nothing_is_written):
    entry = listed("mobile", MOBILE)
    type(desk.officer).objects.filter(pk=desk.officer.pk).update(is_superuser=True)

    assert desk.post(page_url(entry), {"value": "x", "removed_at": ""}).status_code == 405
    assert desk.get(removal_url(entry)).status_code == 405
    deletion = reverse("admin:merchants_blacklistentry_delete", args=[entry.pk])
    assert desk.post(deletion, {"post": "yes"}).status_code == 403
    with nothing_is_written():
        for url in (reverse(LIST), page_url(entry), reverse(ADD), reverse(IMPORT), reverse(EXAMPLE)):
            assert desk.get(url).status_code == 200
    assert desk.get("/admin/merchants/blacklistentry/999999/change/").status_code == 404
    assert desk.post("/admin/merchants/blacklistentry/999999/removal/", {"reason": "x"}).status_code == 404


@pytest.mark.parametrize(
    "forged",
    [{"added_by": 1, "removed_at": "2026-01-01", "value_index": "0" * 64, "id": 77, "kind_display": "x"}],
)
def test_an_entry_takes_only_what_its_form_has(desk, forged):
    desk.post(reverse(ADD), entry_form() | forged | {"removal_reason": "x", "removed_by": desk.officer.pk})

    entry = BlacklistEntry.objects.get()
    assert (entry.added_by, entry.removed_at, entry.removed_by, entry.removal_reason) == (
        desk.officer,
        None,
        None,
        "",
    )
    assert entry.pk != 77
    assert entry.value_index != "0" * 64


@pytest.mark.parametrize("kind", TEXTS)
def test_the_forms_take_anything_calmly(desk, kind):
    entry = listed("mobile", MOBILE)
    names = ["kind", "value", "reason", "source", "valid_from", "valid_to"]

    answers = [
        desk.post(reverse(ADD), dict.fromkeys(names, TEXTS[kind])),
        desk.post(reverse(ADD), entry_form(kind="name", value="王小明") | {"reason": TEXTS[kind]}),
        desk.post(reverse(IMPORT), dict.fromkeys(["file", "text", "source", "go"], TEXTS[kind])),
        desk.post(removal_url(entry), {"reason": TEXTS[kind]}),
    ]

    for answer in answers:
        assert answer.status_code in (200, 302)
        assert "<script>alert(1)" not in answer.content.decode()
    assert title_of(answers[0]).startswith("错误")
    assert title_of(answers[2]).startswith("错误")


# -- a list -----------------------------------------------------------------------------------------------------------


def send(desk, content=None, *, name="list.csv", **said):
    data = {"text": "", "source": "", **said}
    if content is not None:
        data["file"] = SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())
    return desk.post(reverse(IMPORT), data)


@pytest.mark.parametrize("content", [GOOD, GOOD.encode("gbk"), b"\xef\xbb\xbf" + GOOD.encode()])
def test_a_good_list_is_taken_and_says_how_many(desk, content):
    response = send(desk, content)

    assert response.status_code == 302
    assert BlacklistEntry.objects.standing().count() == 2
    assert "2" in str(next(iter(desk.get(reverse(LIST)).context["messages"])))


def test_a_list_is_looked_through_masked_before_it_is_taken(desk):
    looked = send(desk, GOOD, go="look")

    page = looked.content.decode()
    table = page.partition('id="looked"')[2].partition("</table>")[0]
    assert looked.status_code == 200
    assert "138****8000" in table
    assert MOBILE not in table
    assert not BlacklistEntry.objects.exists()

    assert send(desk, text=looked.context_data["form"]["text"].value(), go="import").status_code == 302
    assert BlacklistEntry.objects.count() == 2


def test_wrong_lines_come_back_with_their_reasons_and_the_text(desk):
    response = send(desk, GOOD + "手机号,12,x,y\n名称,=cmd(),x,y\n")

    assert [problem["line"] for problem in response.context_data["problems"]] == [4, 5]
    assert title_of(response).startswith("错误")
    assert "老王烟酒" in response.content.decode()
    assert not BlacklistEntry.objects.exists()
    assert send(desk, text=GOOD).status_code == 302


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02",
        b"PK\x03\x04" + b"\x00" * 100,
        b"%PDF-1.7",
        GOOD.encode("utf-16"),
        b"x" * 2_000_001,
    ],
)
@pytest.mark.parametrize("go", ["look", "import"])
def test_a_file_that_is_no_list_is_told_so(desk, content, go):
    response = send(desk, content, go=go)

    assert response.status_code == 200
    assert title_of(response).startswith("错误")
    assert not BlacklistEntry.objects.exists()


def test_a_list_may_name_its_source_once(desk):
    assert send(desk, "kind,value,reason\nname,老王烟酒,套现\n", source="支行上报").status_code == 302
    assert BlacklistEntry.objects.get().source == "支行上报"


def test_the_example_is_not_imported_by_mistake(desk):
    example = desk.get(reverse(EXAMPLE))

    assert example.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in example["Content-Disposition"]
    assert send(desk, example.content, source="x").status_code == 200
    assert not BlacklistEntry.objects.exists()
