"""Tariffs from a list, under the rules of the form."""

import pytest
from django.urls import reverse

from config.files.imports.running import take_in
from config.files.models import ImportJob
from config.files.table_lists import import_table
from config.kernel import clock
from terminals.returns.desk.tariff_list import MOST_AT_ONCE, TARIFFS
from terminals.returns.models import Tariff
from tests.accounts.factories import StaffFactory

pytestmark = pytest.mark.django_db

HEAD = "代码,中文说明,英文说明,计算方式,每日金额（元）,占原价百分比,折旧月数,顺序,启用\n"


def taken(text, **given):
    return import_table(TARIFFS, HEAD + text, by=StaffFactory(role="supervisor"), now=clock.now(), **given)


def test_a_line_changes_a_tariff_and_another_adds_one():
    Tariff.objects.filter(pk="late_per_day").update(internal_text="kept", is_confidential=True)

    report = taken(
        "LATE_PER_DAY,逾期,Late,按逾期天数,¥7.50,,,,\nnew_one,赔偿,Compensation,by_price,0,30,,9,否\n"
    )

    assert report.errors == []
    assert report.added == 2
    changed, added = Tariff.objects.get(pk="late_per_day"), Tariff.objects.get(pk="new_one")
    assert (changed.day_fen, changed.text_zh, changed.internal_text) == (750, "逾期", "kept")
    assert changed.is_confidential
    assert changed.is_active
    assert (added.basis, added.percent, added.position, added.is_active) == ("by_price", 30, 9, False)


@pytest.mark.parametrize(
    "line",
    [
        "a,甲,A,per_day,0,,,,",
        "a,甲,A,by_price,0,101,,,",
        "a,甲,A,depreciated,0,10,0,,",
        "a,甲,A,by_weight,1,,,,",
        "a,甲,A,per_day,viel,,,,",
        "a,,A,per_day,1,,,,",
        "a b!,甲,A,per_day,1,,,,",
        "a,甲,A,per_day,1,,,,maybe",
    ],
)
def test_what_the_form_refuses_the_list_refuses_by_line(line):
    before = list(Tariff.objects.order_by("pk").values_list())

    report = taken(f"good_one,好,Good,per_day,1,,,,\n{line}\n")

    assert [error.line for error in report.errors] == [3]
    assert report.added == 0
    assert list(Tariff.objects.order_by("pk").values_list()) == before


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_example_is_taken_back_unchanged(client, settings, language):
    client.force_login(StaffFactory(role="supervisor", language=language))
    before = list(Tariff.objects.order_by("pk").values_list())
    example = client.get(reverse("admin:returns_tariff_import_example")).content.decode("utf-8-sig")

    page = client.post(reverse("admin:returns_tariff_import"), {"text": example, "go": "import"})

    assert page.status_code == 302
    assert example.count("\n") == len(before) + 1
    assert list(Tariff.objects.order_by("pk").values_list()) == before


def test_only_supervisors_import(client):
    client.force_login(StaffFactory(role="storekeeper"))

    assert client.get(reverse("admin:returns_tariff_import")).status_code == 403


def many(count: int) -> str:
    return HEAD + "".join(f"made_{number},赔偿,Compensation,by_price,0,30,,9,\n" for number in range(count))


def test_a_long_list_is_taken_in_the_background_with_its_progress(client):
    client.force_login(StaffFactory(role="supervisor"))
    before = Tariff.objects.count()
    page = client.get(reverse("admin:returns_tariff_import")).content.decode()

    answer = client.post(
        reverse("admin:returns_tariff_import"), {"text": many(MOST_AT_ONCE + 1), "go": "import"}
    )

    assert f"{MOST_AT_ONCE} 行" in page
    assert Tariff.objects.count() == before
    job = ImportJob.objects.get()
    assert answer.url == reverse("admin:files_importjob_change", args=[job.pk])
    assert client.get(answer.url).status_code == 200
    take_in(job, now=clock.now())
    job.refresh_from_db()
    assert (job.status, job.lines_done) == ("done", MOST_AT_ONCE + 1)
    assert Tariff.objects.count() == before + MOST_AT_ONCE + 1


def test_a_list_of_usual_length_is_taken_at_once(client):
    client.force_login(StaffFactory(role="supervisor"))
    before = Tariff.objects.count()

    client.post(reverse("admin:returns_tariff_import"), {"text": many(MOST_AT_ONCE), "go": "import"})

    assert not ImportJob.objects.exists()
    assert Tariff.objects.count() == before + MOST_AT_ONCE
