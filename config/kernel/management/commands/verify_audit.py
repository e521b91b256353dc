from django.core.management.base import BaseCommand, CommandError

from config.kernel.audit import AuditSeal
from config.kernel.audit_chain import SEALED, first_fault, head_of


class Command(BaseCommand):
    help = (
        "Recompute the seals over the records of what happened and name the first row that is not as it was."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--head",
            action="append",
            default=[],
            metavar="TABLE=DIGEST",
            help="a head kept outside (the log line audit_sealed): its absence means that the end was cut off",
        )

    def handle(self, *args, **options):
        faults = [fault for model in SEALED if (fault := first_fault(model))]
        lines = [f"{fault.table}: {fault.sentence}" for fault in faults]
        lines += [
            f"{head}: this head is not on the chain" for head in options["head"] if not _is_on_chain(head)
        ]
        if lines:
            raise CommandError("\n".join(lines))
        for model in SEALED:
            head = head_of(model)
            if head:
                self.stdout.write(f"{head.table}: whole up to row {head.last_id}, head {head.digest}")
            else:
                self.stdout.write(f"{model._meta.db_table}: nothing sealed yet")


def _is_on_chain(anchor: str) -> bool:
    table, _, digest = anchor.partition("=")
    return AuditSeal.objects.filter(table=table, digest=digest).exists()
