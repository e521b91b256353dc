"""An SMS provider on the loopback, with every fault a provider can have, and the bookkeeping of an honest one.

`mode` is how it behaves from now on. `heard` is every request that arrived whole, in order; `told` what an honest
consumer makes of them: each event once. `lines` counts connections, those that asked nothing too.
"""

from __future__ import annotations

import json
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, Lock, Thread

GOOD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n" + b'{"taken": true}'
CUT_IN_THE_BODY, CUT_IN_THE_HEAD = GOOD[:-5], GOOD[:24]
ANSWERS = {
    "good": GOOD,
    "cut": CUT_IN_THE_BODY,
    "cut_early": CUT_IN_THE_HEAD,
    "500": b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n",
    "401": b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n",
    "302": b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
    "422": b"HTTP/1.1 422 Unprocessable Content\r\nContent-Length: 0\r\n\r\n",
    "not_http": b"220 mail.bank.example ESMTP\r\n",
    "hang": b"",
    "drip": GOOD,
}
DRIP_SECONDS = 0.05


@dataclass(frozen=True)
class Request:
    head: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, str]:
        return json.loads(self.body)


@dataclass
class Sink:
    tls: ssl.SSLContext | None = None
    mode: str = "good"
    heard: list[Request] = field(default_factory=list)
    lines: int = 0

    def __post_init__(self) -> None:
        self._closing, self._lock, self._threads = Event(), Lock(), []
        self._door = socket.create_server(("127.0.0.1", 0))
        self._door.settimeout(0.05)
        self.port = self._door.getsockname()[1]
        self._keeper = Thread(target=self._answer_the_door, daemon=True)
        self._keeper.start()

    @property
    def url(self) -> str:
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}/v1/messages?from=portal"

    @property
    def told(self) -> list[dict[str, str]]:
        """What an honest consumer has done: the first request of each event."""
        first: dict[str, dict[str, str]] = {}
        for request in self.heard:
            first.setdefault(request.told["event"], request.told)
        return list(first.values())

    def close(self) -> None:
        """Every thread is over afterwards, those that hang too."""
        self._closing.set()
        self._keeper.join()
        self._door.close()
        for thread in self._threads:
            thread.join()

    def _answer_the_door(self) -> None:
        while not self._closing.is_set():
            with suppress(TimeoutError):
                line, _ = self._door.accept()
                thread = Thread(target=self._serve, args=(line,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, line: socket.socket) -> None:
        with self._lock:
            self.lines += 1
        mode = self.mode
        with line, suppress(OSError):
            line.settimeout(2)
            if mode == "silent_handshake":
                self._closing.wait()
                return
            if self.tls:
                line = self.tls.wrap_socket(line, server_side=True)
            request = _read(line)
            with self._lock:
                self.heard.append(request)
            if mode == "hang":
                self._closing.wait()
            elif mode == "drip":
                self._drip(line, ANSWERS[mode])
            else:
                line.sendall(ANSWERS[mode])
                line.close()

    def _drip(self, line: socket.socket, answer: bytes) -> None:
        for byte in answer:
            line.sendall(bytes([byte]))
            if self._closing.wait(DRIP_SECONDS):
                return


def _read(line: socket.socket) -> Request:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(line)
    head, _, body = data.partition(b"\r\n\r\n")
    lines = [text.split(": ", 1) for text in head.decode().split("\r\n")[1:]]
    headers = {name.lower(): value for name, value in lines}
    while len(body) < int(headers["content-length"]):
        body += _more(line)
    return Request(headers, body)


def _more(line: socket.socket) -> bytes:
    if not (data := line.recv(4096)):
        raise ConnectionError("the other side has gone")
    return data
