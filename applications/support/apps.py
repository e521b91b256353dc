from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupportConfig(AppConfig):
    name = "applications.support"
    label = "support"
    verbose_name = _("Help line")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The label of a terminal is printed from its page; a demonstration tells who has asked what."""
        from applications.demo.telling import tell_above
        from applications.support.checking.labels import label_of
        from applications.support.demo import people_who_asked
        from terminals.page_parts import Slot, put_on_page

        put_on_page(Slot.DOCUMENTS, self.label, label_of)
        tell_above("self-checks", people_who_asked)
