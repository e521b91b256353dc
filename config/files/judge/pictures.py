"""Judging photographs and drawing them anew: upright, as JPEG, with nothing in it but the picture."""

import io
from concurrent.futures import ThreadPoolExecutor

import pillow_heif
from PIL import Image, MpoImagePlugin, UnidentifiedImageError  # noqa: F401 - MPO is loaded before limits forbid it

from config.files.judge import limits
from config.files.judge.verdict import Unfit, Verdict

# Pillow opens 44 formats unless told otherwise, some of them through other programs; a phone's MPO opens as JPEG.
FORMATS = ("JPEG", "PNG", "HEIF")
MEDIA_TYPES = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "HEIF": "image/heic"}
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def load_decoders() -> None:
    """Have every decoder in memory before the first file, so that the limited children load nothing."""
    Image.preinit()
    pillow_heif.register_heif_opener(thumbnails=False)
    pillow_heif.options.DECODE_THREADS = 1
    # Pillow's own check names no measures; `refuse_wrong_measures` runs before anything is decoded, and again after.
    Image.MAX_IMAGE_PIXELS = None


def judge(content: bytes, *, max_pixels: int) -> Verdict:
    """A picture's verdict with its view and thumbnail. Raises Unfit; any other error means that it is damaged."""
    picture, media_type = opened(content)
    width, height = measures = picture.size
    refuse_wrong_measures(*measures, max_pixels=max_pixels)
    # Decoding does not see a wrong checksum in a PNG, checksums do not see half a JPEG: both are asked.
    opened(content)[0].verify()
    if media_type == "image/jpeg":
        refuse_more_blocks_than_bits(*measures, content)
        # Huge photographs are decoded at half the side. JPEG only: HEIF would answer with a thumbnail of its sender's choice.
        picture.draft(None, within(measures, limits.VIEW_SIDE))
    picture.load()
    if media_type == "image/heic" and picture.size != measures:
        raise Unfit("damaged")
    turn = orientation_of(picture)
    view = upright(fitted(plain(picture), limits.VIEW_SIDE), turn)
    with ThreadPoolExecutor(1) as other_hand:  # the second core draws the thumbnail while the first encodes
        thumbnail = other_hand.submit(lambda: as_jpeg(fitted(view, limits.THUMBNAIL_SIDE)))
        drawn = as_jpeg(view)
    if turn >= 5:  # from 5 on EXIF's orientations lie on their side
        width, height = height, width
    facts = {"kind": "image", "media_type": media_type, "width": width, "height": height}
    return Verdict(facts=facts, view=drawn, thumbnail=thumbnail.result())


def opened(content: bytes) -> tuple[Image.Image, str]:
    """The picture with its header read and nothing decoded, and what it truly is."""
    try:
        picture = Image.open(io.BytesIO(content), formats=FORMATS)
    except UnidentifiedImageError as error:
        raise Unfit("damaged" if begins_like_a_picture(content) else "type") from error
    return picture, MEDIA_TYPES[picture.format or ""]


def begins_like_a_picture(content: bytes) -> bool:
    is_heic = content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS
    return is_heic or content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))


def refuse_wrong_measures(width: int, height: int, *, max_pixels: int) -> None:
    if width * height > max_pixels:
        raise Unfit("pixels", width=width, height=height, limit=max_pixels // 1_000_000)
    if min(width, height) < limits.MIN_SHORT_SIDE:
        raise Unfit("too_small", width=width, height=height, limit=limits.MIN_SHORT_SIDE)


def refuse_more_blocks_than_bits(width: int, height: int, content: bytes) -> None:
    """Each block of 8 x 8 pixels takes a JPEG at least one bit; decoders fill what is missing with grey and say nothing."""
    if (width // 8) * (height // 8) > len(content) * 8:
        raise Unfit("damaged")


def orientation_of(picture: Image.Image) -> int:
    """EXIF's orientation, 1 (upright) where there is none or the metadata is broken: people still see the paper."""
    try:
        turn = picture.getexif().get(ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - metadata is not what the file is judged by
        return 1
    return turn if turn in TURNS else 1


def plain(picture: Image.Image) -> Image.Image:
    """The picture in grey or RGB; what is transparent becomes white, as on paper."""
    if picture.mode in {"L", "RGB"} and "transparency" not in picture.info:
        return picture
    if picture.mode.startswith(("I", "F")):
        return picture.convert("I").point(lambda depth: depth / 256).convert("L")
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        paper = Image.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture.getchannel("A"))
        return paper
    return picture.convert("RGB")


def fitted(picture: Image.Image, side: int) -> Image.Image:
    """The picture with no side longer than `side`; itself when it fits already."""
    size = within(picture.size, side)
    if size == picture.size:
        return picture
    return picture.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def within(size: tuple[int, int], side: int) -> tuple[int, int]:
    width, height = size
    scale = min(1.0, side / max(size))
    return max(1, round(width * scale)), max(1, round(height * scale))


def upright(picture: Image.Image, turn: int) -> Image.Image:
    return picture.transpose(TURNS[turn]) if turn in TURNS else picture


def as_jpeg(picture: Image.Image) -> bytes:
    """A JPEG that carries the picture alone: Pillow would write comments, profiles and more back from `info`."""
    picture.info.clear()
    drawn = io.BytesIO()
    picture.save(drawn, "JPEG", quality=limits.JPEG_QUALITY)
    return drawn.getvalue()
