from django import forms

from config.accounts.models import User
from config.privacy.formfields import PersonNameField


class PersonForm(forms.ModelForm):
    """What a person may change about themselves without proving anything."""

    class Meta:
        model = User
        fields = ["full_name", "language"]
        field_classes = {"full_name": PersonNameField}
        widgets = {
            "full_name": forms.TextInput(attrs={"class": "form-control", "autocomplete": "name"}),
            "language": forms.Select(attrs={"class": "form-select"}),
        }
