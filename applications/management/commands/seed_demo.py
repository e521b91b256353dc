import json

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from applications.demo import (
    handout,
    samples,
    stories,
    stories_of_bulletins,
    stories_of_codes,
    stories_of_exports,
    stories_of_offers,
    stories_of_review,
    stories_of_risk,
    stories_of_stops,
    stories_of_terminals,
    telling,
)
from config.kernel import clock


class Command(BaseCommand):
    help = "Make the demonstration's bank, people, devices and stories, each once, and print the accounts. Never in production."

    def add_arguments(self, parser):
        parser.add_argument(
            "--json",
            action="store_true",
            help="print one JSON document: accounts, numbers, codes in force with their digits",
        )

    def handle(self, *args, **options):
        if settings.PRODUCTION or not settings.DEMO_MODE:
            raise CommandError(
                "Demonstration data is for a demonstration: this portal runs with DEMO_MODE off."
            )
        now = clock.now()
        told = (
            stories.STORIES
            | stories_of_review.STORIES
            | stories_of_risk.STORIES
            | stories_of_stops.STORIES
            | stories_of_terminals.STORIES
            | stories_of_bulletins.STORIES
            | stories_of_offers.STORIES
            | stories_of_codes.STORIES
            | stories_of_exports.STORIES
            | telling.STORIES_ABOVE
        )
        if telling.untold(told):
            self.stderr.write("Making the demonstration's data; this takes some seconds, once.")
        telling.tell_all(told, now=now)
        papers = settings.VAR_DIR / "samples"
        samples.lay_out(papers)
        if options["json"]:
            self.stdout.write(json.dumps(handout.document(now=now), ensure_ascii=False, indent=2))
        else:
            self.stdout.write(handout.table(papers))
