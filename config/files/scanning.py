"""The virus scanner: clamd over TCP or a local socket, off unless CLAMD_URL is set, and when on it fails closed."""

import logging
import socket
import struct
from contextlib import closing
from urllib.parse import urlsplit

from django.conf import settings

from config.files.refusals import refusal

SECONDS = 20
CHUNK = 64 * 1024

logger = logging.getLogger(__name__)


def is_on() -> bool:
    return bool(settings.CLAMD_URL)


def scan(content: bytes) -> None:
    """Return when the scanner finds the content clean, or when none is configured.

    Raises FileRefused `virus`, or `scanner` when the scanner cannot be asked or answers anything but "clean".
    """
    if not is_on():
        return
    try:
        verdict = _ask(content)
    except (OSError, ValueError) as error:
        logger.exception("The virus scanner cannot be asked")
        raise refusal("scanner") from error
    if verdict.endswith("FOUND"):
        logger.warning("The virus scanner found: %s", verdict[:200])
        raise refusal("virus")
    if verdict != "stream: OK":
        logger.error("The virus scanner answered: %s", verdict[:200])
        raise refusal("scanner")


def _ask(content: bytes) -> str:
    """clamd's answer to INSTREAM (clamd(8)): chunks led by their length, ended by a length of zero."""
    with closing(_connected()) as scanner:
        scanner.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), CHUNK):
            chunk = content[start : start + CHUNK]
            scanner.sendall(struct.pack("!L", len(chunk)) + chunk)
        scanner.sendall(struct.pack("!L", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < 4096:
            part = scanner.recv(4096)
            if not part:
                break
            answer += part
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()


def _connected() -> socket.socket:
    address = urlsplit(settings.CLAMD_URL)
    if address.scheme == "unix":
        scanner = socket.socket(socket.AF_UNIX)
        scanner.settimeout(SECONDS)
        scanner.connect(address.path)
        return scanner
    if address.scheme != "tcp" or not address.hostname:
        raise ValueError("Set CLAMD_URL to tcp://host:3310 or unix:///path/to/clamd.sock")
    return socket.create_connection((address.hostname, address.port or 3310), timeout=SECONDS)
