"""A notice comes to be: numbered without gaps, written, typeset, sealed, told to the merchant. And how one is corrected."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from applications.models.notice import DeactivationNotice
from applications.models.notice_version import NoticeVersion
from applications.notices.facts import NoticeFacts
from applications.notices.wording import Letter, finished, letters_of
from config.files.keeping import keep_letter
from config.files.qr import qr_drawing
from config.files.typesetting import typeset
from config.kernel.audit import record
from config.kernel.calendar import add_working_days
from config.kernel.clock import local_date
from config.kernel.lifecycle import Refused
from config.kernel.numbering import take_number
from config.kernel.policy import current_policy
from config.privacy.masking import mask_account, mask_id_number

SERIES = "notice"
TEMPLATE = "applications/notices/letters/notice.typ"
MARK = "static/portal/mark.svg"
# The paper that goes out is the Chinese one; the page shows the English text as a translation.
PAPER_LANGUAGE = "zh-hans"


def issue_notice(facts: NoticeFacts, *, by, now: datetime) -> DeactivationNotice:
    """A notice in force, with its number, its first version and its PDF, of which everybody at the merchant is told.

    Called by the verb that stops the terminals, inside its transaction and after its locks: other notices of the branch wait
    for the number until that transaction ends. Raises `Refused` ("incomplete") where the facts do not make a notice.
    """
    _insist_on_whole(facts, now=now)
    application, year = facts.application, local_date(now).year
    merchant, branch = application.merchant, application.branch
    if merchant is None or branch is None:
        raise Refused(_("A notice goes to a merchant of a branch."), code="incomplete")
    with transaction.atomic():
        position = take_number(SERIES, scope=branch.code, year=year)
        notice = DeactivationNotice.objects.create(
            application_id=application.pk,
            merchant=merchant,
            branch=branch,
            reference=f"TZ-{branch.code}-{year}-{position:04d}",
            number=f"{settings.BANK_LETTER_MARK}收单停〔{year}〕{position:04d}号",
            year=year,
            position=position,
            issued_by=by,
            issued_at=now,
            objection_until=_objection_until(now),
        )
        _write(notice, facts, number=1, by=by, now=now)
        record("notice_issued", by=by, now=now, subject=notice, detail={"version": 1})
        notice.tell("notice_issued", now=now)
    return notice


def correct_notice(
    notice: DeactivationNotice, facts: NoticeFacts, *, by, now: datetime, why: str
) -> NoticeVersion:
    """The next version is in force and to be delivered anew; the one before stays on record and its code says it is replaced.

    Raises `Refused`: "wrong_state", "no_reason", "incomplete".
    """
    _insist_on_whole(facts, now=now)
    with notice.locked(now=now):
        if sentence := notice.objection_to_correct(by=by, now=now):
            raise Refused(sentence, code="wrong_state")
        if not why.strip():
            raise Refused(_("Say what was wrong."), code="no_reason")
        if facts.application.pk != notice.application_id:
            raise ValueError("A notice is corrected with facts of its own application.")
        with notice.moving_to(DeactivationNotice.Status.ISSUED, by=by, now=now, note=why.strip()):
            notice.delivery_way, notice.waybill, notice.receiver = "", "", ""
            notice.delivered_at = notice.delivered_by = None
            notice.acknowledged_at = notice.acknowledged_by = None
            notice.objection_until = _objection_until(now)
            number = notice.current.number + 1
            version = _write(notice, facts, number=number, by=by, now=now, why=why.strip())
        notice.tell("notice_corrected", now=now)
    return version


def facts_of(notice: DeactivationNotice) -> NoticeFacts:
    """The facts of the version in force, to be corrected by `dataclasses.replace`."""
    return NoticeFacts.from_json(notice.current.facts, application=notice.application)


def content_digest(content: dict[str, Any]) -> str:
    """What tells that figures and words are still those that were issued."""
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def check_url(token: str) -> str:
    """Where anybody who holds the paper asks whether it is genuine."""
    return f"{settings.PORTAL_URL}/notices/{token}/"


def _objection_until(now: datetime) -> date:
    return add_working_days(local_date(now), current_policy().notice_objection_working_days)


def _write(
    notice: DeactivationNotice, facts: NoticeFacts, *, number: int, by, now: datetime, why: str = ""
) -> NoticeVersion:
    """One version: figures and words as they are now, sealed, with the PDF made of them."""
    token, policy = secrets.token_urlsafe(32), current_policy()
    addressee = _addressee_of(notice, facts, number=number, token=token, by=by, now=now)
    content = {
        "facts": facts.as_json(),
        "addressee": addressee,
        "letters": letters_of(facts, addressee, policy),
    }
    digest = content_digest(content)
    pdf = _typeset(finished(content["letters"][PAPER_LANGUAGE], digest))
    stored = keep_letter(pdf, name=f"{notice.reference}-{number}.pdf", by=by, now=now)
    return NoticeVersion.objects.create(
        notice=notice,
        number=number,
        content=content,
        content_digest=digest,
        file=stored,
        file_digest=stored.sha256,
        token=token,
        why=why,
        issued_by=by,
        issued_at=now,
    )


def _addressee_of(
    notice: DeactivationNotice, facts: NoticeFacts, *, number: int, token: str, by, now: datetime
) -> dict[str, Any]:
    """What the record says at this moment of the merchant and of the notice itself."""
    merchant, account = notice.merchant, notice.merchant.account_in_use
    return {
        "number": notice.number,
        "version": number,
        "issued_on": local_date(now).isoformat(),
        "objection_until": notice.objection_until.isoformat(),
        "branch": notice.branch.name,
        "merchant": merchant.registered_name,
        "merchant_number": merchant.number,
        "uscc": merchant.uscc,
        "document": "" if merchant.uscc else mask_id_number(merchant.responsible_id_number),
        "account": mask_account(account.account_number) if account else "",
        "handled_by": facts.handled_by or str(by),
        "check_url": check_url(token),
    }


def _typeset(letter: Letter) -> bytes:
    drawings = {"mark": (settings.BASE_DIR / MARK).read_text(), "qr": qr_drawing(letter["receipt"]["url"])}
    return typeset(TEMPLATE, letter | drawings)


def _insist_on_whole(facts: NoticeFacts, *, now: datetime) -> None:
    if sentence := next(_what_lacks(facts, now=now), ""):
        raise Refused(sentence, code="incomplete")


def _what_lacks(facts: NoticeFacts, *, now: datetime) -> Iterator[str]:
    """Why these facts make no notice."""
    if not facts.terminals:
        yield _("A notice names the terminals that are stopped.")
    if facts.reason.is_confidential and facts.explanation.strip():
        yield _("Nothing is added to the words of this reason.")
    if facts.full_stop_on < local_date(facts.settlement_only_from):
        yield _("The full stop does not come before the settlement.")
    if facts.items and not (facts.return_by and facts.return_place.strip()):
        yield _("Say by when and where the devices are to be given back.")
    if any(item.count < 1 for item in facts.items):
        yield _("A thing to be given back is counted from one.")
    if any(each and each < now for each in (facts.settle_by, facts.preauthorisations_by)):
        yield _("What is to be done needs a deadline that has not passed.")
