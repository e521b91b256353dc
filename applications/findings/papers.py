"""The same file twice: in another party's application, or for two papers of this one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from applications.findings.finding import WHOLE, Finding, of_paper, ok, warn
from applications.models.document import Document

if TYPE_CHECKING:
    from applications.models.registration import Registration

MOST_READ = 20


def same_papers(case: Registration, documents: list[Document]) -> Iterator[Finding]:
    """Every paper of the case that is, byte for byte, another party's or another paper; one query."""
    by_digest: dict[str, list[Document]] = {}
    for document in documents:
        by_digest.setdefault(document.stored_file.sha256, []).append(document)
    found = [*_twice_here(by_digest), *_elsewhere(case, by_digest)]
    yield from found
    if documents and not found:
        yield ok("papers_unshared", WHOLE, _("No paper was sent in another application"))


def _twice_here(by_digest: dict[str, list[Document]]) -> Iterator[Finding]:
    for first, *others in by_digest.values():
        for other in others:
            said = _("The same file as “%(paper)s”") % {"paper": first.get_paper_display()}
            yield warn("paper_twice", of_paper(other.paper), said)


def _elsewhere(case: Registration, by_digest: dict[str, list[Document]]) -> Iterator[Finding]:
    """A party may send its own licence again. A draft that was never filed is its applicant's own affair."""
    others = Document.objects.filter(
        stored_file__sha256__in=list(by_digest), application__submitted_at__isnull=False
    )
    others = others.exclude(application=case.pk).exclude(application__applicant=case.applicant_id)
    if case.merchant_id:
        others = others.exclude(application__merchant=case.merchant_id)
    said = _("The same file as “%(paper)s” of application %(number)s")
    told = set()
    for other in others.select_related("application", "stored_file").order_by("pk")[:MOST_READ]:
        for document in by_digest[other.stored_file.sha256]:
            number = other.application.number
            if (document.paper, number) in told:
                continue
            told.add((document.paper, number))
            words = {"paper": other.get_paper_display(), "number": number}
            yield warn("paper_used_elsewhere", of_paper(document.paper), said % words, (number,))
