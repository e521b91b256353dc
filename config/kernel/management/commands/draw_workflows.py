from django.core.management.base import BaseCommand, CommandError

from config.kernel.workflow_drawing import drawings, stale


class Command(BaseCommand):
    help = "Write WORKFLOW.md beside every room that has a lifecycle."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="write nothing, fail where a file is stale")

    def handle(self, *args, **options):
        old = stale()
        if options["check"] and old:
            raise CommandError("Stale, run draw_workflows: " + ", ".join(str(path) for path in old))
        for path in old:
            path.write_text(drawings()[path], encoding="utf-8")
            self.stdout.write(str(path))
