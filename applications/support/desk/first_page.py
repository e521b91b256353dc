"""What of the help line stands on the desk's first page: how many tickets are open, and how many answers are overdue."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.support.models import Ticket
from applications.support.models.ticket import LIVE
from config.kernel.counting import counted, printed
from config.kernel.dashboard import FirstPage, Tile, branches_asked
from config.kernel.tally import number_by_status


def shown(request: HttpRequest, now: datetime) -> FirstPage:
    """For who may see tickets."""
    if not request.user.has_perm("support.view_ticket"):
        return FirstPage()
    branches = branches_asked(request)
    numbers = number_by_status(Ticket, branches)
    late = counted({"late": Ticket.objects.filter(branch__in=branches).overdue(at=now)})["late"]
    tickets = reverse("admin:support_ticket_changelist")
    tile = Tile(
        title=_("Open tickets"),
        number=f"{sum(numbers.get(status, 0) for status in LIVE):,}",
        url=tickets,
        note=_("%(count)s overdue") % {"count": printed(late)} if late else "",
        note_url=f"{tickets}?view=overdue",
    )
    return FirstPage([tile])
