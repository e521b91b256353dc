from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from config.accounts.person_form import PersonForm
from config.accounts.second_factor import factors_of, has_one, is_required_of
from config.accounts.sending import demonstration_messages
from config.kernel.idempotency import idempotent


@require_http_methods(["GET", "POST"])
@idempotent
def account(request: HttpRequest) -> HttpResponse:
    """Account and security: what is known of the person, and where each part of it is changed."""
    form = PersonForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect("account")
    about: dict[str, Any] = {
        "form": form,
        "has_second_factor": has_one(request.user),
        "has_passkey": "webauthn" in factors_of(request.user),
        "needs_second_factor": is_required_of(request.user),
    }
    return render(request, "account/account.html", about)


@login_not_required
@never_cache
@require_GET
def demo_messages(request: HttpRequest) -> HttpResponse:
    """In a demonstration: the phone and the mailbox of this visitor."""
    if not settings.DEMO_MODE:
        raise Http404
    return render(request, "account/demo_messages.html", {"letters": demonstration_messages(request)})
