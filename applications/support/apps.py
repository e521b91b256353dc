from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupportConfig(AppConfig):
    name = "applications.support"
    label = "support"
    verbose_name = _("Help line")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What the room puts on the pages below it, what must hold of it, and what a demonstration tells of it.

        How many tickets there are in each status is counted.
        """
        from applications.demo.telling import tell_above
        from applications.invariants import also_holds
        from applications.support import caller_sections, stories, stories_of_checks
        from applications.support.checking.labels import label_of
        from applications.support.invariants import OF_TICKETS
        from applications.support.models import Ticket
        from applications.support.terminal_parts import help_with, tickets_that_wait
        from config.kernel import tally
        from terminals.caller_parts import put_before_helpers
        from terminals.page_parts import Slot, put_on_page

        tally.counts(Ticket)
        also_holds(OF_TICKETS)
        put_on_page(Slot.TASKS, self.label, tickets_that_wait)
        put_on_page(Slot.DOCUMENTS, self.label, label_of)
        put_on_page(Slot.APPLICATIONS, self.label, help_with)
        put_before_helpers("tickets", caller_sections.tickets_of)
        put_before_helpers("terminals", caller_sections.terminals_of)
        put_before_helpers("applications", caller_sections.applications_of)
        put_before_helpers("self-checks", caller_sections.checks_of)
        tell_above("self-checks", stories_of_checks.people_who_asked)
        tell_above("help-line", stories.tickets_of_a_cafe)
        tell_above("callers", stories.two_callers)

    def load_reference_data(self) -> None:
        from applications.support import reference

        reference.load_reference_data()
