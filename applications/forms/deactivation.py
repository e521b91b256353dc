"""The one page of a stop: which terminals, why, from when on, how the devices come back."""

from __future__ import annotations

from typing import Any, ClassVar

from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from applications.forms.fields import DayField
from applications.forms.pages import PageForm, section
from applications.forms.terminals_to_stop import TerminalsToStopField
from applications.models import Deactivation
from applications.stop_questions import reasons_for
from config.privacy.formfields import PlainTextField, plain_formfield
from terminals.models import StopReason

Initiator = Deactivation.Initiator
FOR_GOOD, FOR_A_TIME = "", "1"
# Asked of merchants only, and of authorities only.
OF_MERCHANTS = ("is_temporary", "resume_on", "declares_settled", "declares_cleared")
OF_AUTHORITIES = ("is_emergency",)


class DeactivationForm(PageForm):
    page = "request"
    OPTIONAL = frozenset({"reason_text", "resume_on", "return_address", "is_emergency"})

    scope = forms.ChoiceField(
        label=_("What stops?"),
        choices=[
            (Deactivation.Scope.SOME, _("The terminals that I tick")),
            (Deactivation.Scope.WHOLE, _("Every terminal; the agreement with the bank ends")),
        ],
        widget=forms.RadioSelect,
    )
    chosen = TerminalsToStopField(label=_("Terminals"))
    is_temporary = forms.TypedChoiceField(
        label=_("For how long?"),
        choices=[
            (FOR_GOOD, _("For good: the device goes back to the bank")),
            (FOR_A_TIME, _("For a time: it stays here and is in use again on a day")),
        ],
        coerce=lambda value: value == FOR_A_TIME,
        empty_value=False,
        widget=forms.RadioSelect,
    )
    reason = forms.ModelChoiceField(
        label=_("Reason"), queryset=StopReason.objects.none(), empty_label=_("Choose a reason")
    )
    reason_text = PlainTextField(label=_("In your own words"), max_length=500, multiline=True)
    stop_on = DayField(label=_("Day of the stop"))
    resume_on = DayField(label=_("In use again on"), help_text=_("For a planned closure only"))
    return_way = forms.ChoiceField(
        label=_("How does the device go back?"), choices=Deactivation.Way.choices, widget=forms.RadioSelect
    )
    return_address = PlainTextField(
        label=_("Where it is picked up"), max_length=120, help_text=_("For a pick-up only")
    )

    class Meta:
        model = Deactivation
        fields: ClassVar[list[str]] = [
            "scope",
            "chosen",
            "is_temporary",
            "reason",
            "reason_text",
            "stop_on",
            "resume_on",
            "is_emergency",
            "return_way",
            "return_address",
            "declares_settled",
            "declares_cleared",
        ]
        formfield_callback = plain_formfield
        labels: ClassVar = {
            "is_emergency": _("It is an emergency: stop at once, without settling first"),
            "declares_settled": _(
                "Everything on these terminals is settled, or will be by the day of the stop."
            ),
            "declares_cleared": _(
                "No data of cards or cardholders is kept, and I give back whatever came with it."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        instance = kwargs["instance"]
        kwargs["initial"] = {"is_temporary": FOR_A_TIME if instance.is_temporary else FOR_GOOD}
        super().__init__(*args, **kwargs)

    def drop_what_does_not_apply(self) -> None:
        case: Deactivation = self.instance
        merchant = case.merchant
        terminals = merchant.terminals.live().select_related("outlet").order_by("pk") if merchant else ()
        is_merchants = case.initiator == Initiator.MERCHANT
        self.fields["chosen"].offer(terminals, asks_batch=is_merchants)
        self.fields["reason"].queryset = reasons_for(case.initiator)
        for name in () if is_merchants else OF_MERCHANTS:
            del self.fields[name]
        if not is_merchants:
            self.fields["reason_text"].help_text = _(
                "Where the reason opens a violation, these words are its facts, which the merchant reads unless it is confidential."
            )
        if case.initiator != Initiator.AUTHORITY:
            del self.fields["is_emergency"]
        for name in ("scope", "return_way"):
            self.fields[name].one_column = True

    def layout(self) -> Layout:
        def those(*names: str) -> list[str]:
            return [name for name in names if name in self.fields]

        parts = [
            section(_("Terminals"), *those("scope", "chosen")),
            section(
                _("Why and when"),
                *those("is_temporary", "reason", "reason_text", "stop_on", "resume_on", "is_emergency"),
            ),
            section(
                _("Giving the device back"),
                *those("return_way", "return_address"),
                hint=_("Not asked for where it is closed for a time."),
            ),
        ]
        if declarations := those("declares_settled", "declares_cleared"):
            parts.append(
                section(
                    _("What you declare"),
                    *declarations,
                    hint=_("Not asked for where the device is lost or worn out."),
                )
            )
        return Layout(*parts)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        answers["scope"] = answers.get("scope") or Deactivation.Scope.SOME
        if not answers.get("is_temporary"):
            if "is_temporary" in answers:
                answers["resume_on"] = None
        elif self._stays("scope", answers) == Deactivation.Scope.WHOLE:
            self.add_error("is_temporary", _("For a time only terminals close that you tick."))
        if answers.get("is_emergency"):
            answers["stop_on"] = None
        if answers.get("return_way") != Deactivation.Way.PICK_UP and "return_address" in answers:
            answers["return_address"] = ""
        resume_on, stop_on = answers.get("resume_on"), self._stays("stop_on", answers)
        if resume_on and stop_on and resume_on <= stop_on:
            self.add_error("resume_on", _("It is in use again after the day on which it closes."))
        return answers

    def _stays(self, name: str, answers: dict[str, Any]) -> Any:
        """What the answer will be: of one that is closed or was not understood, what it is now."""
        is_taken = name in answers and name not in self.closed
        return answers[name] if is_taken else getattr(self.instance, name)
