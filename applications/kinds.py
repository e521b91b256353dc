"""Every kind of application by its name."""

from __future__ import annotations

from applications.models import (
    Application,
    Deactivation,
    InformationChange,
    Registration,
    Relocation,
    Replacement,
)
from applications.models.terminal_request import CustomerRequest

Kind = Application.Kind
MODEL_OF: dict[str, type[Application]] = {
    Kind.REGISTRATION: Registration,
    Kind.CHANGE: InformationChange,
    Kind.RELOCATION: Relocation,
    Kind.REPLACEMENT: Replacement,
    Kind.DEACTIVATION: Deactivation,
}
# What a customer asks for of what it has already.
REQUESTS: dict[str, type[CustomerRequest]] = {
    kind: model for kind, model in MODEL_OF.items() if issubclass(model, CustomerRequest)
}
