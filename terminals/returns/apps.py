from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReturnsConfig(AppConfig):
    name = "terminals.returns"
    label = "returns"
    verbose_name = _("Returns")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from config.kernel import tally
        from terminals.breaches import names_breaches
        from terminals.page_parts import Slot, put_on_page
        from terminals.returns.models import ReturnOrder
        from terminals.returns.ordering import still_out
        from terminals.returns.terminal_parts import papers_of, to_give_back
        from terminals.returns.violations import categories_of_stops, merchants_in_breach
        from terminals.stopping import answers_for_stopping, names_violations

        answers_for_stopping("returns", still_out)
        names_breaches("returns", merchants_in_breach)
        names_violations("returns", categories_of_stops)
        put_on_page(Slot.TASKS, self.label, to_give_back)
        put_on_page(Slot.DOCUMENTS, self.label, papers_of)
        tally.counts(ReturnOrder)

    def load_reference_data(self) -> None:
        from terminals.returns import reference

        reference.load_reference_data()
