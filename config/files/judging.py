"""Asking the judge: uploads are decoded in a process of their own, never in the one that serves people.

Each web process keeps one judge (`python -m config.files.judge`): it has the decoders loaded, knows no secret, and forks a
limited child per file, so that a file which crashes, hangs or swells its decoder ends that child and nothing else.
"""

import json
import logging
import os
import socket
import struct
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from config.files.judge import limits
from config.files.refusals import refusal

ROOT = Path(__file__).resolve().parent.parent.parent
# One file at a time per web process: the memory of one decoded picture however many arrive together, and a bomb keeps one
# core busy, not all. Five photographs at once wait half a second for each other; more web processes judge more at once.
SLOTS = threading.BoundedSemaphore(1)
SECONDS_FOR_A_SLOT = 30
# Each child touches a picture's memory for the first time: in large pages that is a sixth of the whole work cheaper.
MEMORY_OF_THE_JUDGE = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1", "MALLOC_ARENA_MAX": "1"}
MAX_HEADER = 4096
MAX_DRAWN = 32 * 1024 * 1024

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What the judge found the file to be, and what it drew from it (pictures only)."""

    kind: str
    media_type: str
    width: int | None = None
    height: int | None = None
    pages: int | None = None
    view: bytes = b""
    thumbnail: bytes = b""


def judge(content: bytes, *, max_pixels: int) -> Judgement:
    """Decide by decoding what the content is. Raises FileRefused; a judge that dies over a file refuses it as damaged."""
    if not SLOTS.acquire(timeout=SECONDS_FOR_A_SLOT):
        raise refusal("busy")
    try:
        answer = _judge.ask(content, max_pixels=max_pixels)
    finally:
        SLOTS.release()
    if answer is None:
        raise refusal("damaged")
    verdict, view, thumbnail = answer
    if reason := verdict.pop("refused", ""):
        if cause := verdict.pop("cause", ""):
            logger.info("The judge found a file damaged: %s", cause)
        raise refusal(reason, **verdict)
    return Judgement(view=view, thumbnail=thumbnail, **verdict)


class _Judge:
    """This process's judge: started when first asked, started anew when it is gone or does not answer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen | None = None
        self._line: socket.socket | None = None

    def ask(self, content: bytes, *, max_pixels: int) -> tuple[dict, bytes, bytes] | None:
        """The judge's answer about the content, or None when its child died or ran out of time."""
        ours, theirs = socket.socketpair()
        with ours:
            ours.settimeout(limits.WALL_SECONDS + 5)
            with theirs:
                self._hand_over(theirs)
            try:
                ours.sendall(struct.pack("!QQ", len(content), max_pixels))
                ours.sendall(content)
                return _answer_on(ours)
            except TimeoutError:
                logger.error("The judge did not answer in time; it is started anew")
                self.stop()
                return None
            except (OSError, ValueError) as error:
                logger.warning("The judge's child ended over a file: %r", error)
                return None

    def stop(self) -> None:
        """End the judge; the next question starts another."""
        with self._lock:
            self._end()

    def _hand_over(self, end: socket.socket) -> None:
        with self._lock:
            for _attempt in range(2):
                try:
                    socket.send_fds(self._running(), [b"f"], [end.fileno()])
                    return
                except OSError:
                    self._end()
        raise refusal("busy")

    def _running(self) -> socket.socket:
        if self._process is None or self._line is None or self._process.poll() is not None:
            self._end()
            self._line, theirs = socket.socketpair()
            self._line.settimeout(SECONDS_FOR_A_SLOT)
            with theirs:
                self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module, no input in it
                    [sys.executable, "-s", "-m", "config.files.judge", str(theirs.fileno())],
                    pass_fds=[theirs.fileno()],
                    cwd=ROOT,
                    env=_without_secrets(),
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                )
        return self._line

    def _end(self) -> None:
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._line = None


def _answer_on(line: socket.socket) -> tuple[dict, bytes, bytes]:
    """Read one answer. It comes from a process that has just read a stranger's file, so every length is bounded."""
    (length,) = struct.unpack("!Q", _exactly(line, 8, at_most=8))
    verdict = json.loads(_exactly(line, length, at_most=MAX_HEADER))
    sizes = verdict.pop("drawn")
    view, thumbnail = (_exactly(line, int(size), at_most=MAX_DRAWN) for size in sizes)
    return verdict, view, thumbnail


def _exactly(line: socket.socket, count: int, *, at_most: int) -> bytes:
    if not 0 <= count <= at_most:
        raise ValueError(f"The judge announced {count} bytes")
    content = bytearray(count)
    space = memoryview(content)
    while space:
        received = line.recv_into(space)
        if not received:
            raise ConnectionError("The judge's child ended without an answer")
        space = space[received:]
    return bytes(content)


def _without_secrets() -> dict[str, str]:
    """The environment of the judge: what Python needs to start, none of the portal's keys."""
    kept = {
        name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH") if name in os.environ
    }
    return kept | MEMORY_OF_THE_JUDGE


_judge = _Judge()


def _forget_the_parents_judge() -> None:
    """A forked web process starts its own judge: two processes on one line would read each other's answers."""
    global _judge, SLOTS  # noqa: PLW0603
    _judge = _Judge()
    SLOTS = threading.BoundedSemaphore(1)


os.register_at_fork(after_in_child=_forget_the_parents_judge)
