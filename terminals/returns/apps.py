from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReturnsConfig(AppConfig):
    name = "terminals.returns"
    label = "returns"
    verbose_name = _("Returns")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from terminals.returns.ordering import still_out
        from terminals.stopping import answers_for_stopping

        answers_for_stopping("returns", still_out)

    def load_reference_data(self) -> None:
        from terminals.returns import reference

        reference.load_reference_data()
