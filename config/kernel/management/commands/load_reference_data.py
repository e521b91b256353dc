from django.apps import apps
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Bring every room's reference data (policy numbers, divisions, category codes, response codes) up to date."

    def handle(self, *args, **options):
        """Run twice, the second time changes nothing. Rooms come in the order of INSTALLED_APPS: lower ones first."""
        for room in apps.get_app_configs():
            load = getattr(room, "load_reference_data", None)
            if load:
                load()
                if options["verbosity"] > 1:
                    self.stdout.write(f"{room.label}: reference data is up to date")
