from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from config.privacy.checks import check_keys


class PrivacyConfig(AppConfig):
    name = "config.privacy"
    label = "privacy"
    verbose_name = _("Privacy")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(check_keys)
