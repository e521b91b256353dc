"""What a body becomes in `request.FILES`, however large it is and wherever it ends."""

import io

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http.multipartparser import TooManyFilesSent

from config.files import upload_handlers
from config.files.judge import limits
from config.files.receiving import refuse_what_did_not_arrive
from config.files.refusals import FileRefused
from config.kernel.policy_defaults import POLICY

BOUNDARY = "----boundary"


class Zeros(io.RawIOBase):
    """A body that counts how much of it is read: a head, zeros, a tail."""

    def __init__(self, head: bytes, zeros: int, tail: bytes) -> None:
        self.parts = io.BytesIO(head), zeros, io.BytesIO(tail)
        self.length = len(head) + zeros + len(tail)
        self.zeros, self.read_bytes = zeros, 0

    def read(self, size: int = -1) -> bytes:
        head, _, tail = self.parts
        content = head.read(size)
        if not content and self.zeros:
            content = bytes(min(size if size > 0 else self.zeros, self.zeros))
            self.zeros -= len(content)
        content = content or tail.read(size)
        self.read_bytes += len(content)
        return content


def part(name: str, *, filename: str = "", length: str = "") -> bytes:
    lines = [
        f"--{BOUNDARY}",
        f'Content-Disposition: form-data; name="{name}"' + (f'; filename="{filename}"' if filename else ""),
    ]
    if filename:
        lines.append("Content-Type: image/jpeg")
    if length:
        lines.append(f"Content-Length: {length}")
    return "\r\n".join([*lines, "", ""]).encode()


def request_with(body: io.RawIOBase, length: int) -> WSGIRequest:
    return WSGIRequest(
        {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/",
            "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}",
            "CONTENT_LENGTH": str(length),
            "wsgi.input": body,
        }
    )


END = f"\r\n--{BOUNDARY}--\r\n".encode()
AFTER = b"\r\n" + part("after") + b"kept"
BEFORE = part("before") + b"kept\r\n"
FILE = part("photo", filename="a.jpg")


def reason(upload) -> str:
    try:
        refuse_what_did_not_arrive(upload, limit=limits.MOST_BYTES)
    except FileRefused as refused:
        return refused.code
    return ""


def test_file_arrives_whole_and_stays_in_memory():
    body = BEFORE + FILE + b"content" + AFTER + END

    request = request_with(io.BytesIO(body), len(body))

    upload = request.FILES["photo"]
    assert (upload.name, upload.size, upload.read(), upload.content_type) == (
        "a.jpg",
        7,
        b"content",
        "image/jpeg",
    )
    assert not hasattr(upload, "temporary_file_path")
    assert reason(upload) == ""
    assert (request.POST["before"], request.POST["after"]) == ("kept", "kept")


def test_file_of_exactly_the_limit_arrives():
    body = Zeros(FILE, limits.MOST_BYTES, END)

    upload = request_with(body, body.length).FILES["photo"]

    assert len(upload.read()) == limits.MOST_BYTES
    assert reason(upload) == ""


def test_file_over_the_limit_is_read_to_its_end_counted_and_forgotten():
    body = Zeros(BEFORE + FILE, 24 * 1024 * 1024, AFTER + END)

    request = request_with(body, body.length)

    upload = request.FILES["photo"]
    assert (upload.size, upload.read(), reason(upload)) == (24 * 1024 * 1024, b"", "size")
    assert body.read_bytes == body.length
    assert request.POST["after"] == "kept"


def test_body_of_101_megabytes_is_cut_off_early_and_the_form_still_knows_why():
    body = Zeros(BEFORE + FILE, 101 * 1024 * 1024, END)

    request = request_with(body, body.length)

    upload = request.FILES["photo"]
    assert reason(upload) == "size"
    assert upload.size > 100 * 1024 * 1024
    assert request.POST["before"] == "kept"
    assert body.read_bytes < limits.MOST_BYTES + 1024 * 1024


def test_body_that_ends_within_the_file_did_not_arrive_whole():
    body = BEFORE + FILE + b"half of the cont"

    request = request_with(io.BytesIO(body), len(body) + 1000)

    assert reason(request.FILES["photo"]) == "incomplete"
    assert request.POST["before"] == "kept"


def test_part_that_announced_another_length_did_not_arrive_whole():
    body = part("photo", filename="a.jpg", length="100") + b"content" + END

    assert reason(request_with(io.BytesIO(body), len(body)).FILES["photo"]) == "incomplete"


def test_empty_file_is_told_apart_from_no_file():
    body = FILE + END

    assert reason(request_with(io.BytesIO(body), len(body)).FILES["photo"]) == "empty"


def test_two_files_keep_their_own_content():
    body = FILE + b"one\r\n" + part("paper", filename="b.pdf") + b"other" + END

    files = request_with(io.BytesIO(body), len(body)).FILES

    assert (files["photo"].read(), files["paper"].read()) == (b"one", b"other")


def test_many_files_in_one_body_are_refused(settings):
    body = FILE + b"x" + (b"\r\n" + FILE + b"x") * settings.DATA_UPLOAD_MAX_NUMBER_FILES + END

    with pytest.raises(TooManyFilesSent):
        _ = request_with(io.BytesIO(body), len(body)).FILES


def test_what_is_held_in_memory_covers_the_most_the_policy_may_allow():
    assert POLICY["upload_limit_mb"].most * 1024 * 1024 <= limits.MOST_BYTES


def test_settings_use_the_counting_handler(settings):
    handler = upload_handlers.CountingUploadHandler
    assert [f"{handler.__module__}.{handler.__name__}"] == settings.FILE_UPLOAD_HANDLERS
