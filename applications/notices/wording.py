"""From facts to the words of a notice: one text, from which page and PDF are both made.

A letter is a tree of plain texts. It is written in both languages when the notice is issued and kept with it, so that what a
merchant was told stays told, whatever becomes of these sentences.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from applications.notices.facts import NoticeFacts, ReturnItem
from config.kernel.clock import local_date
from config.kernel.policy import Policy
from config.kernel.templatetags.formats import fen
from config.kernel.templatetags.frame import bank_name, help_phone

LANGUAGES = ("zh-hans", "en")

Letter = dict[str, Any]


def letters_of(facts: NoticeFacts, addressee: dict[str, Any], policy: Policy) -> dict[str, Letter]:
    """The notice in every language. `addressee` holds what was read from the record: see `issuing.addressee_of`."""
    return {language: _letter(language, facts, addressee, policy) for language in LANGUAGES}


def finished(letter: Letter, digest: str) -> Letter:
    """The letter with the digest of its content among what is said of its making."""
    with translation.override(letter["language"]):
        label = _("Fingerprint of the content")
    groups = " ".join(digest[at : at + 4] for at in range(0, 16, 4))
    return {**letter, "made": [*letter["made"], [label, f"SHA-256 {groups}"]]}


def texts_of(part: Any) -> Iterator[str]:
    """Every text that is printed of a letter, in its order."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for name, value in part.items():
            if name not in ("language", "date", "url", "kind"):
                yield from texts_of(value)
    else:
        for value in part:
            yield from texts_of(value)


def _letter(language: str, facts: NoticeFacts, to: dict[str, Any], policy: Policy) -> Letter:
    with translation.override(language):
        issued_on = day_of(date.fromisoformat(to["issued_on"]))
        return {
            "title": _("Notice of a stop"),
            "language": language,
            "date": to["issued_on"],
            "bank": bank_name(),
            "branch": to["branch"],
            "ref": [[_("Notice number"), to["number"]], [_("Issued on"), issued_on]],
            "who": [
                [pgettext("notice", "Merchant"), to["merchant"]],
                [_("Merchant number"), to["merchant_number"]],
                [_("Unified social credit code") if to["uscc"] else _("Document number"), to["uscc"] or to["document"]],
            ],
            "sections": [
                _terminals(facts),
                _reason(facts),
                _dates(facts),
                _duties(facts),
                _consequences(facts, to, policy),
                _objection(facts, to, policy),
            ],
            "made": [
                [_("Handled by"), to["handled_by"]],
                *([[_("Checked by"), facts.checked_by]] if facts.checked_by else []),
                [pgettext("notice", "Version"), _("version %(number)s, unchanged after its issue") % {"number": to["version"]}],
            ],
            "seal": _("Business seal"),
            "signed": [to["branch"], issued_on],
            "receipt": _receipt(facts, to),
        }  # fmt: skip


def _terminals(facts: NoticeFacts) -> dict[str, Any]:
    return {
        "kind": "terminals",
        "heading": _("1. Terminals that are stopped"),
        "head": [_("Serial number"), _("Terminal number"), _("Model"), _("Placement")],
        "rows": [[each.serial_number, each.number, each.model, each.address] for each in facts.terminals],
    }


def _reason(facts: NoticeFacts) -> dict[str, Any]:
    told = _("The bank stops these terminals for this reason: %(reason)s") % {"reason": facts.reason.text}
    basis = _("Basis: %(basis)s.") % {"basis": facts.reason.basis} if str(facts.reason.basis) else ""
    return {
        "kind": "text",
        "heading": _("2. Reason and basis"),
        "paragraphs": [text for text in (told, facts.explanation.strip(), basis) if text],
    }


def _dates(facts: NoticeFacts) -> dict[str, Any]:
    return {
        "kind": "dates",
        "heading": _("3. When they are stopped"),
        "dates": [
            [
                _("Settlement only from"),
                moment_of(facts.settlement_only_from),
                _("No new payments. Settling, voids and refunds are still possible."),
            ],
            [
                _("Expected full stop"),
                _("%(day)s 24:00") % {"day": day_of(facts.full_stop_on)},
                _("The terminals no longer connect, their keys are void. This is not undone."),
            ],
        ],
    }


def _duties(facts: NoticeFacts) -> dict[str, Any]:
    rows = [[_("Settle open batches"), [_unsettled(facts)], [], moment_of(facts.settle_by)]]
    if facts.preauthorisations_by:
        rows.append(
            [
                _("Finish pre-authorisations"),
                [_preauthorisations(facts)],
                [],
                moment_of(facts.preauthorisations_by),
            ]
        )
    if facts.items and facts.return_by:
        rows.append(
            [
                _("Give back devices and parts"),
                [],
                [_item(each) for each in facts.items],
                day_of(facts.return_by),
            ]
        )
    return {
        "kind": "duties",
        "heading": _("4. What you need to do"),
        "head": [pgettext("notice", "What"), pgettext("notice", "How"), _("No later than")],
        "rows": rows,
        "paragraphs": [_way_back(facts)] if facts.items else [],
    }


def _unsettled(facts: NoticeFacts) -> str:
    told = []
    if facts.last_settled_at:
        told.append(
            _("Last settlement: %(when)s, %(amount)s.")
            % {"when": moment_of(facts.last_settled_at), "amount": fen(facts.last_settled_fen)}
        )
    if facts.unsettled_count:
        told.append(
            ngettext(
                "%(count)d transaction is open, %(amount)s in all.",
                "%(count)d transactions are open, %(amount)s in all.",
                facts.unsettled_count,
            )
            % {"count": facts.unsettled_count, "amount": fen(facts.unsettled_fen)}
        )
    told.append(_("Choose “Settle” on each terminal."))
    return _one_after_another(*told)


