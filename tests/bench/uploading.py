"""Row 10: taking in a 12-megapixel photograph, every check on, against bare decoding and encoding in the same run:
`python -m tests.bench.uploading`.

What is measured is `receive` as a view calls it: count, judge in the limited child, view, thumbnail, digests, three sealed blobs
flushed to disk, one row. Memory is that of the web process, its judge and the judge's children with five uploads at once.
"""

from __future__ import annotations

import io
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.starting import has_begun

ROUNDS = 9
ROOT = Path(__file__).resolve().parents[2]
NAME = "portal_bench_uploads"


def main() -> int:
    if not has_begun():
        return 2
    from tests.bench.measuring import table  # noqa: PLC0415 - models need the settings

    found = rows()
    sys.stdout.write(table(found) + "\n")
    return 0 if all(row.is_met for row in found) else 1


def rows() -> list:
    from django.core.management import call_command  # noqa: PLC0415

    from tests.bench.databases import drop, make, use  # noqa: PLC0415

    drop(NAME)
    make(NAME)
    use(NAME)
    call_command("migrate", verbosity=0)
    call_command("load_reference_data", verbosity=0)
    photo = photograph()
    found = [_time(photo), _memory(photo)]
    drop(NAME)
    return found


def _time(photo: bytes):
    from tests.bench.measuring import Row  # noqa: PLC0415

    take_in = _taking(photo)
    take_in()

    def series() -> tuple[float, float, float]:
        pairs = [(seconds(lambda: decode_and_encode(photo)), seconds(take_in)) for _ in range(ROUNDS)]
        bare, whole = (statistics.median(column) for column in zip(*pairs, strict=True))
        return whole / bare, bare, whole

    ratio, bare, whole = min(series() for _ in range(3))  # other work on the machine only ever adds
    figures = f"{whole * 1000:.0f} / {bare * 1000:.0f} ms"
    return Row("10", "upload of a 12 MP photo: received / decoded and encoded", figures, ratio, "<= 1.25")


def _memory(photo: bytes):
    from django.db import connection  # noqa: PLC0415

    from tests.bench.measuring import Row  # noqa: PLC0415

    work = _taking(photo)
    runner, peak, done = megabytes_of(os.getpid()), 0, threading.Event()

    def take_in() -> None:
        work()
        connection.close()

    def watch() -> None:
        nonlocal peak
        while not done.is_set():
            peak = max(peak, sum(map(megabytes_of, [os.getpid(), *judge_and_children()])))
            time.sleep(0.004)

    watcher = threading.Thread(target=watch)
    watcher.start()
    for _ in range(3):
        uploads = [threading.Thread(target=take_in) for _ in range(5)]
        for upload in uploads:
            upload.start()
        for upload in uploads:
            upload.join()
    done.set()
    watcher.join()

    total = peak - runner + idle_web_process()
    return Row("10", "five uploads at once, megabytes resident", f"{total} MB", total, "<= 300")


def _taking(photo: bytes) -> Callable[[], object]:
    from django.contrib.auth import get_user_model  # noqa: PLC0415
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    from config.files.receiving import receive  # noqa: PLC0415
    from config.kernel.clock import now  # noqa: PLC0415

    person = get_user_model().objects.system("bench")
    return lambda: receive(SimpleUploadedFile("a.jpg", photo), by=person, now=now())


def photograph() -> bytes:
    program = [sys.executable, "-m", "tests.bench.photograph"]
    return subprocess.run(program, cwd=ROOT, capture_output=True, check=True).stdout


def decode_and_encode(photo: bytes) -> None:
    from PIL import Image  # noqa: PLC0415

    from config.files.judge import limits  # noqa: PLC0415

    picture = Image.open(io.BytesIO(photo), formats=["JPEG"])
    picture.load()
    picture.save(io.BytesIO(), "JPEG", quality=limits.JPEG_QUALITY)


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def idle_web_process() -> int:
    """What a web process holds before its first request: the test runner's own megabytes are not the portal's."""
    program = "import config.wsgi; print(open('/proc/self/smaps_rollup').read())"
    idle = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, text=True
    )
    return proportional(idle.stdout)


def judge_and_children() -> list[int]:
    from config.files import judging  # noqa: PLC0415

    judge = judging._judge._process.pid
    return [judge, *map(int, Path(f"/proc/{judge}/task/{judge}/children").read_text().split())]


def megabytes_of(pid: int) -> int:
    try:
        return proportional(Path(f"/proc/{pid}/smaps_rollup").read_text())
    except OSError:
        return 0


def proportional(rollup: str) -> int:
    """Resident megabytes, what is shared between processes counted once."""
    return sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) // 1024


if __name__ == "__main__":
    sys.exit(main())
