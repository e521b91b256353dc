"""Page 2: the responsible person, the agent, who owns an enterprise, and whom the bank may call."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from applications.forms.pages import ANY_NUMBER, DayField, PageForm, SealedField, section
from applications.models import Registration
from config.privacy import identifiers
from config.privacy.formfields import IdentifierField, PersonNameField, plain_formfield
from config.privacy.identity_documents import IdType, problem_for
from config.privacy.masking import mask_id_number, mask_mobile
from merchants.particulars import MerchantType

MOST_OWNERS = 10
# What an answer is that does not apply, where that is not an empty text.
EMPTY = {"agent_id_from": None, "agent_id_to": None, "agent_id_is_long_term": False}


class ResponsibleForm(PageForm):
    """Who answers for the merchant. Agent and owners are asked only where they apply."""

    page = "responsible"
    OPTIONAL = frozenset(
        {
            "contact_phone",
            "contact_email",
            "service_phone",
            "responsible_id_is_long_term",
            "agent_id_is_long_term",
        }
    )
    AGENT = (
        "agent_name",
        "agent_id_number",
        "agent_id_from",
        "agent_id_to",
        "agent_id_is_long_term",
        "agent_mobile",
    )

    responsible_name = PersonNameField(label=_("Name"), max_length=60)
    responsible_id_type = forms.ChoiceField(
        label=_("Identity document"), choices=[("", _("Choose a document")), *IdType.choices]
    )
    responsible_id_number = SealedField(check=ANY_NUMBER, mask=mask_id_number, label=_("Document number"))
    responsible_id_from = DayField(label=_("Document valid from"))
    responsible_id_to = DayField(label=_("Document valid until"))
    has_agent = forms.TypedChoiceField(
        label=_("Who handles this application?"),
        choices=[("", _("The responsible person")), ("1", _("An agent with a letter of authorisation"))],
        coerce=bool,
        empty_value=False,
        widget=forms.RadioSelect,
    )
    agent_name = PersonNameField(label=_("Agent's name"), max_length=60)
    agent_id_number = SealedField(
        check=identifiers.resident_id, mask=mask_id_number, label=_("Agent's resident ID number")
    )
    agent_id_from = DayField(label=_("Agent's document valid from"))
    agent_id_to = DayField(label=_("Agent's document valid until"))
    agent_mobile = SealedField(check=identifiers.mobile, mask=mask_mobile, label=_("Agent's mobile"))
    controller_name = PersonNameField(label=_("Actual controller"), max_length=60)
    contact_name = PersonNameField(label=_("Contact person"), max_length=60)
    contact_mobile = SealedField(
        check=identifiers.mobile,
        mask=mask_mobile,
        label=_("Contact mobile"),
        help_text=_("For questions on this application"),
    )
    contact_phone = IdentifierField(check=identifiers.telephone, label=_("Contact phone"))
    service_phone = IdentifierField(
        check=identifiers.telephone,
        label=_("Customer service phone"),
        help_text=_("Your customers call it; it may be printed on slips"),
    )

    class Meta:
        model = Registration
        fields: ClassVar[list[str]] = [
            "responsible_name",
            "responsible_id_type",
            "responsible_id_number",
            "responsible_id_from",
            "responsible_id_to",
            "responsible_id_is_long_term",
            "has_agent",
            "agent_name",
            "agent_id_number",
            "agent_id_from",
            "agent_id_to",
            "agent_id_is_long_term",
            "agent_mobile",
            "controller_name",
            "contact_name",
            "contact_mobile",
            "contact_phone",
            "contact_email",
            "service_phone",
        ]
        formfield_callback = plain_formfield
        labels: ClassVar = {
            "responsible_id_is_long_term": _("Without end date"),
            "agent_id_is_long_term": _("Agent's document without end date"),
            "contact_email": _("Contact e-mail"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        instance = kwargs["instance"]
        kwargs["initial"] = {
            "has_agent": "1" if instance.has_agent else "",
            "contact_email": instance.contact_email or instance.applicant.email or "",
            "responsible_id_type": instance.responsible_id_type or IdType.RESIDENT_ID,
        }
        super().__init__(*args, **kwargs)

    def drop_what_does_not_apply(self) -> None:
        if self.instance.merchant_type != MerchantType.ENTERPRISE:
            del self.fields["controller_name"]

    def layout(self) -> Layout:
        parts = [
            section(
                _("Responsible person"),
                "responsible_name",
                "responsible_id_type",
                "responsible_id_number",
                Div("responsible_id_from", "responsible_id_to", css_class="form-2"),
                "responsible_id_is_long_term",
                hint=_("The person named on the licence; for a micro merchant yourself."),
            ),
            section(_("Agent"), "has_agent"),
            section(
                _("Particulars of the agent"),
                "agent_name",
                "agent_id_number",
                Div("agent_id_from", "agent_id_to", css_class="form-2"),
                "agent_id_is_long_term",
                "agent_mobile",
                shown_when="has_agent=1",
            ),
            section(
                _("Contact"),
                "contact_name",
                "contact_mobile",
                "contact_phone",
                "contact_email",
                "service_phone",
            ),
        ]
        if "controller_name" in self.fields:
            parts.append(section(_("Ownership"), "controller_name"))
        return Layout(*parts)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if not answers.get("has_agent"):
            for name in self.AGENT:
                self.errors.pop(name, None)
                answers[name] = EMPTY.get(name, "")
        for document in ("responsible_id", "agent_id"):
            if answers.get(f"{document}_is_long_term"):
                answers[f"{document}_to"] = None
        number, kind = answers.get("responsible_id_number"), answers.get("responsible_id_type")
        if number and kind and (problem := problem_for(kind, number)):
            self.add_error("responsible_id_number", problem)
        return answers


class OwnerForm(forms.Form):
    """One beneficial owner: everybody who owns or controls a quarter of the enterprise or more."""

    name = PersonNameField(label=_("Owner's name"), max_length=60, required=False)
    id_type = forms.ChoiceField(label=_("Owner's document"), choices=IdType.choices, required=False)
    id_number = SealedField(
        check=ANY_NUMBER, mask=mask_id_number, label=_("Owner's document number"), required=False
    )
    valid_to = DayField(
        label=_("Valid until"), required=False, help_text=_("Leave empty for a document without end date")
    )
    share_percent = forms.DecimalField(
        label=_("Share in per cent"),
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=5,
        decimal_places=2,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["id_number"].stored = (kwargs.get("initial") or {}).get("id_number", "")
        self.fields["valid_to"].needed = False
        for name in ("name", "id_type", "id_number", "share_percent"):
            self.fields[name].needed = True
        self.fields["share_percent"].widget = forms.TextInput(
            attrs={"inputmode": "decimal", "class": "w-short"}
        )
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        if not self.is_asked() or self.errors:
            return answers
        for name in ("name", "id_number", "share_percent"):
            if answers.get(name) in (None, ""):
                self.add_error(name, _("Fill this in, or take this owner off the list."))
        number = answers.get("id_number")
        if number and (problem := problem_for(answers["id_type"] or IdType.RESIDENT_ID, number)):
            self.add_error("id_number", problem)
        return answers

    def is_asked(self) -> bool:
        """Whether anything of an owner was filled in and the owner stays."""
        answers = self.cleaned_data
        return not answers.get("DELETE") and any(
            answers.get(name) not in (None, "") for name in ("name", "id_number", "share_percent")
        )

    def as_owner(self) -> dict[str, Any]:
        answers = self.cleaned_data
        valid_to: date | None = answers["valid_to"]
        return {
            "name": answers["name"],
            "id_type": answers["id_type"] or IdType.RESIDENT_ID,
            "id_number": answers["id_number"],
            "valid_to": valid_to.isoformat() if valid_to else "",
            "share_percent": f"{answers['share_percent'].normalize():f}",
        }


class OwnersFormSet(forms.BaseFormSet):
    """The owners as one answer: kept together when every one of them is whole."""

    def owners(self) -> list[dict[str, Any]]:
        return [form.as_owner() for form in self.forms if form.is_asked()]


def owners_formset(
    registration: Registration, data: Any = None, *, is_open: bool = True, focus: str = ""
) -> OwnersFormSet:
    """The owners of the draft with one empty place; closed, they are shown and nothing is taken."""
    made = forms.formset_factory(
        OwnerForm,
        formset=OwnersFormSet,
        extra=1 if is_open else 0,
        max_num=MOST_OWNERS,
        absolute_max=MOST_OWNERS + 1,
        can_delete=is_open,
        can_delete_extra=False,
    )
    formset = made(data if is_open else None, initial=registration.beneficial_owners or [], prefix="owners")
    if not is_open:
        for form in formset.forms:
            for field in form.fields.values():
                field.disabled = True
        return formset
    if focus == "owners-0-name":
        formset.forms[0].fields["name"].widget.attrs["autofocus"] = True
    for form in formset.initial_forms:
        form.fields["DELETE"].label = _("Take this owner off the list")
        form.fields["DELETE"].needed = True
    return formset
