"""Taking an upload in: arrived whole, free of viruses, judged by decoding, drawn anew, sealed, written down."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from config.files import judging, scanning
from config.files.keeping import Writing
from config.files.models import StoredFile
from config.files.names import display_name
from config.files.refusals import FileRefused, refusal, too_large
from config.kernel.policy import current_policy

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

__all__ = ["FileRefused", "receive"]

# A branch's account manager files for twenty merchants a day and more; a script that fills the disk stops here.
FILES_PER_DAY = 1000


def receive(upload: Any, *, by: "AbstractBaseUser", now: datetime) -> StoredFile:
    """Keep an uploaded file: original byte for byte, pictures also as an upright JPEG without metadata and a thumbnail.

    Raises FileRefused with a code of `refusals.SENTENCES`; then nothing was kept. Call it outside a transaction where
    you can: judging takes a third of a second, and a transaction would hold its locks for so long. When the caller's
    transaction fails later, the row goes with it and `tidy_files` removes the blobs.
    """
    policy = current_policy()
    content = _arrived(upload, limit=policy.upload_limit_bytes)
    _refuse_flood(by, now)
    scanned_at = now if scanning.is_on() else None
    scanning.scan(content)
    with Writing(content) as writing:
        judgement = judging.judge(content, max_pixels=policy.upload_pixel_limit)
        stored = StoredFile(
            display_name=display_name(upload.name, media_type=judgement.media_type),
            kind=judgement.kind,
            media_type=judgement.media_type,
            size=len(content),
            width=judgement.width,
            height=judgement.height,
            pages=judgement.pages,
            scanned_at=scanned_at,
            uploaded_by=by,
            uploaded_at=now,
        )
        writing.keep(stored, view=judgement.view, thumbnail=judgement.thumbnail)
    return stored


def refuse_what_did_not_arrive(upload: Any, *, limit: int) -> None:
    """Raise FileRefused for what needs no look inside: cut off on the way, empty, too large."""
    if getattr(upload, "interrupted", False):
        raise refusal("incomplete")
    if upload.size > limit:
        raise too_large(upload.size, limit=limit, content_type=getattr(upload, "content_type", ""))
    if not upload.size:
        raise refusal("empty")


def _arrived(upload: Any, *, limit: int) -> bytes:
    refuse_what_did_not_arrive(upload, limit=limit)
    try:
        upload.seek(0)
        content = upload.read(limit + 1)
    except (OSError, ValueError) as error:
        raise refusal("incomplete") from error
    if len(content) != upload.size:
        raise refusal("incomplete")
    return content


def _refuse_flood(by: "AbstractBaseUser", now: datetime) -> None:
    recent = StoredFile.objects.filter(uploaded_by=by, uploaded_at__gt=now - timedelta(hours=24))
    if recent.count() >= FILES_PER_DAY:
        raise refusal("quota", limit=FILES_PER_DAY)
