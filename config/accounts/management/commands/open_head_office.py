from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from config.accounts.models import Branch, Role
from config.accounts.opening import open_staff_account
from config.kernel import clock


class Command(BaseCommand):
    help = "Begin a new portal: the head office, and its first administrator, who sets a password at /accounts/password/reset/."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--code", required=True, help="2 to 12 capital letters and digits")
        parser.add_argument("--name", required=True)
        parser.add_argument("--acquirer-code", required=True, help="8 to 11 digits, as sent in field 32")
        parser.add_argument("--area-code", required=True, help="4 digits of the clearing region")
        parser.add_argument("--email", required=True, help="of the first administrator")
        parser.add_argument("--full-name", required=True, help="of the first administrator")

    @transaction.atomic
    def handle(self, *args, **options) -> None:
        """Leave a portal that can be administered; refuses where there is a branch already."""
        if Branch.objects.exists():
            raise CommandError(
                "There is a head office already. Its administrators open branches and accounts."
            )
        names = ("code", "name", "acquirer_code", "area_code")
        branch = Branch(**{name: options[name] for name in names})
        try:
            branch.full_clean()
        except ValidationError as problem:
            raise CommandError("; ".join(problem.messages)) from problem
        branch.save()
        person = open_staff_account(
            email=options["email"],
            full_name=options["full_name"],
            branch=branch,
            role=Role.ADMINISTRATOR,
            by=None,
            now=clock.now(),
        )
        self.stdout.write(f"{branch} is open. {person.email} sets a password at /accounts/password/reset/.")
