from django.core.management.base import BaseCommand, CommandError

from applications.invariants import INVARIANTS, violations


class Command(BaseCommand):
    help = (
        "Ask the rows whether approvals, codes, terminals, bindings, stops, notices, returns, charges and four eyes still "
        "agree, and name what does not. "
        "Changes nothing; run it after a fault, a restore or a migration."
    )

    def handle(self, *args, **options):
        lines = [
            f"{found.name}: {found.sentence}. Broken by {', '.join(found.found)}" for found in violations()
        ]
        if lines:
            raise CommandError("\n".join(lines))
        self.stdout.write(f"{len(INVARIANTS)} invariants hold.")
