"""Finding what a number means for the person who gives it: a terminal of the person's own, or one of several kinds of nothing.

Whatever is not the person's own takes the same questions, so that neither answer nor time tells those kinds apart.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Q

from applications.models import Application, Placement, Registration, Replacement
from applications.scheduled_effects import granted_and_waiting
from applications.support.checking.tree import Filed, Place
from terminals.models import Binding, Device, Terminal

Status = Application.Status
FILED: dict[str, Filed] = {
    Status.DRAFT: Filed.DRAFT,
    Status.SUBMITTED: Filed.IN_REVIEW,
    Status.UNDER_REVIEW: Filed.IN_REVIEW,
    Status.RETURNED: Filed.RETURNED,
    Status.REJECTED: Filed.REFUSED,
}
# So many of the person's own are compared with what was mistyped.
MOST_COMPARED = 500


class Found(NamedTuple):
    place: Place
    terminal: Terminal | None = None
    registration: Registration | None = None
    near: str = ""


def look_up(text: str, *, reader: Any) -> Found:
    """What the normalised terminal or serial number means for this person."""
    terminals = Terminal.objects.visible_to(reader).select_related("merchant", "branch")
    if (terminal := terminals.filter(number=text).first()) is not None:
        return Found(Place.OWN, terminal)
    bound = Binding.objects.filter(terminal__in=terminals.values("pk"), serial_number=text)
    former = bound.select_related("terminal__merchant", "terminal__branch").order_by("-id").first()
    if former is not None and former.valid_to is None:
        return Found(Place.OWN, former.terminal)
    return _asked_for(text, reader, former) or _of_former(former) or _not_own(text, terminals)


def _asked_for(text: str, reader: Any, former: Binding | None) -> Found | None:
    """A device on its way to become, or to carry, a terminal of the person's."""
    swaps = Replacement.objects.visible_to(reader).filter(serial_number=text)
    waiting = Application.objects.filter(granted_and_waiting()).values("pk")
    in_hand = swaps.filter(~Q(status__in=Application.CLOSED) | Q(pk__in=waiting))
    swap = in_hand.order_by("-id").first()
    if swap is not None:
        return Found(Place.OWN, swap.terminal)
    mine = Registration.objects.visible_to(reader)
    lines = Placement.objects.filter(serial_number=text, registration__in=mine.values("pk"))
    line = lines.select_related("registration", "terminal").order_by("-id").first()
    if line is None or line.registration.status not in FILED:
        return None
    registration = line.registration
    # A refusal that a later terminal has overtaken says nothing any more.
    if former is not None and former.valid_from > registration.created_at:
        return None
    return Found(Place.APPLIED, registration=registration)


def _of_former(former: Binding | None) -> Found | None:
    """The device was a terminal of the person's once: the terminal has ended, or goes on on another device."""
    if former is None:
        return None
    has_ended = former.terminal.status in Terminal.ENDED
    return Found(Place.OWN if has_ended else Place.REPLACED, former.terminal)


def _not_own(text: str, terminals: Any) -> Found:
    numbers = list(terminals.order_by("-id").values_list("number", flat=True)[:MOST_COMPARED])
    bound = Binding.objects.filter(valid_to=None, terminal__in=terminals.values("pk")).order_by("-id")
    serials = list(bound.values_list("serial_number", flat=True)[:MOST_COMPARED])
    is_a_terminal = Terminal.objects.filter(number=text).exists()
    is_bound = Binding.objects.filter(serial_number=text, valid_to=None).exists()
    is_known = Device.objects.filter(serial_number=text).exists()
    near = next((own for own in [*numbers, *serials] if is_near(text, own)), "")
    if near:
        return Found(Place.NEAR, near=near)
    if is_a_terminal or is_bound:
        return Found(Place.ELSEWHERE)
    return Found(Place.FREE if is_known else Place.NOT_IN_REGISTRY)


def is_near(one: str, other: str) -> bool:
    """Whether one character is another one, too many, missing, or changed places with its neighbour."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    first = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if first is None:
        return True
    rest, other_rest = one[first:], other[first:]
    if len(one) != len(other):
        return rest[1:] == other_rest or rest == other_rest[1:]
    swapped = rest[1:2] + rest[:1] + rest[2:]
    return rest[1:] == other_rest[1:] or swapped == other_rest
