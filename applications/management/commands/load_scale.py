"""`manage.py load_scale`: a register of national size on PostgreSQL, for rehearsing lists, reports and upgrades."""

import time

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from applications.scale.loading import is_empty, load, parts
from config.kernel import clock


class Command(BaseCommand):
    help = (
        "Fill an empty register with invented merchants, terminals and applications of ten years, by COPY and in one transaction. "
        "For a rehearsal's own PostgreSQL database, which --into must name; never in production."
    )

    def add_arguments(self, parser):
        parser.add_argument("--merchants", type=int, default=1_000_000)
        parser.add_argument("--terminals", type=int, default=1_000_000)
        parser.add_argument("--applications", type=int, default=2_000_000)
        parser.add_argument(
            "--into", default="", help="the name of the database, so that it is not another one by mistake"
        )

    def handle(self, *args, merchants, terminals, applications, into, **options):
        if objection := _objection(into):
            raise CommandError(objection)
        try:
            asked = parts(merchants=merchants, terminals=terminals, applications=applications)
        except ValueError as error:
            raise CommandError(str(error)) from error
        begun = time.monotonic()
        # Businesses lie in divisions and have categories: a database that was only migrated has none.
        call_command("load_reference_data", verbosity=0)
        load(asked, now=clock.now(), tell=lambda line: self._tell(line, begun))
        self._tell(f"{merchants:,} merchants, {terminals:,} terminals, {applications:,} applications", begun)

    def _tell(self, line: str, begun: float) -> None:
        self.stdout.write(f"{time.monotonic() - begun:6.0f} s  {line}")
        self.stdout.flush()


def _objection(into: str) -> str:
    """Why nothing may be loaded into this database, or ""."""
    if settings.PRODUCTION or not settings.DEMO_MODE:
        return "Invented data is for a rehearsal: this portal runs with DEMO_MODE off."
    if connection.vendor != "postgresql":
        return "A register of this size needs PostgreSQL: name a database of the rehearsal's own in DATABASE_URL."
    name = connection.settings_dict["NAME"]
    if into != name:
        return f"This is the database {name}. Say --into {name} if that is where invented data belongs."
    if not is_empty():
        return f"The database {name} holds applications, merchants or terminals already. Take one that has only its tables."
    return ""
