"""The front door: what waits for the merchant first, then what can be done; for visitors, what this place is."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Case, Q, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from applications.corrections import correction_count
from applications.models import Application
from applications.scheduled_effects import effect_due_at, granted_and_waiting
from config.kernel import clock
from config.kernel.calendar import working_days_between
from config.kernel.inbox import latest_lines
from config.kernel.policy import current_policy
from merchants.models import Merchant
from terminals.bulletin_standing import lines_on_home
from terminals.evidence import lines_of
from terminals.models import Terminal

TERMINALS, APPLICATIONS, MESSAGES = 5, 5, 3
Status = Application.Status
State = Terminal.Status
# What waits for somebody stands above what works, and that above what has ended.
WAITING_FIRST = Case(
    When(status__in=[State.PENDING_ACTIVATION, State.SUSPENDED, State.DORMANT_REVIEW], then=0),
    When(status__in=Terminal.ENDED, then=2),
    default=1,
)
IN_PROGRESS = (Status.DRAFT, Status.SUBMITTED, Status.UNDER_REVIEW, Status.RETURNED)


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Visitors see what this place is, merchants what waits for them; staff work elsewhere."""
    if not request.user.is_authenticated:
        bulletins = lines_on_home(request.user, now=clock.now())
        return render(request, "home_visitor.html", {"policy": current_policy(), "bulletins": bulletins})
    if not request.user.is_merchant_user:
        return redirect("admin:index")
    now = clock.now()
    terminals = Terminal.objects.visible_to(request.user).select_related("merchant", "outlet", "branch")
    in_progress = Q(status__in=IN_PROGRESS) | granted_and_waiting()
    rows = Application.objects.visible_to(request.user).filter(in_progress)
    rows = rows.annotate(correction_count=correction_count(), waits_until=effect_due_at()).order_by("-id")
    applications = list(rows[: APPLICATIONS + 1])
    merchants = Merchant.objects.visible_to(request.user).select_related("branch").order_by("pk")
    context = {
        "bulletins": lines_on_home(request.user, now=now),
        "merchants": list(merchants[:3]),
        "messages_told": latest_lines(request.user, most=MESSAGES),
        "waiting": waiting_notice(request.user, now),
        "lines": lines_of(terminals.order_by(WAITING_FIRST, "-id")[:TERMINALS], now=now),
        "terminal_count": terminals.count(),
        "applications": applications[:APPLICATIONS],
        "has_more_applications": len(applications) > APPLICATIONS,
        "draft_days": current_policy().draft_days,
    }
    return render(request, "home.html", context)


def returned_to(user: Any) -> Any:
    """The applications that wait for this merchant's correction, the nearest deadline first."""
    rows = Application.objects.visible_to(user).filter(status=Status.RETURNED)
    return rows.annotate(correction_count=correction_count()).order_by("correction_due_at", "id")


def waiting_notice(user: Any, now: Any) -> dict[str, Any] | None:
    """The application that waits with the nearest deadline, how long it has, and how many others wait."""
    rows = list(returned_to(user)[:100])
    if not rows:
        return None
    due = clock.local_date(rows[0].correction_due_at)
    left = max(working_days_between(clock.local_date(now), due), 0)
    return {"application": rows[0], "left": left, "others": len(rows) - 1, "count": len(rows)}


def waiting_count(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the badge of the navigation, counted only where it is drawn."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.is_merchant_user:
        return {}
    return {"waiting_count": SimpleLazyObject(lambda: returned_to(user).count())}
