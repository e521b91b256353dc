"""Papers as merchants photograph them: a JPEG from a phone, a HEIC, a PDF from a scanner. None of them is a real one."""

from __future__ import annotations

from tests import hostile, hostile_pdf

KINDS = {
    "licence": ("营业执照.heic", "image/heic", hostile.heic),
    "account_proof": ("开户证明.pdf", "application/pdf", hostile_pdf.plain),
    "storefront": ("门头.png", "image/png", hostile.png),
}


def paper(slug: str) -> dict:
    """The file of this paper, as a file chooser hands it over."""
    name, media_type, make = KINDS.get(slug, (f"{slug}.jpg", "image/jpeg", lambda: hostile.phone_photo(6)))
    # A few bytes after the picture make every file its own, as photographs are.
    content = make() + (slug.encode() if media_type == "image/jpeg" else b"")
    return {"name": name, "mimeType": media_type, "buffer": content}
