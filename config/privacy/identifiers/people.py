"""Identity documents of people. Sources: GB 11643 (resident ID), 国办发〔2018〕81号 (81/82/83 residence permits),
国家移民管理局 2017 and 2023 (foreign permanent residence)."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stdnum.iso7064 import mod_11_2

from config.privacy.divisions import is_known, province_name, was_abolished_before
from config.privacy.identifiers.check import Check, date_in

EARLIEST_BIRTH = date(1880, 1, 1)


def _birth_problem(digits: str, on: date) -> str:
    # The sentences do not quote the digits: they may stand on a page where the number is masked
    born = date_in(digits)
    if born is None:
        return _(
            "The date of birth inside the number is not in the calendar. Compare it with the document digit by digit."
        )
    if born > on:
        return _(
            "The date of birth inside the number is in the future. Compare it with the document digit by digit."
        )
    if born < EARLIEST_BIRTH:
        return _(
            "The date of birth inside the number is too long ago. Compare it with the document digit by digit."
        )
    return ""


def _checksum_problem(value: str) -> str:
    if mod_11_2.is_valid(value):
        return ""
    return _(
        "The last character does not fit the others: one is mistyped or two are swapped. Compare the number with the document digit by digit."
    )


def _resident_id_problem(value: str, on: date) -> str:
    if value[:2] in {"81", "82", "83"}:
        return _(
            "This is the number of a residence permit for Hong Kong, Macao or Taiwan residents. Choose that type of document."
        )
    if value[0] == "9" and province_name(value[1:3]) and mod_11_2.is_valid(value):
        return _(
            "This looks like the number of a foreign permanent resident ID card. Choose that type of document."
        )
    if not province_name(value[:2]):
        return _("The first two digits are no province. Compare the number with the document digit by digit.")
    return _birth_problem(value[6:14], on) or _checksum_problem(value)


def _resident_id_doubt(value: str, on: date) -> str:
    if not is_known(value[:6]):
        return _("The first six digits are no known county. Compare the number with the card.")
    # A code may be younger than its holder: numbers were first given out in 1984, and later to those who had none
    if was_abolished_before(value[:6], year=int(value[6:10])):
        return _(
            "The place in the number no longer existed under this code in the year of birth. Compare the number with the card."
        )
    return ""


resident_id = Check(
    name="resident_id",
    label=gettext_lazy("Resident ID number"),
    shape=r"[0-9]{17}[0-9X]",
    advice=gettext_lazy(
        "Enter the 18 characters on the ID card: 17 digits, then a digit or X. Old 15-digit numbers ended in 2013; use the number on the current card."
    ),
    max_length=18,
    rule=_resident_id_problem,
    doubt=_resident_id_doubt,
)

hmt_residence_permit = Check(
    name="hmt_residence_permit",
    label=gettext_lazy("Residence permit number"),
    shape=r"8[123]0000[0-9]{11}[0-9X]",
    advice=gettext_lazy(
        "Enter the 18 characters on the residence permit; the number begins with 810000, 820000 or 830000."
    ),
    max_length=18,
    rule=lambda value, on: _birth_problem(value[6:14], on) or _checksum_problem(value),
)


def _foreign_pr_2023_doubt(value: str, on: date) -> str:
    if province_name(value[1:3]):
        return ""
    return _("The second and third digits name no province. Compare the number with the card.")


foreign_pr_2023 = Check(
    name="foreign_pr_2023",
    label=gettext_lazy("Foreign permanent resident ID number"),
    shape=r"9[0-9]{16}[0-9X]",
    advice=gettext_lazy(
        "Enter the 18 characters on the foreign permanent resident ID card; the number begins with 9."
    ),
    max_length=18,
    rule=lambda value, on: _birth_problem(value[6:14], on) or _checksum_problem(value),
    doubt=_foreign_pr_2023_doubt,
)


def short_birth_date(digits: str, on: date) -> date | None:
    """The day written as YYMMDD, in the latest century that does not put it after `on`."""
    return next(
        (
            born
            for century in (on.year // 100, on.year // 100 - 1)
            if (born := date_in(f"{century}{digits}")) and born <= on
        ),
        None,
    )


def _foreign_pr_2017_doubt(value: str, on: date) -> str:
    if short_birth_date(value[7:13], on) is None:
        return _(
            "The date of birth inside the number is not in the calendar. Compare the number with the card."
        )
    # The weights of machine-readable travel documents (ICAO 9303); no source in the law was found, so it only warns
    weighed = sum(int(char, 36) * (7, 3, 1)[at % 3] for at, char in enumerate(value[:14]))
    if weighed % 10 != int(value[14]):
        return _("The last digit does not fit the others. Compare the number with the card.")
    return ""


foreign_pr_2017 = Check(
    name="foreign_pr_2017",
    label=gettext_lazy("Foreign permanent residence permit number (2017)"),
    shape=r"[A-Z]{3}[0-9]{12}",
    advice=gettext_lazy(
        "Enter the 15 characters on the permanent residence permit: 3 letters, then 12 digits."
    ),
    max_length=15,
    doubt=_foreign_pr_2017_doubt,
)

hk_macao_permit = Check(
    name="hk_macao_permit",
    label=gettext_lazy("Mainland travel permit number (Hong Kong and Macao)"),
    shape=r"[HM][0-9]{8}(?:[0-9]{2})?",
    advice=gettext_lazy(
        "Enter H or M and the 8 or 10 digits on the mainland travel permit. Check 0 against O and 1 against I."
    ),
    max_length=11,
)

taiwan_permit = Check(
    name="taiwan_permit",
    label=gettext_lazy("Mainland travel permit number (Taiwan)"),
    shape=r"[0-9]{8}",
    advice=gettext_lazy("Enter the 8 digits on the mainland travel permit, without letters."),
    max_length=8,
    inputmode="numeric",
)

passport = Check(
    name="passport",
    label=gettext_lazy("Passport number"),
    shape=r"(?=[A-Z]*[0-9])[A-Z0-9]{5,15}",
    advice=gettext_lazy("Enter the 5 to 15 letters and digits of the passport number."),
    max_length=15,
)

mobile = Check(
    name="mobile",
    label=gettext_lazy("Mobile number"),
    shape=r"1[3-9][0-9]{9}",
    advice=gettext_lazy("Enter an 11-digit mainland mobile number beginning with 13 to 19, without +86."),
    max_length=11,
    inputmode="tel",
    autocomplete="tel-national",
)

telephone = Check(
    name="telephone",
    label=gettext_lazy("Telephone number"),
    shape=r"1[3-9][0-9]{9}|0[0-9]{2,3}[2-9][0-9]{6,7}|[48]00[0-9]{7}|9[56][0-9]{3,6}",
    advice=gettext_lazy(
        "Enter a mobile number, or a landline with its area code such as 0755-82345678, or a 400 number."
    ),
    max_length=12,
    inputmode="tel",
    autocomplete="tel-national",
)
