"""Putting a paper on file and taking it away."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from applications.models import Application, Document
from config.files.receiving import receive
from config.kernel.lifecycle import Refused
from config.kernel.policy import current_policy


def attach(registration: Application, paper: str, upload, *, by, now: datetime) -> Document:
    """Judge the upload and put it on file as this paper; what was there before stays on record as replaced.

    Raises `FileRefused` where the file is no good and `Refused` where the application takes no papers.
    """
    if registration.status not in registration.EDITABLE:
        raise Refused(_("This application is with the bank and cannot be edited now."), code="wrong_state")
    if registration.documents.count() >= current_policy().uploads_per_application:
        raise Refused(
            _("This application has too many files. Please ask your branch for help."), code="too_many"
        )
    stored_file = receive(upload, by=by, now=now)
    try:
        with registration.revising(by=by, now=now):
            registration.documents.current().filter(paper=paper).update(removed_at=now)
            return registration.documents.create(
                paper=paper, stored_file=stored_file, added_by=by, added_at=now
            )
    except Exception:
        # Handed in while it was judged: a photograph of somebody's papers must not stay behind without its application.
        stored_file.delete()
        raise


def detach(document: Document, *, by, now: datetime) -> None:
    """Take a paper away from its application; it stays on record as removed."""
    registration = document.application.as_kind()
    with registration.revising(by=by, now=now):
        registration.documents.current().filter(pk=document.pk).update(removed_at=now)
