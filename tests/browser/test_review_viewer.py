"""The papers on the case page: zoom, turn, next, compare, original, by buttons and by keys, and without a script."""

import re

import pytest
from playwright.sync_api import expect

from config.files.models import StoredFile
from config.kernel.audit import AccessRecord
from tests.browser.cases import address_of, second_round, taken

SHOWN = ".sheet:not([hidden]) figure:last-of-type"


@pytest.fixture
def case(shop):
    return taken(shop)


@pytest.fixture
def page(open_page, shop, case):
    page = open_page(signed_in=shop.reviewer)
    page.goto(address_of(case))
    expect(page.locator(f"{SHOWN} img.z")).to_have_js_property("complete", True)
    return page


def width_of(page) -> float:
    return page.locator(f"{SHOWN} img.z").bounding_box()["width"]


def test_papers_and_data_are_together_on_a_desk_screen(page):
    viewer, field = (
        page.locator("[data-viewer]").bounding_box(),
        page.locator(".review .verdict").first.bounding_box(),
    )
    end = page.locator(".decide").bounding_box()["y"]

    assert page.evaluate("scrollY") == 0
    assert viewer["y"] + viewer["height"] <= end
    assert page.locator(f"{SHOWN} .frame").bounding_box()["height"] > 250
    assert field["y"] + field["height"] < end
    assert field["x"] >= viewer["x"] + viewer["width"]

    page.mouse.move(field["x"], field["y"])
    page.mouse.wheel(0, 1200)
    expect(page.locator("h1")).not_to_be_in_viewport()
    expect(page.locator("[data-viewer]")).to_be_in_viewport(ratio=0.95)


def test_buttons_zoom_turn_and_fit(page):
    page.locator("[data-z=fit]").click()
    fitted = width_of(page)

    for _ in range(12):
        page.locator("[data-z=in]").click()
    expect(page.locator("#zoom")).to_have_text("400%")
    assert width_of(page) == pytest.approx(4 * fitted, rel=0.01)
    for _ in range(12):
        page.locator("[data-z=out]").click()
    expect(page.locator("#zoom")).to_have_text("50%")
    page.locator("[data-z=fit]").click()
    page.locator('[data-r="90"]').click()
    expect(page.locator("#zoom")).to_have_text("100%")
    expect(page.locator("[data-told]")).to_contain_text("90°")
    box, frame = page.locator(f"{SHOWN} img.z").bounding_box(), page.locator(f"{SHOWN} .frame").bounding_box()
    assert box["height"] > box["width"]
    assert box["height"] <= frame["height"] + 1
    page.locator('[data-r="-90"]').click()
    assert width_of(page) == pytest.approx(fitted, rel=0.01)


def test_keys_do_the_same_and_are_announced(page, case):
    first = page.locator(".docs [aria-current]").inner_text()

    page.keyboard.press("j")
    second = page.locator(".docs [aria-current]").inner_text()
    page.keyboard.press("+")
    page.keyboard.press("+")
    page.keyboard.press("]")

    assert second != first
    expect(page.locator("[data-told]")).to_contain_text(re.compile(f"{second.strip()} 2 / .*150%.*90°"))
    expect(page.locator(".paper-line.current .name")).to_contain_text(second.strip())
    page.keyboard.press("-")
    expect(page.locator("#zoom")).to_have_text("125%")
    page.keyboard.press("0")
    expect(page.locator("#zoom")).to_have_text("100%")
    page.keyboard.press("k")
    expect(page.locator(".docs [aria-current]")).to_have_text(re.compile(first.strip()))
    page.keyboard.press("k")
    expect(page.locator(".docs [data-paper]").last).to_have_attribute("aria-current", "true")
    with page.expect_download() as arrived:
        page.keyboard.press("o")
    assert arrived.value.suggested_filename.endswith(".jpg")


def test_arrow_keys_move_an_enlarged_paper(page):
    for _ in range(6):
        page.keyboard.press("+")
    frame = page.locator(f"{SHOWN} .frame")
    before = frame.evaluate("frame => [frame.scrollLeft, frame.scrollTop]")

    frame.focus()
    for key in ("ArrowRight", "ArrowDown"):
        page.keyboard.press(key)

    for name, was in zip(("scrollLeft", "scrollTop"), before, strict=True):
        expect(frame).not_to_have_js_property(name, was)
    assert page.evaluate("scrollY") == 0


def test_each_paper_is_looked_at_once_and_each_look_is_on_record(page, case, shop):
    for _ in range(case.documents.current().count() + 2):
        page.keyboard.press("j")
        expect(page.locator(f"{SHOWN} img.z")).to_have_js_property("complete", True)

    files = case.documents.current().values_list("stored_file_id", flat=True)
    looks = AccessRecord.objects.filter(subject_label=StoredFile._meta.label_lower, subject_id__in=files)
    assert sorted(looks.values_list("subject_id", flat=True)) == sorted(files)
    assert {look.detail["application"] for look in looks} == {case.number}


def test_old_and_new_stand_side_by_side(open_page, shop):
    case = second_round(shop)
    page = open_page(signed_in=shop.reviewer)
    page.goto(address_of(case))
    page.locator(".docs [data-paper]", has_text="营业执照").click()
    pictures = page.locator(".sheet:not([hidden]) img.z")
    expect(pictures).to_have_count(2)
    for picture in pictures.all():
        expect(picture).to_be_visible()
        expect(picture).to_have_js_property("complete", True)
    old, new = (picture.bounding_box() for picture in pictures.all())
    assert old["x"] + old["width"] <= new["x"] + 1
    assert old["y"] == pytest.approx(new["y"], abs=2)

    page.keyboard.press("+")
    assert [picture.bounding_box()["width"] > 0 for picture in pictures.all()] == [True, True]
    page.keyboard.press("c")

    expect(page.locator(".was")).to_be_hidden()
    expect(page.locator("button[data-pair]")).to_have_attribute("aria-pressed", "false")


def test_without_a_script_the_picture_leads_to_itself_and_the_marks_are_kept(open_page, shop, case):
    page = open_page(javascript=False, signed_in=shop.reviewer)
    page.goto(address_of(case))
    page.locator('[name="verdict-field:uscc"][value=fix]').check()

    page.locator(".docs [data-paper]", has_text="营业执照").click()

    expect(page.locator('[name="verdict-field:uscc"][value=fix]')).to_be_checked()
    expect(page.locator(f"{SHOWN} img.z")).to_be_visible()
    page.locator(f"{SHOWN} .frame a").click()
    assert re.search(r"/documents/\d+/view/$", page.url)


def test_a_finding_leads_the_focus_to_its_item_and_brings_its_paper_into_view(open_page, shop, case):
    twice = case.documents.current().filter(paper="interior").first()
    case.documents.current().filter(paper="storefront").update(stored_file=twice.stored_file_id)
    page = open_page(signed_in=shop.reviewer)
    page.goto(address_of(case))
    summary = page.locator(".passes > summary")
    if page.locator(".passes:not([open])").count():
        summary.click()
    page.locator('a.about[href="#item-field:uscc"]').first.click()
    expect(page.locator('[id="item-field:uscc"]')).to_be_focused()
    expect(page.locator('[id="item-field:uscc"]')).to_be_in_viewport()

    link = page.locator('.warned a.about[href^="#item-paper:"]').first
    item = page.locator(f'[id="{link.get_attribute("href")[1:]}"]')
    expect(item).to_be_hidden()
    link.click()

    expect(item).to_be_visible()
    expect(item).to_be_focused()
    assert "#" not in page.url
