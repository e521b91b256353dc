"""The README in both languages says the same: as many chapters, the same commands, names, addresses and links."""

import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT, read

ENGLISH, CHINESE = Path("README.md"), Path("docs/README.zh-CN.md")


def headings(text: str) -> list[int]:
    """The level of each heading."""
    return [len(found) for found in re.findall(r"^(#+) ", text, re.MULTILINE)]


def commands(text: str) -> list[str]:
    """What is typed, without what is said of it."""
    lines = re.findall(r"^    ((?:make|\.ci/|manage\.py)[^#\n]*)", text, re.MULTILINE)
    return [line.strip() for line in lines]


def names(text: str) -> set[str]:
    """Everything that is spelled as it stands in the code."""
    return set(re.findall(r"`([^`\n]+)`", text))


def rows(text: str) -> list[int]:
    """How many lines each table has."""
    return [len(table.splitlines()) for table in re.findall(r"(?:^ *\|.*\n)+", text, re.MULTILINE)]


def links(page: Path) -> set[str]:
    """Files that the page leads to, from the root."""
    found = re.findall(r"\]\(([^)#]+)", read(page))
    return {str((ROOT / page.parent / link).resolve().relative_to(ROOT)) for link in found}


@pytest.mark.parametrize("of", [headings, commands, names, rows])
def test_both_languages_have_the_same(of):
    assert of(read(CHINESE)) == of(read(ENGLISH))


def test_both_lead_to_the_same_places_and_to_each_other():
    assert links(CHINESE) - {str(ENGLISH)} == links(ENGLISH) - {str(CHINESE)}
    assert str(ENGLISH) in links(CHINESE)
    assert str(CHINESE) in links(ENGLISH)


@pytest.mark.parametrize(
    "page", [ENGLISH, CHINESE, Path("deploy/README.md"), Path("docs/operating.md")], ids=str
)
def test_every_link_leads_somewhere(page):
    assert [link for link in links(page) if not (ROOT / link).exists()] == []


def test_a_difference_is_seen():
    assert names("`a` and `b`") != names("`a`")
    assert (
        commands("    make run   # one\n") == commands("    make run   # 二\n") != commands("    make test\n")
    )
    assert headings("# a\n## b\n") != headings("# a\n")
