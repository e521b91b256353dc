"""What strangers type where a name, a number or a page is asked for. Files of that sort are in `tests.hostile`."""

from html.parser import HTMLParser

SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
RAW = ("<script>alert(1)", "<img src=x onerror")
TEMPLATE = "{{7*7}}{% load nothing %}${7*7}#{7*7}"

# The body of a form ends at 2.5 MB: where every field is endless, Chinese comes to its end sooner.
TEXTS = {
    "endless": "a" * 100_000,
    "endless_han": "汉" * 15_000,
    "nul": "a\x00b",
    "full_width": "１２３４５６７８９０１２",
    "sql": "' OR 1=1; DROP TABLE applications_application;--",
    "script": SCRIPT,
    "template": TEMPLATE,
    "huge_number": "9" * 19,
    "bidi": "\u202ealert\u2066\u200f王",
    "control": "a\x08\x1b[31m\r\nSet-Cookie: x=1",
    "no_number": "1e999",
    "no_json": '{"a": [}',
    "no_date": "0000-99-99",
    "empty": "",
}
# Half a surrogate pair cannot be typed, but it can be sent.
HALF_A_PAIR = "%ED%A0%80"


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.forms.append({"action": given.get("action") or "", "names": []})
        elif tag in ("input", "select", "textarea") and given.get("name") and self.forms:
            self.forms[-1]["names"].append(given["name"])


def fields_of(response, action: str = "") -> list[str]:
    """The names of all fields of the page's form that posts to `action`."""
    reader = _Fields()
    reader.feed(response.content.decode())
    return next(form["names"] for form in reader.forms if form["action"] == action)


def title_of(response) -> str:
    """The title of a page."""
    return response.content.decode().partition("<title>")[2].partition("</title>")[0].strip()
