import re
import tempfile
from io import StringIO
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.management.commands import makemessages

LOCALE = "zh_Hans"
# Words that blame or leave people helpless; 请重试 is allowed where the sentence also says what to do.
BANNED = re.compile(r"非法|无效|^\W*请重试\W*$")
# The context of words that a terminal shows: they are quoted as they are.
QUOTED = "words on a screen"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
NOT_OURS = ("locale", "tests", "var", ".venv", ".ci", "static", "requirements")


class Command(BaseCommand):
    help = "Fail when a text of the portal has no complete Chinese. Needs gettext; changes nothing."

    def handle(self, *args, **options):
        catalogue = Path(settings.LOCALE_PATHS[0]) / LOCALE / "LC_MESSAGES" / "django.po"
        chinese = _messages(catalogue) if catalogue.exists() else {}
        wanted = _extract()
        complaints = [f"no Chinese: {key[1]!r}" for key in wanted if key not in chinese]
        for key in wanted.keys() & chinese.keys():
            complaints += complaints_about(chinese[key])
        if complaints:
            raise CommandError(
                "\n".join(sorted(complaints)) + f"\n{len(complaints)} texts to mend in {catalogue.name}"
            )
        self.stdout.write(f"{len(wanted)} texts, all in Chinese")


def complaints_about(message: Message) -> list[str]:
    """What a translator has to mend in one message, a line each."""
    sources, texts = _as_tuple(message.id), _as_tuple(message.string)
    found = []
    if not all(texts):
        found.append(f"no Chinese: {sources[0]!r}")
    if message.fuzzy:
        found.append(f"fuzzy: {sources[0]!r}")
    for text in texts:
        if BANNED.search(text) and message.context != QUOTED:
            found.append(f"banned word in {text!r}")
        if text and not set(PLACEHOLDER.findall(text)) <= set(PLACEHOLDER.findall(" ".join(sources))):
            found.append(f"unknown placeholder in {text!r}")
        if (
            text
            and len(sources) == 1
            and set(PLACEHOLDER.findall(sources[0])) - set(PLACEHOLDER.findall(text))
        ):
            found.append(f"placeholder lost in {text!r}")
    return found


class _ExtractInto(makemessages.Command):
    """makemessages, except that every catalogue it writes lies in a folder of our choosing."""

    def __init__(self, folder: str):
        super().__init__()
        self.folder = folder

    def find_files(self, root):
        self.default_locale_path, self.locale_paths = self.folder, [self.folder]
        return super().find_files(root)


def _extract() -> dict:
    """Every text in the source as it is now, by way of a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        extract = _ExtractInto(folder)
        call_command(extract, locale=[LOCALE], ignore_patterns=list(NOT_OURS), keep_pot=True, verbosity=0)
        return _messages(Path(folder) / "django.pot")


def _messages(path: Path) -> dict:
    # A fresh template has placeholders in its header where a catalogue has values.
    text = (
        path.read_text().replace("CHARSET", "UTF-8").replace("INTEGER", "2").replace("EXPRESSION", "n != 1")
    )
    return {(one.context, _as_tuple(one.id)[0]): one for one in read_po(StringIO(text)) if one.id}


def _as_tuple(value) -> tuple:
    return tuple(value) if isinstance(value, tuple | list) else (value,)
