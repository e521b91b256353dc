"""What a reviewer marks and writes on a case: one form for all items, read alike by every decision and by the draft."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from applications.items import WHOLE, Item
from applications.models import ReasonCode, Verdict
from applications.verdicts import no_reason_for
from config.privacy.formfields import PlainTextField

LONGEST_TEXT = 500
IN_ORDER, TO_CORRECT = "ok", "fix"
VERDICTS = [(IN_ORDER, _("In order")), (TO_CORRECT, _("To correct"))]


class VersionField(forms.IntegerField):
    """The version of the case that was on the page."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput, **kwargs)


class ReviewForm(forms.Form):
    """Verdict, reason and words for every item, and what belongs to the whole. Names: `verdict-<item>`, `reason-`, `text-`.

    `outcome` is what the reviewer wants: then what that decision lacks is told at its field. Without it nothing is
    lacking: a draft may be as unfinished as it likes.
    """

    version = VersionField()
    private_note = PlainTextField(
        label=_("Private note"),
        help_text=_("For colleagues only; the merchant never sees it."),
        required=False,
        multiline=True,
        max_length=LONGEST_TEXT,
    )
    account_verified = forms.BooleanField(
        label=_("The settlement account was checked in the core system"), required=False
    )
    rest_in_order = forms.BooleanField(label=_("Everything not marked is in order"), required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        items: list[Item],
        reasons: Iterable[ReasonCode],
        language: str,
        outcome: str = "",
        asks_account: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.items, self.language, self.outcome = items, language, outcome
        self.asks_account = asks_account
        self.reasons = {reason.code: reason for reason in reasons}
        for item in items:
            self.fields[f"verdict-{item.key}"] = forms.ChoiceField(
                label=item.title, choices=VERDICTS, required=False
            )
            self._offer(item.key, item.title, item.kind)
        self._offer(WHOLE, _("The whole application"), WHOLE)

    def _offer(self, key: str, title: Any, kind: str) -> None:
        codes = [(code, code) for code, reason in self.reasons.items() if reason.applies_to == kind]
        self.fields[f"reason-{key}"] = forms.ChoiceField(label=title, choices=codes, required=False)
        self.fields[f"text-{key}"] = PlainTextField(
            label=title, required=False, multiline=True, max_length=LONGEST_TEXT
        )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if self.outcome:
            for item in self.items:
                reason = f"reason-{item.key}"
                if (
                    said.get(f"verdict-{item.key}") == TO_CORRECT
                    and not said.get(reason)
                    and reason not in self.errors
                ):
                    self.add_error(reason, no_reason_for(item.title))
        if self.asks_account and self.outcome == "approved" and not said.get("account_verified"):
            self.add_error(
                "account_verified",
                _("Check the settlement account in the core system first, then tick this."),
            )
        return said

    def verdicts(self) -> dict[str, Verdict]:
        """The verdicts said here. Where no words were written they are the reason's, in the merchant's language."""
        found = {}
        for item in self.items:
            said = self.cleaned_data.get(f"verdict-{item.key}")
            if said == TO_CORRECT:
                found[item.key] = self._fault(item.key)
            elif said == IN_ORDER or self.cleaned_data.get("rest_in_order"):
                found[item.key] = Verdict(is_ok=True)
        if self.cleaned_data.get(f"reason-{WHOLE}"):
            found[WHOLE] = self._fault(WHOLE)
        return found

    def _fault(self, key: str) -> Verdict:
        reason = self.reasons.get(self.cleaned_data.get(f"reason-{key}", ""))
        text = self.cleaned_data.get(f"text-{key}") or ""
        if reason and not text:
            with override(self.language):
                text = reason.public_text
        return Verdict(is_ok=False, reason=reason, public_text=text)

    def kept(self) -> dict[str, str]:
        """What a draft keeps: every understood answer that says something, by its name."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "version" and value}
        return {name: "on" if value is True else value for name, value in given.items()}
