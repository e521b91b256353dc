"""What is to be stopped, and for whom it is asked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from applications.forms.begin_request import MOST_CHOICES, BeginRequestForm
from applications.models import Deactivation
from merchants.models import Merchant
from terminals.models import Terminal

Initiator = Deactivation.Initiator
STOPPING = (*Terminal.ENDED, Terminal.Status.SETTLE_ONLY)


class BeginDeactivationForm(BeginRequestForm):
    """One terminal, or a merchant of whose terminals several stop; the bank's staff say also who asks for it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["merchant"]
        if self.desk:
            self._ask_of_staff()
        else:
            self._ask_of_merchant()

    def _ask_of_staff(self) -> None:
        self.fields["initiator"] = forms.ChoiceField(
            label=_("Who asks for the stop?"),
            choices=[(each.value, each.label) for each in Initiator if each != Initiator.SYSTEM],
            widget=forms.RadioSelect,
            error_messages={
                "required": _("Choose from the list."),
                "invalid_choice": _("Choose from the list."),
            },
        )
        self.fields["terminal"] = self.numbered(_("Terminal number, or merchant number for several"))

    def _ask_of_merchant(self) -> None:
        terminals = Terminal.objects.visible_to(self.user).exclude(status__in=STOPPING)
        merchants = self.rows_of(Merchant)
        choices = [
            (row.number, f"{row.label or row.outlet} {row.number}")
            for row in terminals.select_related("outlet").order_by("pk")[:MOST_CHOICES]
        ]
        choices += (
            [
                (row.number, _("Several terminals, or all, of %(merchant)s") % {"merchant": row})
                for row in merchants
            ]
            if len(choices) > 1
            else []
        )
        self.has_choice = bool(choices)
        self.fields["terminal"] = self.one_of(choices, label=_("What is to be stopped?"))

    def clean_terminal(self) -> Terminal | None:
        number = self.cleaned_data["terminal"]
        merchant = self.rows_of(Merchant).filter(number=number.strip()).first()
        terminal = None if merchant else self.named(number, self.rows_of(Terminal))
        self.merchant = merchant or terminal.merchant
        return terminal

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if not hasattr(self, "merchant"):
            return answers
        if answers.get("initiator", Initiator.MERCHANT) == Initiator.MERCHANT:
            try:
                self._speak_for(self.merchant)
            except ValidationError as error:
                self.add_error("terminal", error)
        else:
            self.applicant = self.user
        return answers

    @property
    def given(self) -> dict[str, Any]:
        initiator = self.cleaned_data.get("initiator")
        return {"initiator": initiator} if initiator else {}
