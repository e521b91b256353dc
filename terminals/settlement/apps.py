from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SettlementConfig(AppConfig):
    name = "terminals.settlement"
    label = "settlement"
    verbose_name = _("Settlement and clearance")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from terminals.page_parts import Slot, put_on_page
        from terminals.settlement.clearance import outstanding
        from terminals.settlement.terminal_parts import left_to_do
        from terminals.stopping import answers_for_stopping

        answers_for_stopping(self.label, outstanding)
        put_on_page(Slot.TASKS, self.label, left_to_do)
