"""One table of kinds: each has its text in both languages, and no text can carry a person, a code or a way in."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from config.accounts.models import User
from config.kernel.message import OutboxMessage
from config.kernel.message_kinds import ACCOUNT, KINDS, Channel, Reader, kind_of
from config.kernel.outbox import enqueue
from tests.house.tree import modules

FOLDER = Path(settings.BASE_DIR, "templates/messages")
VARIABLE = re.compile(r"\{\{\s*(\w+)[^}]*\}\}")
COUNTED = re.compile(r"\bcount \w+=(\w+)")
CHINESE = re.compile(r"[\u3400-\u9fff]")
# Numbers of applications, terminals and notices and counts of days and people: nothing else may stand in a message.
ALLOWED = {"number", "terminal_number", "reference", "days_left", "days_over", "people_count"}
SAMPLE = {"number": "SQ-20260911-003824", "terminal_number": "10240017", "days_left": 2, "days_over": 3} | {
    "reference": "TZ-310115-2026-0001",
    "people_count": 7,
}
SECRETS = {
    "full_name": "王小明",
    "name": "王小明",
    "recipient": "王小明",
    "user": "王小明",
    "mobile": "13800138000",
    "email": "wang@example.com",
    "code": "123456789012",
    "digits": "123456789012",
    "id_number": "110105194912310038",
    "account_number": "6222980000000000016",
    "url": "https://portal.bank.example/in?token=abc",
    "link": "https://portal.bank.example/in?token=abc",
    "token": "abcabcabc",
    "reason": "nobody needs to know",
    "public_text": "nobody needs to know",
}
LANGUAGES = ["zh-hans", "en"]


def message(kind: str, **more) -> OutboxMessage:
    return OutboxMessage(kind=kind, context={key: SAMPLE[key] for key in KINDS[kind].keys} | more)


def texts(kind: str, language: str, **more) -> str:
    told = message(kind, **more)
    with translation.override(language):
        return f"{told.title()}\n{told.body()}\n{told.sms()}"


def named_in(template: str) -> set[str]:
    return set(VARIABLE.findall(template)) | set(COUNTED.findall(template))


def test_a_kind_without_text_and_a_text_without_kind_are_seen():
    assert {path.stem for path in FOLDER.glob("*")} == set(KINDS)
    assert {path.suffix for path in FOLDER.glob("*")} == {".txt"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_names_only_what_its_row_allows(kind):
    row, template = KINDS[kind], (FOLDER / f"{kind}.txt").read_text()

    assert row.keys <= ALLOWED
    assert named_in(template) == row.keys
    assert "{% url" not in template


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_something_in_both_languages_and_nothing_it_must_not(kind, language):
    """Whatever is slipped into the context, no person, no code and no address of a page comes out."""
    told = texts(kind, language, **SECRETS)

    title, body, sms = told.split("\n")
    assert title
    assert body
    assert sms
    assert not [secret for secret in SECRETS.values() if secret in told]
    assert not re.search(r"https?:|www\.|[@/]|\d{9,}", told)
    assert "%(" not in told
    assert "!" not in told
    assert "！" not in told
    assert bool(CHINESE.search(told)) == (language == "zh-hans")
    assert all(str(value) in title for key, value in SAMPLE.items() if key in KINDS[kind].keys)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_an_sms_says_only_that_something_happened(kind, language):
    """Nobody who looks over a shoulder learns what: every kind about the same thing has the same SMS."""
    with translation.override(language):
        sms = message(kind).sms()
        same = {message(other).sms() for other, row in KINDS.items() if row.about is KINDS[kind].about}

    assert same == {sms}
    assert len(sms) <= 140


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_title_and_a_channel(kind):
    row = KINDS[kind]

    assert str(row.title)
    assert Channel.INBOX in row.channels
    assert row.reader in Reader
    assert row.about is ACCOUNT or row.keys


def test_what_decides_or_touches_an_account_stays_on_record():
    records = {name for name, row in KINDS.items() if row.is_record}

    assert records >= {
        "application_returned",
        "application_approved",
        "application_rejected",
        "application_lapsed",
    }
    assert records >= {name for name in KINDS if name.startswith("account_")}


def test_an_unknown_kind_is_known_to_be_unknown():
    assert kind_of("of_a_later_release") is None


def kinds_told(tree: ast.Module) -> list[re.Pattern]:
    """The kinds in calls of `enqueue`, the holes of an f-string standing for anything."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "enqueue" and node.args:
            kind = node.args[0]
            if isinstance(kind, ast.Constant):
                found.append(re.compile(re.escape(kind.value)))
            elif isinstance(kind, ast.JoinedStr):
                parts = (re.escape(p.value) if isinstance(p, ast.Constant) else r"\w+" for p in kind.values)
                found.append(re.compile("".join(parts)))
    return found


def test_a_kind_that_is_told_is_seen():
    [plain, holed] = kinds_told(ast.parse('enqueue("a_b", recipient=x)\nenqueue(f"c_{d}", recipient=x)'))

    assert plain.fullmatch("a_b")
    assert holed.fullmatch("c_anything")


def test_everything_that_is_told_has_a_row():
    patterns = [pattern for _, tree in modules() for pattern in kinds_told(tree)]

    assert len(patterns) > 3
    assert [pattern.pattern for pattern in patterns if not any(map(pattern.fullmatch, KINDS))] == []


def test_a_kind_or_a_key_without_a_row_is_refused_when_it_is_told(now):
    person = User(pk=1, email="a@example.com")

    with pytest.raises(KeyError):
        enqueue("of_a_later_release", recipient=person, subject=person, context={}, now=now)
    for context in ({"number": "SQ-1", "name": "王小明"}, {}):
        with pytest.raises(ValueError, match="application_approved"):
            enqueue("application_approved", recipient=person, subject=person, context=context, now=now)
