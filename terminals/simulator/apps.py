from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SimulatorConfig(AppConfig):
    name = "terminals.simulator"
    label = "simulator"
    verbose_name = _("Terminal simulator")
    default_auto_field = "django.db.models.BigAutoField"
