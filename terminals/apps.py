from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TerminalsConfig(AppConfig):
    name = "terminals"
    label = "terminals"
    verbose_name = _("Terminals")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from terminals.codes import slip_of
        from terminals.genuine import answers_for_papers

        answers_for_papers("terminals", slip_of)

    def load_reference_data(self) -> None:
        from terminals import reference

        reference.load_reference_data()
