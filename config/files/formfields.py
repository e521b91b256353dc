"""The file control of forms: its limits stated, its refusals the field's own message."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from config.files.models import StoredFile
from config.files.receiving import receive, refuse_what_did_not_arrive
from config.files.refusals import FileRefused
from config.kernel.policy import current_policy

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

PHOTO = "image/*"  # some in-app browsers cannot choose any file when single types are listed
PDF = "application/pdf"


class UploadField(forms.FileField):
    """One photo (`accept=PHOTO`) or one PDF (`accept=PDF`). `accept` helps to choose; what arrives is judged by its content.

    Cleaning looks only at what needs no look inside; `ReceivesUploads.received` judges and stores.
    """

    widget = forms.FileInput
    default_error_messages = {
        "required": _("Choose a photo or a file first."),
        "missing": _("Choose a photo or a file first."),
        "invalid": _("Choose a photo or a file first."),
    }

    def __init__(self, *, accept: str = PHOTO, **kwargs: Any) -> None:
        self.accept = accept
        kwargs.setdefault("allow_empty_file", True)  # our own sentence says that a file is empty
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, str]:
        return super().widget_attrs(widget) | {"accept": self.accept}

    def to_python(self, data: Any) -> Any:
        upload = super().to_python(data)
        if upload:
            try:
                refuse_what_did_not_arrive(upload, limit=current_policy().upload_limit_bytes)
            except FileRefused as refused:
                raise ValidationError(refused.sentence, code=refused.code) from refused
        return upload


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class UploadsField(UploadField):
    """Several photos or PDFs at once, each under the rules of one; cleaned to a list."""

    widget = SeveralFiles

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        self.most = most
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        uploads = [upload for upload in data or [] if upload]
        if len(uploads) > self.most:
            sentence = ngettext(
                "Choose at most %(count)d file at a time.",
                "Choose at most %(count)d files at a time.",
                self.most,
            )
            raise ValidationError(sentence % {"count": self.most}, code="too_many")
        if not uploads and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        one = super().clean
        return [one(upload, initial) for upload in uploads]


class ReceivesUploads:
    """For forms with an UploadField: judging and storing as one call whose refusal is the field's message."""

    def received(self: Any, field: str, *, by: "AbstractBaseUser", now: datetime) -> StoredFile | None:
        """The stored file, or None with the reason as the field's error. Call it on a form that `is_valid()`."""
        try:
            return receive(self.cleaned_data[field], by=by, now=now)
        except FileRefused as refused:
            self.add_error(field, ValidationError(refused.sentence, code=refused.code))
            return None

    def received_each(
        self: Any, field: str, *, by: "AbstractBaseUser", now: datetime
    ) -> list[StoredFile] | None:
        """The stored files of an `UploadsField`; None where one was refused, of which then none is kept."""
        kept: list[StoredFile] = []
        for upload in self.cleaned_data[field]:
            try:
                kept.append(receive(upload, by=by, now=now))
            except FileRefused as refused:
                for file in kept:
                    file.delete()
                sentence = _("%(name)s: %(problem)s") % {"name": upload.name, "problem": refused.sentence}
                if len(self.cleaned_data[field]) == 1:
                    sentence = refused.sentence
                self.add_error(field, ValidationError(sentence, code=refused.code))
                return None
        return kept
