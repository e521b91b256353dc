"""What a careful reader finds on a page that has come whole: words in the wrong language, a page that moves sideways, what assistive technology cannot use.

A click returns when the next page begins to come; what counts or measures waits until it is there.
"""

from __future__ import annotations

import re
from functools import cache

from axe_playwright_python.sync_playwright import Axe
from django.apps import apps
from django.db.models import CharField, TextField
from playwright.sync_api import Page

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
HAN = re.compile("[\u3400-\u9fff]")
MASKED = re.compile(r"[\u3400-\u9fff]?\*+[\u3400-\u9fff]?")
ENGLISH = re.compile(r"[A-Za-z][a-z']+(?:,? [A-Za-z][a-z']*){2,}")
# What people typed, or what is data whose language is not the page's.
DATA = ["kernel", "accounts", "merchants", "terminals", "applications", "support", "files", "offers"]
PAST_THE_EDGE = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return "";
  const past = [...document.body.querySelectorAll("*")].filter((part) => part.getBoundingClientRect().right > root.clientWidth + 1);
  const inner = past.filter((part) => !past.some((other) => other !== part && part.contains(other)));
  return inner.slice(0, 4).map((part) => part.outerHTML.slice(0, 120)).join(" | ") || "something hidden";
}"""
TEXTS = """() => {
  const lines = [document.title];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const home = walk.currentNode.parentElement;
    if (!home.closest("script, style, pre, kbd, textarea, noscript, option, form.lang") && home.closest("[lang]") === document.documentElement) lines.push(walk.currentNode.data);
  }
  for (const name of ["aria-label", "alt", "title", "placeholder"])
    for (const element of document.querySelectorAll(`[${name}]`)) if (!element.closest("form.lang")) lines.push(element.getAttribute(name));
  return lines.map((line) => line.trim()).filter(Boolean);
}"""


def axe_violations(page: Page) -> list[str]:
    page.wait_for_load_state()
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"][:3]]


def scrolls_sideways(page: Page) -> str:
    """The innermost parts that reach past the edge of a page that moves sideways; nothing for a page that does not."""
    page.wait_for_load_state()
    return page.evaluate(PAST_THE_EDGE)


def words_in_the_other_language(page: Page, language: str) -> list[str]:
    """Chinese on an English page that nobody typed; on a Chinese page, English of a sentence's length."""
    page.wait_for_load_state()
    strange = HAN if language == "en" else ENGLISH
    lines = [line for line in page.evaluate(TEXTS) if strange.search(line)]
    if any(strange.search(_without_data(line)) for line in lines):
        # Somebody may have typed it since the data was last read.
        _data.cache_clear()
    return [line for line in lines if strange.search(_without_data(line))]


def _without_data(line: str) -> str:
    for value in _data():
        if value in line:
            line = line.replace(value, "")
    return MASKED.sub("", line)


@cache
def _data() -> list[str]:
    """Every text of the database, longest first."""
    values: set[str] = set()
    for label in DATA:
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.concrete_fields:
                if isinstance(field, CharField | TextField):
                    values |= {
                        str(value) for value in model.objects.values_list(field.attname, flat=True) if value
                    }
    values |= {line for value in values for line in value.splitlines()}
    told = (value for value in values if len(value) > 1 and (not value.isascii() or " " in value))
    return sorted(told, key=len, reverse=True)
