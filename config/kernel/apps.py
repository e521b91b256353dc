from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KernelConfig(AppConfig):
    name = "config.kernel"
    label = "kernel"
    verbose_name = _("Records")
    default_auto_field = "django.db.models.BigAutoField"

    def load_reference_data(self) -> None:
        """Leave a row for every policy number; those the bank has changed stay as they are."""
        # Models can be imported only once the app registry is ready.
        from config.kernel.policy import write_defaults

        write_defaults()
