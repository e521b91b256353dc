"""Every file of the hostile table gets the verdict that stands there; what harms the judge harms nobody else."""

import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from config.files import judging
from config.files.judge import limits
from config.files.refusals import SENTENCES, FileRefused
from config.kernel.policy_defaults import POLICY
from tests import hostile

PIXELS = POLICY["upload_pixel_limit_mp"].default * 1_000_000
SAMPLES = [sample for sample in hostile.FILES if sample.refused != "empty"]


def judge(content: bytes) -> judging.Judgement:
    return judging.judge(content, max_pixels=PIXELS)


def verdict(content: bytes) -> str:
    try:
        judge(content)
    except FileRefused as refused:
        return refused.code
    return ""


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_verdict(sample):
    assert verdict(sample.make()) == sample.refused


def test_every_reason_has_a_sample_or_a_test_of_its_own():
    elsewhere = {"size", "size_photo", "incomplete", "virus", "scanner", "busy", "storage", "quota"}

    assert {sample.refused for sample in hostile.FILES if sample.refused} | elsewhere == set(SENTENCES)


def test_measures_are_those_of_the_upright_picture():
    judgement = judge(hostile.phone_photo(6))

    assert (judgement.kind, judgement.media_type) == ("image", "image/jpeg")
    assert (judgement.width, judgement.height) == (1200, 900)


def test_pdf_is_counted_and_nothing_is_drawn_from_it():
    judgement = judge(hostile.hostile_pdf.plain(3))

    assert (judgement.kind, judgement.pages, judgement.view) == ("pdf", 3, b"")


def test_refusal_says_what_to_do_with_the_numbers_of_the_file():
    with pytest.raises(FileRefused) as refused:
        judge(hostile.jpeg(640, 480))

    assert "640" in refused.value.sentence
    assert str(limits.MIN_SHORT_SIDE) in refused.value.sentence


def test_judge_that_was_killed_is_started_anew():
    judge(hostile.jpeg())
    judging._judge._process.kill()
    judging._judge._process.wait()

    assert judge(hostile.jpeg()).kind == "image"


def test_child_that_dies_over_a_file_refuses_it_and_the_next_file_is_judged():
    judge(hostile.jpeg())
    before = children_of_the_judge()
    ours, theirs = socket.socketpair()
    judging._judge._hand_over(theirs)
    theirs.close()
    ours.sendall(struct.pack("!QQ", 100, PIXELS))
    (child,) = wait_for(lambda: children_of_the_judge() - before)

    os.kill(child, signal.SIGSEGV)

    with pytest.raises(ConnectionError):
        judging._answer_on(ours)
    ours.close()
    assert judge(hostile.jpeg()).kind == "image"


def test_judge_that_hangs_refuses_the_file_and_is_started_anew(monkeypatch):
    judge(hostile.jpeg())
    monkeypatch.setattr(limits, "WALL_SECONDS", -4)
    os.kill(judging._judge._process.pid, signal.SIGSTOP)

    assert verdict(hostile.jpeg()) == "damaged"
    assert verdict(hostile.jpeg()) == ""


def test_eight_files_at_once_are_all_judged():
    verdicts: list[str] = []
    threads = [threading.Thread(target=lambda: verdicts.append(verdict(hostile.jpeg()))) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert verdicts == [""] * 8


def test_when_no_slot_comes_free_the_file_is_refused_as_busy(monkeypatch):
    monkeypatch.setattr(judging, "SECONDS_FOR_A_SLOT", 0)
    monkeypatch.setattr(judging, "SLOTS", threading.BoundedSemaphore(1))
    judging.SLOTS.acquire()

    assert verdict(hostile.jpeg()) == "busy"


def test_judge_knows_no_secret(monkeypatch):
    monkeypatch.setenv("FIELD_KEYS", "k:secret")
    judging._judge.stop()

    judge(hostile.jpeg())

    environment = Path(f"/proc/{judging._judge._process.pid}/environ").read_bytes()
    assert b"KEY" not in environment
    assert b"DATABASE" not in environment


@pytest.mark.parametrize(
    ("deed", "ends_with"),
    [
        ("bytearray(2 << 30)", "MemoryError"),
        ("open('/tmp/judge-wrote', 'w').write('a' * 10000)", "File too large"),
    ],
)
def test_child_is_limited(deed, ends_with):
    code = f"from config.files.judge.__main__ import limit_this_process; limit_this_process(memory=1 << 29); {deed}"

    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=judging.ROOT, capture_output=True, text=True, check=False
    )

    assert ends_with in ended.stderr


def test_answer_with_wrong_lengths_is_not_believed():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(struct.pack("!Q", 1 << 40))
        with pytest.raises(ValueError, match="announced"):
            judging._answer_on(ours)


def children_of_the_judge() -> set[int]:
    pid = judging._judge._process.pid
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def wait_for(question):
    until = threading.Event()
    for _ in range(200):
        if found := question():
            return found
        until.wait(0.01)
    raise AssertionError("it never happened")
