"""Templates obey the content security policy, escape what people typed, and are all in use."""

import ast
import re
from pathlib import Path

import pytest
from django.template import engines

from tests.house.tree import ROOT, modules, read, templates

FOLDER = ROOT / "templates"
INLINE = {
    "style element": re.compile(r"<style[\s>]", re.IGNORECASE),
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "script in the page": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", re.IGNORECASE),
    "event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "javascript address": re.compile(r"javascript:", re.IGNORECASE),
}
UNESCAPED = re.compile(r"\|\s*safe(seq)?\b|\bautoescape off\b|\bmark_safe\b|format_html\(\s*f[\"']")
REASON = re.compile(r"\{# safe: \S+|# safe: \S+|# noqa: S308 +(-|#)? *\S+")
FOUND_BY_NAME = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}
MENTIONED = re.compile(r"[\"']([\w./-]+\.(?:html|txt|xml|svg|typ|js))[\"']")


def inline(source: str) -> list[str]:
    return [name for name, pattern in INLINE.items() if pattern.search(source)]


def unescaped(source: str) -> list[str]:
    """Lines that switch escaping off without saying why, on the line itself or on the one above."""
    lines = source.splitlines()
    return [
        line.strip()
        for number, line in enumerate(lines)
        if UNESCAPED.search(line)
        and "import" not in line
        and not any(map(REASON.search, lines[max(0, number - 1) : number + 1]))
    ]


@pytest.mark.parametrize(
    "sample",
    [
        "<style>p{}</style>",
        '<p class="a" style="color:red">',
        "<script>go()</script>",
        '<a onclick="go()">',
        '<a href="javascript:go()">',
    ],
)
def test_inline_code_is_seen(sample):
    assert inline(sample)


def test_files_and_data_in_a_page_are_let_be():
    assert (
        inline(
            '<script src="/a.js" defer></script><script type="application/json">{}</script><p data-on="x">'
        )
        == []
    )


@pytest.mark.parametrize("path", [path for path in templates() if path.suffix in {".html", ".svg"}], ids=str)
def test_no_page_carries_inline_code(path):
    assert inline(read(path)) == []


def test_unescaped_text_is_seen():
    assert unescaped("{{ name|safe }}")
    assert unescaped("return mark_safe(text)")
    assert unescaped("return mark_safe(text)  # safe: made of digits only") == []
    assert unescaped("{# safe: our own SVG #}\n{{ chart|safe }}") == []


def test_escaping_is_switched_off_only_with_a_reason():
    sources = [path for path in templates() if path.suffix != ".png"] + [path for path, _ in modules()]

    offences = {str(path): unescaped(read(path)) for path in sources}

    assert {path: lines for path, lines in offences.items() if lines} == {}


def mentioned(tree: ast.Module) -> list[re.Pattern]:
    """Names of templates in Python, an f-string's holes standing for anything."""
    patterns = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            patterns.append(re.escape(node.value))
        elif isinstance(node, ast.JoinedStr):
            parts = (re.escape(p.value) if isinstance(p, ast.Constant) else r"[\w/-]+" for p in node.values)
            patterns.append("".join(parts))
    return [
        re.compile(pattern) for pattern in patterns if re.search(r"\\\.(html|txt|xml|svg|typ|js)$", pattern)
    ]


def unused(names: set[str], patterns: list[re.Pattern], in_templates: set[str]) -> set[str]:
    return {
        name
        for name in names - in_templates - FOUND_BY_NAME
        if not any(pattern.fullmatch(name) for pattern in patterns) and not _is_found_by_a_library(name)
    }


def _is_found_by_a_library(name: str) -> bool:
    """It replaces a library's template, or the admin finds it by the model's name."""
    if re.fullmatch(
        r"admin/\w+/(\w+/)?(change_form|change_list|delete_confirmation|object_history|app_index)\.html", name
    ):
        return True
    sources = [
        source
        for loader in engines["django"].engine.template_loaders
        for source in loader.get_template_sources(name)
    ]
    return any(not str(source).startswith(str(FOLDER)) and Path(str(source)).exists() for source in sources)


def test_an_unused_template_is_seen():
    patterns = mentioned(ast.parse('render(request, "a/used.html")\nname = f"a/{page}_form.html"'))

    assert unused({"a/used.html", "a/some_form.html", "a/lost.html", "404.html"}, patterns, set()) == {
        "a/lost.html"
    }


def test_every_template_is_used():
    names = {str(path.relative_to("templates")) for path in templates()}
    in_templates = {name for path in templates() for name in MENTIONED.findall(read(path))}
    patterns = [pattern for _, tree in modules() for pattern in mentioned(tree)]

    assert unused(names, patterns, in_templates) == set()
