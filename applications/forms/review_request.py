"""Asking that a refusal be looked at again."""

from django.utils.translation import gettext_lazy as _

from applications.forms.words import PlainWordsForm
from applications.models import ReviewRequest
from config.privacy.formfields import PlainTextField


class ReviewRequestForm(PlainWordsForm):
    """Why the refusal should be looked at again, in the merchant's words."""

    text = PlainTextField(
        label=_("Why should it be looked at again?"),
        help_text=_("You can ask once. Say what was overlooked or has changed; up to 500 characters."),
        multiline=True,
        max_length=ReviewRequest._meta.get_field("text").max_length,
        error_messages={"required": _("Say why the application should be looked at again.")},
    )
