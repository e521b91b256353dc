"""A phone that keeps passkeys, in twenty lines of WebAuthn: what a browser would bring back from it."""

from __future__ import annotations

import hashlib
import json
import secrets
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestedCredentialData, AuthenticatorData

HERE = "http://localhost"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Phone:
    """`make` answers to a page that adds a passkey, `show` to one that asks for it."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.user_handle = ""
        self.uses = 0

    def make(self, page, *, origin: str = HERE, verified: bool = True) -> str:
        options = page.context["js_data"]["publicKey"]
        self.user_handle = options["user"]["id"]
        attested = AttestedCredentialData.create(
            b"\0" * 16, self.id, ES256.from_cryptography_key(self.key.public_key())
        )
        about = self._about(options["rp"]["id"], ATTESTED | (VERIFIED if verified else 0), bytes(attested))
        response = {
            "clientDataJSON": self._client_data("webauthn.create", options, origin),
            "attestationObject": websafe_encode(
                cbor.encode({"fmt": "none", "authData": about, "attStmt": {}})
            ),
        }
        return self._brought(response) | {"clientExtensionResults": {"credProps": {"rk": True}}}

    def show(self, page, *, origin: str = HERE, verified: bool = True, handle: str | None = None):
        options = page.context["js_data"]["publicKey"]
        about = self._about(options["rpId"], VERIFIED if verified else 0)
        said = self._client_data("webauthn.get", options, origin)
        signed = about + hashlib.sha256(websafe_decode(said)).digest()
        response = {
            "clientDataJSON": said,
            "authenticatorData": websafe_encode(about),
            "signature": websafe_encode(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
            "userHandle": self.user_handle if handle is None else handle,
        }
        return self._brought(response) | {"clientExtensionResults": {}}

    def _about(self, site: str, flags: int, attested: bytes = b"") -> bytes:
        self.uses += 1
        head = hashlib.sha256(site.encode()).digest() + struct.pack(">BI", PRESENT | flags, self.uses)
        return bytes(AuthenticatorData(head + attested))

    def _client_data(self, kind: str, options, origin: str) -> str:
        challenge = options["challenge"]
        said = {"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}
        return websafe_encode(json.dumps(said).encode())

    def _brought(self, response: dict) -> dict:
        name = websafe_encode(self.id)
        return {"type": "public-key", "id": name, "rawId": name, "response": response}
