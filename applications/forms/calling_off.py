"""Calling off what was granted before it takes effect."""

from django.utils.translation import gettext_lazy as _

from applications.forms.words import PlainWordsForm
from applications.models.relocation import Relocation
from config.privacy.formfields import PlainTextField


class CallingOffForm(PlainWordsForm):
    """Why it is not to be, in the merchant's words."""

    words = PlainTextField(
        label=_("Why is it called off?"),
        help_text=_("The bank reads it and it stays on record; up to 500 characters."),
        multiline=True,
        max_length=Relocation._meta.get_field("called_off_note").max_length,
        error_messages={"required": _("Say why it is called off.")},
    )
