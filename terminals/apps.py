from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TerminalsConfig(AppConfig):
    name = "terminals"
    label = "terminals"
    verbose_name = _("Terminals")
    default_auto_field = "django.db.models.BigAutoField"

    def load_reference_data(self) -> None:
        from terminals import reference

        reference.load_reference_data()
