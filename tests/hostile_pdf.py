"""PDF files for `tests.hostile`: papers as scanners and offices make them, and papers that act."""

import io
import zlib
from collections.abc import Callable
from functools import partial

import pikepdf
from pikepdf import Array, Dictionary, Name, String


def written(pdf: pikepdf.Pdf, **options) -> bytes:
    """The same bytes at every call: a PDF's ID is otherwise drawn from the clock, an encrypted one's always."""
    file = io.BytesIO()
    pdf.save(file, deterministic_id="encryption" not in options, **options)
    return file.getvalue()


def blank(pages: int = 1) -> pikepdf.Pdf:
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page(page_size=(595, 842))
    return pdf


def plain(pages: int = 1) -> bytes:
    return written(blank(pages))


def action(kind: str, **more) -> Dictionary:
    return Dictionary(Type=Name.Action, S=Name("/" + kind), **more)


def opening_with(thing: object) -> bytes:
    pdf = blank()
    pdf.Root.OpenAction = thing
    return written(pdf)


def link_with(thing: Dictionary) -> bytes:
    """A link on the page that does something when it is clicked."""
    pdf = blank()
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 100, 100]), A=thing)
    pdf.pages[0].Annots = Array([pdf.make_indirect(link)])
    return written(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def annotated_as(subtype: str) -> bytes:
    pdf = blank()
    pdf.pages[0].Annots = Array(
        [Dictionary(Type=Name.Annot, Subtype=Name("/" + subtype), Rect=Array([0, 0, 9, 9]))]
    )
    return written(pdf)


def script_by_name() -> bytes:
    pdf = blank()
    scripts = Array([String("a"), action("JavaScript", JS=pdf.make_stream(b"app.alert(1)"))])
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=scripts))
    return written(pdf)


def script_with_escaped_name() -> bytes:
    return opening_with(action("JavaScript", JS=String("app.alert(1)"))).replace(
        b"/JavaScript", b"/J#61vaScript"
    )


def script_that_nothing_points_to() -> bytes:
    """Loose in the file: a reader that repairs it may find another way there."""
    return link_with(
        action("URI", URI=String("https://bank.example"), Next=Array([action("JavaScript", JS=String("1"))]))
    )


def trigger_on_page() -> bytes:
    pdf = blank()
    pdf.pages[0].AA = Dictionary(O=action("Named", N=Name.NextPage))
    return written(pdf)


def file_inside() -> bytes:
    pdf = blank()
    pdf.attachments["evil.exe"] = b"MZ"
    return written(pdf)


def xfa() -> bytes:
    pdf = blank()
    pdf.Root.AcroForm = Dictionary(
        Fields=Array([]), XFA=pdf.make_stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>")
    )
    return written(pdf)


def signed() -> bytes:
    """A signature field with its value, as a signing office leaves it; kept byte for byte or it no longer verifies."""
    pdf = blank()
    value = Dictionary(
        Type=Name.Sig,
        Filter=Name("/Adobe.PPKLite"),
        SubFilter=Name("/adbe.pkcs7.detached"),
        ByteRange=Array([0, 10, 20, 30]),
        Contents=String("0" * 200),
    )
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=String("s"),
            V=pdf.make_indirect(value),
            Rect=Array([0, 0, 0, 0]),
        )
    )
    pdf.pages[0].Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=3)
    return written(pdf)


def fonts_with_telling_names() -> bytes:
    """Fonts and pictures called /JS, /AA and /Launch are nobody's script."""
    pdf = blank()
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    pdf.pages[0].Resources = Dictionary(Font=Dictionary(AA=font, JS=font, Launch=font))
    return written(pdf)


def locked(*, user: str = "", owner: str = "secret") -> bytes:
    return written(blank(), encryption=pikepdf.Encryption(user=user, owner=owner))


def with_stream(content: bytes, **entries) -> bytes:
    pdf = blank()
    pdf.pages[0].Contents = pdf.make_indirect(pikepdf.Stream(pdf, content, **entries))
    return written(pdf, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def flate_bomb() -> bytes:
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(bytes(1 << 22)) for _ in range(100)) + packer.flush()
    return with_stream(packed, Filter=Name.FlateDecode)


def twice_packed() -> bytes:
    packed = zlib.compress(zlib.compress(bytes(1 << 24)))
    return with_stream(packed, Filter=Array([Name.FlateDecode, Name.FlateDecode]))


def huge_picture() -> bytes:
    return with_stream(b"\0", Subtype=Name.Image, Width=100_000, Height=100_000)


def by_hand(*objects: bytes) -> bytes:
    """A file written object by object, for what no library would write."""
    content, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(content)
    size = len(objects) + 1
    content += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    return content + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)


CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"


def pages_in_a_circle() -> bytes:
    return by_hand(
        CATALOG,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Pages /Kids [2 0 R] /Parent 2 0 R /Count 1 >>",
    )


