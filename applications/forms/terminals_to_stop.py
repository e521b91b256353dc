"""The terminals to stop as one question: ticked, each with its last batch and whether that is settled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from applications.terminals_to_stop import Settled, ToStop, kept, read
from config.privacy.identifiers import normalise
from terminals.models import Terminal

BATCH_DIGITS = 6


class TerminalsWidget(forms.Widget):
    """A list with a tick for each terminal. `asks_batch` adds the two questions about its last batch."""

    template_name = "applications/forms/terminals_to_stop.html"
    use_fieldset = True
    terminals: list[Terminal]
    asks_batch = True

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        said = {line.number: line for line in read(value or [])}
        context["lines"] = [
            {"terminal": terminal, "line": said.get(terminal.number)} for terminal in self.terminals
        ]
        context["settled"] = Settled.choices
        context["asks_batch"] = self.asks_batch
        return context

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return render_to_string(self.template_name, self.get_context(name, value, attrs))

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, str]]:
        ticked = data.getlist(name) if hasattr(data, "getlist") else data.get(name) or []
        if ticked and isinstance(ticked[0], list):
            # The answer as it stands, put back into what was sent.
            return ticked[0]
        return [
            ToStop(
                str(number)[:8],
                str(data.get(f"{name}-{number}-batch") or "")[:20],
                str(data.get(f"{name}-{number}-settled") or "")[:10],
            )._asdict()
            for number in dict.fromkeys(ticked)
        ]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def id_for_label(self, id_: str) -> str:
        return ""


class TerminalsToStopField(forms.Field):
    """Cleaned to the plain values that the application keeps; numbers of others are nothing."""

    widget = TerminalsWidget
    default_error_messages = {
        "batch": _("The batch number has up to six digits, as printed on the last settlement slip."),
    }

    def offer(self, terminals: Iterable[Terminal], *, asks_batch: bool) -> None:
        self.terminals = {terminal.number: terminal for terminal in terminals}
        self.widget.terminals, self.widget.asks_batch = list(self.terminals.values()), asks_batch
        self.asks_batch = asks_batch

    def clean(self, value: Any) -> list[dict[str, str]]:
        lines = [self._line(line) for line in read(value or []) if line.number in self.terminals]
        return kept(lines)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return sorted(read(initial or [])) != sorted(read(data or []))

    def _line(self, line: ToStop) -> ToStop:
        if not self.asks_batch:
            return ToStop(line.number)
        batch = normalise(line.batch)
        if batch and not (batch.isascii() and batch.isdigit() and len(batch) <= BATCH_DIGITS):
            raise ValidationError(self.error_messages["batch"], code="batch")
        settled = line.settled if line.settled in Settled.values else ""
        return ToStop(line.number, batch.zfill(BATCH_DIGITS) if batch else "", settled)
