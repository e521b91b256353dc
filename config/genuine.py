"""The public page behind the codes on the bank's papers: slips, notices, receipts, all asked in one place.

A room that prints papers adds its question to `ISSUERS`: it answers a `Paper` for a token that it drew, and None for any other.
A token is 32 random bytes, so nobody comes upon one by trying.
"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from applications.notices.genuine import notice_paper
from config.kernel.genuine import Paper
from terminals.codes import slip_paper
from terminals.returns.receipts import paper_of as return_receipt
from terminals.returns.violations import paper_of as violation_decision

ISSUERS: tuple[Callable[[str], Paper | None], ...] = (
    slip_paper,
    notice_paper,
    return_receipt,
    violation_decision,
)


@login_not_required
@require_GET
@never_cache
def paper_check(request: HttpRequest, token: str) -> HttpResponse:
    """Valid, no longer valid or unknown, with kind and date. Says nothing of whom the paper was given to."""
    paper = next((found for ask in ISSUERS if (found := ask(token))), None)
    response = render(request, "genuine.html", {"paper": paper})
    response["X-Robots-Tag"] = "noindex"
    return response
