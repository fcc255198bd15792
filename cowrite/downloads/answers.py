"""What comes from a source: bytes of a file from some place on. By HTTP, or from a file on this machine or a stick."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from cowrite.base.system_reasons import reason_of
from cowrite.downloads.cancellation import Cancellation
from cowrite.downloads.checksum import BLOCK_BYTES
from cowrite.downloads.content_range import parse_content_range
from cowrite.downloads.failures import (
    FailureError,
    Scope,
    broken_off,
    not_certified,
    not_readable,
    not_secure,
    of_status,
    proxy_refuses,
    silent,
    unreachable,
    unusable,
)
from cowrite.downloads.network import FROM_DISK, INSECURE, SECURE, Network, bad_proxy, may_lead_to

if TYPE_CHECKING:
    import httpx2

MOST_REDIRECTS = 10
_REDIRECTS = (301, 302, 303, 307, 308)
_NOT_SATISFIABLE = 416
_PLAIN_ENCODINGS = ("", "identity")
_THIS_MACHINE = ("all://localhost", "all://127.0.0.1", "all://[::1]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Bytes of a file from ``start`` on. ``total`` is its size, ``etag`` what tells this file from another."""

    start: int
    total: int | None
    etag: str
    blocks: Iterator[bytes]


class BadRangeError(FailureError):
    """The server cannot say which part it sends: it is to be asked for the whole."""


