import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from merchants.models import Division, MerchantCategory
from merchants.reference import load_reference_data

pytestmark = pytest.mark.django_db


def test_divisions_hang_together():
    assert Division.objects.get(pk="310115").full_name == "上海市浦东新区"
    assert Division.objects.get(pk="440305").full_name == "广东省深圳市南山区"
    assert Division.objects.get(pk="441900").parts.count() == 0
    assert Division.objects.get(pk="659001").parent_id == "650000"
    assert not Division.objects.filter(parent=None).exclude(level=1).exists()
    assert Division.objects.count() > 2800


def test_usual_categories_have_chinese_names():
    assert MerchantCategory.objects.get(pk="5812").name_zh == "餐馆"
    assert MerchantCategory.objects.get(pk="5812").needs_permit
    assert not MerchantCategory.objects.get(pk="7995").is_served
    assert MerchantCategory.objects.exclude(name_zh="").count() == MerchantCategory.objects.count()


def test_loading_again_asks_little_and_writes_nothing():
    with CaptureQueriesContext(connection) as queries:
        load_reference_data()

    assert len(queries) < 30
    assert not [query for query in queries if query["sql"].startswith(("INSERT", "UPDATE"))]


def test_what_the_bank_decided_of_a_category_stays():
    MerchantCategory.objects.filter(pk="5812").update(is_served=False, name_en="old")

    load_reference_data()

    row = MerchantCategory.objects.get(pk="5812")
    assert not row.is_served
    assert row.name_en != "old"
