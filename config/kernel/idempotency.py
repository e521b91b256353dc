"""The same request twice has one effect and one answer.

Forms: `@idempotent` on the view and `{% idempotency_key %}` in the form. Device API: `answer_once` and the
`Idempotency-Key` header. A key lives 24 hours and belongs to one actor on one route.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps

from django.core.exceptions import BadRequest
from django.db import IntegrityError, models, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from config.kernel import clock

LIFE = timedelta(hours=24)
# A claim without an answer for so long was left by a server that died: the next request may take it over.
CLAIM = timedelta(seconds=30)
PATIENCE_SECONDS = 5.0
LOOK_AGAIN_SECONDS = 0.1
KEY_LENGTH = 64
FORM_FIELD = "idempotency_key"


class IdempotentRequest(models.Model):
    """A key that was used: what was asked under it (a keyed digest only) and, when finished, what was answered."""

    actor = models.CharField(_("actor"), max_length=64)
    route = models.CharField(_("route"), max_length=200)
    key = models.CharField(_("key"), max_length=KEY_LENGTH)
    request_digest = models.CharField(max_length=64)
    claimed_at = models.DateTimeField(_("claimed at"))
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answer_code = models.PositiveSmallIntegerField(_("answer"), null=True)
    location = models.CharField(_("address of the answer"), max_length=500, blank=True)
    # The API's answer, sealed by its room: whole until `secret_until`, afterwards without what was secret in it.
    sealed_secret = models.BinaryField(null=True)
    sealed_lasting = models.BinaryField(null=True)
    secret_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("request under a key")
        verbose_name_plural = _("requests under a key")
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "route", "key"],
                name="idempotent_request_once",
                violation_error_message=_("This has already been sent."),
            )
        ]
        indexes = [models.Index(fields=["claimed_at"], name="idempotent_request_age")]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"


@dataclass(frozen=True)
class KeyedRequest:
    """Who asks what, where, under which key."""

    actor: str
    route: str
    key: str
    digest: str

    def row(self, now: datetime) -> IdempotentRequest:
        return IdempotentRequest(
            actor=self.actor, route=self.route, key=self.key, request_digest=self.digest, claimed_at=now
        )

    def existing(self) -> models.QuerySet[IdempotentRequest]:
        return IdempotentRequest.objects.filter(actor=self.actor, route=self.route, key=self.key)


def is_well_formed(key: str) -> bool:
    """Whether a key is 1 to 64 visible ASCII characters, as the draft standard for the header has it."""
    return 0 < len(key) <= KEY_LENGTH and key.isascii() and key.isprintable()


def keyed_digest(*parts: bytes) -> str:
    """A digest of a request that nobody without the server's secret can test guesses against: bodies may hold codes."""
    mac = salted_hmac("config.kernel.idempotency", b"", algorithm="sha256")
    for part in parts:
        mac.update(len(part).to_bytes(8, "big") + part)
    return mac.hexdigest()


def idempotent(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let a form's POST have its effect once: the second one under the same key gets the first one's redirect.

    Only a redirect counts as an answer. A form shown again with errors gives its key back, so the corrected form may
    use it. Another body under an answered key is 422; a twin still at work is waited for, then 409. A POST without a
    key is let through: what must not happen twice is also a constraint.
    """

    @wraps(view)
    def once(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        if request.method != "POST" or FORM_FIELD not in request.POST:
            return view(request, *args, **kwargs)
        asked = _form_request(request)
        claim = _claim(asked)
        if isinstance(claim, IdempotentRequest):
            return _run(claim, view, request, *args, **kwargs)
        return claim.response(request)

    return once


def _run(claim: IdempotentRequest, view, request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
    mine = IdempotentRequest.objects.filter(pk=claim.pk, claimed_at=claim.claimed_at, answered_at=None)
    try:
        response = view(request, *args, **kwargs)
    except Exception:
        mine.delete()
        raise
    if 300 <= response.status_code < 400 and len(response.headers.get("Location", "")) <= 500:
        mine.update(
            answered_at=clock.now(),
            answer_code=response.status_code,
            location=response.headers.get("Location", ""),
        )
    else:
        mine.delete()
    return response


@dataclass(frozen=True)
class _Known:
    """The key is taken: what there is to say instead of running the view."""

    answer: IdempotentRequest | None
    same_body: bool

    def response(self, request: HttpRequest) -> HttpResponse:
        if self.answer is None:
            response = render(request, "errors/still_sending.html", status=409)
            response.headers["Retry-After"] = str(int(CLAIM.total_seconds()))
            return response
        if not self.same_body:
            return render(request, "errors/already_sent.html", {"location": self.answer.location}, status=422)
        headers = {"Location": self.answer.location, "Idempotent-Replayed": "true"}
        return HttpResponse(status=self.answer.answer_code or 302, headers=headers)


def _claim(asked: KeyedRequest) -> IdempotentRequest | _Known:
    """Our own claim on the key, or what is known of it after waiting for a twin that is still at work."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        claim = asked.row(clock.now())
        try:
            with transaction.atomic():
                claim.save(force_insert=True)
            return claim
        except IntegrityError:
            known = asked.existing().first()
        if known is not None and known.answered_at is not None and not _is_over(known, clock.now()):
            return _Known(known, constant_time_compare(known.request_digest, asked.digest))
        if time.monotonic() > deadline:
            return _Known(None, same_body=False)
        if known is not None and _is_over(known, clock.now()):
            asked.existing().filter(pk=known.pk, claimed_at=known.claimed_at).delete()
        elif known is not None:
            time.sleep(LOOK_AGAIN_SECONDS)


def _is_over(known: IdempotentRequest, now: datetime) -> bool:
    return now - known.claimed_at > (CLAIM if known.answered_at is None else LIFE)


def _form_request(request: HttpRequest) -> KeyedRequest:
    key = request.POST[FORM_FIELD]
    if not is_well_formed(key):
        raise BadRequest("The idempotency key is not one of ours.")
    parts = []
    for name in sorted(request.POST):
        if name not in (FORM_FIELD, "csrfmiddlewaretoken"):
            parts += [name.encode(), *(value.encode() for value in request.POST.getlist(name))]
    for name in sorted(request.FILES):
        for upload in request.FILES.getlist(name):
            parts += [name.encode(), (upload.name or "").encode(), *upload.chunks()]
            upload.seek(0)
    actor = (
        f"user:{request.user.pk}"
        if request.user.is_authenticated
        else f"session:{request.session.session_key}"
    )
    return KeyedRequest(actor, request.path[:200], key, keyed_digest(*parts))


def forget_old(now: datetime) -> int:
    """Leave no key older than its life, and no secret part of an answer past its time. Returns how many keys went."""
    IdempotentRequest.objects.filter(secret_until__lte=now).update(sealed_secret=None, secret_until=None)
    gone, _rows = IdempotentRequest.objects.filter(claimed_at__lt=now - LIFE).delete()
    return gone
