"""What the help line enters in a ticket."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.support.desk.filters import NUMBER
from applications.support.forms import CATEGORIES, SaleFields, several_files, words
from applications.support.models import CannedText, ClosingCause, Ticket
from config.accounts.models import Role, User
from config.files.formfields import ReceivesUploads
from config.privacy.formfields import PlainTextField
from config.privacy.identifiers import normalise
from terminals.models import Terminal


class AnswerForm(ReceivesUploads, forms.Form):
    """What the merchant reads: a text of the catalogue, own words, or both, one after the other."""

    canned = forms.ModelChoiceField(
        label=_("Canned text"), queryset=CannedText.objects.none(), required=False, empty_label=_("None")
    )
    text = words(
        label=pgettext_lazy("ticket", "Answer"),
        help_text=_("Sent below the canned text, in the words typed."),
        required=False,
    )
    file = several_files()
    asks = forms.BooleanField(
        label=_("The merchant has to answer; the clock stands until then"), required=False
    )

    def __init__(self, ticket: Ticket, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = ticket.language
        self.fields["canned"].queryset = CannedText.objects.filter(is_active=True)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not (data.get("canned") or data.get("text") or data.get("file")) and not self.errors:
            self.add_error("text", _("Write a few words first."))
        return data

    @property
    def whole_text(self) -> str:
        canned = self.cleaned_data["canned"]
        parts = [canned.text_in(self.language) if canned else "", self.cleaned_data["text"]]
        return "\n".join(filter(None, parts))


class NoteForm(forms.Form):
    text = words(
        label=_("Note"), help_text=_("Merchants never see it."), widget=forms.Textarea(attrs={"rows": 2})
    )


class HandOverForm(forms.Form):
    to = forms.ModelChoiceField(label=_("To"), queryset=User.objects.none())

    def __init__(self, ticket: Ticket, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        path = ticket.branch.path.strip("/").split("/")
        paths = ["/" + "/".join(path[: depth + 1]) + "/" for depth in range(len(path))]
        people = User.objects.active().filter(
            role__in=[Role.SUPPORT, Role.SUPERVISOR], branch__path__in=paths
        )
        self.fields["to"].queryset = people.exclude(pk=ticket.assignee_id).order_by("pk")


class ClosingForm(forms.Form):
    cause = forms.ModelChoiceField(label=_("Cause"), queryset=ClosingCause.objects.none())
    text = words(
        label=_("Last words"),
        help_text=_("The merchant reads them."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cause"].queryset = ClosingCause.objects.filter(is_active=True)


class MergeForm(forms.Form):
    """The number of the ticket that goes on."""

    other = PlainTextField(label=_("Number of the other ticket"), max_length=40)

    def __init__(self, ticket: Ticket, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ticket = ticket

    def clean_other(self) -> Ticket:
        found = NUMBER.fullmatch(normalise(self.cleaned_data["other"]))
        number = "-".join(["GD", *found.groups()]) if found else ""
        other = Ticket.objects.filter(merchant=self.ticket.merchant_id, number=number).first()
        if other is None:
            raise forms.ValidationError(_("This merchant has no ticket of that number."))
        return other


class ReopenForm(forms.Form):
    text = words(
        label=_("Why"), help_text=_("The merchant reads it."), widget=forms.Textarea(attrs={"rows": 2})
    )


class CallForm(forms.Form):
    """A ticket for a caller."""

    category = forms.ChoiceField(label=_("What it is about"), choices=CATEGORIES)
    terminal = forms.ModelChoiceField(
        label=_("Terminal"),
        queryset=Terminal.objects.none(),
        required=False,
        empty_label=_("Not about one terminal"),
    )
    text = words(label=_("What the caller says"), help_text=_("The merchant reads it in the portal."))

    def __init__(self, merchant: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["terminal"].queryset = merchant.terminals.order_by("-pk")
        self.fields["terminal"].label_from_instance = lambda terminal: terminal.number


class CallSaleForm(SaleFields, CallForm):
    """The same for a transaction that cannot be found."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["category"]
