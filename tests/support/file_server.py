"""A real server on this machine that gives out files, well or badly: each request may have a way of its own."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

BLOCK = 16384


@dataclass
class Asked:
    """One request: what for, and from which byte on."""

    path: str
    start: int
    headers: dict[str, str]
    sent: int = 0


Way = Callable[["Exchange"], None]


class Exchange:
    """One request and the means to answer it."""

    def __init__(
        self, handler: BaseHTTPRequestHandler, body: bytes, etag: str, asked: Asked
    ) -> None:
        self.handler = handler
        self.body = body
        self.etag = etag
        self.asked = asked
        self.server: FileServer = handler.server.owner  # type: ignore[attr-defined]

    def head(self, status: int, **headers: object) -> None:
        self.handler.send_response(status)
        for name, value in headers.items():
            if value is not None:
                self.handler.send_header(name.replace("_", "-"), str(value))
        self.handler.send_header("Connection", "close")
        self.handler.end_headers()

    def head_of_part(self, start: int, status: int = 206, **other: object) -> None:
        whole = len(self.body)
        headers: dict[str, object] = {
            "Content_Length": whole - start,
            "Content_Range": f"bytes {start}-{whole - 1}/{whole}",
            "ETag": self.etag or None,
        }
        self.head(status, **headers | other)

    def head_of_whole(self, **other: object) -> None:
        self.head(200, **{"Content_Length": len(self.body), "ETag": self.etag or None} | other)

    def send(self, data: bytes, *, pause_s: float = 0.0) -> None:
        for start in range(0, len(data), BLOCK):
            self.handler.wfile.write(data[start : start + BLOCK])
            self.asked.sent += len(data[start : start + BLOCK])
            if pause_s:
                time.sleep(pause_s)

    def break_off(self) -> None:
        self.handler.wfile.flush()
        with contextlib.suppress(OSError):
            self.handler.connection.shutdown(socket.SHUT_RDWR)


def honest(exchange: Exchange) -> None:
    """As a good server answers."""
    start = exchange.asked.start
    wanted = exchange.asked.headers.get("If-Range", exchange.etag)
    if start >= len(exchange.body) > 0:
        exchange.head(416, Content_Range=f"bytes */{len(exchange.body)}", Content_Length=0)
    elif start and wanted == exchange.etag:
        exchange.head_of_part(start)
        exchange.send(exchange.body[start:])
    else:
        exchange.head_of_whole()
        exchange.send(exchange.body)


@dataclass
class FileServer:
    """``files`` by path, ``etags`` by path, ``ways`` for the next requests of a path (then ``honest``)."""

    files: dict[str, bytes] = field(default_factory=dict)
    etags: dict[str, str] = field(default_factory=dict)
    ways: dict[str, list[Way]] = field(default_factory=dict)
    usual: Way = honest
    asked: list[Asked] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}"

    def starts(self, path: str) -> list[int]:
        return [each.start for each in self.asked if each.path == path]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        owner: FileServer = self.server.owner  # type: ignore[attr-defined]
        path = self.path.removeprefix("/")
        wanted = self.headers.get("Range", "bytes=0-")
        start = int(wanted.removeprefix("bytes=").split("-")[0])
        asked = Asked(path, start, dict(self.headers.items()))
        owner.asked.append(asked)
        ways = owner.ways.get(path, [])
        way = ways.pop(0) if ways else owner.usual
        exchange = Exchange(self, owner.files.get(path, b""), owner.etags.get(path, '"one"'), asked)
        self.close_connection = True
        with contextlib.suppress(OSError):
            if path not in owner.files and way is honest:
                exchange.head(404, Content_Length=0)
            else:
                way(exchange)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@contextlib.contextmanager
def serving(**files: bytes) -> Iterator[FileServer]:
    """A server of ``files`` until the end of the block."""
    owner = FileServer(files=dict(files))
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = False
        server.owner = owner  # type: ignore[attr-defined]
        owner.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield owner
        finally:
            owner.stop.set()
            server.shutdown()
            thread.join()


# --- bad ways --------------------------------------------------------------------------------------------------------


def breaks_after(count: int) -> Way:
    """Promises all, sends ``count`` bytes and is gone."""

    def way(exchange: Exchange) -> None:
        start = exchange.asked.start
        exchange.head_of_part(start) if start else exchange.head_of_whole()
        exchange.send(exchange.body[start : start + count])
        exchange.break_off()

    return way


def status(code: int, **headers: object) -> Way:
    def way(exchange: Exchange) -> None:
        exchange.head(code, Content_Length=0, **headers)

    return way


def ignores_range(exchange: Exchange) -> None:
    """Status 200 and everything, whatever was asked for."""
    exchange.head_of_whole()
    exchange.send(exchange.body)


def part_with_status_200(exchange: Exchange) -> None:
    start = exchange.asked.start
    exchange.head_of_part(start, 200)
    exchange.send(exchange.body[start:])


def range_from(shift: int) -> Way:
    """A part that begins elsewhere than asked for, and says so."""

    def way(exchange: Exchange) -> None:
        start = exchange.asked.start + shift
        exchange.head_of_part(start)
        exchange.send(exchange.body[start:])

    return way


def part_without_range(exchange: Exchange) -> None:
    """Status 206 with a part of which nobody says where it belongs."""
    rest = exchange.body[exchange.asked.start :]
    exchange.head(206, Content_Length=len(rest))
    exchange.send(rest)


def clean_but_short(count: int) -> Way:
    """Sends less than the file has, as if that were all."""

    def way(exchange: Exchange) -> None:
        start = exchange.asked.start
        end = min(start + count, len(exchange.body))
        exchange.head_of_part(
            start,
            Content_Length=end - start,
            Content_Range=f"bytes {start}-{end - 1}/{len(exchange.body)}",
        )
        exchange.send(exchange.body[start:end])

    return way


def other_bytes(exchange: Exchange) -> None:
    """As long as it should be, and wrong."""
    start = exchange.asked.start
    exchange.head_of_part(start) if start else exchange.head_of_whole()
    exchange.send(bytes(255 - each for each in exchange.body[start:]))


def too_long(exchange: Exchange) -> None:
    """More than it said, in chunks."""
    exchange.head(200, Transfer_Encoding="chunked")
    data = exchange.body + b"more"
    exchange.handler.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(data), data))


def chunked(exchange: Exchange) -> None:
    """All of it, with no word about how much that is."""
    exchange.head(200, Transfer_Encoding="chunked")
    for start in range(0, len(exchange.body), BLOCK):
        block = exchange.body[start : start + BLOCK]
        exchange.handler.wfile.write(b"%x\r\n%s\r\n" % (len(block), block))
    exchange.handler.wfile.write(b"0\r\n\r\n")


def silent_after(count: int) -> Way:
    """Sends ``count`` bytes and then nothing, with the line open until the server ends."""

    def way(exchange: Exchange) -> None:
        start = exchange.asked.start
        exchange.head_of_part(start) if start else exchange.head_of_whole()
        exchange.send(exchange.body[start : start + count])
        exchange.handler.wfile.flush()
        exchange.server.stop.wait(60)

    return way


def never_answers(exchange: Exchange) -> None:
    exchange.server.stop.wait(60)


def garbage(exchange: Exchange) -> None:
    exchange.handler.wfile.write(b"\x00\x01 no http at all\r\n\r\n")
    exchange.break_off()


def slow(pause_s: float) -> Way:
    def way(exchange: Exchange) -> None:
        start = exchange.asked.start
        exchange.head_of_part(start) if start else exchange.head_of_whole()
        exchange.send(exchange.body[start:], pause_s=pause_s)

    return way


def redirect(place: str, code: int = 302) -> Way:
    def way(exchange: Exchange) -> None:
        exchange.head(code, Location=place, Content_Length=0)

    return way
