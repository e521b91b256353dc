"""For which terminal, or which merchant, something is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from applications.models.terminal_request import CustomerRequest, TerminalRequest
from config.accounts.models import User
from config.privacy.formfields import PlainTextField
from config.privacy.identifiers import normalise
from merchants.models import Membership, Merchant
from terminals.models import Terminal

MOST_CHOICES = 100


class BeginRequestForm(forms.Form):
    """Merchants choose from what is theirs; the bank's staff name it by its number. Cleaned to rows the person may see."""

    merchant: Merchant
    applicant: User
    has_choice = True
    # Why some of what is theirs is not on the list.
    objections: Sequence[str] = ()

    def __init__(
        self, *args: Any, user: User, desk: bool, model: type[CustomerRequest], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.desk = user, desk
        self.about_terminal = issubclass(model, TerminalRequest)
        name, label = (
            ("terminal", _("Which terminal?")) if self.about_terminal else ("merchant", _("Which merchant?"))
        )
        if desk:
            self.fields[name] = self.numbered(
                _("Terminal number") if self.about_terminal else _("Merchant number")
            )
        else:
            choices, self.objections = self._offered(model)
            self.fields[name] = self.one_of(choices, label=label)
            self.fields[name].help_text = " ".join(self.objections)
            self.has_choice = bool(choices)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    @property
    def given(self) -> dict[str, Any]:
        """What else the kind asks as it begins."""
        return {}

    def numbered(self, label: Any) -> forms.Field:
        """For staff: typed by its number."""
        return PlainTextField(label=label, max_length=15)

    def one_of(self, choices: list[tuple[str, Any]], *, label: Any) -> forms.Field:
        """For merchants: chosen from what is theirs, chosen already where there is one."""
        field = forms.ChoiceField(
            label=label,
            choices=choices,
            widget=forms.RadioSelect,
            initial=choices[0][0] if len(choices) == 1 else None,
            error_messages={
                "required": _("Choose from the list."),
                "invalid_choice": _("Choose from the list."),
            },
        )
        field.one_column = True
        return field

    def clean_terminal(self) -> Terminal | None:
        terminal = self.named(self.cleaned_data["terminal"], self._rows())
        self._speak_for(terminal.merchant)
        return terminal

    def clean_merchant(self) -> Merchant:
        merchant = self.named(self.cleaned_data["merchant"], self._rows())
        self._speak_for(merchant)
        return merchant

    def _speak_for(self, merchant: Merchant) -> None:
        """Staff file in the name of an owner; whoever filed counts as maker all the same."""
        self.merchant, self.applicant = merchant, self.user
        if self.desk:
            owners = merchant.memberships.filter(role=Membership.Role.OWNER).select_related("user")
            owner = owners.order_by("pk").first()
            if owner is None:
                raise ValidationError(_("This merchant has no owner in the portal who could apply."))
            self.applicant = owner.user

    def named(self, text: str, rows: Any) -> Any:
        row = rows.filter(number=normalise(text)).first()
        if row is None:
            raise ValidationError(_("Nothing of yours has this number. Please compare it once more."))
        return row

    def _rows(self) -> Any:
        return self.rows_of(Terminal if self.about_terminal else Merchant)

    def rows_of(self, model: type[Terminal] | type[Merchant]) -> Any:
        """What the person may ask something for."""
        if model is Terminal:
            rows = (
                Terminal.objects.visible_to(self.user).live().select_related("merchant", "branch", "outlet")
            )
        else:
            rows = Merchant.objects.visible_to(self.user).exclude(status=Merchant.Status.CLOSED)
        return rows.order_by("pk")

    def _offered(self, model: type[CustomerRequest]) -> tuple[list[tuple[str, Any]], list[str]]:
        """What this can be asked for, and a sentence for each of the others."""
        rows = list(self._rows()[:MOST_CHOICES])
        found = {
            row: model.objection_to_begin(
                merchant=row.merchant if self.about_terminal else row,
                terminal=row if self.about_terminal else None,
            )
            for row in rows
        }
        offered = [(row.number, self._words(row)) for row, objection in found.items() if not objection]
        return offered, [objection for objection in found.values() if objection]

    def _words(self, row: Any) -> str:
        if not self.about_terminal:
            return str(row)
        return f"{row.label or row.outlet} {row.number}"
