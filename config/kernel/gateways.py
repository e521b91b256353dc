"""Ways out of the house for short messages and e-mail. Each channel's gateway is a setting."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from smtplib import SMTPRecipientsRefused
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string


class GatewayError(Exception):
    """The message did not leave. The text names no person and no address: it is shown to staff."""


class GatewayDown(GatewayError):
    """Nothing leaves this way at the moment; the message itself is not to blame."""


@dataclass(frozen=True)
class Letter:
    """What leaves: `event` lets the far side drop a second delivery of the same message. `text` stands without `title`."""

    event: str
    address: str
    title: str
    text: str


class Gateway(Protocol):
    def send(self, letter: Letter) -> None:
        """Hand the letter over for good, or raise `GatewayError` and have handed over nothing that is known."""


class ConsoleGateway:
    """Prints: for a demonstration, where the console is the telephone."""

    def send(self, letter: Letter) -> None:
        sys.stdout.write(f"[message to {_shortened(letter.address)}] {letter.title}\n{letter.text}\n")
        sys.stdout.flush()


class FileGateway:
    """Appends one JSON line per letter to `MESSAGE_FILE`, readable by the owner only."""

    def send(self, letter: Letter) -> None:
        descriptor = os.open(settings.MESSAGE_FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as kept:
            line = {"event": letter.event, "to": letter.address, "title": letter.title, "text": letter.text}
            kept.write(json.dumps(line, ensure_ascii=False) + "\n")


class MailGateway:
    """Sends through the mail server of Django's settings, which has `EMAIL_TIMEOUT` seconds for each of its answers."""

    def send(self, letter: Letter) -> None:
        subject = " ".join(letter.title.split())
        mail = EmailMessage(
            subject,
            letter.text,
            to=[letter.address],
            headers={"X-Event": letter.event},
        )
        try:
            mail.send()
        except SMTPRecipientsRefused as error:
            raise GatewayError("The mail server refused the address.") from error
        except OSError as error:  # smtplib's errors are OSErrors too
            raise GatewayDown(f"The mail server answered {type(error).__name__}.") from error


def gateway_for(channel: str) -> Gateway:
    """The gateway that the settings name for this channel."""
    if not settings.GATEWAYS[channel]:
        raise GatewayDown("No gateway is set for this channel.")
    return import_string(settings.GATEWAYS[channel])()


def _shortened(address: str) -> str:
    return f"{address[:3]}***{address[-4:]}"
