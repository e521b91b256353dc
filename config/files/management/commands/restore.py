from pathlib import Path
from subprocess import CalledProcessError

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from config.files.backing_up import restore
from config.files.tidying import tidy
from config.kernel import clock
from config.kernel.lifecycle import Refused


class Command(BaseCommand):
    help = (
        "Fill the empty database and vault of this portal from a copy, then ask whether all is as it was: the chain of the audit, "
        "the invariants, the counts, and every file that a row names."
    )

    def add_arguments(self, parser):
        parser.add_argument("copy", type=Path, help="the folder that `backup` has made")

    def handle(self, *args, copy, **options):
        try:
            restore(copy)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        except (OSError, CalledProcessError) as error:
            raise CommandError(f"Nothing can be relied upon here: {error}") from error
        # A newer release than that of the copy brings its tables along.
        call_command("migrate", verbosity=0, interactive=False)
        for check in ("verify_audit", "verify_invariants", "tally"):
            call_command(check, stdout=self.stdout)
        if missing := tidy(clock.now(), dry_run=True).missing:
            raise CommandError("\n".join(f"Stored file {pk}: {blob} is missing" for pk, blob in missing[:20]))
        self.stdout.write("Every file that a row names is there.")
