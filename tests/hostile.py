"""Files that are up to something, and good files that look as if they were. Made here, none is supplied.

`FILES` is the table: what it is called, how it is made, and the code it is refused with ("" for a good one).
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import pillow_heif
from PIL import Image, ImageCms, ImageDraw

from tests import hostile_pdf

pillow_heif.register_heif_opener()

MARK = b"<script>alert('SECRET-MARK')</script>"
HTML = b"<!doctype html><html><body><script>alert(1)</script></body></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
RED, GREEN, BLUE, WHITE = (200, 30, 30), (30, 160, 30), (30, 30, 200), (255, 255, 255)


class Sample(NamedTuple):
    name: str
    make: Callable[[], bytes]
    refused: str = ""


def drawing(width: int = 1200, height: int = 900, mode: str = "RGB") -> Image.Image:
    """A landscape whose corners tell where up is: red above left, green above right, blue below left, white below right."""
    picture = Image.new("RGB", (width, height), (128, 128, 128))
    pen = ImageDraw.Draw(picture)
    w, h = width // 4, height // 4
    for corner, colour in (
        ((0, 0), RED),
        ((width - w, 0), GREEN),
        ((0, height - h), BLUE),
        ((width - w, height - h), WHITE),
    ):
        pen.rectangle((*corner, corner[0] + w, corner[1] + h), fill=colour)
    return picture.convert(mode)


def saved(picture: Image.Image, form: str, **options) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


@cache
def jpeg(width: int = 1200, height: int = 900, mode: str = "RGB") -> bytes:
    return saved(drawing(width, height, mode), "JPEG", quality=88)


@cache
def png(width: int = 1200, height: int = 900, mode: str = "RGB") -> bytes:
    return saved(drawing(width, height, mode), "PNG")


@cache
def heic() -> bytes:
    return saved(drawing(), "HEIF", quality=60)


def exif(*, orientation: int = 1) -> Image.Exif:
    """What a phone writes: which side is up, where and when the photograph was taken, with what."""
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x010F] = "SECRET-MARK phone"
    place = data.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (31.0, 14.0, 11.0), "E", (121.0, 28.0, 33.0)
    return data


def phone_photo(orientation: int) -> bytes:
    """A photograph that is upright only when its orientation is applied."""
    undo = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    lying = drawing().transpose(undo[orientation])
    return saved(lying, "JPEG", quality=88, exif=exif(orientation=orientation))


def with_comment() -> bytes:
    """HTML in a COM segment: it survives a re-encoding by Pillow unless `info` is cleared."""
    return saved(drawing(), "JPEG", quality=88, comment=MARK)


def mpo() -> bytes:
    """Two frames, as phones write them: the second one is not what the paper looks like."""
    return saved(drawing(), "MPO", save_all=True, append_images=[Image.new("RGB", (1200, 900), RED)])


def mpo_with_broken_index() -> bytes:
    """An editor rewrote the photograph and left the index of frames pointing nowhere; the first frame is good."""
    return mpo().replace(b"MPF\x00II*\x00", b"MPF\x00II*\x01", 1)


def jpeg_with_profile() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return saved(drawing(), "JPEG", quality=88, icc_profile=profile)


def jpeg_with_broken_exif() -> bytes:
    return saved(drawing(), "JPEG", quality=88, exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\xff" * 40)


def jpeg_header_of(width: int, height: int) -> bytes:
    """A small photograph whose header claims other measures."""
    content = jpeg(640, 640)
    return content.replace(struct.pack(">HH", 640, 640), struct.pack(">HH", height, width), 1)


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as contents:
        contents.writestr("index.html", HTML)
    return file.getvalue()


def chunk(kind: bytes, content: bytes, *, wrong: bool = False) -> bytes:
    check = zlib.crc32(kind + content) ^ wrong
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)


def png_with(extra: bytes) -> bytes:
    """A good PNG with one more chunk before its picture."""
    content = png()
    return content[:33] + extra + content[33:]


def png_with_wrong_checksum() -> bytes:
    """The picture's own checksum is wrong: `load()` does not notice."""
    content = bytearray(png())
    start = content.index(b"IDAT") - 4
    (length,) = struct.unpack(">I", content[start : start + 4])
    content[start + 8 + length] ^= 0xFF
    return bytes(content)


