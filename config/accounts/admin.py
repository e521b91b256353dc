"""The administrator's desk: staff and branches. People of merchants are found through their merchant, not here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from config.accounts import opening
from config.accounts.desk_activity import ActivityList
from config.accounts.desk_audit import AuditEventAdmin
from config.accounts.desk_deletions import DeletionRequestAdmin
from config.accounts.mobile_field import SignUpMobileField
from config.accounts.models import Branch, DeletionRequest, Role, User
from config.accounts.second_factor import has_one
from config.kernel import clock
from config.kernel.audit import AuditEvent, record
from config.kernel.desk_list import Tile
from config.kernel.lifecycle import Refused
from config.privacy.formfields import PersonNameField
from config.privacy.masking import mask_mobile

admin.site.register(DeletionRequest, DeletionRequestAdmin)
admin.site.register(AuditEvent, AuditEventAdmin)


class StaffForm(forms.ModelForm):
    """A member of staff. No password: they set it themselves."""

    mobile = SignUpMobileField(required=False)

    class Meta:
        model = User
        fields = ["email", "full_name", "mobile", "branch", "role", "language", "is_active"]
        field_classes = {"full_name": PersonNameField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("email", "full_name", "branch", "role"):
            if field := self.fields.get(name):
                field.required = True
        if role := self.fields.get("role"):
            role.choices = Role.choices

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()

    def _post_clean(self) -> None:
        self.instance.is_staff = True
        super()._post_clean()


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    icon = "users"
    hint = _("Staff, their roles and branches")
    form = StaffForm
    list_display = ["full_name", "email", "masked_mobile", "role", "branch", "is_active", "last_login"]
    list_display_links = ["full_name", "email"]
    list_filter = ["role", "is_active"]
    list_select_related = ["branch"]
    search_fields = ["full_name", "=email"]
    search_help_text = _("Name, or the whole e-mail address")
    ordering = ["branch__path", "full_name", "id"]
    actions = None
    readonly_fields = ["masked_mobile", "second_factor", "last_login", "joined_at"]
    change_form_template = "admin/accounts/user/change_form.html"

    def get_queryset(self, request: HttpRequest):
        return User.objects.visible_to(request.user).filter(is_staff=True)

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        if obj is None:
            return ["email", "full_name", "mobile", "branch", "role", "language"]
        shown = ["masked_mobile", "second_factor", "last_login", "joined_at"]
        return ["email", "full_name", "branch", "role", "language", "is_active", *shown]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        if obj is not None and obj == request.user:
            # Nobody raises or locks out themselves.
            return ["email", "branch", "role", "is_active", *self.readonly_fields]
        return list(self.readonly_fields)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any):
        if db_field.name == "branch":
            kwargs["queryset"] = Branch.objects.visible_to(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Accounts are closed, never deleted: the record names who did what."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: StaffForm, change: bool) -> None:
        now = clock.now()
        if not change:
            data = {
                name: form.cleaned_data[name] for name in ("email", "full_name", "mobile", "branch", "role")
            }
            opened = opening.open_staff_account(**data, by=request.user, now=now)
            opened.language = form.cleaned_data["language"]
            opened.save(update_fields=["language"])
            obj.__dict__.update(opened.__dict__)
            opening.invite(opened, by=request.user, now=now)
        elif form.changed_data:
            opening.amend_staff_account(obj, changed=form.changed_data, by=request.user, now=now)

    def get_urls(self):
        steps = [
            path(
                f"<int:pk>/{step}/",
                self.admin_site.admin_view(self.step),
                {"step": step},
                name=f"accounts_user_{step}",
            )
            for step in STEPS
        ]
        activity = ActivityList.mounted(User, self.admin_site, "activity/")
        return [activity, *steps, *super().get_urls()]

    def tiles(self, request: HttpRequest) -> list[Tile]:
        """The accounts themselves, then what their people did."""
        accounts = Tile(
            reverse("admin:accounts_user_changelist"),
            self.icon,
            capfirst(self.opts.verbose_name_plural),
            self.hint,
        )
        return [accounts, *ActivityList.ways_in(request)]

    def step(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        """One of STEPS on one member of staff: asked for by POST, by those who may change that account."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        user = self.get_object(request, str(pk))
        if user is None or not self.has_change_permission(request, user):
            raise Http404
        verb, done = STEPS[step]
        try:
            verb(user, by=request.user, now=clock.now())
        except Refused as refusal:
            self.message_user(request, refusal.sentence, messages.ERROR)
        else:
            self.message_user(request, done, messages.SUCCESS)
        return redirect("admin:accounts_user_change", user.pk)

    @admin.display(description=_("mobile"))
    def masked_mobile(self, user: User) -> str:
        return mask_mobile(user.mobile) or "--"

    @admin.display(description=_("second factor"), boolean=True)
    def second_factor(self, user: User) -> bool:
        return has_one(user)


STEPS = {
    "invitation": (opening.invite, _("The message is on its way.")),
    "second-factor-reset": (
        opening.reset_second_factor,
        _("The second factor is reset. At the next sign-in a new one has to be set up."),
    ),
    "session-end": (opening.end_sessions, _("Every session of this account has ended.")),
}


@admin.register(Branch)
class BranchAdmin(admin.ModelAdmin):
    icon = "building-office-2"
    hint = _("The tree of branches")
    list_display = ["name", "code", "parent", "acquirer_code", "area_code", "phone", "is_active"]
    list_filter = ["is_active"]
    list_select_related = ["parent"]
    search_fields = ["=code", "name"]
    search_help_text = _("Name, or the whole code")
    ordering = ["path"]
    actions = None
    fields = [
        "code",
        "name",
        "parent",
        "acquirer_code",
        "area_code",
        "phone",
        "opening_hours",
        "address",
        "is_active",
    ]

    def get_queryset(self, request: HttpRequest):
        return Branch.objects.visible_to(request.user)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any):
        if db_field.name == "parent":
            kwargs["queryset"] = Branch.objects.visible_to(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Branch | None = None, change: bool = False, **kwargs: Any):
        """Every branch of this desk belongs to another one: the head office is opened by its own command."""
        form = super().get_form(request, obj, change, **kwargs)
        if parent := form.base_fields.get("parent"):
            parent.required = True
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Branch | None = None) -> list[str]:
        """The top of what a person may see stays where it is: above it there is nothing they could choose."""
        return ["parent"] if obj is not None and obj == request.user.branch else []

    def has_delete_permission(self, request: HttpRequest, obj: Branch | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Branch, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        action = "branch_changed" if change else "branch_opened"
        record(action, by=request.user, now=clock.now(), subject=obj, detail={"fields": form.changed_data})
