"""`manage.py tally`: says where a maintained count disagrees with its table; `--anew` reckons all of them anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.kernel.tally import counted_tables, differences, reckon_anew


class Command(BaseCommand):
    help = "Checks the maintained counts of the first page, or reckons them anew."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anew", action="store_true", help="reckon every count from its table")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["anew"]:
            reckon_anew()
        wrong = differences()
        for one in wrong:
            self.stdout.write(
                f"{one.table} branch {one.branch_key} {one.status}: {one.tallied} tallied, {one.found} found"
            )
        if wrong:
            raise CommandError(f"{len(wrong)} counts are wrong; --anew reckons them.")
        self.stdout.write(f"{len(counted_tables())} tables, every count is right.")
