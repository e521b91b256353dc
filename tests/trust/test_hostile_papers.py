"""Papers sent through the page: what is refused says why at its card and costs nothing that was there; names stay text."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import hostile
from tests.trust.addresses import address
from tests.trust.hostile_text import title_of
from tests.trust.world import licence_of

REFUSED = {
    "empty": b"",
    "html": hostile.HTML,
    "svg": hostile.SVG,
    "truncated": hostile.jpeg()[:4000],
    "polyglot": hostile.hostile_pdf.zip_whose_comment_ends_the_paper(),
    "bomb": hostile.png_bomb(),
    "script": hostile.hostile_pdf.script_by_name(),
    "locked": hostile.hostile_pdf.locked(user="secret"),
    "archive": hostile.archive(),
}
GOOD = {"phone": hostile.mpo, "print": lambda: hostile.jpeg(1200, 900, "CMYK")}
NAMES = {
    "long": "照" * 296 + ".jpg",
    "script": "<script>alert(1)</script>.jpg",
    "bidi": "gpj.\u202eexe.jpg",
    "path": "../../etc/passwd.jpg",
    "break": "a\r\nSet-Cookie: x=1.jpg",
    "quote": 'a";filename="b.exe.jpg',
}


def send(world, content: bytes, name: str = "photo.jpg"):
    """The page after a photograph of the licence was sent to merchant A's draft."""
    owner = world.browser("owner")
    upload = SimpleUploadedFile("x.jpg", content, content_type="image/jpeg")
    upload._name = name
    return owner, owner.post(address("applications:upload", world), {"file": upload}, follow=True)


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_refused_says_why_and_what_was_there_stays(world, kind):
    before = licence_of(world.a.draft)

    _, page = send(world, REFUSED[kind])

    assert page.status_code == 200
    assert title_of(page).startswith("错误")
    assert re.search(r'role="alert"', page.content.decode())
    assert licence_of(world.a.draft) == before
    assert before.stored_file.display_name in page.content.decode()


@pytest.mark.parametrize("kind", GOOD)
def test_what_phones_and_printers_make_is_taken(world, kind):
    before = licence_of(world.a.draft)

    _, page = send(world, GOOD[kind]())

    current = world.a.draft.documents.current().get(paper="licence")
    assert current != before
    assert not title_of(page).startswith("错误")


@pytest.mark.parametrize("kind", NAMES)
def test_a_name_is_text_wherever_it_is_shown(world, kind):
    owner, page = send(world, hostile.jpeg(640, 640), NAMES[kind])

    document = world.a.draft.documents.current().get(paper="licence")
    sent = owner.get(address("applications:document", world, pk=document.pk, variant="original"))
    assert page.status_code == sent.status_code == 200
    assert len(document.stored_file.display_name) <= 150
    assert "<script>" not in page.content.decode()
    header = sent.headers["Content-Disposition"]
    assert header.startswith("attachment")
    assert not set("\r\n\u202e/") & set(header)
    assert "Set-Cookie" not in sent.headers
