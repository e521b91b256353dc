"""Model columns that are ciphertext at rest, and the blind indexes they are found by."""

import json
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from typing import Any

from django.core import checks
from django.core.exceptions import FieldError, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxLengthValidator
from django.db import models
from django.forms import JSONField as JSONFormField
from django.utils.translation import gettext_lazy as _

from config.privacy.formfields import PlainTextField
from config.privacy.identifiers import normalise
from config.privacy.sealing import SealBroken, digest, seal, unseal

DUMPED = "sealed:"


def blind_index(value: str | None, *, purpose: str) -> str:
    """The keyed digest by which an encrypted value is found again, equal for every spelling of it; "" for nothing."""
    normal = normalise(value or "")
    return digest(normal, purpose=purpose) if normal else ""


class SealedField(models.TextField):
    """A text column that holds a sealed record in base64. It can be read and written; it can be filtered only by isnull.

    The record is bound to `table.column`. Give `context=` before renaming either, so that old rows stay readable.
    """

    def __init__(self, *args: Any, context: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.context = context
        if self.max_length is not None:
            self.validators.append(MaxLengthValidator(self.max_length))

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.context is not None:
            kwargs["context"] = self.context
        return name, path, args, kwargs

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found = super().check(**kwargs)
        if self.unique or "db_index" in self.deconstruct()[3]:
            hint = "Put the index or the unique constraint on a BlindIndexField beside it."
            found.append(
                checks.Error(
                    "Ciphertext differs at every save: it cannot be indexed.",
                    hint,
                    obj=self,
                    id="privacy.E001",
                )
            )
        return found

    @property
    def place(self) -> str:
        """The context this column's records are bound to."""
        return self.context or f"{self.model._meta.db_table}.{self.column}"

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(
                f"{self.name} is encrypted and has no lookup {lookup_name!r}: filter on its blind index instead."
            )
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> Any:
        raise FieldError(
            f"{self.name} is encrypted and has no transform {lookup_name!r}: filter on its blind index instead."
        )

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if hasattr(value, "as_sql"):
            return value
        return self.sealed(value)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        return self.opened(value)

    def sealed(self, value: Any) -> str | None:
        """The value as it is stored."""
        plain = self.plain_text(value)
        return b64encode(seal(plain.encode(), context=self.place)).decode("ascii") if plain else plain

    def opened(self, stored: str | None) -> Any:
        """The value that was stored. Raises SealBroken."""
        return self.value_of(unseal(record_of(stored), context=self.place).decode()) if stored else stored

    def plain_text(self, value: Any) -> str | None:
        raise NotImplementedError

    def value_of(self, plain: str) -> Any:
        raise NotImplementedError

    def value_to_string(self, obj: models.Model) -> str:
        """What `dumpdata` writes: still sealed, so that a dump is no leak. `loaddata` opens it under the same keys."""
        stored = self.sealed(self.value_from_object(obj))
        return DUMPED + stored if stored else (stored or "")

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str) or not value.startswith(DUMPED):
            return value
        try:
            return self.opened(value.removeprefix(DUMPED))
        except SealBroken:
            raise ValidationError(_("Enter the text itself, not a sealed record."), code="sealed") from None


class EncryptedTextField(SealedField):
    """Text encrypted at rest. "" stays "" and NULL stays NULL, so that emptiness can be constrained and searched."""

    description = "Encrypted text"

    def plain_text(self, value: Any) -> str | None:
        return None if value is None else str(value)

    def value_of(self, plain: str) -> str:
        return plain

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return value if value is None or isinstance(value, str) else str(value)

    def formfield(self, **kwargs: Any) -> Any:
        defaults = {
            "form_class": PlainTextField,
            "widget": PlainTextField.widget,
            "max_length": self.max_length,
        }
        return models.Field.formfield(self, **{**defaults, **kwargs})


class EncryptedJSONField(SealedField):
    """A JSON document encrypted at rest; None is NULL."""

    description = "Encrypted JSON"

    def plain_text(self, value: Any) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder)

    def value_of(self, plain: str) -> Any:
        return json.loads(plain)

    def formfield(self, **kwargs: Any) -> Any:
        return models.Field.formfield(self, **{"form_class": JSONFormField, **kwargs})


class BlindIndexField(models.CharField):
    """The blind index of the column `source`, written at every save that writes this field.

    `save(update_fields=...)` that names the source must name the index too. Nothing in the source is "" here, or NULL where
    the field is nullable, so that a unique index leaves empty rows alone.
    """

    def __init__(self, *args: Any, source: str = "", purpose: str = "", **kwargs: Any) -> None:
        self.source, self.purpose = source, purpose
        kwargs = {
            "max_length": 64,
            "blank": True,
            "editable": False,
            "db_index": not kwargs.get("unique"),
            **kwargs,
        }
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs |= {"source": self.source, "purpose": self.purpose}
        if not self.unique:
            kwargs.setdefault("db_index", False)
        return name, path, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        if hasattr(model_instance, self.source):
            found = blind_index(getattr(model_instance, self.source), purpose=self.purpose)
            setattr(model_instance, self.attname, found or (None if self.null else ""))
        return super().pre_save(model_instance, add)


def record_of(stored: str) -> bytes:
    """The sealed record of a stored text. Raises SealBroken where it is no base64: someone wrote it without sealing."""
    try:
        return b64decode(stored, validate=True)
    except (NotBase64, ValueError):
        raise SealBroken("An encrypted column holds text that was never sealed.") from None
