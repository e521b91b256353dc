"""The desks of the estate: devices, terminals, bindings, codes, models, and what risk and the help line look up."""

from __future__ import annotations

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from config.files.exports.list_control import ExportedDesk
from config.kernel import clock
from config.kernel.audit import record
from config.kernel.dashboard import stands_on_first_page
from config.kernel.desk_list import DeskAdmin, Tile
from config.kernel.templatetags.formats import fen, moment, span
from config.privacy.masking import mask_account
from terminals.desk import first_page, risk_cases
from terminals.desk.binding_reports import BindingReportAdmin
from terminals.desk.bulletins import BulletinAdmin
from terminals.desk.catalogues import StopReasonAdmin, SuspensionReasonAdmin
from terminals.desk.devices import DeviceAdmin
from terminals.desk.filters import (
    AttemptFilter,
    BindingFilter,
    CodeFilter,
    DeviceModelFilter,
)
from terminals.desk.forms import DeviceModelForm, KitItemForm
from terminals.desk.host_reports import HostReportAdmin
from terminals.desk.response_codes import ResponseCodeAdmin
from terminals.desk.risk_cases import RiskCaseAdmin
from terminals.desk.shown import holder, place, told_of
from terminals.desk.terminals import NEVER_LOADED, TerminalAdmin
from terminals.models import (
    ActivationAttempt,
    Binding,
    BindingReport,
    Bulletin,
    Device,
    DeviceModel,
    HostReport,
    KitItem,
    RegistrationCode,
    ResponseCode,
    RiskCase,
    StopReason,
    SuspensionReason,
    Terminal,
)

admin.site.register(Device, DeviceAdmin)
admin.site.register(Terminal, TerminalAdmin)
admin.site.register(SuspensionReason, SuspensionReasonAdmin)
admin.site.register(StopReason, StopReasonAdmin)
admin.site.register(HostReport, HostReportAdmin)
admin.site.register(BindingReport, BindingReportAdmin)
stands_on_first_page("terminals", first_page.shown, rank=10)
admin.site.register(Bulletin, BulletinAdmin)
admin.site.register(ResponseCode, ResponseCodeAdmin)
admin.site.register(RiskCase, RiskCaseAdmin)
stands_on_first_page("risk-cases", risk_cases.shown)


def terminal_link(number: str, pk: int) -> str:
    return format_html(
        '<a class="code" href="{}">{}</a>', reverse("admin:terminals_terminal_change", args=[pk]), number
    )


@admin.register(Binding)
class BindingAdmin(ExportedDesk):
    """Which device was whose terminal, when and where: the five elements, of persons and accounts only what masks show."""

    report = "bindings"
    filterset_class = BindingFilter
    list_display = (
        "serial_number",
        "at_terminal",
        "merchant_number",
        "holder",
        "paid_to",
        "place",
        "validity",
        "reported",
    )
    list_select_related = ("terminal__merchant", "account", "division")
    page_fields = (
        "serial_number",
        "at_terminal",
        "acquirer_code",
        "merchant_number",
        "holder",
        "paid_to",
        "place",
        "validity",
        "reported",
        "application_number",
    )
    search_help_text = _("Whole serial, terminal, merchant or application number, or credit code")
    rank = 4
    icon = "link"
    empty = _("A binding opens when a registration, a move or a change of the device is approved.")
    hint = _("The history of a serial number or of a merchant")

    def get_queryset(self, request):
        mine = super().get_queryset(request).filter(terminal__branch__in=request.user.branch_scope())
        return mine.prefetch_related("report_lines__sendings")

    def page_queryset(self, request):
        return self.get_queryset(request).select_related(*self.list_select_related)

    @admin.display(description=_("reported"))
    def reported(self, binding: Binding) -> str:
        return told_of(binding)

    @admin.display(description=_("terminal number"))
    def at_terminal(self, binding: Binding) -> str:
        return terminal_link(binding.terminal_number, binding.terminal_id)

    @admin.display(description=_("holder"))
    def holder(self, binding: Binding) -> str:
        return holder(binding)

    @admin.display(description=_("settlement account"))
    def paid_to(self, binding: Binding) -> str:
        return mask_account(binding.account.account_number)

    @admin.display(description=_("placement"))
    def place(self, binding: Binding) -> str:
        return place(binding)

    @admin.display(description=_("in force"))
    def validity(self, binding: Binding) -> str:
        if binding.valid_to is None:
            return _("since %(when)s") % {"when": moment(binding.valid_from)}
        return span(binding.valid_from, binding.valid_to)


