"""Judging PDF files by their objects. A PDF is kept as it was sent: writing it anew would break its signatures."""

import io
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf

from config.files.judge import limits
from config.files.judge.verdict import Unfit, Verdict

# Actions that run, fetch, send or open something. Going to a page, a web address or a named page turn is harmless.
ACTIVE_ACTIONS = {
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie", "/Sound",
    "/RichMediaExecute", "/GoTo3DView",
}  # fmt: skip
ACTIVE_ANNOTATIONS = {"/RichMedia", "/FileAttachment", "/3D", "/Movie", "/Sound", "/Screen"}
ACTIVE_KEYS = {
    "/XFA",
    "/EmbeddedFiles",
    "/EmbeddedFile",
    "/EF",
    "/JavaScript",
    "/RichMediaContent",
    "/RichMediaSettings",
}
COMPRESSIONS = {"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"}
FLATE = {"/FlateDecode", "/Fl"}
CONTAINERS = (pikepdf.Dictionary, pikepdf.Stream, pikepdf.Array)
# A ZIP's end record: signature, 16 bytes, length of the comment that fills the rest of the file.
ZIP_END = b"PK\x05\x06"


def looks_like_pdf(content: bytes) -> bool:
    return content.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n\t \0")[:5] == b"%PDF-"


def judge(content: bytes, *, max_pixels: int) -> Verdict:
    """A PDF's verdict. Raises Unfit; any other error means that it is damaged."""
    refuse_foreign_data(content)
    try:
        # A wrong table of contents is mended while reading, as every reader does; a cut-off end was refused above.
        pdf = pikepdf.open(io.BytesIO(content), suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise Unfit("password") from error
    with pdf:
        if pdf.is_encrypted:
            raise Unfit("password")
        pages = count_pages(pdf)
        refuse_active_content(pdf)
        refuse_what_swells(pdf, max_pixels=max_pixels)
        return Verdict(facts={"kind": "pdf", "media_type": "application/pdf", "pages": pages})


def refuse_foreign_data(content: bytes) -> None:
    """Nothing but white space follows the last %%EOF, and the file is not a ZIP archive at the same time."""
    end = content.rfind(b"%%EOF")
    if end < 0 or content[end + 5 :].strip(b"\r\n\t\f \0"):
        raise Unfit("damaged")
    archive = content.rfind(ZIP_END)
    if 0 <= archive <= len(content) - 22:
        comment = int.from_bytes(content[archive + 20 : archive + 22], "little")
        if archive + 22 + comment == len(content):
            raise Unfit("damaged")


def count_pages(pdf: pikepdf.Pdf) -> int:
    """The number of pages, from one to the limit; a page tree that returns to itself is damaged."""
    pages, seen, waiting = 0, set(), [pdf.Root.Pages]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, pikepdf.Dictionary) or (node.is_indirect and node.objgen in seen):
            raise Unfit("damaged")
        seen.add(node.objgen)
        if "/Kids" in node:
            waiting.extend(node.Kids)
        else:
            pages += 1
        if pages > limits.MAX_PAGES:
            raise Unfit("pages", limit=limits.MAX_PAGES)
        if len(seen) + len(waiting) > limits.MAX_PDF_NODES:
            raise Unfit("damaged")
    if not pages:
        raise Unfit("damaged")
    return pages


def refuse_active_content(pdf: pikepdf.Pdf) -> None:
    """Look at every dictionary in the file, wherever it hangs; names are compared after `#` escapes are undone."""
    opening = pdf.Root.get("/OpenAction")
    if isinstance(opening, pikepdf.Dictionary) and opening.get("/S") != "/GoTo":
        raise Unfit("active_content")
    for thing in every_dictionary(pdf):
        if is_active(thing):
            raise Unfit("active_content")


def is_active(thing: Any) -> bool:
    keys = set(thing.keys())
    if keys & ACTIVE_KEYS or name_in(thing, "/Type") == "/EmbeddedFile":
        return True
    if name_in(thing, "/S") in ACTIVE_ACTIONS or name_in(thing, "/Subtype") in ACTIVE_ANNOTATIONS:
        return True
    # A font or picture may be called /AA or /JS in a page's resources; triggers hold actions, scripts are texts or streams.
    if "/JS" in keys and isinstance(thing["/JS"], (pikepdf.String, pikepdf.Stream)):
        return True
    triggers = thing.get("/AA")
    return isinstance(triggers, pikepdf.Dictionary) and name_in(triggers, "/Type") != "/Font"


def every_dictionary(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary and stream of the file once: indirect objects by the file's own list, so that no loop can hold us."""
    looked_at = 0
    for top in (pdf.trailer, *pdf.objects):
        waiting = [top]
        while waiting:
            thing = waiting.pop()
            if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
                yield thing
                inside = [value for _, value in thing.items()]
            else:
                inside = list(thing) if isinstance(thing, pikepdf.Array) else []
            looked_at += 1 + len(inside)
            if looked_at > limits.MAX_PDF_NODES:
                raise Unfit("damaged")
            waiting.extend(
                value for value in inside if isinstance(value, CONTAINERS) and not value.is_indirect
            )


def refuse_what_swells(pdf: pikepdf.Pdf, *, max_pixels: int) -> None:
    """No stream unpacks without bound, and no picture inside has more pixels than a poster scanned in colour."""
    room = limits.MAX_UNPACKED_BYTES
    for thing in pdf.objects:
        if not isinstance(thing, pikepdf.Stream):
            continue
        if name_in(thing, "/Subtype") == "/Image":
            refuse_huge_picture(thing, max_pixels=4 * max_pixels)
        filters = filters_of(thing)
        if sum(name in COMPRESSIONS for name in filters) > 1:
            raise Unfit("damaged")  # packed twice: no program that makes papers does it, every bomb does
        if filters and filters[0] in FLATE:
            room -= unpacked_size(thing.read_raw_bytes(), at_most=room)


def refuse_huge_picture(picture: Any, *, max_pixels: int) -> None:
    width, height = int(picture.get("/Width", 0)), int(picture.get("/Height", 0))
    if width * height > max_pixels:
        raise Unfit("pixels", width=width, height=height, limit=max_pixels // 1_000_000)


def filters_of(stream: Any) -> list[str]:
    filters = stream.get("/Filter", [])
    return [str(name) for name in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]


def unpacked_size(packed: bytes, *, at_most: int) -> int:
    """How many bytes the stream unpacks to, found without keeping them."""
    unpacker, size = zlib.decompressobj(), 0
    while packed and not unpacker.eof:
        size += len(unpacker.decompress(packed, 1 << 20))
        packed = unpacker.unconsumed_tail
        if size > at_most:
            raise Unfit("damaged")
    return size


def name_in(thing: Any, key: str) -> str:
    value = thing.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""