def _preauthorisations(facts: NoticeFacts) -> str:
    if not facts.preauthorisation_count:
        return _("Complete or cancel each one that is open.")
    return ngettext(
        "%(count)d is open, %(amount)s in all. Complete or cancel each one.",
        "%(count)d are open, %(amount)s in all. Complete or cancel each one.",
        facts.preauthorisation_count,
    ) % {"count": facts.preauthorisation_count, "amount": fen(facts.preauthorisation_fen)}


def _item(item: ReturnItem) -> str:
    return _("%(item)s × %(count)d") % {"item": item.name, "count": item.count}


def _way_back(facts: NoticeFacts) -> str:
    way = facts.return_way or _("bring them there, or call us to have them fetched free of charge")
    sentence = _(
        "How to give back. %(place)s: %(way)s. Keep the receipt; it lists serial numbers and pieces."
    )
    return sentence % {"place": facts.return_place, "way": way}


def _consequences(facts: NoticeFacts, to: dict[str, Any], policy: Policy) -> dict[str, Any]:
    standard = facts.compensation or _("late, damaged or lost devices are paid for as the agreement says")
    damages = _("If you do not do this in time: %(standard)s.") % {"standard": standard}
    if facts.compensation_most_fen is not None:
        most = _("At most %(amount)s for each device.") % {"amount": fen(facts.compensation_most_fen)}
        damages = _one_after_another(damages, most)
    return {
        "kind": "text",
        "heading": _("5. What follows otherwise, deposit and money left"),
        "paragraphs": [damages, _money(facts, to, policy), _records()],
    }


def _money(facts: NoticeFacts, to: dict[str, Any], policy: Policy) -> str:
    told = []
    if facts.deposit_fen:
        told.append(
            ngettext(
                "The deposit of %(amount)s is paid back within %(days)d working day after the devices were inspected.",
                "The deposit of %(amount)s is paid back within %(days)d working days after the devices were inspected.",
                policy.notice_deposit_working_days,
            )
            % {"amount": fen(facts.deposit_fen), "days": policy.notice_deposit_working_days}
        )
    if facts.remaining_fen is not None:
        told.append(_("Settled and not paid out yet: %(amount)s.") % {"amount": fen(facts.remaining_fen)})
    told.append(
        ngettext(
            "Money left is paid out within %(days)d working day after the last batch is settled, to your settlement account %(account)s.",
            "Money left is paid out within %(days)d working days after the last batch is settled, to your settlement account %(account)s.",
            policy.notice_money_working_days,
        )
        % {"days": policy.notice_money_working_days, "account": to["account"]}
    )
    return _one_after_another(*told)


def _one_after_another(*sentences: str) -> str:
    """Sentences of one paragraph: English parts them by a space, Chinese by nothing."""
    return (" " if translation.get_language() == "en" else "").join(sentences)


def _records() -> str:
    return _("Records of transactions and personal data are kept as long as the law says, then deleted.")


def _objection(facts: NoticeFacts, to: dict[str, Any], policy: Policy) -> dict[str, Any]:
    days = policy.notice_objection_working_days
    object_by = ngettext(
        "If you do not agree, object by %(day)s 24:00, or within %(days)d working day after you received this if that is later: in the portal on the page of this notice, or in writing at the branch, with what supports it.",
        "If you do not agree, object by %(day)s 24:00, or within %(days)d working days after you received this if that is later: in the portal on the page of this notice, or in writing at the branch, with what supports it.",
        days,
    ) % {"day": day_of(date.fromisoformat(to["objection_until"])), "days": days}
    answered = ngettext(
        "The bank answers in writing within %(days)d working day.",
        "The bank answers in writing within %(days)d working days.",
        policy.notice_answer_working_days,
    ) % {"days": policy.notice_answer_working_days}
    contact = _("Contact: %(contact)s, %(phone)s; hotline %(hotline)s.") % {
        "contact": facts.contact,
        "phone": facts.phone,
        "hotline": facts.hotline or help_phone(),
    }
    return {
        "kind": "text",
        "heading": _("6. Objection and contact"),
        "paragraphs": [object_by, answered, contact],
    }


def _receipt(facts: NoticeFacts, to: dict[str, Any]) -> dict[str, Any]:
    received = ngettext(
        "One notice of a stop received. Merchant number %(number)s, %(count)d terminal.",
        "One notice of a stop received. Merchant number %(number)s, %(count)d terminals.",
        len(facts.terminals),
    )
    return {
        "cut": _("Cut here and give back to the bank"),
        "title": pgettext("notice", "Receipt"),
        "number": to["number"],
        "text": received % {"number": to["merchant_number"], "count": len(facts.terminals)},
        "ways": [_("In person"), _("By post, waybill"), _("Electronically")],
        "blanks": [_("Received by"), pgettext("notice", "Telephone"), _("Date and time")],
        "caption": _("Scan to check this notice"),
        "url": to["check_url"],
    }


def day_of(day: date) -> str:
    """A day as letters write it: 2026 年 9 月 15 日, 15 September 2026."""
    if translation.get_language() == "en":
        return f"{day.day} {day:%B} {day.year}"
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def moment_of(moment: datetime) -> str:
    """A moment as letters write it; the last minute of a day is its 24:00."""
    local = timezone.localtime(moment)
    clock = "24:00" if f"{local:%H:%M}" == "23:59" else f"{local.hour}:{local:%M}"
    return f"{day_of(local_date(moment))} {clock}"
