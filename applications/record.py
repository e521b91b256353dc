"""What has happened to an application, as its merchant reads it: newest first, roles without names, and how they were told.

Only what concerns the merchant: steps, requests and reminders. Who held the case and what was decided but not sent is not here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from applications.corrections import title_of
from applications.items import items_of
from applications.models import Application
from applications.standing import IN_FORCE
from config.kernel.audit import AuditEvent
from config.kernel.history import StatusChange, changes_of
from config.kernel.message import Channel, OutboxMessage, State
from config.privacy.masking import mask_mobile

Status = Application.Status
Event = dict[str, Any]
# What is done without a step of the status and concerns the merchant.
TOLD_OF = ("reminded", "review_asked", "refusal_upheld", "took_effect", "called_off", "stop_revoked")
# The messages that tell the merchant of a step.
MESSAGES_OF: dict[str, tuple[str, ...]] = {
    Status.SUBMITTED: ("submitted", "resubmitted"),
    Status.UNDER_REVIEW: ("accepted", "review_answered"),
    Status.RETURNED: ("returned",),
    Status.APPROVED: ("approved", "granted"),
    Status.REJECTED: ("rejected",),
    Status.WITHDRAWN: ("overtaken",),
    Status.LAPSED: ("lapsed",),
    "reminded": ("lapsing",),
    "review_asked": (),
    "refusal_upheld": ("review_answered",),
    "took_effect": (),
    "called_off": ("called_off",),
    "stop_revoked": ("revoked", "called_off"),
}
Said = dict[tuple[datetime, str], list[str]]


def record_of(one: Application, *, reader: Any) -> list[Event]:
    """Every event: what, when, by which role, by which way the merchant was told, and what had to be corrected then."""
    said = _messages(one)
    corrections = _corrections_by_round(one)
    changes = list(changes_of(one))
    returned_before = sum(change.to_status == Status.RETURNED for change in changes)
    events: list[Event] = []
    for change in changes:
        items: list[dict[str, str]] = []
        if change.to_status == Status.RETURNED:
            items = corrections.get(returned_before, [])
            returned_before -= 1
        is_now = not events and one.status == Status.RETURNED
        events.append(
            {
                "what": _what(change, len(items), one),
                "at": change.at,
                "by": _who(change.by, one, reader),
                "note": "" if is_now else _note(change, one, items),
                "tone": "hot" if is_now else "",
                "given_back": [] if is_now else items,
                "told": _told(said, change.at, MESSAGES_OF[change.to_status]),
            }
        )
    return sorted([*events, *_others(one, reader, said)], key=lambda event: event["at"], reverse=True)


def _others(one: Application, reader: Any, said: Said) -> list[Event]:
    words = {
        "reminded": _("Reminder of the time for correction"),
        "review_asked": _("A review of the refusal was asked for"),
        "refusal_upheld": _("Looked at again: the refusal stands"),
        "took_effect": _("In effect"),
        "called_off": _("Called off"),
        "stop_revoked": _("Revoked"),
    }
    done = AuditEvent.objects.of(one).filter(action__in=TOLD_OF).select_related("by")
    return [
        {
            "what": words[event.action],
            "at": event.at,
            "by": _who(event.by, one, reader),
            "note": getattr(one, "called_off_note", "") if event.action == "called_off" else "",
            "told": _told(said, event.at, MESSAGES_OF[event.action]),
        }
        for event in done
    ]


def _corrections_by_round(one: Application) -> dict[int, list[dict[str, str]]]:
    """What each return named, by its place among the returns, the first being 1."""
    returns = one.decisions.filter(outcome="returned", state__in=IN_FORCE).order_by("id")
    items = {item.key: item for item in items_of(one)}
    return {
        place: [
            {"title": title_of(judged.item, items), "text": judged.text}
            for judged in decision.items.to_correct()
        ]
        for place, decision in enumerate(returns, 1)
    }


def _messages(one: Application) -> Said:
    """How the applicant was told, by moment and message: only ways on which something has really left."""
    told: Said = {}
    sent = OutboxMessage.objects.filter(
        subject_label=one._meta.get_field("status").model._meta.label_lower,
        subject_id=one.pk,
        recipient=one.applicant_id,
        # What went to the contact on record went to nobody's account.
        elsewhere="",
        state=State.SENT,
    )
    for message in sent.select_related("recipient").order_by("id"):
        kind = message.kind.removeprefix("application_")
        told.setdefault((message.created_at, kind), []).append(_way(message))
    return told


def _told(said: Said, at: datetime, kinds: tuple[str, ...]) -> str:
    ways = [way for kind in kinds for way in said.get((at, kind), [])]
    comma = pgettext("list", ", ")
    return _("Told by %(ways)s") % {"ways": comma.join(ways)} if ways else ""


def _way(message: OutboxMessage) -> str:
    if message.channel == Channel.SMS:
        return _("SMS to %(mobile)s") % {"mobile": mask_mobile(message.recipient.mobile)}
    return pgettext("channel", "e-mail") if message.channel == Channel.EMAIL else _("message in the portal")


def _note(change: StatusChange, one: Application, items: list[dict[str, str]]) -> str:
    """What was said with a step, where the page does not say it elsewhere already."""
    is_at_the_top = change.to_status == one.status == Status.REJECTED
    is_in_the_list = bool(items) and change.note in "\n".join(item["text"] for item in items)
    return "" if is_at_the_top or is_in_the_list else change.note


def _what(change: StatusChange, count: int, one: Application) -> str:
    if change.to_status == Status.SUBMITTED:
        return _("Corrected and submitted again") if change.from_status == Status.RETURNED else _("Submitted")
    if change.to_status == Status.RETURNED and count:
        return ngettext(
            "The bank asks you to correct %(count)s item",
            "The bank asks you to correct %(count)s items",
            count,
        ) % {"count": count}
    if change.from_status == Status.REJECTED:
        return _("Taken up again after your request")
    words: dict[str, str] = {
        Status.UNDER_REVIEW: _("Review began"),
        Status.RETURNED: _("The bank asks you to correct it"),
        Status.APPROVED: _("Approved, registration codes issued") if one.makes_codes else _("Approved"),
        Status.REJECTED: _("Not approved"),
        Status.WITHDRAWN: _("Closed by another application") if change.by.system_name else _("Withdrawn"),
        Status.LAPSED: _("Closed, the time for correction had passed"),
    }
    return words.get(change.to_status, change.to_status)


def _who(person: Any, one: Application, reader: Any) -> str:
    if person is None or person.system_name:
        return _("the system")
    if person.pk == reader.pk:
        return _("you")
    if person.is_staff:
        return f"{one.branch} {person.get_role_display()}"
    return _("the merchant")
