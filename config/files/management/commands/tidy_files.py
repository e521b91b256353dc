"""What the worker does every night, by hand."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.files.tidying import tidy
from config.kernel.clock import now


class Command(BaseCommand):
    help = (
        "Removes stored blobs older than an hour that no row names, and reports rows whose blobs are missing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="count what would be removed, remove nothing"
        )

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        tidied = tidy(now(), dry_run=dry_run)
        self.stdout.write(f"{tidied.removed} blobs without a row {'would be ' if dry_run else ''}removed")
        for pk, blob in tidied.missing:
            self.stderr.write(f"file {pk}: {blob} is missing")
