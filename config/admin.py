from functools import wraps
from urllib.parse import unquote

from django.contrib.admin import AdminSite
from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from config import front
from config.kernel import clock

# Pages that libraries bring along and that would be a second way to change what our own desks guard.
NOT_HERE = {"auth.group", "account.emailaddress", "account.emailconfirmation", "mfa.authenticator"}


def _doors(desk):
    return (
        desk.has_view_permission,
        desk.has_change_permission,
        desk.has_add_permission,
        desk.has_delete_permission,
    )


class BankAdminSite(AdminSite):
    """Where staff work: every desk is a page of this site."""

    site_header = _("Terminal service desk")
    site_title = _("Terminal service desk")
    index_title = _("Work")
    enable_nav_sidebar = False

    def register(self, model_or_iterable, admin_class=None, **options):
        given = isinstance(model_or_iterable, list | tuple | set)
        models = model_or_iterable if given else [model_or_iterable]
        wanted = [model for model in models if model._meta.label_lower not in NOT_HERE]
        super().register(wanted, admin_class, **options)

    def each_context(self, request):
        """As the stock one; a page names the rooms that the person may enter, and asks no more of the desks in them."""
        return {
            "site_title": self.site_title,
            "site_header": self.site_header,
            "site_url": request.META["SCRIPT_NAME"] or self.site_url,
            "has_permission": self.has_permission(request),
            "available_apps": self.rooms(request),
            "is_popup": False,
            "is_nav_sidebar_enabled": self.enable_nav_sidebar,
            "log_entries": self.get_log_entries(request),
        }

    def rooms(self, request):
        """Name and address of every app in which the person may see or do something, by name."""
        labels: dict[str, str] = {}
        for model, desk in self._registry.items():
            label = model._meta.app_label
            # One desk that opens is enough to name its room.
            if (
                label not in labels
                and desk.has_module_permission(request)
                and any(may(request) for may in _doors(desk))
            ):
                labels[label] = model._meta.app_config.verbose_name
        return [
            {"name": name, "app_url": reverse("admin:app_list", args=[label], current_app=self.name)}
            for label, name in sorted(labels.items(), key=lambda room: str(room[1]).lower())
        ]

    def index(self, request, extra_context=None):
        """What is pressing for this person, and below it the ways in."""
        return super().index(request, {**front.shown(request, now=clock.now()), **(extra_context or {})})

    def admin_view(self, view, cacheable=False):
        """No desk page is asked with a NUL: the admin hands filters to the database as they come, and PostgreSQL fails.

        Nor with a key column without a name, on which the admin fails by itself.
        """

        @wraps(view)
        def fit(request, *args, **kwargs):
            if "\x00" in unquote(request.META.get("QUERY_STRING", "")):
                raise BadRequest("NUL in the query")
            if "" in (request.GET.get(TO_FIELD_VAR), request.POST.get(TO_FIELD_VAR)):
                raise BadRequest("an empty name of a column")
            return view(request, *args, **kwargs)

        return super().admin_view(fit, cacheable)

    @method_decorator(login_not_required)
    def login(self, request, extra_context=None):
        """One way in for everybody, with its limits and its second factor: the admin's own form does not exist."""
        if self.has_permission(request):
            return redirect("admin:index")
        wanted = request.GET.get("next", "")
        return redirect_to_login(wanted if wanted.startswith("/admin/") else reverse("admin:index"))

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")