@admin.register(RegistrationCode)
class RegistrationCodeAdmin(ExportedDesk):
    """That a code exists and how far it got. Its digits are loaded by no desk."""

    report = "registration-codes"
    filterset_class = CodeFilter
    list_display = (
        "slip_number",
        "status",
        "serial_number",
        "at_terminal",
        "application_number",
        "expires_at",
        "wrong_tries",
        "collected_at",
    )
    search_help_text = _("Whole slip, serial, terminal, merchant or application number")
    page_fields = (
        "slip_number",
        "serial_number",
        "at_terminal",
        "merchant_number",
        "application_number",
        "issued_at",
        "expires_at",
        "wrong_tries",
        "collected_at",
        "used_at",
    )
    rank = 3
    icon = "key"
    empty = _(
        "A code is issued by the approval of a registration or of a change of the device. Nobody at the bank sees its digits."
    )
    hint = _("Whether a code is in force, collected, used or locked")
    note = _("Nobody at the bank sees the digits of a code. Steps on a code are on the page of its terminal.")

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user).defer(*NEVER_LOADED)

    @admin.display(description=_("terminal number"))
    def at_terminal(self, code: RegistrationCode) -> str:
        return terminal_link(code.terminal_number, code.terminal_id)


@admin.register(ActivationAttempt)
class ActivationAttemptAdmin(DeskAdmin):
    filterset_class = AttemptFilter
    list_display = ("at", "serial_number", "outcome", "ip")
    search_help_text = _("Whole serial number, address or outcome")
    rank = 6
    icon = "hand-raised"
    empty = _("Every activation that was refused is listed here with its reason.")
    hint = _("Who tried which serial number in vain, from where")

    def get_queryset(self, request):
        """The head office sees every attempt, a branch those on its own devices: an unknown number belongs to nobody."""
        attempts, person = super().get_queryset(request), request.user
        if person.branch and person.branch.parent_id is None:
            return attempts
        return attempts.filter(serial_number__in=Device.objects.visible_to(person).values("serial_number"))


class KitItemInline(admin.TabularInline):
    """What goes out with every device of the model, and is asked back with it."""

    model = KitItem
    form = KitItemForm
    extra = 3


@admin.register(DeviceModel)
class DeviceModelAdmin(DeskAdmin):
    """Certified makes: the one list of the estate that is typed. Models that devices belong to are never deleted."""

    filterset_class = DeviceModelFilter
    form = DeviceModelForm
    list_display = ("name", "vendor", "device_type", "network_licence", "is_offered", "deposit")
    search_help_text = _("Part of the vendor or of the model")
    rank = 8
    icon = "cube"
    empty = _("Enter a certified model with what is handed out with it; devices can then be entered.")
    hint = _("Certified makes, which of them merchants may choose, and what goes out with each")
    inlines = (KitItemInline,)

    has_add_permission = admin.ModelAdmin.has_add_permission
    has_change_permission = admin.ModelAdmin.has_change_permission

    @admin.display(description=_("deposit"))
    def deposit(self, model: DeviceModel) -> str:
        return fen(model.deposit_fen)

    def tools(self, request):
        if not self.has_add_permission(request):
            return []
        hint = _("A make that has its network licence")
        return [Tile(reverse("admin:terminals_devicemodel_add"), "plus", str(_("Add a model")), str(hint))]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if self.has_change_permission(request):
            self.row(request, object_id)
            return admin.ModelAdmin.change_view(self, request, object_id, form_url, extra_context)
        return super().change_view(request, object_id, form_url, extra_context)

    def save_model(self, request, obj, form, change) -> None:
        super().save_model(request, obj, form, change)
        action = "device_model_changed" if change else "device_model_added"
        record(action, by=request.user, now=clock.now(), subject=obj, detail={"fields": form.changed_data})

    def save_formset(self, request, form, formset, change) -> None:
        super().save_formset(request, form, formset, change)
        if formset.has_changed():
            record("kit_changed", by=request.user, now=clock.now(), subject=form.instance)