def png_bomb() -> bytes:
    """144 million pixels in 20 KB: Pillow only warns."""
    return saved(Image.new("1", (12_000, 12_000)), "PNG")


def png_of_16_bits() -> bytes:
    return saved(Image.new("I;16", (1200, 900), 0x8000), "PNG")


def png_see_through() -> bytes:
    """Black where it cannot be seen: careless flattening turns the paper black."""
    picture = Image.new("RGBA", (1200, 900), (0, 0, 0, 0))
    picture.paste(drawing(600, 450), (0, 0))
    return saved(picture, "PNG")


def png_palette_see_through() -> bytes:
    return saved(drawing().quantize(16), "PNG", transparency=0)


def animated_png() -> bytes:
    return saved(drawing(), "PNG", save_all=True, append_images=[Image.new("RGB", (1200, 900), RED)])


def heic_lying() -> bytes:
    """Turned by the container, as phones do it; what EXIF says as well must not turn it twice."""
    lying = drawing().transpose(Image.Transpose.ROTATE_90)
    return saved(lying, "HEIF", quality=60, exif=exif(orientation=6).tobytes())


def fits() -> bytes:
    cards = [
        "SIMPLE  =                    T",
        "BITPIX  =                    8",
        "NAXIS   =                    2",
    ]
    cards += ["NAXIS1  =                 1200", "NAXIS2  =                  900", "END"]
    return "".join(card.ljust(80) for card in cards).ljust(2880).encode() + bytes(1200 * 900)


def psd() -> bytes:
    header = b"8BPS" + struct.pack(">H6xHIIHH", 1, 3, 900, 1200, 8, 3)
    return header + bytes(4 + 4 + 4) + b"\0\0" + bytes(1200 * 900 * 3)


def eps() -> bytes:
    return b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1200 900\n%%EndComments\n(/etc/passwd) (r) file\n%%EOF\n"


