from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TerminalsConfig(AppConfig):
    name = "terminals"
    label = "terminals"
    verbose_name = _("Terminals")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A merchant stays a customer while a terminal of its lives; how many there are in each status is counted, of codes too."""
        from config.kernel import parent_tally, tally
        from merchants.closing import answers_for_closing
        from terminals.live import still_live
        from terminals.models import RegistrationCode, Terminal

        answers_for_closing(self.label, still_live)
        tally.counts(Terminal)
        parent_tally.counts_through(RegistrationCode, "terminal")

    def load_reference_data(self) -> None:
        from terminals import reference

        reference.load_reference_data()
