"""Which messages a person wants by e-mail and SMS."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config.accounts.models import User
from config.accounts.proof import person_of
from config.kernel import clock
from config.kernel.idempotency import idempotent
from config.kernel.message_kinds import KINDS, Channel
from config.kernel.own_switches import OUTSIDE, always_comes, choose, offered

WANTED = "wanted"


@dataclass(frozen=True)
class Box:
    value: str
    label: str
    is_on: bool


@require_http_methods(["GET", "POST"])
@idempotent
def own_messages(request: HttpRequest) -> HttpResponse:
    """The switches, and what was chosen of them. Names that no switch has change nothing."""
    if request.method == "POST":
        chosen = {
            (kind, way) for kind, _colon, way in (v.partition(":") for v in request.POST.getlist(WANTED))
        }
        choose(person_of(request), chosen, now=clock.now())
        messages.success(request, _("Your choice holds from now on."))
        return redirect("account_messages")
    always = [row.title for kind, row in KINDS.items() if always_comes(kind)]
    about = {"rows": _rows(person_of(request)), "always": always, "no_sms": not settings.GATEWAYS["sms"]}
    return render(request, "account/own_messages.html", about)


def _rows(person: User) -> list[tuple[str, list[Box]]]:
    off = set(person.own_switches.values_list("kind", "channel"))
    return [
        (
            str(KINDS[kind].title),
            [
                Box(f"{kind}:{way}", str(Channel(way).label), (kind, way) not in off)
                for way in OUTSIDE
                if way in KINDS[kind].channels
            ],
        )
        for kind in offered(person)
    ]