GOOD_PICTURES = [
    Sample("photo.jpg", jpeg),
    Sample("photo-progressive.jpg", lambda: saved(drawing(), "JPEG", progressive=True)),
    Sample("photo-grey.jpg", lambda: jpeg(mode="L")),
    Sample("photo-cmyk.jpg", lambda: jpeg(mode="CMYK")),
    Sample("phone-lying-left.jpg", lambda: phone_photo(6)),
    Sample("phone-lying-right.jpg", lambda: phone_photo(8)),
    Sample("phone-upside-down.jpg", lambda: phone_photo(3)),
    Sample("phone-mpo.jpg", mpo),
    Sample("edited-mpo.jpg", mpo_with_broken_index),
    Sample("html-in-comment.jpg", with_comment),
    Sample("colour-profile.jpg", jpeg_with_profile),
    Sample("broken-exif.jpg", jpeg_with_broken_exif),
    Sample("photo-then-html.jpg", lambda: jpeg() + HTML),
    Sample("photo-then-zip.jpg", lambda: jpeg() + archive()),
    Sample("photo-then-pdf.jpg", lambda: jpeg() + hostile_pdf.plain()),
    Sample("exactly-600.jpg", lambda: jpeg(800, 600)),
    Sample("fifty-megapixels.jpg", lambda: jpeg(8192, 6144)),
    Sample("scan.png", png),
    Sample("scan-palette.png", lambda: png(mode="P")),
    Sample("scan-palette-see-through.png", png_palette_see_through),
    Sample("scan-black-and-white.png", lambda: png(mode="1")),
    Sample("scan-16-bit.png", png_of_16_bits),
    Sample("scan-see-through.png", png_see_through),
    Sample("scan-with-text.png", lambda: png_with(chunk(b"tEXt", b"Comment\0" + MARK))),
    Sample("animated.png", animated_png),
    Sample("photo.heic", heic),
    Sample("photo-lying.heic", heic_lying),
    Sample("photo-called.pdf", jpeg),
    Sample("photo-called.exe", png),
    Sample("no-extension", heic),
]
HOSTILE_PICTURES = [
    Sample("nothing.jpg", lambda: b"", "empty"),
    Sample("zeros.jpg", lambda: bytes(65_536), "type"),
    Sample("words.jpg", lambda: b"just words" * 100, "type"),
    Sample("page.jpg", lambda: HTML, "type"),
    Sample("drawing.svg", lambda: SVG, "type"),
    Sample("drawing.png", lambda: SVG, "type"),
    Sample("picture.gif", lambda: saved(drawing(mode="P"), "GIF"), "type"),
    Sample("gif-called.jpg", lambda: saved(drawing(mode="P"), "GIF"), "type"),
    Sample("gif-and-javascript.jpg", lambda: b"GIF89a=1;alert(1)//" + bytes(100), "type"),
    Sample("bmp-called.jpg", lambda: saved(drawing(), "BMP"), "type"),
    Sample("tiff-called.jpg", lambda: saved(drawing(), "TIFF"), "type"),
    Sample("webp-called.jpg", lambda: saved(drawing(), "WEBP"), "type"),
    Sample("avif-called.heic", lambda: saved(drawing(), "AVIF"), "type"),
    Sample("eps-called.jpg", eps, "type"),
    Sample("fits-called.jpg", fits, "type"),
    Sample("psd-called.jpg", psd, "type"),
    Sample("zip-called.jpg", archive, "type"),
    Sample("program-called.jpg", lambda: b"MZ\x90\0" + bytes(4096), "type"),
    Sample("html-then-photo.jpg", lambda: HTML + jpeg(), "type"),
    Sample("half.jpg", lambda: jpeg()[: len(jpeg()) // 2], "damaged"),
    Sample("head-only.jpg", lambda: jpeg()[:300], "damaged"),
    Sample("three-bytes.jpg", lambda: b"\xff\xd8\xff", "damaged"),
    Sample("photo-start-then-html.jpg", lambda: b"\xff\xd8\xff\xe0" + HTML, "damaged"),
    Sample("half.png", lambda: png()[: len(png()) // 2], "damaged"),
    Sample("wrong-checksum.png", png_with_wrong_checksum, "damaged"),
    Sample("wrong-checksum-of-text.png", lambda: png_with(chunk(b"tEXt", b"a\0b", wrong=True)), "damaged"),
    Sample(
        "text-bomb.png",
        lambda: png_with(chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(50_000_000)))),
        "damaged",
    ),
    Sample("half.heic", lambda: heic()[: len(heic()) // 2], "damaged"),
    Sample("head-only.heic", lambda: heic()[:64], "damaged"),
    Sample("144-megapixels.png", png_bomb, "pixels"),
    Sample("claims-3600-megapixels.jpg", lambda: jpeg_header_of(60_000, 60_000), "pixels"),
    Sample("claims-more-than-it-has.jpg", lambda: jpeg_header_of(6_000, 6_000), "damaged"),
    Sample("small.jpg", lambda: jpeg(640, 480), "too_small"),
    Sample("narrow.png", lambda: png(3000, 200), "too_small"),
    Sample("one-pixel.png", lambda: png(1, 1), "too_small"),
]
PAPERS = [Sample(name, make, refused) for name, make, refused in hostile_pdf.FILES]
FILES = [*GOOD_PICTURES, *HOSTILE_PICTURES, *PAPERS]

# Names as they may arrive, and as they are shown.
NAMES = [
    ("营业执照.jpg", "营业执照.jpg"),
    ("a" * 300 + ".jpg", "a" * 146 + ".jpg"),
    ("执" * 300 + ".JPEG", "执" * 145 + ".JPEG"),
    ("x." + "y" * 300, ("x." + "y" * 300)[:150]),
    ("../../etc/passwd", "passwd"),
    ("..\\..\\boot.ini", "boot.ini"),
    ("/etc/cron.d/evil.jpg", "evil.jpg"),
    ("C:\\照片\\正面.png", "正面.png"),
    ("line\r\nSet-Cookie: a=b.jpg", "lineSet-Cookie: a=b.jpg"),
    ("nul\0.php.jpg", "nul.php.jpg"),
    ("gpj.\u202egnp.exe", "gpj.gnp.exe"),
    ("zero\u200bwidth\ufeff.jpg", "zerowidth.jpg"),
    ("e\u0301.jpg", "é.jpg"),
    ("lone\ud800.jpg", "lone.jpg"),
    ("para\u2029graph.jpg", "paragraph.jpg"),
    ("<script>alert(1)</script>.jpg", "script>.jpg"),
    ('quote".jpg', 'quote".jpg'),
    ("  spaced   out .jpg ", "spaced out .jpg"),
    (".htaccess", "htaccess"),
    ("...", "file.jpg"),
    ("", "file.jpg"),
    ("\u202e\u200b", "file.jpg"),
    (None, "file.jpg"),
]
