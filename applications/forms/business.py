"""Page 1: the kind of merchant, then its licence, addresses, branch and settlement account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from applications.corrections import Opened
from applications.forms.pages import ANY_NUMBER, DayField, LookupField, PageForm, SealedField, section
from applications.models import Registration
from config.accounts.branches import Branch
from config.privacy import identifiers
from config.privacy.formfields import IdentifierField, PlainTextField, plain_formfield
from config.privacy.masking import mask_account
from merchants.particulars import AccountParticulars, MerchantType, SettlementCycle
from merchants.settlement_rules import kinds_allowed, number_problem

TYPE_HINTS = {
    MerchantType.ENTERPRISE: _("a company with its own licence"),
    MerchantType.SOLE_TRADER: _("a shop or stall registered in a person's name"),
    MerchantType.MICRO: _("sells without a business licence"),
    MerchantType.INSTITUTION: _("a school, hospital or other public body"),
    MerchantType.SOCIAL_ORGANISATION: _("an association, foundation or private non-enterprise unit"),
    MerchantType.RURAL_COOPERATIVE: _("a farmers' cooperative"),
}


class MerchantTypeForm(forms.ModelForm):
    """The kind of merchant decides which questions follow, so it is asked first and by itself."""

    merchant_type = forms.ChoiceField(
        label=_("What kind of merchant are you?"),
        choices=lambda: [(kind.value, f"{kind.label} – {TYPE_HINTS[kind]}") for kind in MerchantType],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose the kind of merchant."),
            "invalid_choice": _("Choose from the list."),
        },
    )
    merchant_type.one_column = True

    class Meta:
        model = Registration
        fields: ClassVar[list[str]] = ["merchant_type"]

    def keep(self, *, by: Any, now: Any) -> None:
        """The draft has this type. Call it on a valid form."""
        chosen = self.cleaned_data["merchant_type"]
        with self.instance.revising(by=by, now=now):
            self.instance.merchant_type = chosen
            if chosen == MerchantType.MICRO:
                # What a licence would say does not apply to people without one.
                self.instance.uscc = self.instance.business_scope = ""
                self.instance.licence_from = self.instance.licence_to = None
                self.instance.licence_is_long_term = False
            if chosen != MerchantType.ENTERPRISE:
                self.instance.controller_name, self.instance.beneficial_owners = "", []


class BusinessForm(PageForm):
    """Asks by merchant type: people without a licence are not asked what is on it."""

    page = "business"
    OPTIONAL = frozenset({"account_cnaps", "same_address", "licence_is_long_term"})
    # What only a licence says; a micro merchant is booked under its person's name.
    LICENCE = (
        "registered_name",
        "uscc",
        "licence_from",
        "licence_to",
        "licence_is_long_term",
        "business_scope",
    )

    registered_name = PlainTextField(label=_("Registered name"), max_length=100)
    trading_name = PlainTextField(
        label=_("Trading name"),
        max_length=20,
        help_text=_("2 to 20 characters; printed on your customers' slips"),
    )
    uscc = IdentifierField(check=identifiers.uscc, help_text=_("18 characters on the licence"))
    licence_from = DayField(label=_("Licence valid from"))
    licence_to = DayField(label=_("Licence valid until"))
    category = LookupField(
        source="categories",
        label=_("Trade (MCC)"),
        help_text=_("What you sell or do, such as supermarket, or the four-digit code"),
    )
    registered_division = LookupField(
        source="divisions",
        label=_("Registered in"),
        help_text=_("City and district in Chinese, or the six-digit code"),
    )
    registered_address = PlainTextField(label=_("Registered address"), max_length=120)
    same_address = forms.BooleanField(label=_("Business is done at the registered address"))
    business_division = LookupField(source="divisions", label=_("Business district"))
    business_address = PlainTextField(label=_("Business address"), max_length=120)
    branch = forms.ModelChoiceField(
        label=_("Branch that serves you"), queryset=Branch.objects.none(), empty_label=_("Choose a branch")
    )
    account_kind = forms.ChoiceField(
        label=_("Kind of account"), choices=AccountParticulars.Kind.choices, widget=forms.RadioSelect
    )
    account_holder = PlainTextField(
        label=_("Account holder"), max_length=100, help_text=_("Exactly as on the account, brackets included")
    )
    account_number = SealedField(check=ANY_NUMBER, mask=mask_account, label=_("Account number"))
    account_bank = PlainTextField(
        label=_("Bank of the account"),
        max_length=80,
        help_text=_("With its branch, as printed on the account certificate"),
    )
    account_cnaps = IdentifierField(
        check=identifiers.cnaps,
        help_text=_("12 digits, for corporate accounts only; the bank of the account knows it"),
    )
    settlement_cycle = forms.ChoiceField(
        label=_("Takings are paid out on"), choices=SettlementCycle.choices, widget=forms.RadioSelect
    )

    class Meta:
        model = Registration
        fields: ClassVar[list[str]] = [
            "registered_name",
            "trading_name",
            "uscc",
            "licence_from",
            "licence_to",
            "licence_is_long_term",
            "business_scope",
            "category",
            "registered_division",
            "registered_address",
            "business_division",
            "business_address",
            "branch",
            "account_kind",
            "account_holder",
            "account_number",
            "account_bank",
            "account_cnaps",
            "settlement_cycle",
        ]
        formfield_callback = plain_formfield
        labels: ClassVar = {
            "licence_is_long_term": _("Without end date"),
            "business_scope": _("Business scope"),
        }
        help_texts: ClassVar = {"business_scope": _("As on the licence")}
        widgets: ClassVar = {"business_scope": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, branches: Any = None, **kwargs: Any) -> None:
        instance = kwargs["instance"]
        same = bool(instance.registered_address) and (
            (instance.registered_division_id, instance.registered_address)
            == (instance.business_division_id, instance.business_address)
        )
        kwargs["initial"] = {"same_address": same} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.fields["branch"].queryset = Branch.objects.active() if branches is None else branches
        allowed = kinds_allowed(instance.merchant_type)
        self.fields["account_kind"].choices = [
            (kind, AccountParticulars.Kind(kind).label) for kind in allowed
        ]
        if len(allowed) == 1:
            self.initial["account_kind"] = allowed[0]

    def drop_what_does_not_apply(self) -> None:
        if self.instance.is_micro:
            for name in self.LICENCE:
                del self.fields[name]

    def close(self, opened: Opened, is_open: Callable[[str], bool]) -> None:
        # The branch has it already: who handles it is not the applicant's to change, unless the branch gives just that back.
        given_back = any(each.item == "field:branch" for each in opened.corrections)
        super().close(
            opened, lambda name: is_open(name) and (name != "branch" or opened.is_draft or given_back)
        )

    def layout(self) -> Layout:
        if self.instance.is_micro:
            licence = section(_("Your business"), "trading_name", "category")
        else:
            licence = section(
                _("Licence"),
                "registered_name",
                "trading_name",
                "uscc",
                Div("licence_from", "licence_to", css_class="form-2"),
                "licence_is_long_term",
                "business_scope",
                "category",
            )
        return Layout(
            licence,
            section(_("Registered address"), "registered_division", "registered_address", "same_address"),
            section(
                _("Where business is done"),
                "business_division",
                "business_address",
                shown_when="same_address=",
            ),
            section(_("Who serves you"), "branch"),
            section(
                _("Settlement account"),
                "account_kind",
                "account_holder",
                "account_number",
                "account_bank",
                "account_cnaps",
                "settlement_cycle",
                hint=_("Takings are paid to this account."),
            ),
        )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if answers.get("same_address"):
            for name in ("division", "address"):
                self.errors.pop(f"business_{name}", None)
                answers.pop(f"business_{name}", None)
                if f"registered_{name}" in answers:
                    answers[f"business_{name}"] = answers[f"registered_{name}"]
        if answers.get("licence_is_long_term"):
            answers["licence_to"] = None
        self._judge_account_number(answers)
        return answers

    def insist(self, *, on: date) -> None:
        super().insist(on=on)
        if (
            self.instance.account_kind == AccountParticulars.Kind.PERSONAL
            and not self.instance.responsible_name
            and self.instance.account_holder
        ):
            # Whose name it must be is asked on the next page; the check page comes back to it.
            self.errors.pop("account_holder", None)

    def _judge_account_number(self, answers: dict[str, Any]) -> None:
        number, kind = answers.get("account_number"), answers.get("account_kind")
        if not number:
            return
        if kind and (problem := number_problem(kind, number)):
            self.add_error("account_number", problem)
