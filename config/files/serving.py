"""Handing a stored file out. The caller has decided that this person may see it; here the look is recorded first."""

import hashlib
import logging
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header

from config.files import scanning
from config.files.models import StoredFile
from config.files.names import download_name
from config.files.refusals import FileRefused
from config.kernel.audit import record_access

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

VARIANTS = {"view", "original", "thumbnail"}
JPEG = "image/jpeg"

logger = logging.getLogger(__name__)


class BlobDamaged(Exception):
    """A stored file is not there, or not what was stored."""


def send(
    request: HttpRequest,
    stored_file: StoredFile,
    *,
    variant: str = "view",
    by: "AbstractBaseUser",
    now: datetime,
    purpose: str,
    watermark: bool = False,
    detail: dict[str, Any] | None = None,
) -> HttpResponse:
    """Answer with the file's bytes, after an AccessRecord for `purpose` is written with what is sent and `detail`.

    `view` and `thumbnail` of a picture are the JPEGs we drew and are shown in the page, with `watermark` under the reader's
    name and the moment. Originals and PDFs are what a stranger sent: they go unmarked, as attachments to the reader's own
    program, and never run in the portal's origin; browsers do not show a PDF under a sandboxing policy anyway. `view` of a
    PDF is its original, and is recorded as such. What was damaged at rest is not sent.
    """
    if variant not in VARIANTS or (variant == "thumbnail" and not stored_file.is_image):
        raise Http404
    drawn = stored_file.is_image and variant != "original"
    sent = variant if drawn else "original"
    looked_at = {"variant": sent} | ({"watermark": True} if watermark and drawn else {})
    record_access(purpose, by=by, now=now, subject=stored_file, detail=looked_at | (detail or {}))
    try:
        _refuse_unscanned(stored_file)
        content = _content(stored_file, sent)
    except BlobDamaged as error:
        logger.error("Stored file %s: %s", stored_file.pk, error)
        return closed(render(request, "files/damaged.html", {"stored_file": stored_file}, status=410))
    except FileRefused as refused:
        return closed(render(request, "files/damaged.html", {"refused": refused}, status=410))
    if watermark and drawn:
        from config.files.watermark import mark_of, marked  # noqa: PLC0415 - 4 MiB that draw, for marks alone

        content = marked(content, mark_of(by, now))
    media_type = JPEG if drawn else stored_file.media_type
    response = HttpResponse(content, content_type=media_type)
    filename = download_name(stored_file.display_name, media_type=media_type)
    response["Content-Disposition"] = content_disposition_header(not drawn, filename) or ""
    return _sandboxed(response)


def send_letter(pdf: bytes, *, name: str) -> HttpResponse:
    """Answer with a letter that was typeset for this answer alone: to the reader's own program, into no cache, kept nowhere."""
    response = HttpResponse(pdf, content_type=StoredFile.MediaType.PDF)
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return _sandboxed(response)


def original_content(stored_file: StoredFile) -> bytes:
    """The file as it was sent, for work inside the portal. Raises BlobDamaged. Records nothing: no person sees it."""
    return _content(stored_file, "original")


def _content(stored_file: StoredFile, variant: str) -> bytes:
    blob, digest = {
        "original": (stored_file.original_blob, stored_file.sha256),
        "view": (stored_file.view_blob, stored_file.view_sha256),
        "thumbnail": (stored_file.thumbnail_blob, stored_file.thumbnail_sha256),
    }[variant]
    try:
        with default_storage.open(blob) as file:
            content = file.read()
    except Exception as error:
        raise BlobDamaged(f"{variant} cannot be read: {error!r}") from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise BlobDamaged(f"{variant} is not what was stored")
    return content


def _refuse_unscanned(stored_file: StoredFile) -> None:
    """A file taken in before a scanner was configured is scanned each time it is asked for: a GET writes no verdict."""
    if scanning.is_on() and stored_file.scanned_at is None:
        scanning.scan(original_content(stored_file))


def _sandboxed(response: HttpResponse) -> HttpResponse:
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return closed(response)


def closed(response: HttpResponseBase) -> Any:
    """The answer as one that no cache keeps and no other site reads."""
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
