"""What a notice of a stop states, figure by figure, as it is handed in at the moment of issue.

All of it is plain values, so that the notice can keep them: what the record says afterwards changes no notice.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.functional import Promise

if TYPE_CHECKING:
    from applications.models import Application
    from terminals.models import StopReason

DATES = ("full_stop_on", "return_by")
MOMENTS = ("settlement_only_from", "settle_by", "preauthorisations_by", "last_settled_at")


@dataclass(frozen=True)
class Words:
    """A text in both languages of the portal."""

    zh: str
    en: str

    @classmethod
    def of(cls, text: str | Promise) -> Words:
        """The text as each language has it; one that is not translatable, such as a name, is the same in both."""
        with translation.override("zh-hans"):
            zh = str(text)
        with translation.override("en"):
            return cls(zh, str(text))

    def __str__(self) -> str:
        return self.en if translation.get_language() == "en" else self.zh


@dataclass(frozen=True)
class StoppedTerminal:
    """A terminal that the notice stops, with the device that stands there."""

    serial_number: str
    number: str
    model: str
    address: str


@dataclass(frozen=True)
class ReturnItem:
    """Something to be given back: "power adapter", 2."""

    name: Words
    count: int


@dataclass(frozen=True)
class NoticeReason:
    """Why, in the public words of the reason, and on what basis."""

    code: str
    text: Words
    basis: Words
    is_confidential: bool = False

    @classmethod
    def of(cls, reason: StopReason) -> NoticeReason:
        """What a merchant may read of it: a reason's internal text stays behind."""
        text, basis = Words(reason.text_zh, reason.text_en), Words(reason.basis_zh, reason.basis_en)
        return cls(reason.code, text, basis, reason.is_confidential)


@dataclass(frozen=True, kw_only=True)
class NoticeFacts:
    """The content of a notice. Amounts are fen; None says that the bank does not know, or that there is nothing of the kind.

    The merchant, its numbers, the branch and the settlement account are read from `application` when the notice is issued; how
    long the merchant may object, and within how many days the bank answers and pays, are policy numbers of that moment.
    """

    # The application whose approval stops the terminals; it has its merchant and its branch.
    application: Application
    # Every terminal that is stopped, at least one.
    terminals: tuple[StoppedTerminal, ...]
    reason: NoticeReason
    # Added to the reason's words; never to a confidential reason.
    explanation: str = ""
    # No new payments from this moment on; settling, voids and refunds are still possible.
    settlement_only_from: datetime
    # The day at whose end the terminals are expected to be stopped for good.
    full_stop_on: date
    # The last settlement that the host has, and what was open after it.
    last_settled_at: datetime | None = None
    last_settled_fen: int | None = None
    unsettled_count: int | None = None
    unsettled_fen: int | None = None
    # Until when open batches are to be settled on the terminals.
    settle_by: datetime
    # Until when open pre-authorisations are completed or cancelled; None where the terminals cannot pre-authorise.
    preauthorisations_by: datetime | None = None
    preauthorisation_count: int | None = None
    preauthorisation_fen: int | None = None
    # What is to come back, by when, to which place and how; none where everything is the merchant's own.
    items: tuple[ReturnItem, ...] = ()
    return_by: date | None = None
    return_place: str = ""
    return_way: Words | None = None
    # What late, damaged or lost devices cost, as the agreement says it, and the most for each device.
    compensation: Words | None = None
    compensation_most_fen: int | None = None
    deposit_fen: int | None = None
    # Settled money that has not been paid out yet.
    remaining_fen: int | None = None
    # Who is to be asked at the branch, and the bank's hotline.
    contact: str
    phone: str
    hotline: str = ""
    # The two people behind the decision; the issuer where nobody is named.
    handled_by: str = ""
    checked_by: str = ""

    def as_json(self) -> dict[str, Any]:
        """The facts to be kept. The application is named by the notice itself."""
        kept = {name: value for name, value in vars(self).items() if name != "application"}
        return {name: _plain(value) for name, value in kept.items()}

    @classmethod
    def from_json(cls, kept: dict[str, Any], *, application: Application) -> NoticeFacts:
        """The facts as they were kept, ready to be corrected by `dataclasses.replace`."""
        told = dict(kept)
        told |= {name: date.fromisoformat(told[name]) for name in DATES if told[name]}
        told |= {name: datetime.fromisoformat(told[name]) for name in MOMENTS if told[name]}
        told |= {name: Words(**told[name]) for name in ("return_way", "compensation") if told[name]}
        reason = told["reason"]
        told["reason"] = NoticeReason(
            **{**reason, "text": Words(**reason["text"]), "basis": Words(**reason["basis"])}
        )
        told["terminals"] = tuple(StoppedTerminal(**each) for each in told["terminals"])
        told["items"] = tuple(ReturnItem(Words(**each["name"]), each["count"]) for each in told["items"])
        return cls(application=application, **told)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return asdict(value) if hasattr(value, "__dataclass_fields__") else value
