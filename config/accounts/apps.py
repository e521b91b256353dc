from django.apps import AppConfig
from django.core.management import call_command
from django.utils.translation import gettext_lazy as _

# Who acts when no person does. Tasks name the one they run as.
SYSTEM_USERS = ("cron",)


class AccountsConfig(AppConfig):
    name = "config.accounts"
    label = "accounts"
    verbose_name = _("People and branches")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from config.accounts import checks  # noqa: F401 - registers them

    def load_reference_data(self) -> None:
        """Leave the system users there, and the table in which sign-in limits are counted."""
        from config.accounts.models import User

        for name in SYSTEM_USERS:
            User.objects.system(name)
        call_command("createcachetable", verbosity=0)
