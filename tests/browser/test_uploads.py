"""Uploads on a poor connection, and files that are refused: the page says what happened and loses nothing."""

import hashlib
import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from applications.models import Document
from tests import hostile
from tests.applications.factories import RegistrationFactory
from tests.browser.papers import paper
from tests.browser.people import Merchant


@pytest.fixture
def papers(open_page, shop):
    def at(width=1280, **how):
        registration = RegistrationFactory(branch=shop.branch)
        Document.objects.filter(application=registration).delete()
        owner = Merchant(open_page(width=width, signed_in=registration.applicant, **how))
        owner.number, owner.registration = registration.number, registration
        owner.go(f"{owner.draft}papers/")
        return owner

    return at


def big_photo() -> dict:
    picture = io.BytesIO()
    Image.effect_noise((1600, 1200), 90).convert("RGB").save(picture, "JPEG", quality=92)
    return {"name": "big.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}


def test_the_network_goes_and_when_it_is_back_the_whole_file_arrives(papers):
    owner = papers()
    file = big_photo()
    card = owner.page.locator("#upload-id_front")
    owner.page.context.set_offline(True)
    owner.chooses("id_front", file)
    expect(card.locator("[data-broken]")).to_be_visible()
    expect(card.locator("[data-retry]")).to_be_visible()

    owner.page.context.set_offline(False)

    expect(card.locator("[data-kept]")).to_be_visible()
    expect(card.locator("h2")).to_be_focused()
    document = Document.objects.get(application=owner.registration, paper="id_front")
    assert document.stored_file.sha256 == hashlib.sha256(file["buffer"]).hexdigest()


def test_a_file_chosen_before_the_script_arrives_is_sent_when_it_does(papers):
    owner = papers()
    held = []

    def hold(route):
        held.append(route)

    owner.page.route(re.compile(r"/uploads\.[^/]*js"), hold)
    owner.page.goto(owner.page.url, wait_until="commit")
    card = owner.page.locator("#upload-id_front")
    owner.chooses("id_front", paper("id_front"))
    assert held, "the script is on its way"
    expect(card.locator("[data-kept]")).to_have_count(0)

    held[0].continue_()

    expect(card.locator("[data-kept]")).to_be_visible()


def test_an_answer_that_is_lost_on_its_way_does_not_make_two_papers(papers):
    owner = papers()
    address = re.compile("/documents/id_front/$")

    def lose_the_answer(route):
        route.fetch()
        route.abort("connectionreset")

    owner.page.route(address, lose_the_answer, times=1)
    owner.uploads("id_front")

    on_file = Document.objects.filter(application=owner.registration, paper="id_front", removed_at=None)
    assert on_file.count() == 1


def test_an_upload_is_cancelled_and_the_earlier_file_stays(papers):
    owner = papers()
    owner.uploads("id_front")
    card = owner.page.locator("#upload-id_front")
    owner.page.context.set_offline(True)
    owner.chooses("id_front", big_photo())
    expect(card.locator("[data-broken]")).to_be_visible()

    owner.press(card.locator("[data-cancel]"))

    owner.page.context.set_offline(False)
    expect(card.locator("[data-kept]")).to_contain_text("id_front.jpg")
    expect(card.locator("[data-sending]")).to_be_hidden()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize(
    "name", ["half.jpg", "small.jpg", "zip-called.jpg", "nothing.jpg", "user-password.pdf"]
)
def test_a_refused_file_is_explained_at_its_card(papers, name, javascript):
    sample = hostile.Sample(*next(one for one in hostile.FILES if one[0] == name))
    owner = papers(width=360, javascript=javascript)
    owner.uploads("id_back")
    media_type = "application/pdf" if name.endswith(".pdf") else "image/jpeg"
    if media_type == "application/pdf":
        owner.press("#upload-licence a[href*=pdf]")

    owner.chooses("licence", {"name": sample.name, "mimeType": media_type, "buffer": sample.make()})

    card = owner.page.locator("#upload-licence")
    expect(card.locator(".field-error")).to_be_visible()
    expect(card.locator("[data-words]")).not_to_be_empty()
    expect(owner.page.locator("#upload-id_back [data-kept]")).to_be_visible()
