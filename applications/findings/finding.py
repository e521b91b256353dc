"""What one check says, how grave it is, and beside which item of the review it stands."""

from __future__ import annotations

from typing import NamedTuple

WHOLE = "application"
# Items of the review that stand for several columns; every other column is an item of its own name.
ITEM_OF = {
    "licence_from": "licence_validity",
    "licence_to": "licence_validity",
    "licence_is_long_term": "licence_validity",
    "registered_division": "address",
    "registered_address": "address",
    "business_division": "address",
    "business_address": "address",
    "account_kind": "account_holder",
    "account_cnaps": "account_bank",
    "responsible_id_type": "responsible_id",
    "responsible_id_number": "responsible_id",
    "responsible_id_from": "responsible_id_validity",
    "responsible_id_to": "responsible_id_validity",
    "responsible_id_is_long_term": "responsible_id_validity",
    "controller_name": "controller",
    "contact_name": "contact",
    "contact_mobile": "contact",
    "contact_phone": "contact",
    "contact_email": "contact",
    "service_phone": "contact",
    "has_agent": "agent",
    "agent_name": "agent",
    "agent_id_number": "agent",
    "agent_mobile": "agent",
    "agent_id_from": "agent_id_validity",
    "agent_id_to": "agent_id_validity",
    "agent_id_is_long_term": "agent_id_validity",
}


class Named(NamedTuple):
    """Something else that a sentence speaks of by its number, and that some may open: "merchant" or "device"."""

    kind: str
    number: str


class Finding(NamedTuple):
    """One check: its level ("bad" blocks or nearly, "warn" asks for a look, "ok" passed) and its sentence, for staff only.

    `code` names the check and never changes; `item` is the key of the review item it speaks of; `see` holds the numbers of
    other applications that the sentence names, `named` whatever else it names.
    """

    level: str
    sentence: str
    code: str = ""
    item: str = WHOLE
    see: tuple[str, ...] = ()
    named: tuple[Named, ...] = ()

    def naming(self, kind: str, *numbers: str) -> Finding:
        """The same, with what its sentence names."""
        return self._replace(named=tuple(Named(kind, number) for number in numbers))


def bad(code: str, item: str, sentence: str, see: tuple[str, ...] = ()) -> Finding:
    return Finding("bad", sentence, code, item, see)


def warn(code: str, item: str, sentence: str, see: tuple[str, ...] = ()) -> Finding:
    return Finding("warn", sentence, code, item, see)


def ok(code: str, item: str, sentence: str, see: tuple[str, ...] = ()) -> Finding:
    return Finding("ok", sentence, code, item, see)


def verdict(code: str, item: str, problem: str, passed: str) -> Finding:
    """The problem where there is one, else that the check passed."""
    return bad(code, item, problem) if problem else ok(code, item, passed)


def of_field(column: str) -> str:
    """The item of the review that holds this column."""
    return f"field:{ITEM_OF.get(column, column)}"


def of_paper(paper: str) -> str:
    return f"paper:{paper}"


def of_device(position: int) -> str:
    return f"placement:{position}:device"


def of_place(position: int) -> str:
    return f"placement:{position}:place"


def of_terms(position: int) -> str:
    return f"placement:{position}:terms"
