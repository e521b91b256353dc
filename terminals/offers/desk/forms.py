"""What the desk of offers enters: words in both languages, days, who may enrol, how many."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from config.accounts.branches import Branch
from config.privacy.formfields import PlainTextField
from merchants.models import Division, MerchantCategory
from merchants.particulars import MerchantType
from terminals.offers.models import Offer
from terminals.offers.models.offer import MOST_PLACES, MOST_TERMINALS

BETWEEN = re.compile(r"[\s,;、]+")
MOST_CODES = 50


def day(**kwargs: Any) -> forms.DateField:
    return forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("A date is written like 2026-09-11.")},
        **kwargs,
    )


class CodesField(PlainTextField):
    """Codes of a register as people write them, with spaces or commas between, full-width too; given on as a list without repeats."""

    def __init__(self, *, register: Callable[[], QuerySet], **kwargs: Any) -> None:
        self.register = register
        super().__init__(required=False, max_length=500, **kwargs)

    def to_python(self, value: Any) -> Any:
        text = unicodedata.normalize("NFKC", super().to_python(value) or "")
        codes = list(dict.fromkeys(filter(None, BETWEEN.split(text))))
        if len(codes) > MOST_CODES:
            raise forms.ValidationError(_("At most %(most)d codes.") % {"most": MOST_CODES})
        known = set(self.register().filter(pk__in=codes).values_list("pk", flat=True))
        if unknown := [code for code in codes if code not in known]:
            raise forms.ValidationError(_("Not on record: %(codes)s") % {"codes": ", ".join(unknown)[:100]})
        return codes

    def prepare_value(self, value: Any) -> Any:
        return " ".join(value) if isinstance(value, list) else value


class RateField(forms.DecimalField):
    """A fee in per cent as people say it (0.38), given on in basis points."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=100, decimal_places=2, required=False, **kwargs)

    def clean(self, value: Any) -> Any:
        percent = super().clean(value)
        return None if percent is None else int(percent * 100)

    def prepare_value(self, value: Any) -> Any:
        return f"{value / 100:.2f}" if isinstance(value, int) else value


class OfferForm(forms.Form):
    """A draft: everything of an offer but the branch that makes it."""

    title_zh = PlainTextField(label=_("Title (Chinese)"), max_length=60)
    title_en = PlainTextField(label=_("Title (English)"), max_length=120)
    benefit_zh = PlainTextField(label=_("What it gives (Chinese)"), max_length=200)
    benefit_en = PlainTextField(label=_("What it gives (English)"), max_length=400)
    rate_bp = RateField(
        label=_("Fee under the offer, per cent"),
        help_text=_("Such as 0.38. Empty where it is not about a fee."),
    )
    terms_zh = PlainTextField(
        label=_("Terms (Chinese)"),
        help_text=_("Merchants agree to these words. They cannot be changed once the offer is published."),
        max_length=2000,
        multiline=True,
    )
    terms_en = PlainTextField(label=_("Terms (English)"), max_length=4000, multiline=True)
    starts_on = day(label=_("Valid from"))
    ends_on = day(label=_("Valid until"))
    enrol_from = day(label=_("Enrolment from"))
    enrol_until = day(label=_("Enrolment until"))
    merchant_types = forms.MultipleChoiceField(
        label=_("Merchant types"),
        choices=MerchantType.choices,
        required=False,
        help_text=_("Several with Ctrl. None chosen: all."),
    )
    categories = CodesField(
        label=_("Merchant categories (MCC)"),
        register=MerchantCategory.objects.all,
        help_text=_("Codes with spaces between, such as 5411 5812. Empty: all."),
    )
    divisions = CodesField(
        label=_("Area of the terminals"),
        register=Division.objects.all,
        help_text=_("Codes of provinces, cities or counties, such as 310115 330100. Empty: everywhere."),
    )
    min_terminals = forms.IntegerField(
        label=_("Terminals in use at least"), min_value=1, max_value=MOST_TERMINALS, initial=1
    )
    bars_violations = forms.BooleanField(
        label=_("Only merchants without an open violation"), required=False, initial=True
    )
    is_per_terminal = forms.BooleanField(label=_("Each terminal enrols by itself"), required=False)
    quota = forms.IntegerField(
        label=_("Places"),
        min_value=1,
        max_value=MOST_PLACES,
        required=False,
        help_text=_("Empty: not limited."),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        self._in_order(data, "starts_on", "ends_on", _("The offer ends on the day it begins or later."))
        self._in_order(data, "enrol_from", "enrol_until", _("Enrolment ends on the day it begins or later."))
        self._in_order(data, "enrol_until", "ends_on", _("The offer ends when enrolment does, or later."))
        return data

    def _in_order(self, data: dict[str, Any], first: str, last: str, sentence: Any) -> None:
        if data.get(first) and data.get(last) and data[last] < data[first]:
            self.add_error(last, sentence)


class NewOfferForm(OfferForm):
    """A draft of a branch that the person may see."""

    branch = forms.ModelChoiceField(
        label=_("Branch"),
        queryset=Branch.objects.none(),
        help_text=_("The offer is for its customers and those of the branches below it."),
    )
    field_order = ("branch",)

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch"].queryset = person.branch_scope().active()
        self.fields["branch"].initial = person.branch_id


class EndingForm(forms.Form):
    note = PlainTextField(
        label=_("Why it ends early"),
        help_text=_("For colleagues. Merchants are told that the bank has ended the offer."),
        max_length=200,
    )


def wording_of(offer: Offer, *args: Any) -> OfferForm:
    """The form with what the draft says now."""
    initial = {name: getattr(offer, name) for name in OfferForm.base_fields}
    return OfferForm(*args[:1], prefix="wording", initial=initial)
