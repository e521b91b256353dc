"""The self-check in the browser: anybody may ask; who acts for a merchant gets an answer about its terminals, kept at its own address."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from applications.support.checking.asking import ask, ask_again, say_solved
from applications.support.checking.codes import meaning_of
from applications.support.checking.doors import main_way, other_ways, person
from applications.support.checking.forms import CheckForm, OwnCheckForm
from applications.support.checking.general import general_advice
from applications.support.checking.labels import Label
from applications.support.checking.looked_at import looked_at
from applications.support.checking.questions import screen_of
from applications.support.checking.told import screen_said, told, who_acts
from applications.support.checking.tree import Outcome
from applications.support.models import SelfCheck
from config.kernel import clock
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused
from config.kernel.policy import current_policy
from config.privacy.identifiers import normalise
from terminals.bulletin_standing import Line, lines_of
from terminals.bulletins import running_now
from terminals.models import Bulletin, Terminal

TOO_MANY = 429


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
def check(request: HttpRequest) -> HttpResponse:
    """The questions. A merchant's are kept with their answer; a visitor's are answered in general, on this page, and forgotten."""
    user, is_merchant = request.user, _acts_for_merchants(request)
    if request.method != "POST":
        return _questions(request, _form(request, initial=_known_from_address(request)))
    form = _form(request, request.POST)
    if not form.is_valid():
        return _questions(request, form)
    if not is_merchant:
        return _general(request, form)
    given = form.cleaned_data
    answers = {name: given[name] for name in ("number", "screen", "code", "since")}
    try:
        kept = ask(**answers, by=user, now=clock.now(), language=get_language() or "")
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return _questions(request, form, status=TOO_MANY)
    return redirect("self_check", kept.number)


@require_GET
def self_check(request: HttpRequest, number: str) -> HttpResponse:
    """One answer as it was given; it can be printed, and asked again."""
    kept = one_check(request, number)
    bulletins = _announced(kept, request)
    # One main button: to be told of the end, where that can be asked for, before asking again and again.
    more = {"bulletins": bulletins, "may_be_told": any(line.may_ask for line in bulletins)}
    return render(request, "support/self_check.html", _answer(kept) | more)


@require_POST
@idempotent
def self_check_again(request: HttpRequest, number: str) -> HttpResponse:
    """The same question once more, with what is known now."""
    earlier = one_check(request, number)
    try:
        kept = ask_again(earlier, by=request.user, now=clock.now(), language=get_language() or "")
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("self_check", number)
    return redirect("self_check", kept.number)


@require_POST
@idempotent
def self_check_solved(request: HttpRequest, number: str) -> HttpResponse:
    """Whether it helped."""
    kept = one_check(request, number)
    if (said := request.POST.get("solved")) in ("yes", "no"):
        say_solved(kept, is_solved=said == "yes", by=request.user, now=clock.now())
        messages.success(request, _("Thank you for telling us."))
    else:
        messages.error(request, _("Say yes or no."))
    return redirect("self_check", number)


@require_GET
def label(request: HttpRequest, number: str) -> HttpResponse:
    """A label for the device: its QR code opens the self-check with the number filled in."""
    if not _acts_for_merchants(request):
        raise Http404
    terminal = get_object_or_404(Terminal.objects.visible_to(request.user), number=number)
    return render(request, "support/label.html", {"label": Label(terminal, request.build_absolute_uri)})


def one_check(request: HttpRequest, number: str) -> SelfCheck:
    """A check of the person's; staff have their own place and find nothing here."""
    if not _acts_for_merchants(request):
        raise Http404
    rows = SelfCheck.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("terminal", "merchant", "branch", "earlier"), number=number)


def _acts_for_merchants(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.is_merchant_user


def _form(request: HttpRequest, data: Any = None, **kwargs: Any) -> CheckForm:
    if _acts_for_merchants(request):
        return OwnCheckForm(data, user=request.user, **kwargs)
    return CheckForm(data, **kwargs)


def _known_from_address(request: HttpRequest) -> dict[str, str]:
    """What a label, the demonstration terminal or a suggestion has filled in; nothing that makes no sense."""
    typed = normalise(request.GET.get("terminal", "")[:60])
    code = normalise(request.GET.get("code", "")[:10])
    known = {"typed": typed} if typed.isascii() and typed.isalnum() else {}
    if len(code) == 2 and code.isascii() and code.isalnum():
        known |= {"code": code, "screen": screen_of(code)}
    screen = request.GET.get("screen", "")
    return known | ({"screen": screen} if screen in SelfCheck.Screen.values else {})


def _filled_in(form: CheckForm) -> dict[str, str]:
    """What comes along when a visitor signs in: number, screen and code, as they were filled in."""
    names = {"typed": "terminal", "screen": "screen", "code": "code"}
    return {to: str(form[name].value())[:60] for name, to in names.items() if form[name].value()}


def _questions(request: HttpRequest, form: CheckForm, *, status: int = 200, **given: Any) -> HttpResponse:
    context = {
        "form": form,
        "is_own": _acts_for_merchants(request),
        "bulletins": lines_of(running_now(now=clock.now()), reader=request.user, now=clock.now()),
        "most": current_policy().self_checks_per_hour,
        "sign_in": urlencode({"next": f"{reverse('check')}?{urlencode(_filled_in(form))}"}),
        **given,
    }
    return render(request, "support/check.html", context, status=status)


def _general(request: HttpRequest, form: CheckForm) -> HttpResponse:
    if not _has_room(request):
        form.add_error(None, _("Too many checks came from your network. Please try again later, or sign in."))
        return _questions(request, form, status=TOO_MANY)
    screen, code = form.cleaned_data["screen"], form.cleaned_data["code"]
    return _questions(request, form, advice=general_advice(screen, code), meaning=meaning_of(code))


def _has_room(request: HttpRequest) -> bool:
    """Whether this network address has checks left this hour. Where the address is not known, nobody is counted."""
    rates = {"self_check": f"{current_policy().visitor_checks_per_hour}/h/ip"}
    try:
        return ratelimit.consume(request, app="support", action="self_check", config=rates) is not None
    except PermissionDenied:
        return True


def _announced(kept: SelfCheck, request: HttpRequest) -> list[Line]:
    """The bulletin of the answer as it stands today; whoever asked may have it said when it is over."""
    number = kept.facts.get("bulletin", {}).get("number", "")
    rows = Bulletin.objects.visible_to(request.user).filter(number=number).select_related("branch")
    return lines_of(rows, reader=request.user, now=clock.now()) if number else []


def _answer(kept: SelfCheck) -> dict[str, Any]:
    return {
        "check": kept,
        "told": told(kept),
        "who": who_acts(kept),
        "screen_said": screen_said(kept),
        "meaning": meaning_of(kept.code),
        # Where the bank knows of nothing, the table's own advice is the best there is.
        "needs_step": kept.outcome == Outcome.FOR_A_PERSON,
        "lines": looked_at(kept),
        "main": main_way(kept),
        "others": other_ways(kept),
        "person": person(kept),
    }
