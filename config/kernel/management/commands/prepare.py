import socket
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError

from config.kernel.folders import shown


class Command(BaseCommand):
    help = "Make the portal ready to serve: tables, reference data, static files and, in a demonstration, demo data."

    def add_arguments(self, parser):
        parser.add_argument(
            "--port", type=int, help="refuse when this port is taken, and print the addresses on it"
        )

    def handle(self, *args, port=None, **options):
        if port and _is_taken(port):
            raise CommandError(
                f"Port {port} is in use. Choose another one, for example: make run PORT={port + 1}"
            )
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_reference_data", verbosity=0)
        _collect_static_files()
        _forget_counts_of_processes_that_are_gone()
        if settings.DEMO_MODE and "seed_demo" in get_commands():
            call_command("seed_demo")
        if port:
            self.stdout.write(_addresses(port))


def _collect_static_files() -> None:
    """Gather, name and compress the static files, unless none has changed since: compressing takes seconds."""
    found = [
        (name, storage.path(name), Path(storage.path(name)).stat())
        for finder in get_finders()
        for name, storage in finder.list([])
    ]
    seen = sorted((name, path, facts.st_size, facts.st_mtime_ns) for name, path, facts in found)
    fingerprint = sha256(repr(seen).encode()).hexdigest()
    kept = settings.VAR_DIR / "static.collected"
    if kept.exists() and kept.read_text() == fingerprint and Path(settings.STATIC_ROOT).exists():
        return
    call_command("collectstatic", verbosity=0, interactive=False)
    kept.write_text(fingerprint)


def _forget_counts_of_processes_that_are_gone() -> None:
    """Every process leaves a file of its counts; Prometheus takes a count that begins again for what it is."""
    for left in Path(settings.VAR_DIR, "metrics").glob("*.db"):
        left.unlink(missing_ok=True)


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _addresses(port: int) -> str:
    origin = f"http://127.0.0.1:{port}"
    lines = [
        "",
        f"  Merchants        {origin}/",
        f"  Bank staff       {origin}/admin/",
        f"  Devices          {origin}/api/v1/docs",
    ]
    if settings.DEMO_MODE:
        lines.append(f"  A POS to try     {origin}/simulator/")
    lines += [f"  Data is kept in  {shown(settings.VAR_DIR)}", "  Stop with Ctrl-C.", ""]
    return "\n".join(lines)
