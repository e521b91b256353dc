from pathlib import Path
from subprocess import CalledProcessError

from django.core.management.base import BaseCommand, CommandError

from config.files.backing_up import back_up
from config.kernel import clock


class Command(BaseCommand):
    help = (
        "Leave a copy of database and documents in a new folder of --to, sealed as they are. The keys are not in it: without "
        "FIELD_KEYS, INDEX_KEY and AUDIT_KEY, kept elsewhere, nobody can read it."
    )

    def add_arguments(self, parser):
        parser.add_argument("--to", type=Path, required=True, help="the folder that copies are kept in")

    def handle(self, *args, to, **options):
        try:
            copy = back_up(to, now=clock.now())
        except (OSError, CalledProcessError) as error:
            raise CommandError(f"No copy was made: {error}") from error
        self.stdout.write(str(copy))
