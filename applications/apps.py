from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApplicationsConfig(AppConfig):
    name = "applications"
    label = "applications"
    verbose_name = _("Applications")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A merchant stays a customer while something that it asked for is not decided."""
        from applications.ended_contracts import still_open
        from merchants.closing import answers_for_closing

        answers_for_closing(self.label, still_open)

    def load_reference_data(self) -> None:
        """Reasons to return or refuse, and the consent text, are there."""
        from applications.reference import load_reference_data

        load_reference_data()
