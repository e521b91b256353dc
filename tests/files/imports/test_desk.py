"""Long lists by their addresses: sent, followed, called off, and nobody else's."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from config.files import list_desk, lists
from config.files.imports.running import take_in
from config.files.judge import limits
from config.files.lists import LARGEST_LONG_FILE, MOST_LINES, MOST_LONG_LINES
from config.files.models import ImportJob
from config.kernel import clock
from terminals.models import Device
from tests.accounts.factories import StaffFactory
from tests.files.imports.conftest import devices_list, kept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_begins")]
LIST, IMPORT = reverse("admin:files_importjob_changelist"), reverse("admin:terminals_device_import")


def url(job, noun="change"):
    return reverse(f"admin:files_importjob_{noun}", args=[job.pk])


@pytest.fixture
def desk(client, storekeeper):
    client.force_login(storekeeper)
    return client


@pytest.fixture
def requests_are_short(monkeypatch):
    """More than ten lines are a long list."""
    monkeypatch.setattr(lists, "MOST_LINES", 10)


def send(desk, branch, text, **said):
    file = SimpleUploadedFile("devices.csv", text.encode())
    return desk.post(IMPORT, {"branch": branch.pk, "text": "", "file": file, "go": "import", **said})


def test_one_line_more_than_a_request_takes_becomes_a_job(desk, branch):
    assert send(desk, branch, devices_list(MOST_LINES)).url != LIST
    assert Device.objects.count() == MOST_LINES
    assert not ImportJob.objects.exists()

    answer = send(desk, branch, devices_list(MOST_LINES + 1, first=MOST_LINES))

    job = ImportJob.objects.get()
    assert answer.url == url(job)
    page = desk.get(answer.url).content.decode()
    assert job.number in page
    assert 'id="job-progress"' in page
    take_in(job, now=clock.now())
    assert Device.objects.count() == 2 * MOST_LINES + 1


def test_a_pasted_long_list_is_a_job_too(desk, branch, requests_are_short):
    answer = desk.post(IMPORT, {"branch": branch.pk, "text": devices_list(11), "go": "look"})

    job = ImportJob.objects.get()
    assert (answer.url, job.only_look) == (url(job), True)


def test_the_same_list_sent_twice_is_one_job(desk, branch, requests_are_short):
    answers = [send(desk, branch, devices_list(11), idempotency_key="k" * 20) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert ImportJob.objects.count() == 1
    assert len(kept()) == 1


def test_a_long_file_that_is_no_list_is_told_so_at_once(desk, branch, requests_are_short):
    answer = send(desk, branch, "x\n" * 30)

    assert answer.status_code == 200
    assert "<title>错误" in answer.content.decode()
    assert not ImportJob.objects.exists()


def test_a_file_over_the_common_limit_of_uploads_arrives_whole(desk, branch):
    text = devices_list(12) + "," * (limits.MOST_BYTES + 1_000)
    assert len(text) < LARGEST_LONG_FILE

    assert send(desk, branch, text).url == url(ImportJob.objects.get())


def test_a_file_over_forty_megabytes_is_refused(desk, branch):
    answer = send(desk, branch, "x" * (LARGEST_LONG_FILE + 1))

    assert answer.status_code == 200
    assert "<title>错误" in answer.content.decode()
    assert "38.2" in answer.content.decode() or "MB" in answer.content.decode()
    assert kept() == []


def test_a_fourth_import_at_a_time_comes_back_with_the_reason(desk, branch, waiting, requests_are_short):
    for _ in range(3):
        waiting()

    answer = send(desk, branch, devices_list(11))

    assert answer.status_code == 409
    assert "3" in str(answer.context["form"].non_field_errors())
    assert ImportJob.objects.count() == 3


def test_the_page_says_how_many_lines_may_be_sent_and_lists_the_own_imports(desk, waiting):
    job = waiting()

    page = desk.get(IMPORT)

    assert f"{MOST_LONG_LINES:,}" in page.content.decode()
    assert f"{MOST_LINES:,}" in page.content.decode()
    assert url(job) in page.content.decode()
    assert job.number in desk.get(LIST).content.decode()


def test_an_importer_for_short_lists_keeps_its_limit(client):
    client.force_login(StaffFactory(role="supervisor"))
    address = reverse("admin:returns_tariff_import")

    page = client.get(address).content.decode()
    assert f"{MOST_LINES:,}" in page
    assert f"{MOST_LONG_LINES:,}" not in page
    answer = client.post(address, {"text": "code\n" + "a\n" * (MOST_LINES + 1), "go": "import"})
    assert answer.status_code == 200
    assert not ImportJob.objects.exists()


def test_a_finished_import_says_what_came_of_it(desk, waiting, branch):
    job = waiting()
    take_in(job, now=clock.now())

    page = desk.get(url(job)).content.decode()

    assert str(branch) in page
    assert 'id="job-progress"' not in page
    assert "progress.js" not in page


def test_wrong_lines_stand_on_the_page(desk, waiting):
    job = waiting(devices_list(2) + "12,P2\n")
    take_in(job, now=clock.now())

    answer = desk.get(url(job))

    assert [problem["line"] for problem in answer.context_data["problems"]] == [4]
    assert job.errors == [] or answer.context_data["problems"][0]["sentence"] in answer.content.decode()


def test_the_first_lines_of_a_list_that_was_looked_through_stand_on_the_page(desk, waiting):
    job = waiting(only_look=True)
    take_in(job, now=clock.now())

    page = desk.get(url(job)).content.decode()

    assert "P2A000000002" in page
    assert "序列号" in page


def test_what_was_looked_through_is_imported_by_its_button_once(desk, waiting, nobody_begins):
    look = waiting(only_look=True)
    assert url(look, "start") not in desk.get(url(look)).content.decode()
    take_in(look, now=clock.now())
    assert url(look, "start") in desk.get(url(look)).content.decode()

    answer = desk.post(url(look, "start"))

    job = ImportJob.objects.exclude(pk=look.pk).get()
    assert (answer.url, job.status, job.only_look) == (url(job), "pending", False)
    again = desk.post(url(look, "start"))
    assert again.status_code == 409
    assert look.objection_to_keep() == ""
    look.refresh_from_db()
    assert look.objection_to_keep() in again.content.decode()
    assert url(look, "start") not in desk.get(url(look)).content.decode()
    assert desk.get(url(look, "start")).status_code == 405


@pytest.mark.parametrize("role", ["storekeeper", "supervisor", "auditor", "superuser"])
def test_nobody_elses_import_is_there(client, waiting, branch, role):
    job = waiting()
    is_super = {"is_superuser": True} if role == "superuser" else {"role": role}
    client.force_login(StaffFactory(branch=branch, **is_super))

    answers = [client.get(url(job)), client.post(url(job, "cancellation")), client.post(url(job, "start"))]

    assert {answer.status_code for answer in answers} <= {404, 403}
    assert (answers[0].status_code == 403) == (role == "auditor")
    job.refresh_from_db()
    assert job.status == "pending"


def test_whose_right_is_gone_does_not_see_the_own_import(desk, waiting, storekeeper):
    job = waiting()
    storekeeper.role = "supervisor"
    storekeeper.save()

    assert desk.get(url(job)).status_code == 404
    assert job.number not in desk.get(LIST).content.decode()


def test_a_branch_out_of_reach_is_not_named_on_the_page(desk, waiting, storekeeper, branch):
    job = waiting()
    take_in(job, now=clock.now())
    storekeeper.branch = StaffFactory().branch
    storekeeper.save()

    answer = desk.get(url(job))

    assert answer.status_code == 200
    assert str(branch) not in answer.context_data["outcome"]


def test_called_off_by_its_button_once(desk, waiting):
    job = waiting()

    assert desk.post(url(job, "cancellation")).url == url(job)
    job.refresh_from_db()
    assert job.status == "cancelled"
    assert desk.post(url(job, "cancellation")).status_code == 409
    assert desk.get(url(job, "cancellation")).status_code == 405


def test_a_list_is_found_by_its_number(desk, waiting):
    job, other = waiting(), waiting()

    found = desk.get(LIST, {"q": job.number.lower()}).content.decode()

    assert url(job) in found
    assert url(other) not in found
    assert list_desk.MOST_JOBS_SHOWN == 5
