"""The desk's view of what was recorded and told, and of the numbers the bank sets."""

from datetime import datetime

from constance.admin import Config, ConstanceAdmin
from constance.forms import ConstanceForm
from constance.utils import get_values
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import transaction
from django.forms import NumberInput
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from config.kernel import clock, message_desk
from config.kernel.acts import act_in_words, detail_in_words, kind_in_words, state_in_words
from config.kernel.audit import AccessRecord, record
from config.kernel.history import StatusChange
from config.kernel.policy_defaults import POLICY
from config.kernel.readonly import ReadOnlyAdmin

message_desk.register(admin.site)


@admin.register(AccessRecord)
class AccessRecordAdmin(ReadOnlyAdmin):
    icon = "eye"
    hint = _("Who looked at which paper or hidden value, and why")
    list_display = ["at", "looked_at_for", "by", "object_kind", "subject_id", "ip"]
    fields = [
        "at",
        "looked_at_for",
        "purpose",
        "by",
        "object_kind",
        "subject_id",
        "written",
        "ip",
        "request_id",
    ]
    readonly_fields = fields
    list_select_related = ["by"]
    search_fields = ["=purpose", "=request_id"]
    search_help_text = _("Purpose or request number, whole")
    ordering = ["-id"]

    @admin.display(description=_("purpose"))
    def looked_at_for(self, look: AccessRecord) -> str:
        return act_in_words(look.purpose)

    @admin.display(description=_("kind of object"))
    def object_kind(self, look: AccessRecord) -> str:
        return kind_in_words(look.subject_label)

    @admin.display(description=_("detail"))
    def written(self, look: AccessRecord) -> str:
        return detail_in_words(look.subject_label, look.detail)


@admin.register(StatusChange)
class StatusChangeAdmin(ReadOnlyAdmin):
    icon = "arrows-right-left"
    hint = _("Every change of a state")
    list_display = ["at", "object_kind", "subject_id", "before", "after", "by"]
    fields = ["at", "object_kind", "subject_id", "before", "after", "by", "note"]
    readonly_fields = fields
    list_select_related = ["by"]
    search_fields = ["=subject_id"]
    search_help_text = _("Number of the object")
    ordering = ["-id"]

    @admin.display(description=_("kind of object"))
    def object_kind(self, change: StatusChange) -> str:
        return kind_in_words(change.subject_label)

    @admin.display(description=_("from"))
    def before(self, change: StatusChange) -> str:
        return state_in_words(change.subject_label, change.from_status)

    @admin.display(description=_("to"))
    def after(self, change: StatusChange) -> str:
        return state_in_words(change.subject_label, change.to_status)


class PolicyForm(ConstanceForm):
    """The policy numbers within their bounds. Saved over somebody else's change they are refused, not mixed."""

    def __init__(self, *, may_change: bool, **kwargs) -> None:
        super().__init__(label_suffix="", **kwargs)
        for name, number in POLICY.items():
            field = self.fields[name]
            field.label, field.help_text, field.disabled = number.label, number.help_text, not may_change
            field.validators += [MinValueValidator(number.least), MaxValueValidator(number.most)]
            field.widget = NumberInput(
                attrs={"min": number.least, "max": number.most, "class": "vIntegerField"}
            )

    def save_by(self, person, now: datetime) -> list[str]:
        """Leave the numbers saved and on record which was what; return the names of those that changed."""
        with transaction.atomic():
            changed = self.save()
            if changed:
                detail = {name: [self.initial[name], self.cleaned_data[name]] for name in changed}
                record("policy_changed", by=person, now=now, detail=detail)
        return changed


class PolicyNumbers(Config):
    """What the library calls its settings, in the bank's words; permissions keep the library's names."""

    class Meta(Config.Meta):
        verbose_name = verbose_name_plural = _("policy numbers")

    _meta = Meta()


class PolicyAdmin(ConstanceAdmin):
    """One page with every number. The library's own page speaks half Chinese and says nothing of bounds."""

    icon = "adjustments-horizontal"
    hint = _("Days, counts and limits that the bank sets")

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        may_change = self.has_change_permission(request)
        form = PolicyForm(initial=get_values(), data=request.POST or None, may_change=may_change)
        if request.method == "POST":
            if not may_change:
                raise PermissionDenied
            if form.is_valid():
                changed = form.save_by(request.user, clock.now())
                self.message_user(
                    request, _("Saved.") if changed else _("Nothing was changed."), messages.SUCCESS
                )
                return HttpResponseRedirect(".")
        context = {
            **self.admin_site.each_context(request),
            "title": self.model._meta.verbose_name_plural,
            "form": form,
            "may_change": may_change,
        }
        return TemplateResponse(request, "admin/kernel/policy.html", context)

    def history_view(self, request, object_id=None, extra_context=None):
        """Who changed which number is in the audit; the library's own history is empty, and its GET writes a row."""
        raise Http404


admin.site.unregister([Config])
admin.site.register([PolicyNumbers], PolicyAdmin)
