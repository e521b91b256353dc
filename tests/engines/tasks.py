"""A task that leaves word of where it ran."""

import os
from pathlib import Path

from django_tasks import task


@task
def leave_word(place: str, word: str) -> None:
    Path(place).write_text(f"{os.getpid()} {word}")
