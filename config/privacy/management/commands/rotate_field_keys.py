from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.privacy import rotation
from config.privacy.sealing import writing_key_id


class Command(BaseCommand):
    help = "Re-encrypts every encrypted column under the first of FIELD_KEYS. May be stopped and run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch-size", type=int, default=500, help="rows per transaction")
        parser.add_argument(
            "--check", action="store_true", help="only count; fail while another key than the first is in use"
        )

    def handle(self, *args: Any, batch_size: int, check: bool, **options: Any) -> None:
        if check:
            self.count()
        else:
            self.rotate(batch_size)

    def rotate(self, batch_size: int) -> None:
        total = 0
        for column in rotation.sealed_columns():
            total += self.report(column.place, *rotation.rotate(column, batch_size=batch_size))
        for name, rotator in rotation.elsewhere.items():
            total += self.report(name, *rotator())
        self.stdout.write(f"{total} records re-encrypted under the key {writing_key_id()}.")

    def report(self, place: str, resealed: int, seen: int) -> int:
        self.stdout.write(f"{place}: {resealed} of {seen} re-encrypted")
        return resealed

    def count(self) -> None:
        others = 0
        for column in rotation.sealed_columns():
            in_use = rotation.keys_in_use(column)
            others += sum(count for key_id, count in in_use.items() if key_id != writing_key_id())
            shown = ", ".join(f"{key_id}: {count}" for key_id, count in sorted(in_use.items())) or "empty"
            self.stdout.write(f"{column.place}: {shown}")
        if others:
            raise CommandError(f"{others} records still need an older key: run rotate_field_keys.")
