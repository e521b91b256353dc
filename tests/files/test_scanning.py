"""The scanner's protocol against a listener of our own: clean, infected, silent, gone."""

import socket
import struct
import threading
from contextlib import contextmanager

import pytest

from config.files import scanning
from config.files.models import StoredFile
from config.files.receiving import receive
from config.files.refusals import FileRefused
from config.files.serving import send
from tests import hostile
from tests.files.conftest import blobs_in


@contextmanager
def scanner(settings, *, answer: bytes | None = None):
    """Listens as clamd does; finds EICAR, or always gives `answer`. Yields the contents it was sent."""
    seen: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, seen, answer), daemon=True)
        thread.start()
        settings.CLAMD_URL = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        yield seen


def _serve(listener: socket.socket, seen: list[bytes], answer: bytes | None) -> None:
    while True:
        try:
            line, _ = listener.accept()
        except OSError:
            return
        with line, line.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            content = b""
            while length := struct.unpack("!L", stream.read(4))[0]:
                content += stream.read(length)
            seen.append(content)
            verdict = b"stream: Eicar-Test-Signature FOUND\0" if hostile.EICAR in content else b"stream: OK\0"
            line.sendall(verdict if answer is None else answer)


def code_of(content: bytes) -> str:
    try:
        scanning.scan(content)
    except FileRefused as refused:
        return refused.code
    return ""


def test_without_a_scanner_nothing_is_asked(settings):
    settings.CLAMD_URL = ""

    assert not scanning.is_on()
    assert code_of(hostile.EICAR) == ""


def test_clean_and_infected_files_are_told_apart(settings):
    large = bytes(3 * scanning.CHUNK + 5)
    with scanner(settings) as seen:
        assert code_of(large) == ""
        assert code_of(large + hostile.EICAR) == "virus"

    assert seen == [large, large + hostile.EICAR]


@pytest.mark.parametrize("answer", [b"", b"stream: INSTREAM size limit exceeded. ERROR\0", b"nonsense\0"])
def test_any_other_answer_refuses_the_file(settings, answer):
    with scanner(settings, answer=answer):
        assert code_of(b"anything") == "scanner"


@pytest.mark.parametrize("url", ["tcp://127.0.0.1:9", "unix:///nowhere/clamd.sock", "clamd", "tcp://"])
def test_scanner_that_cannot_be_reached_refuses_the_file(settings, url):
    settings.CLAMD_URL = url

    assert code_of(b"anything") == "scanner"


def test_scanner_on_a_local_socket(settings, tmp_path):
    path = str(tmp_path / "clamd.sock")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        threading.Thread(target=_serve, args=(listener, [], None), daemon=True).start()
        settings.CLAMD_URL = f"unix://{path}"

        assert code_of(hostile.EICAR) == "virus"


@pytest.mark.django_db
def test_infected_file_is_not_kept(settings, vault, upload, person, now):
    with scanner(settings), pytest.raises(FileRefused) as refused:
        receive(upload(hostile.jpeg() + hostile.EICAR), by=person, now=now)

    assert refused.value.code == "virus"
    assert not blobs_in(vault)


@pytest.mark.django_db
def test_scanned_file_says_when(settings, vault, upload, person, now):
    with scanner(settings):
        assert receive(upload(hostile.jpeg()), by=person, now=now).scanned_at == now


@pytest.mark.django_db
def test_file_from_before_the_scanner_is_scanned_before_it_is_served(
    settings, vault, upload, person, now, rf
):
    settings.CLAMD_URL = ""
    infected = receive(upload(hostile.jpeg() + hostile.EICAR), by=person, now=now)
    clean = receive(upload(hostile.jpeg()), by=person, now=now)
    assert not StoredFile.objects.exclude(scanned_at=None).exists()

    with scanner(settings):
        answers = [send(rf.get("/"), one, by=person, now=now, purpose="review") for one in (infected, clean)]

    assert [answer.status_code for answer in answers] == [410, 200]
