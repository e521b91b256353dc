"""What of the returns stands on the desk's first page: how many are to come back, and how many should have."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from config.kernel.clock import local_date
from config.kernel.counting import counted, printed
from config.kernel.dashboard import FirstPage, Tile, branches_asked
from config.kernel.tally import number_by_status
from terminals.returns.models import ReturnOrder


def shown(request: HttpRequest, now: datetime) -> FirstPage:
    """For who may see returns: those that are awaited, and those overdue."""
    if not request.user.has_perm("returns.view_returnorder"):
        return FirstPage()
    branches = branches_asked(request)
    numbers = number_by_status(ReturnOrder, branches)
    awaited = sum(numbers.get(status, 0) for status in ReturnOrder.AWAITED)
    late = ReturnOrder.objects.filter(branch__in=branches).overdue(on=local_date(now))
    overdue = printed(counted({"overdue": late})["overdue"]) if awaited else "0"
    returns = reverse("admin:returns_returnorder_changelist")
    tile = Tile(
        title=_("Devices to come back"),
        number=f"{awaited:,}",
        url=f"{returns}?view=awaited",
        note=_("%(count)s overdue") % {"count": overdue} if overdue != "0" else "",
        note_url=f"{returns}?view=overdue",
    )
    return FirstPage([tile])
