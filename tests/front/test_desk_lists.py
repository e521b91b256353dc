"""The lists of desks: numbers at the right with commas, long filters folded, the view they open with marked, no raw names."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import translation

from config.files.models import Export
from config.kernel import clock
from config.kernel.audit import AuditEvent
from config.kernel.desk_cells import cell
from terminals.models import BindingReport, Device, ResponseCode, RiskCase
from terminals.returns.models import Charge
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.files.exports.estate import taker, weeks_of_checks


@pytest.mark.parametrize(
    ("row", "name", "printed", "is_number"),
    [
        (Export(row_count=20_100), "row_count", "20,100", True),
        (Export(row_count=0), "row_count", "0", True),
        (Export(row_count=None), "row_count", "--", False),
        (Export(report="devices"), "title", "机具", False),
        (Charge(amount_fen=125_005), "amount", "¥1,250.05", True),
        (AuditEvent(subject_id=1_234_567), "subject_id", "1234567", False),
        (BindingReport(control_total=1_234_567), "control_total", "1234567", False),
    ],
    ids=lambda given: given if isinstance(given, str) else type(given).__name__,
)
def test_a_number_is_told_from_what_looks_like_one(row, name, printed, is_number):
    found = cell(admin.site.get_model_admin(type(row)), row, name)

    assert (str(found.value), found.is_number) == (printed, is_number)


@pytest.mark.django_db
def test_heading_and_cells_of_a_number_stand_at_the_right_together(client):
    branch = BranchFactory()
    weeks_of_checks(branch)
    client.force_login(taker("self-check-weeks", branch))

    page = client.get(reverse("admin:support_selfcheckweek_changelist")).content.decode()

    right = re.findall(r'<td class="field-(\w+) r"', page)
    assert set(right) >= {"asked_count", "solved_count", "unsolved_count"}
    assert "code" not in right
    assert page.count('<th scope="col" class="r">') == len(set(right))


@pytest.fixture
def desk(client, db):
    """`desk(role)` is signed in at the desk of a branch of its own."""

    def signed_in(role):
        client.force_login(StaffFactory(role=role))
        return client

    return signed_in


def facets(page):
    return {facet.name: facet for facet in page.context["cl"].facets}


def test_a_long_filter_is_folded_until_something_of_it_is_chosen(desk):
    checks = reverse("admin:support_selfcheck_changelist")
    page = desk("support").get(checks)
    assert (facets(page)["outcome"].is_open, facets(page)["screen"].is_open) == (False, True)
    assert page.content.decode().count("<details>") == 1

    assert facets(desk("support").get(checks, {"outcome": "O-05"}))["outcome"].is_open


@pytest.mark.parametrize(
    ("asked", "current"),
    [({}, ["open"]), ({"view": "closed"}, ["closed"]), ({"q": "P2A004172236"}, [])],
)
def test_the_view_that_a_list_opens_with_is_marked(desk, asked, current):
    page = desk("risk").get(reverse("admin:terminals_riskcase_changelist"), asked)

    views = page.context["cl"].views
    assert [view.url.partition("view=")[2].partition("&")[0] for view in views if view.is_current] == current


@pytest.mark.parametrize(
    ("row", "name", "printed"),
    [
        (Device(ownership="merchant"), "ownership", "The merchant's own"),
        (Export(purpose=""), "purpose", "--"),
    ],
)
def test_words_of_a_choice_begin_with_a_capital_letter(row, name, printed):
    with translation.override("en"):
        assert cell(admin.site.get_model_admin(type(row)), row, name).value == printed


def test_a_risk_case_is_headed_by_a_sentence(client, db):
    person = StaffFactory(role="risk")
    kind = RiskCase.Kind.CODE_LOCKED
    case = RiskCase.objects.create(
        kind=kind, serial_number="P2A1", branch=person.branch, opened_at=clock.now()
    )
    client.force_login(person)
    client.cookies["django_language"] = "en"

    page = client.get(reverse("admin:terminals_riskcase_change", args=[case.pk])).content.decode()

    assert "<h1>Registration code locked by wrong tries P2A1</h1>" in page
    assert "registration code locked" not in page


def test_a_response_code_is_called_by_the_name_of_its_set(desk):
    row = ResponseCode.objects.get(code_set="unionpay", code="97")

    for noun in ("change", "wording"):
        page = desk("support").get(reverse(f"admin:terminals_responsecode_{noun}", args=[row.pk]))
        text = page.content.decode()
        assert "银联 97" in text
        assert "unionpay 97" not in text
