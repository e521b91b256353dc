"""Sealing: what is kept encrypted, and the keyed digests it is found by.

A sealed record is `algorithm (1 byte) | length of key id (1 byte) | key id | nonce | ciphertext and tag`. The key id lets keys
be changed while old records stay readable; the algorithm byte lets another cipher (SM4-GCM, where the bank requires national
algorithms) be switched in record by record. The header and the context are authenticated: a ciphertext moved to another column,
file or key is refused.
"""

import hashlib
import hmac
import os
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

AES_256_GCM = 1
NONCE_BYTES = 12
KEY_BYTES = 32


class SealBroken(Exception):
    """A record cannot be opened: its key is not configured, or it was changed or moved from its place."""


class Keyring(NamedTuple):
    """The configured keys by id; the first one seals, all of them open."""

    writing: str
    ciphers: dict[str, AESGCM]


def seal(content: bytes, *, context: str) -> bytes:
    """Encrypt under the first of FIELD_KEYS. Only `unseal` with the same context (`table.column`, `files.<name>`) opens it."""
    ring = _keyring()
    header = _header(ring.writing)
    nonce = os.urandom(NONCE_BYTES)
    return header + nonce + ring.ciphers[ring.writing].encrypt(nonce, content, header + context.encode())


def unseal(record: bytes, *, context: str) -> bytes:
    """Decrypt what `seal` made for this context. Raises SealBroken, whose text never holds a key or the content."""
    key_id = key_id_of(record)
    cipher = _keyring().ciphers.get(key_id)
    if cipher is None:
        raise SealBroken(
            f"The key {key_id!r} that sealed {context} is not in FIELD_KEYS: add it, it may stand last."
        )
    header = _header(key_id)
    nonce, ciphertext = record[len(header) :][:NONCE_BYTES], record[len(header) + NONCE_BYTES :]
    try:
        return cipher.decrypt(nonce, ciphertext, header + context.encode())
    except (InvalidTag, ValueError):
        raise SealBroken(
            f"A record of {context} does not open with the key {key_id!r}: it was changed, cut, or moved from another place, "
            "or FIELD_KEYS holds another key under this id."
        ) from None


def resealed(record: bytes, *, context: str) -> bytes | None:
    """The same content sealed under the writing key, or None where the record is under it already. Raises SealBroken."""
    if key_id_of(record) == writing_key_id():
        return None
    return seal(unseal(record, context=context), context=context)


def key_id_of(record: bytes) -> str:
    """The id of the key that sealed this record. Raises SealBroken for anything that is not a sealed record."""
    record = bytes(record)
    if len(record) < 2 or record[0] != AES_256_GCM:
        raise SealBroken(
            "This is not a sealed record, or it was sealed with an algorithm this version does not know."
        )
    try:
        key_id = record[2 : 2 + record[1]].decode("ascii")
    except UnicodeDecodeError:
        key_id = ""
    if not key_id:
        raise SealBroken("This sealed record names no key.")
    return key_id


def writing_key_id() -> str:
    """The id of the key that seals from now on."""
    return _keyring().writing


def digest(value: str, *, purpose: str) -> str:
    """HMAC-SHA256 of `value` under INDEX_KEY, 64 hexadecimal digits; equal values have unequal digests in different purposes."""
    return hmac.new(_purpose_key(settings.INDEX_KEY, purpose), value.encode(), hashlib.sha256).hexdigest()


def parse_keys(entries: Iterable[str]) -> dict[str, bytes]:
    """Read FIELD_KEYS: `id:base64` entries in order. Raises ImproperlyConfigured with a sentence that says what to set."""
    keys: dict[str, bytes] = {}
    for number, entry in enumerate(entries, start=1):
        key_id, colon, text = entry.strip().partition(":")
        if not colon or not key_id.isascii() or not 1 <= len(key_id) <= 32:
            raise ImproperlyConfigured(
                f"Set FIELD_KEYS: entry {number} must look like id:base64, the id up to 32 ASCII characters."
            )
        if key_id in keys:
            raise ImproperlyConfigured(f"Set FIELD_KEYS: the id {key_id!r} stands there twice.")
        keys[key_id] = parse_key(text, name=f"FIELD_KEYS, key {key_id!r}")
    if not keys:
        raise ImproperlyConfigured(
            "Set FIELD_KEYS: comma-separated id:base64 keys of 32 bytes; the first one encrypts."
        )
    return keys


def parse_key(text: str, *, name: str) -> bytes:
    """Read one base64 key of 32 bytes. Raises ImproperlyConfigured naming the setting, never quoting the key."""
    try:
        key = b64decode(text.strip(), validate=True)
    except (NotBase64, ValueError):
        raise ImproperlyConfigured(f"Set {name}: it must be base64.") from None
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(
            f"Set {name}: it must be {KEY_BYTES} bytes in base64, this one has {len(key)}."
        )
    return key


def _header(key_id: str) -> bytes:
    return bytes([AES_256_GCM, len(key_id)]) + key_id.encode("ascii")


def _keyring() -> Keyring:
    return _keyring_of(tuple(settings.FIELD_KEYS))


@cache
def _keyring_of(entries: tuple[str, ...]) -> Keyring:
    keys = parse_keys(entries)
    return Keyring(next(iter(keys)), {key_id: AESGCM(key) for key_id, key in keys.items()})


@cache
def _purpose_key(index_key: str, purpose: str) -> bytes:
    return hmac.new(parse_key(index_key, name="INDEX_KEY"), purpose.encode(), hashlib.sha256).digest()
