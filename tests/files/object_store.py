"""An object store of the tests' own: the part of the S3 protocol that the portal speaks, in a thread, with its objects in a dictionary."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

MOMENT = "2026-01-01T06:00:00.000Z"


class ObjectStore(BaseHTTPRequestHandler):
    objects: dict[str, bytes]
    headers_of: dict[str, dict[str, str]]
    protocol_version = "HTTP/1.1"

    def do_PUT(self):
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "aws-chunked" in self.headers.get("Content-Encoding", ""):
            content = _unchunked(content)
        self.objects[self._name()] = content
        self.headers_of[self._name()] = {key.lower(): value for key, value in self.headers.items()}
        self._answer(200, b"")

    def do_HEAD(self):
        found = self.objects.get(self._name())
        self._answer(404 if found is None else 200, found or b"", body=False)

    def do_GET(self):
        asked = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        if "prefix" in asked:
            return self._answer(200, self._listing(asked.get("prefix", [""])[0]))
        found = self.objects.get(self._name())
        if found is None:
            return self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        return self._answer(200, found)

    def do_DELETE(self):
        self.objects.pop(self._name(), None)
        self._answer(204, b"")

    def log_message(self, *args):
        """Nothing: the test says what it saw."""

    def _name(self) -> str:
        return unquote(urlsplit(self.path).path).partition("/")[2].partition("/")[2]

    def _listing(self, prefix: str) -> bytes:
        within = sorted(name for name in self.objects if name.startswith(prefix))
        files = [name for name in within if "/" not in name[len(prefix) :]]
        folders = sorted(
            {prefix + name[len(prefix) :].split("/")[0] + "/" for name in within}
            - {prefix + f + "/" for f in files}
        )
        folders = [folder for folder in folders if any(name.startswith(folder) for name in within)]
        contents = "".join(
            f"<Contents><Key>{escape(name)}</Key><LastModified>{MOMENT}</LastModified><Size>1</Size></Contents>"
            for name in files
        )
        common = "".join(
            f"<CommonPrefixes><Prefix>{escape(name)}</Prefix></CommonPrefixes>" for name in folders
        )
        text = f"<ListBucketResult><IsTruncated>false</IsTruncated>{contents}{common}</ListBucketResult>"
        return text.encode()

    def _answer(self, status: int, content: bytes, *, body: bool = True) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Last-Modified", "Thu, 01 Jan 2026 06:00:00 GMT")
        self.send_header("ETag", '"1"')
        self.end_headers()
        if body:
            self.wfile.write(content)


def _unchunked(content: bytes) -> bytes:
    whole = b""
    while content:
        size, _, content = content.partition(b"\r\n")
        length = int(size.split(b";")[0], 16)
        if not length:
            break
        whole, content = whole + content[:length], content[length + 2 :]
    return whole


@contextmanager
def object_store():
    """Its address, and what it holds."""
    handler = type("Store", (ObjectStore,), {"objects": {}, "headers_of": {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", handler
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