def pages_beyond_number() -> bytes:
    """Nine levels, each naming the next ten times: a thousand million pages in a kilobyte."""
    levels = [
        b"<< /Type /Pages /Count 1 /Kids [%s] >>" % (b"%d 0 R " % number * 10) for number in range(3, 12)
    ]
    return by_hand(CATALOG, *levels, b"<< /Type /Page /MediaBox [0 0 9 9] >>")


def table_of_contents_off() -> bytes:
    """An editor moved every object by a few bytes; readers mend it."""
    return plain().replace(b"%PDF-", b"%PDF-1.3\n%PDF-", 1)


def deeply_nested() -> bytes:
    return by_hand(
        b"<< /Type /Catalog /Pages 2 0 R /X %s 1 %s >>" % (b"[" * 100_000, b"]" * 100_000),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
    )


def many_objects() -> bytes:
    return by_hand(
        b"<< /Type /Catalog /Pages 2 0 R /X [%s] >>" % (b"[1]" * 400_000),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
    )


def followed_by(tail: bytes) -> bytes:
    return plain() + tail


def zip_whose_comment_ends_the_paper() -> bytes:
    """A ZIP archive to an archiver, a PDF to a reader: the archive's comment runs to the file's last byte."""
    tail = b"\n%%EOF\n"
    return plain() + b"PK\x05\x06" + bytes(16) + len(tail).to_bytes(2, "little") + tail


WEB = String("https://bank.example/")
FILES: list[tuple[str, Callable[[], bytes], str]] = [
    ("paper.pdf", plain, ""),
    ("paper-called.jpg", plain, ""),
    ("hundred-pages.pdf", partial(plain, 100), ""),
    ("signed.pdf", signed, ""),
    ("web-link.pdf", lambda: link_with(action("URI", URI=WEB)), ""),
    ("opens-at-page.pdf", lambda: opening_with(action("GoTo", D=Array([0, Name.Fit]))), ""),
    ("opens-at-place.pdf", lambda: opening_with(Array([0, Name.Fit])), ""),
    ("fonts-with-telling-names.pdf", fonts_with_telling_names, ""),
    ("table-of-contents-off.pdf", table_of_contents_off, ""),
    ("blank-lines-after.pdf", lambda: followed_by(b"\r\n\r\n\0\0"), ""),
    ("user-password.pdf", lambda: locked(user="secret"), "password"),
    ("restrictions.pdf", locked, "password"),
    ("script.pdf", lambda: opening_with(action("JavaScript", JS=String("app.alert(1)"))), "active_content"),
    ("script-by-name.pdf", script_by_name, "active_content"),
    ("script-escaped.pdf", script_with_escaped_name, "active_content"),
    ("script-after-link.pdf", script_that_nothing_points_to, "active_content"),
    ("launch.pdf", lambda: link_with(action("Launch", F=String("cmd.exe"))), "active_content"),
    ("submit.pdf", lambda: link_with(action("SubmitForm", F=WEB)), "active_content"),
    ("import.pdf", lambda: link_with(action("ImportData", F=String("a.fdf"))), "active_content"),
    ("other-file.pdf", lambda: link_with(action("GoToR", F=String("b.pdf"))), "active_content"),
    ("other-file-inside.pdf", lambda: link_with(action("GoToE", F=String("b.pdf"))), "active_content"),
    ("opens-web.pdf", lambda: opening_with(action("URI", URI=WEB)), "active_content"),
    ("trigger-on-page.pdf", trigger_on_page, "active_content"),
    ("file-inside.pdf", file_inside, "active_content"),
    ("file-pinned.pdf", lambda: annotated_as("FileAttachment"), "active_content"),
    ("rich-media.pdf", lambda: annotated_as("RichMedia"), "active_content"),
    ("xfa.pdf", xfa, "active_content"),
    ("101-pages.pdf", partial(plain, 101), "pages"),
    ("half.pdf", lambda: plain(9)[: len(plain(9)) // 2], "damaged"),
    ("head-only.pdf", lambda: b"%PDF-1.7\n", "damaged"),
    ("head-and-tail.pdf", lambda: b"%PDF-1.7\n%%EOF\n", "damaged"),
    ("no-pages.pdf", partial(plain, 0), "damaged"),
    ("pages-in-a-circle.pdf", pages_in_a_circle, "damaged"),
    ("pages-beyond-number.pdf", pages_beyond_number, "damaged"),
    ("deeply-nested.pdf", deeply_nested, "damaged"),
    ("many-objects.pdf", many_objects, "damaged"),
    ("flate-bomb.pdf", flate_bomb, "damaged"),
    ("twice-packed.pdf", twice_packed, "damaged"),
    ("huge-picture.pdf", huge_picture, "pixels"),
    ("zip-after.pdf", lambda: followed_by(b"PK\x03\x04" + bytes(60) + b"PK\x05\x06" + bytes(18)), "damaged"),
    ("zip-around.pdf", zip_whose_comment_ends_the_paper, "damaged"),
    ("html-after.pdf", lambda: followed_by(b"<script>alert(1)</script>"), "damaged"),
    ("html-before.pdf", lambda: b"<script>alert(1)</script>\n" + plain(), "type"),
]
