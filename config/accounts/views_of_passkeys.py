"""Passkeys: making, naming and removing one's own, and signing in with one. The ceremonies are django-allauth's."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import views as stock
from allauth.mfa.webauthn.internal import auth, flows
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic.edit import FormView

from config.accounts.models import User
from config.accounts.passkey_forms import MOST_PASSKEYS
from config.accounts.second_factor import factors_of
from config.kernel import clock
from config.kernel.audit import record


class PasskeysView(stock.ListWebAuthnView):
    """The person's own passkeys, the newest first."""

    def get_queryset(self):
        return super().get_queryset().order_by("-created_at", "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"is_full": len(context["authenticators"]) >= MOST_PASSKEYS}


class AddPasskeyView(stock.AddWebAuthnView):
    """Whoever has just made a passkey has shown it for this session too."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        options = auth.begin_registration(self.request.user, passwordless=True)
        return FormView.get_context_data(self, **kwargs) | {"js_data": options}

    def get_success_url(self) -> str:
        made_codes = self.did_generate_recovery_codes
        return reverse("mfa_view_recovery_codes" if made_codes else "mfa_list_webauthn")

    def form_valid(self, form) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
        proof = {"type": Authenticator.Type.WEBAUTHN, "reauthenticated": True}
        record_authentication(self.request, self.request.user, "mfa", **proof)
        return response


class NamePasskeyView(stock.EditWebAuthnView):
    """The passkey has another name."""


class RemovePasskeyView(stock.RemoveWebAuthnView):
    """The passkey opens nothing any more; staff keep one factor at least."""

    def form_valid(self, form) -> HttpResponse:
        with transaction.atomic():
            # Two removals at once must not each leave the other's factor as the last one.
            User.objects.select_for_update().get(pk=self.request.user.pk)
            passkey = self.get_object()
            if not get_adapter().can_delete_authenticator(passkey):
                messages.error(self.request, get_adapter().error_messages["cannot_delete_authenticator"])
                return redirect("mfa_list_webauthn")
            flows.remove_authenticator(self.request, passkey)
        return redirect(self.get_success_url())


@method_decorator([login_not_required, never_cache], name="dispatch")
class PasskeySignInView(stock.LoginWebAuthnView):
    """A door beside the password's: the passkey alone signs in, because it is both factors."""

    template_name = "mfa/webauthn/login.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"js_data": auth.begin_authentication(user=None)}

    def form_valid(self, form) -> HttpResponse:
        passkey = form.cleaned_data["credential"]
        login = Login(user=passkey.user, redirect_url=get_next_redirect_url(self.request))
        return flows.perform_passwordless_login(self.request, passkey, login)

    def form_invalid(self, form) -> HttpResponse:
        record("sign_in_failed", by=None, now=clock.now())
        return self.render_to_response(self.get_context_data(form=form))


class SecondStepView(AuthenticateView):
    """After the password: the passkey or the code, whichever the person has."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        options = context.get("js_data", {}).get("request_options")
        return context | {"js_data": options, "factors": factors_of(self.stage.login.user)}


class PasskeyAgainView(stock.ReauthenticateWebAuthnView):
    """The person has just shown the passkey once more."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        options = auth.begin_authentication(self.request.user)
        context = super(stock.ReauthenticateWebAuthnView, self).get_context_data(**kwargs)
        return context | {"js_data": options}

    def form_invalid(self, form) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form))
