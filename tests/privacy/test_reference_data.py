import pytest

from config.privacy import divisions, mcc
from config.privacy.divisions import current_divisions

PLACES = {row.code: row for row in current_divisions()}


def test_today_has_as_many_places_as_the_standard_says():
    count = [sum(row.level == level for row in PLACES.values()) for level in ("province", "city", "county")]

    assert count[:2] == [34, 333]
    assert 2800 < count[2] < 2900


def test_each_place_hangs_under_one_that_exists():
    for row in PLACES.values():
        assert (row.parent in PLACES) == (row.level != "province")
        assert row.parent[:2] in {"", row.code[:2]}


@pytest.mark.parametrize(
    ("code", "name", "level", "parent"),
    [
        ("110000", "北京市", "province", ""),
        ("110105", "朝阳区", "county", "110000"),
        ("440300", "深圳市", "city", "440000"),
        ("440306", "宝安区", "county", "440300"),
        ("441900", "东莞市", "city", "440000"),
        ("442000", "中山市", "city", "440000"),
        ("620200", "嘉峪关市", "city", "620000"),
        ("460400", "儋州市", "city", "460000"),
        ("429004", "仙桃市", "county", "420000"),
        ("659001", "石河子市", "county", "650000"),
        ("500229", "城口县", "county", "500000"),
        ("810000", "香港特别行政区", "province", ""),
    ],
)
def test_places_that_are_often_got_wrong(code, name, level, parent):
    assert PLACES[code] == (code, name, level, parent)


@pytest.mark.parametrize("code", ["110103", "110100", "429000", "429001", "422921", "110199"])
def test_headings_and_abolished_places_can_not_be_chosen(code):
    assert code not in PLACES


def test_provinces_come_before_their_cities_and_those_before_counties():
    levels = [row.level for row in current_divisions()]

    assert levels == sorted(levels, key=["province", "city", "county"].index)


def test_a_code_has_its_years():
    assert divisions.is_valid_in("110103", year=1990)
    assert not divisions.is_valid_in("110103", year=2020)
    assert divisions.is_known("110103")
    assert divisions.was_abolished_before("110103", year=2015)
    assert not divisions.was_abolished_before("110105", year=2015)
    assert divisions.province_name("44") == "广东省"
    assert divisions.province_name("99") == ""


def test_categories_have_codes_and_english_names():
    names = dict(mcc.categories())

    assert len(names) > 300
    assert names["5812"].isascii()
    assert all(len(code) == 4 and code.isdigit() and name for code, name in names.items())
    assert mcc.is_category("5411")
    assert not mcc.is_category("0001")