class Sources:
    """Opens URLs: one client for a whole download. Raises UserError if the proxy is none."""

    def __init__(self, network: Network, cancellation: Cancellation) -> None:
        self._network = network
        self._cancellation = cancellation
        self._client: httpx2.Client | None = None

    def close(self) -> None:
        """Give back what is held."""
        if self._client is not None:
            self._client.close()
            self._client = None

    @contextlib.contextmanager
    def open(self, url: str, name: str, offset: int, if_range: str = "") -> Iterator[Answer]:
        """The bytes of ``url`` from ``offset`` on, or from where the server will send them.

        Raises FailureError, or DownloadCancelledError.
        """
        try:
            scheme = urlsplit(url).scheme
        except ValueError as error:
            raise unusable(url, Scope.SOURCE) from error
        if scheme == FROM_DISK:
            with _from_disk(url, offset) as answer:
                yield answer
        elif scheme in (SECURE, INSECURE):
            with self._by_http(url, name, offset, if_range) as answer:
                yield answer
        else:
            raise unusable(url, Scope.SOURCE)

    @contextlib.contextmanager
    def _by_http(self, url: str, name: str, offset: int, if_range: str) -> Iterator[Answer]:
        import httpx2

        headers = {"Accept-Encoding": "identity", "Accept": "*/*"}
        if offset:
            headers["Range"] = f"bytes={offset}-"
            if if_range:
                headers["If-Range"] = if_range
        wire = _Wire()
        with self._cancellation.interrupting(wire.cut):
            try:
                with self._response(url, headers, wire) as response:
                    yield _answer(response, name, offset)
            except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, OSError) as error:
                # What was cut from outside fails in many ways.
                self._cancellation.require_going_on()
                if isinstance(error, OSError) and not isinstance(
                    error, (TimeoutError, ssl.SSLError)
                ):
                    raise  # it is the disk that this is written to
                raise _failure_of(error, url) from error

    @contextlib.contextmanager
    def _response(self, url: str, headers: dict[str, str], wire: _Wire) -> Iterator[Any]:
        import httpx2

        client = self._client_for()
        for _ in range(MOST_REDIRECTS + 1):
            with client.stream(
                "GET", url, headers=headers, extensions={"trace": wire.on_event}
            ) as response:
                place = response.headers.get("location", "")
                if response.status_code not in _REDIRECTS or not place:
                    yield response
                    return
                after = str(httpx2.URL(url).join(place))
            if not may_lead_to(url, after):
                raise not_secure(url)
            url = after
        raise unusable(url, Scope.SOURCE)

    def _client_for(self) -> httpx2.Client:
        import httpx2

        if self._client is None:
            network = self._network
            try:
                self._client = httpx2.Client(
                    verify=_trusted(),
                    proxy=network.proxy or None,
                    # A proxy is for what is elsewhere.
                    mounts=dict.fromkeys(_THIS_MACHINE),
                    timeout=httpx2.Timeout(network.silence_s, connect=network.connect_s),
                    limits=httpx2.Limits(max_keepalive_connections=0),
                    headers={"User-Agent": "cowrite"},
                    follow_redirects=False,
                )
            except (ValueError, ImportError, httpx2.InvalidURL) as error:
                raise bad_proxy() from error
        return self._client


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates that this system trusts; reading them takes a tenth of a second."""
    import httpx2

    return httpx2.create_ssl_context()


class _Wire:
    """The connection in use, to be cut by another thread: a blocked read ends at once."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._is_cut = False

    def on_event(self, name: str, info: dict[str, Any]) -> None:
        """What httpx2 tells of a request's course."""
        if name.endswith((".connect_tcp.complete", ".start_tls.complete")):
            self._socket = info["return_value"].get_extra_info("socket")
            if self._is_cut:
                self.cut()

    def cut(self) -> None:
        """End it in both directions, or as soon as it is there."""
        self._is_cut = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                # Not that of TLS, which would wait for the other side.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def _answer(response: httpx2.Response, name: str, offset: int) -> Answer:
    """What a response holds. Raises FailureError if that is not a part of the file."""
    url, status, headers = str(response.url), response.status_code, response.headers
    if status == _NOT_SATISFIABLE:
        raise BadRangeError(unusable(url).error)
    if not response.is_success:
        raise of_status(status, url, name, headers.get("retry-after", ""))
    if headers.get("content-encoding", "").strip().lower() not in _PLAIN_ENCODINGS:
        raise unusable(url, Scope.SOURCE)
    etag = headers.get("etag", "") or headers.get("last-modified", "")
    if "content-range" in headers:
        # Some servers send a part with status 200: the range says what it is.
        found = parse_content_range(headers["content-range"])
        if found is None or found.start is None or found.start > offset:
            raise BadRangeError(unusable(url).error)
        return Answer(start=found.start, total=found.total, etag=etag, blocks=response.iter_raw())
    if status != 200:
        raise BadRangeError(unusable(url).error)
    length = headers.get("content-length", "")
    total = int(length) if length.isascii() and length.isdigit() else None
    return Answer(start=0, total=total, etag=etag, blocks=response.iter_raw())


def _failure_of(error: Exception, url: str) -> FailureError:
    import httpx2

    if isinstance(error, httpx2.ProxyError):
        return proxy_refuses()
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return not_certified(url)
    if isinstance(error, (httpx2.ConnectError, httpx2.ConnectTimeout)):
        return unreachable(url)
    if isinstance(error, (httpx2.TimeoutException, TimeoutError)):
        return silent(url)
    if isinstance(error, (httpx2.UnsupportedProtocol, httpx2.InvalidURL)):
        return unusable(url, Scope.SOURCE)
    return broken_off(url)


@contextlib.contextmanager
def _from_disk(url: str, offset: int) -> Iterator[Answer]:
    path = Path(url2pathname(urlsplit(url).path))
    try:
        file = path.open("rb")
        total = path.stat().st_size
    except OSError as error:
        raise not_readable(str(path), reason_of(error)) from error
    with file:
        start = min(offset, total)
        file.seek(start)
        yield Answer(start=start, total=total, etag="", blocks=_blocks(file, path))


def _blocks(file: Any, path: Path) -> Iterator[bytes]:
    while True:
        try:
            block: bytes = file.read(BLOCK_BYTES)
        except OSError as error:  # a stick that was pulled out
            raise not_readable(str(path), reason_of(error)) from error
        if not block:
            return
        yield block
