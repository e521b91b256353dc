"""A list that is empty says what would stand there and offers the one next step, to a merchant on the first day and at a new desk."""

import re

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from config.accounts.roles import ROLES
from config.kernel.desk_list import DeskAdmin
from tests.accounts.factories import MerchantUserFactory, StaffFactory
from tests.merchants.factories import onboarded, owner_of

pytestmark = pytest.mark.django_db

EMPTY = re.compile(r'<div class="empty">.*?</div>', re.DOTALL)
STEP = re.compile(r'<a class="btn btn-primary" href="([^"]+)">\s*([^<]+?)\s*</a>')
SENTENCE = re.compile(r"<p>\s*([^<]{12,})\s*</p>")

# Page and next step of somebody who has just opened an account.
FRESH = [
    ("/terminals/", "/applications/new/"),
    ("/applications/", "/applications/new/"),
    ("/applications/new/changes/", "/applications/new/"),
    ("/applications/new/relocation/", "/applications/new/"),
    ("/applications/new/replacement/", "/applications/new/"),
    ("/applications/new/change/", "/applications/new/"),
    ("/applications/new/deactivation/", "/applications/new/"),
    ("/support/", "/support/new/"),
    ("/messages/", "/accounts/messages/"),
    ("/messages/?show=unread", "/messages/"),
    ("/offers/", "/applications/new/"),
    ("/notices/", "/terminals/"),
    ("/returns/", "/terminals/"),
    ("/returns/violations/", "/returns/"),
    ("/people/", "/applications/new/"),
    ("/accounts/2fa/webauthn/", "/accounts/2fa/webauthn/add/"),
    ("/", "/applications/new/"),
]
DESKS = sorted(
    reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    for model, desk in admin.site._registry.items()
    if isinstance(desk, DeskAdmin)
)
# What load_reference_data fills before anybody works, and the queue, whose own page says what is done.
NEVER_EMPTY = {
    "/admin/merchants/division/",
    "/admin/merchants/merchantcategory/",
    "/admin/terminals/responsecode/",
    "/admin/terminals/suspensionreason/",
    "/admin/terminals/stopreason/",
    "/admin/returns/violationcategory/",
    "/admin/returns/measure/",
    "/admin/returns/tariff/",
    "/admin/applications/reasoncode/",
    "/admin/support/closingcause/",
    "/admin/support/cannedtext/",
}
# Desks that are seen with the right to do what they list.
SEEN_WITH = {"/admin/files/importjob/": "terminals.import_device"}


def teaches(page: str, path: str) -> tuple[str, str]:
    """(what is said, where the step leads) of the one empty state of a page."""
    found = EMPTY.findall(page)
    assert found, f"{path} is empty and does not say so"
    said, steps = SENTENCE.findall(found[0]), STEP.findall(found[0])
    assert said, f"{path} does not say what would stand there"
    assert len(steps) == 1, f"{path} offers {len(steps)} next steps"
    return said[0], steps[0][0]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("path", "step"), FRESH)
def test_a_merchant_on_the_first_day_is_told_what_comes_first(path, step, language):
    client = Client()
    client.force_login(MerchantUserFactory(language=language))
    client.cookies["django_language"] = language

    _said, leads_to = teaches(client.get(path).content.decode(), path)

    assert leads_to == step
    assert client.get(leads_to).status_code in {200, 302}


def test_a_merchants_people_page_says_where_invitations_stand():
    merchant = onboarded()
    client = Client()
    client.force_login(owner_of(merchant))

    assert "直到对方接受" in client.get(f"/people/{merchant.number}/").content.decode()


@pytest.mark.parametrize("path", DESKS)
def test_a_new_desk_says_what_would_stand_there(path):
    app, model = path.strip("/").split("/")[1:]
    right = SEEN_WITH.get(path, f"{app}.view_{model}")
    role = next(role for role in ROLES if right in ROLES[role])
    client = Client()
    client.force_login(StaffFactory(role=role))

    page = client.get(path).content.decode()

    if path in NEVER_EMPTY:
        assert "/change/" in page or "<tr>" in page
        return
    _said, leads_to = teaches(page, path)
    assert client.get(leads_to if leads_to.startswith("/") else path + leads_to).status_code == 200
    assert "会自动出现在这里" not in page, f"{path} speaks of nothing in particular"
