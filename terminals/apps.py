from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TerminalsConfig(AppConfig):
    name = "terminals"
    label = "terminals"
    verbose_name = _("Terminals")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A merchant stays a customer while a terminal of its lives; how many there are in each status is counted."""
        from config.kernel import tally
        from merchants.closing import answers_for_closing
        from terminals.live import still_live
        from terminals.models import Terminal

        answers_for_closing(self.label, still_live)
        tally.counts(Terminal)

    def load_reference_data(self) -> None:
        from terminals import reference

        reference.load_reference_data()
