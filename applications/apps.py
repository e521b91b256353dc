from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApplicationsConfig(AppConfig):
    name = "applications"
    label = "applications"
    verbose_name = _("Applications")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A merchant stays a customer while what it asked for is undecided; what it may ask for stands on a terminal's page.

        How many applications there are in each status is counted, and how many were filed and decided on each day.
        """
        from applications.ended_contracts import still_open
        from applications.expiry_lines import tasks_of
        from applications.models import Application
        from applications.own_data import filed_by, nothing_to_leave, under_way
        from applications.terminal_parts import applications_of, notices_of
        from config.accounts.own_data import Room, answers_for_people
        from config.kernel import day_tally, tally
        from merchants.closing import answers_for_closing
        from terminals.page_parts import Slot, put_on_page

        answers_for_people(self.label, Room(filed_by, under_way, nothing_to_leave))
        answers_for_closing(self.label, still_open)
        tally.counts(Application)
        day_tally.counts_days(Application, "submitted_at")
        day_tally.counts_days(Application, "decided_at")
        put_on_page(Slot.DOCUMENTS, self.label, notices_of)
        put_on_page(Slot.TASKS, self.label, tasks_of)
        put_on_page(Slot.APPLICATIONS, self.label, applications_of)

    def load_reference_data(self) -> None:
        """Reasons to return or refuse, and the consent text, are there."""
        from applications.reference import load_reference_data

        load_reference_data()
