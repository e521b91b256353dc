"""The identifiers of the trade: `normalise` at the edge, then one `Check` per kind."""

from config.privacy.identifiers.accounts import bank_card, cnaps, corporate_account
from config.privacy.identifiers.check import Check, normalise
from config.privacy.identifiers.organisations import division, mcc, uscc
from config.privacy.identifiers.people import (
    foreign_pr_2017,
    foreign_pr_2023,
    hk_macao_permit,
    hmt_residence_permit,
    mobile,
    passport,
    resident_id,
    taiwan_permit,
    telephone,
)
from config.privacy.identifiers.terminals import (
    batch_number,
    merchant_number,
    registration_code,
    rrn,
    serial_number,
    stan,
    terminal_number,
)

CHECKS: dict[str, Check] = {
    check.name: check
    for check in (
        uscc,
        division,
        mcc,
        resident_id,
        hmt_residence_permit,
        foreign_pr_2023,
        foreign_pr_2017,
        hk_macao_permit,
        taiwan_permit,
        passport,
        mobile,
        telephone,
        bank_card,
        corporate_account,
        cnaps,
        merchant_number,
        terminal_number,
        serial_number,
        registration_code,
        stan,
        rrn,
        batch_number,
    )
}

__all__ = [
    "CHECKS",
    "Check",
    "bank_card",
    "batch_number",
    "cnaps",
    "corporate_account",
    "division",
    "foreign_pr_2017",
    "foreign_pr_2023",
    "hk_macao_permit",
    "hmt_residence_permit",
    "mcc",
    "merchant_number",
    "mobile",
    "normalise",
    "passport",
    "registration_code",
    "resident_id",
    "rrn",
    "serial_number",
    "stan",
    "taiwan_permit",
    "telephone",
    "terminal_number",
    "uscc",
]
