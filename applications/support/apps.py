from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupportConfig(AppConfig):
    name = "applications.support"
    label = "support"
    verbose_name = _("Help line")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from applications.demo.above import tell_also
        from applications.invariants import also_holds
        from applications.support import caller_sections
        from applications.support.invariants import OF_TICKETS
        from applications.support.terminal_parts import help_with, tickets_that_wait
        from terminals.caller_parts import put_before_helpers
        from terminals.page_parts import Slot, put_on_page

        also_holds(OF_TICKETS)
        tell_also("applications.support.stories")
        put_on_page(Slot.TASKS, self.label, tickets_that_wait)
        put_on_page(Slot.APPLICATIONS, self.label, help_with)
        put_before_helpers("tickets", caller_sections.tickets_of)
        put_before_helpers("terminals", caller_sections.terminals_of)
        put_before_helpers("applications", caller_sections.applications_of)
        put_before_helpers("self-checks", caller_sections.checks_of)

    def load_reference_data(self) -> None:
        from applications.support import reference

        reference.load_reference_data()
