"""A POS in the page, for demonstrations: type the code and see 激活成功, or 97 终端未登记 and why.

With a script the page itself speaks to the device API; without one this view does, over HTTP, as a device would.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from config.kernel import clock
from config.kernel.idempotency import FORM_FIELD
from config.privacy import identifiers
from config.privacy.formfields import IdentifierField
from terminals.models import Terminal
from terminals.simulator.device import ACTIVATIONS, Reply, activate

# In nobody's estate, whatever demonstration data there is.
UNREGISTERED = "P2A009000001"
MOST_LISTED = 20
ALL_SCREENS = ("boot", "enter", "work", "done", "wrong", "stop")
SCREENS = {201: "done", 410: "stop"}
REFUSING = ("boot", "wrong", "stop")


class KeypadForm(forms.Form):
    """What a device without a script sends: its serial number, chosen or typed, and the code typed into it."""

    serial_number = IdentifierField(check=identifiers.serial_number, required=False)
    other_serial = IdentifierField(
        check=identifiers.serial_number, required=False, label=_("Another serial number")
    )
    registration_code = IdentifierField(check=identifiers.registration_code, label=_("Registration code"))

    @property
    def serial(self) -> str:
        """The device that is meant: what was typed goes before what was chosen."""
        return self.cleaned_data["other_serial"] or self.cleaned_data["serial_number"] or UNREGISTERED


@login_not_required
@require_http_methods(["GET", "POST"])
def pos(request: HttpRequest) -> HttpResponse:
    if not settings.DEMO_MODE:
        raise Http404
    terminals = _terminals_of(request.user)
    form = _keypad(request, terminals)
    reply = None
    if request.method == "POST" and form.is_valid():
        reply = activate(
            f"{request.scheme}://{request.get_host()}",
            serial_number=form.serial,
            registration_code=form.cleaned_data["registration_code"],
            key=request.POST.get(FORM_FIELD, ""),
        )
    context = {
        "form": form,
        "terminals": terminals,
        "unregistered": UNREGISTERED,
        "chosen": form["serial_number"].value() or UNREGISTERED,
        "screens": ALL_SCREENS,
        "screen": _screen(form, reply),
        "reply": reply,
        "asked": _asked(form, reply, terminals),
        "call": _call(form, reply) if reply else None,
        "now": clock.now(),
        "cells": range(12),
    }
    return render(request, "simulator/pos.html", context)


def _keypad(request: HttpRequest, terminals: list[Terminal]) -> KeypadForm:
    """The form as it was sent, or as the address asks for it: a listed device chosen, any other one typed in."""
    if request.method == "POST":
        return KeypadForm(request.POST)
    serial = identifiers.normalise(request.GET.get("serial", "")[:60])
    if not serial or identifiers.serial_number.problem(serial):
        return KeypadForm()
    listed = {terminal.binding.serial_number for terminal in terminals if terminal.binding}
    return KeypadForm(initial={"serial_number" if serial in listed else "other_serial": serial})


def _terminals_of(user) -> list[Terminal]:
    if not user.is_authenticated or user.is_staff:
        return []
    terminals = Terminal.objects.visible_to(user).prefetch_related("bindings").order_by("-id")
    return list(terminals[:MOST_LISTED])


def _screen(form: KeypadForm, reply: Reply | None) -> str:
    if reply:
        return SCREENS.get(reply.status, "wrong")
    return "enter" if form.is_bound else "boot"


def _asked(form: KeypadForm, reply: Reply | None, terminals: list[Terminal]) -> str:
    """What the self-check is asked of this screen, as the query of its address; "" where the screen refuses nothing."""
    screen = _screen(form, reply)
    if screen not in REFUSING:
        return ""
    serial = form.serial if reply else form["serial_number"].value() or form["other_serial"].value()
    bound = (terminal for terminal in terminals if terminal.binding)
    numbers = {terminal.binding.serial_number: terminal.number for terminal in bound}
    code = reply.error.get("response_code", "") if reply else "97"
    return urlencode({"terminal": numbers.get(serial, serial or UNREGISTERED), "code": code})


def _call(form: KeypadForm, reply: Reply) -> dict[str, Any]:
    """The call for the page's log. Neither the code nor the key it bought is written out."""
    shown = reply.body | ({"device_key": {"id": "…", "secret": "…"}} if "device_key" in reply.body else {})
    return {
        "path": ACTIVATIONS,
        "sent": {"serial_number": form.serial, "registration_code": "**** **** ****"},
        "body": json.dumps(shown, ensure_ascii=False, indent=1),
    }
