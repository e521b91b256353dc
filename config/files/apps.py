from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from config.privacy.rotation import elsewhere


class FilesConfig(AppConfig):
    name = "config.files"
    label = "files"
    verbose_name = _("Reports and exports")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models can be imported only now.
        from config.files.resealing import reseal_blobs

        elsewhere["files"] = reseal_blobs
