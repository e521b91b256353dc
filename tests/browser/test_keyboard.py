"""Whoever has no mouse sees where they are: every stop has its ring, and no bar lies over it."""

import pytest
from playwright.sync_api import expect

from tests.browser.drafts import complete_draft, submitted

# A ring is an outline or a shadow of the control itself, or of the card that stands for a hidden one.
STOP = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const shown = at.matches("input[type=radio], input[type=checkbox], input[type=file]") ? at.closest("label") || at.parentElement : at;
  const ringed = [at, shown, at.closest(".choice, .form-check, .btn")].filter(Boolean).some((element) => {
    const style = getComputedStyle(element);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || /\\d{1,2}px/.test(style.boxShadow);
  });
  const box = (at.offsetWidth > 2 ? at : shown).getBoundingClientRect();
  const points = [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.1], [0.5, 0.9]];
  const uncovered = points.some(([x, y]) => {
    const there = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
    return there && (shown.contains(there) || at.contains(there) || there.contains(at));
  });
  const name = at.id || at.name || at.textContent.trim().slice(0, 30);
  return {key: `${at.localName} ${name} ${at.getAttribute("href") || at.value || ""}`, name, ringed, uncovered};
}"""


def _stops(page, most=150):
    found = []
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None or (found and stop["key"] == found[0]["key"]):
            break
        found.append(stop)
    return found


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", ["business", "papers", "terminals/new", "check"])
def test_every_stop_of_a_form_page_is_seen(open_page, shop, name, width):
    registration = complete_draft(shop)
    page = open_page(width=width, signed_in=registration.applicant)
    page.goto(f"/applications/{registration.number}/draft/{name}/")

    stops = _stops(page)

    assert len(stops) > 8
    assert [stop["key"] for stop in stops if not stop["ringed"]] == []
    assert [stop["key"] for stop in stops if not stop["uncovered"]] == []


@pytest.mark.parametrize("width", [360, 1280])
def test_every_stop_of_a_case_is_seen(open_page, shop, width):
    registration = submitted(shop)
    page = open_page(width=width, signed_in=shop.reviewer)
    page.goto(f"/admin/applications/application/{registration.pk}/review/")
    page.locator('form[action$="/claim/"] button').click()
    expect(page.locator('form[action$="/claim/"]')).to_have_count(0)

    stops = _stops(page)

    assert len(stops) > 15
    assert [stop["key"] for stop in stops if not stop["ringed"]] == []
    assert [stop["key"] for stop in stops if not stop["uncovered"]] == []
