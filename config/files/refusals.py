"""Why a file is not taken: one sentence per reason, each says what to do next."""

import math
from typing import Any

from django.utils.translation import gettext_lazy as _

from config.kernel.lifecycle import Refused

MEGABYTE = 1024 * 1024

SENTENCES = {
    "type": _(
        "This is not a JPG, PNG or HEIC photo or a PDF. Take a photo of the paper, or save it as a PDF."
    ),
    "size": _("The file is %(size)s MB, over %(limit)s MB. Make it smaller or choose another."),
    "size_photo": _("The photo is %(size)s MB, over %(limit)s MB. Take it again or choose another."),
    "empty": _("The file is empty (0 bytes). Choose another."),
    "damaged": _("The file is damaged and cannot be opened. Take the photo again, or save the PDF again."),
    "password": _(
        "The PDF is protected by a password or restrictions. Save it without protection and upload that."
    ),
    "pixels": _(
        "The picture has %(width)s × %(height)s pixels, more than %(limit)s million. "
        "Take it again in the camera's normal mode."
    ),
    "too_small": _(
        "The picture has only %(width)s × %(height)s pixels, the shorter side needs at least %(limit)s. "
        "Move closer and take it again."
    ),
    "pages": _("The PDF has more than %(limit)s pages. Keep only the pages that are asked for."),
    "active_content": _(
        "The PDF contains scripts, attached files or other active content. Print it to a new PDF and upload that."
    ),
    "virus": _(
        "A virus was found in the file. It was not kept. Check the device it comes from and choose another file."
    ),
    "incomplete": _("The file did not arrive whole. Check the connection and upload it again."),
    "scanner": _(
        "Files cannot be checked for viruses at the moment. Nothing was kept; upload it again in a few minutes."
    ),
    "busy": _("Many files are being checked at the moment. Nothing was kept; upload it again in a minute."),
    "storage": _("Files cannot be stored at the moment. Nothing was kept; upload it again in a few minutes."),
    "quota": _("At most %(limit)s files can be uploaded within 24 hours. Upload the rest tomorrow."),
}


class FileRefused(Refused):
    """A file that is not taken. `code` is the reason for machines, `sentence` the one for the person who sent it."""

    def __init__(self, code: str, sentence: str, **params: Any) -> None:
        super().__init__(sentence, code=code, **params)


def refusal(code: str, **params: Any) -> FileRefused:
    """The refusal for a reason of `SENTENCES`, in the reader's language; `size_photo` words the reason `size`."""
    return FileRefused(code.removesuffix("_photo"), SENTENCES[code] % params, **params)


def too_large(size: int, *, limit: int, content_type: str | None = "") -> FileRefused:
    """The refusal of a file of `size` bytes; rounded up, so that it never reads as if it were within the limit."""
    megabytes = math.ceil(size / MEGABYTE * 10) / 10
    code = "size_photo" if (content_type or "").startswith("image/") else "size"
    return refusal(code, size=f"{megabytes:.1f}", limit=limit // MEGABYTE)
