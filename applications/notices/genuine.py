"""Whether a notice of a stop that somebody holds on paper is one of the bank's, and still counts."""

from __future__ import annotations

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from applications.models.notice import DeactivationNotice
from applications.models.notice_version import NoticeVersion
from config.kernel.genuine import Paper


def notice_paper(token: str) -> Paper | None:
    """The version printed with this token: valid while its notice stands and no later version replaces it."""
    versions = NoticeVersion.objects.filter(token=token).annotate(newest=Max("notice__versions__number"))
    found = versions.values_list("issued_at", "number", "newest", "notice__status").first()
    if found is None:
        return None
    issued_at, number, newest, status = found
    is_valid = number == newest and status != DeactivationNotice.Status.REVOKED
    return Paper(_("Notice of a stop"), issued_at, is_valid)
