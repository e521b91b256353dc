from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupportConfig(AppConfig):
    name = "applications.support"
    label = "support"
    verbose_name = _("Help line")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The label of a terminal is printed from its page."""
        from applications.support.checking.labels import label_of
        from terminals.page_parts import Slot, put_on_page

        put_on_page(Slot.DOCUMENTS, self.label, label_of)
