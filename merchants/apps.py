from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MerchantsConfig(AppConfig):
    name = "merchants"
    label = "merchants"
    verbose_name = _("Merchants")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A person's copy of data names the merchants; the last owner's account stays."""
        from config.accounts.own_data import Room, answers_for_people
        from merchants.own_data import last_owner_of, leave_all, memberships_told

        answers_for_people(self.label, Room(memberships_told, last_owner_of, leave_all))

    def load_reference_data(self) -> None:
        from merchants import reference

        reference.load_reference_data()
