"""How an upload enters: counted while it streams, held in memory up to the limit, never written anywhere unsealed."""

import io
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import QueryDict
from django.http.multipartparser import MultiPartParser
from django.utils.datastructures import MultiValueDict

from config.files.judge import limits

# Up to here a file that is too large is read to its end and forgotten, so that the page with the reason reaches its sender:
# browsers show "connection reset" when a server answers in mid-upload. Beyond, we stop reading.
READ_TO_THE_END = 64 * 1024 * 1024


View = TypeVar("View", bound=Callable[..., Any])


def may_carry(most_bytes: int) -> Callable[[View], View]:
    """For a view that takes larger files than pictures and papers are, from people who are signed in."""

    def mark(view: View) -> View:
        view.most_upload_bytes = most_bytes  # type: ignore[attr-defined]
        return view

    return mark


class ArrivedUpload(InMemoryUploadedFile):
    """An upload as it came in. Too large: the size counted and no content. Cut off on the way: `interrupted`."""

    interrupted = False

    def __init__(self, *args: Any, interrupted: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.interrupted = interrupted


class CountingUploadHandler(FileUploadHandler):
    """Keeps at most `limits.MOST_BYTES` of each file, or what its view `may_carry`, and lets the form say what was wrong with the rest.

    Django would leave a file that is stopped or cut off out of `request.FILES`, and the form would call it missing; here it is
    in `request.FILES` with its counted size, so that the field's message is the true one. Nothing is written to disk.
    """

    file: io.BytesIO

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict,  # noqa: N803 - Django's own name for it
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> tuple[QueryDict, MultiValueDict] | None:
        within = _Counting(self.request, body_length=content_length)
        post, files = MultiPartParser(META, input_data, [within], encoding).parse()
        if within.unfinished:
            files.appendlist(within.unfinished.field_name, within.unfinished)
        return post, files


class _Counting(FileUploadHandler):
    def __init__(self, request: Any, *, body_length: int) -> None:
        super().__init__(request)
        self.read_to_the_end = body_length <= READ_TO_THE_END
        self.body_length = body_length
        self.unfinished: ArrivedUpload | None = None
        self.most_bytes = _most_bytes(request)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = io.BytesIO()
        self.counted = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.counted += len(raw_data)
        if self.counted <= self.most_bytes:
            self.file.write(raw_data)
            return
        self.file = io.BytesIO()
        if not self.read_to_the_end:
            self.unfinished = self._arrived(max(self.counted, self.body_length))
            raise StopUpload(connection_reset=True)

    def file_complete(self, file_size: int) -> ArrivedUpload:
        self.file = io.BytesIO(
            self.file.getvalue()
        )  # exactly as long as the file: reading it whole copies nothing
        announced = self.content_length
        return self._arrived(file_size, interrupted=announced is not None and announced != file_size)

    def upload_interrupted(self) -> None:
        """The body ended before this file did."""
        self.unfinished = self._arrived(self.counted, interrupted=True)

    def _arrived(self, size: int, *, interrupted: bool = False) -> ArrivedUpload:
        return ArrivedUpload(
            file=self.file,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
            interrupted=interrupted,
        )


def _most_bytes(request: Any) -> int:
    """Known once the address is resolved; what is read before, and from nobody we know, is held to the common limit."""
    match, person = getattr(request, "resolver_match", None), getattr(request, "user", None)
    if match is None or person is None or not person.is_authenticated:
        return limits.MOST_BYTES
    return int(getattr(match.func, "most_upload_bytes", limits.MOST_BYTES))
