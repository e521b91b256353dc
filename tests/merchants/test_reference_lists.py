"""Divisions and merchant categories from a list: added, renamed, refused by line, all or nothing, and kept from then on."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils import translation

from config.files.table_lists import import_table
from config.kernel import clock
from config.kernel.audit import AuditEvent
from merchants.models import Division, MerchantCategory
from merchants.reference import load_reference_data
from merchants.reference_lists import CATEGORIES, DIVISIONS
from tests.accounts.factories import StaffFactory

pytestmark = pytest.mark.django_db

DIVISION_IMPORT = "admin:merchants_division_import"
CATEGORY_IMPORT = "admin:merchants_merchantcategory_import"


@pytest.fixture
def desk(client):
    client.force_login(StaffFactory(role="supervisor"))
    return client


def taken(table, text, **given):
    with translation.override("en"):
        return import_table(table, text, by=StaffFactory(role="supervisor"), now=clock.now(), **given)


def names_of(*codes):
    return dict(Division.objects.filter(code__in=codes).values_list("code", "full_name"))


def test_new_divisions_hang_where_their_codes_say_whatever_the_order_of_the_lines():
    report = taken(DIVISIONS, "代码,名称\n441999,松山湖区\n449801,新县\n449800,新市\n")

    assert (report.errors, report.added) == ([], 3)
    assert names_of("441999", "449800", "449801") == {
        "441999": "广东省东莞市松山湖区",
        "449800": "广东省新市",
        "449801": "广东省新市新县",
    }
    assert Division.objects.get(pk="449801").parent_id == "449800"
    assert [Division.objects.get(pk=code).level for code in ("449800", "449801")] == [2, 3]


def test_another_name_reaches_the_full_names_of_the_parts():
    taken(DIVISIONS, "code,name\n440300,鹏城市\n")

    assert names_of("440300", "440305") == {"440300": "广东省鹏城市", "440305": "广东省鹏城市南山区"}


def test_what_a_list_said_stays_when_the_standards_data_is_loaded_again():
    taken(DIVISIONS, "code,name\n440300,鹏城市\n")
    taken(CATEGORIES, "code,Chinese name,English name\n5812,食肆,Eateries\n")
    Division.objects.filter(pk="440304").update(full_name="stale")

    load_reference_data()

    assert names_of("440300", "440304", "440305") == {
        "440300": "广东省鹏城市",
        "440304": "广东省鹏城市福田区",
        "440305": "广东省鹏城市南山区",
    }
    assert MerchantCategory.objects.get(pk="5812").name_zh == "食肆"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("44030,城", "six digits"),
        (",城", "names no code"),
        ("440398,", "gives no name"),
        ("990101,城", "990000"),
        ("440305,甲\n440305,乙", "line 2 already"),
        ("440397,=HYPERLINK(1)", "as a formula"),
        (f"440396,{'长' * 61}", "60"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_changes(line, said):
    before = list(Division.objects.order_by("code").values_list())

    report = taken(
        DIVISIONS, f"code,name\n440399,好区\n{line}\n" if "\n" not in line else f"code,name\n{line}\n"
    )

    assert report.added == 0
    assert [said in error.sentence for error in report.errors] == [True]
    assert report.errors[0].line == 3
    assert list(Division.objects.order_by("code").values_list()) == before


def test_looking_changes_nothing_and_shows_what_would_be():
    report = taken(DIVISIONS, "code,name\n440399,好区\n", only_look=True)

    assert (report.count, report.added, report.preview) == (1, 0, [("440399", "好区")])
    assert not Division.objects.filter(pk="440399").exists()


def test_a_list_that_says_what_the_table_says_changes_nothing_the_second_time():
    list_ = "code,name\n440399,好区\n"
    taken(DIVISIONS, list_)

    assert taken(DIVISIONS, list_).added == 0
    event = AuditEvent.objects.get(action="table_imported")
    assert event.detail == {"table": "division", "count": 1, "added": 1, "codes": ["440399"]}


def test_categories_keep_what_a_list_leaves_open():
    MerchantCategory.objects.filter(pk="5812").update(is_served=False)

    report = taken(
        CATEGORIES,
        "code,Chinese name,English name,served,needs permit\n5812,餐馆,Restaurants,,否\n0001,新类,New,是,是\n",
    )

    assert report.errors == []
    changed, added = MerchantCategory.objects.get(pk="5812"), MerchantCategory.objects.get(pk="0001")
    assert (changed.is_served, changed.needs_permit) == (False, False)
    assert (added.is_served, added.needs_permit, added.name_zh) == (True, True, "新类")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("581,餐,R,,", "four digits"),
        ("5812,餐,,,", "English name"),
        ("5812,餐,R,vielleicht,", "neither yes nor no"),
    ],
)
def test_a_wrong_category_is_told(line, said):
    report = taken(CATEGORIES, f"code,Chinese name,English name,served,needs permit\n{line}\n")

    assert [said in error.sentence for error in report.errors] == [True]


@pytest.mark.parametrize("name", [DIVISION_IMPORT, CATEGORY_IMPORT])
def test_the_example_is_the_table_and_is_taken_back_unchanged(desk, name):
    example = desk.get(reverse(f"{name}_example")).content

    page = desk.post(reverse(name), {"text": example.decode("utf-8-sig"), "go": "import"})

    lines = list(csv.reader(io.StringIO(example.decode("utf-8-sig"))))
    assert len(lines) > 250
    assert page.status_code == 302
    assert not AuditEvent.objects.filter(action="table_imported").exists()


def test_the_page_looks_first_and_then_takes(desk):
    url = reverse(DIVISION_IMPORT)

    looked = desk.post(url, {"text": "code,name\n440399,好区\n", "go": "look"})
    refused = desk.post(url, {"text": "code,name\n44039,好区\n", "go": "import"})
    desk.post(url, {"text": "code,name\n440399,好区\n", "go": "import"})

    assert "好区" in looked.content.decode()
    assert "GB/T 2260" in refused.content.decode()
    assert Division.objects.get(pk="440399").is_from_list


@pytest.mark.parametrize("name", [DIVISION_IMPORT, CATEGORY_IMPORT])
@pytest.mark.parametrize("role", ["reviewer", "risk", "auditor", "account_manager"])
def test_only_who_keeps_the_tables_imports(client, name, role):
    client.force_login(StaffFactory(role=role))

    for address in (reverse(name), reverse(f"{name}_example")):
        assert client.get(address).status_code == 403
    assert client.post(reverse(name), {"text": "code,name\n440399,好区\n"}).status_code == 403
