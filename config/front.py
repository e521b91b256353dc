"""The first page of the desk: what of which branches it speaks, and what every room puts there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.kernel.dashboard import FirstPage, first_page


class BranchForm(forms.Form):
    """Which branches the page speaks of. Offered are the person's own with all below it, and those next below."""

    branch: forms.ModelChoiceField = forms.ModelChoiceField(
        label=gettext_lazy("branch"),
        queryset=None,
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy(
                "This address names a branch that you do not see, so it shows nothing."
            )
        },
    )

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["branch"]
        own = person.branch
        field.queryset = person.branch_scope()
        below = [(branch.pk, branch.name) for branch in own.children.active()] if own else []
        self.offers_choice = bool(below)
        all_of_them = _("%(branch)s and all below it") % {"branch": own} if own else ""
        field.widget.choices = [("", all_of_them), *below]

    def clean_branch(self) -> Any:
        """The key as links write it: rooms read it from the address, too."""
        chosen = self.cleaned_data["branch"]
        if chosen and self.data["branch"] != str(chosen.pk):
            raise forms.ValidationError(self.fields["branch"].error_messages["invalid_choice"])
        return chosen


def shown(request: HttpRequest, *, now: datetime) -> dict[str, Any]:
    """What the page shows: numbers of the chosen branches, or none and the sentence why."""
    form = BranchForm(request.GET, person=request.user)
    if not form.is_valid():
        return {
            "first_page": FirstPage(),
            "branch_form": form,
            "problem": " ".join(str(error) for error in form.errors["branch"]),
            "now": now,
        }
    chosen = form.cleaned_data["branch"]
    if chosen and str(chosen.pk) not in {
        str(value) for value, _words in form.fields["branch"].widget.choices
    }:
        # By a shared link: a branch further down.
        form.fields["branch"].widget.choices.append((chosen.pk, chosen.name))
    return {
        "first_page": first_page(request, now=now),
        "branch_form": form,
        "chosen_branch": chosen,
        "now": now,
    }
