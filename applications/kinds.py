"""Every kind of application by its name."""

from __future__ import annotations

from applications.models import Application, Deactivation, Registration, Relocation
from applications.models.terminal_request import CustomerRequest

Kind = Application.Kind
MODEL_OF: dict[str, type[Application]] = {
    Kind.REGISTRATION: Registration,
    Kind.RELOCATION: Relocation,
    Kind.DEACTIVATION: Deactivation,
}
# What a customer asks for of what it has already.
REQUESTS: dict[str, type[CustomerRequest]] = {
    kind: model for kind, model in MODEL_OF.items() if issubclass(model, CustomerRequest)
}
