"""Asks one server: which models it has, what goes on a text, and what follows an instruction.

Never through a proxy, never on to another address, and with no cookies: text goes to the place that was looked up or
nowhere. Leaving a stream early closes its connection, by which every server notices that nobody waits any more.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from cowrite.base.errors import UserError
from cowrite.localization import tr, tr_noop
from cowrite.remote.address import Place
from cowrite.remote.dialects import Chunk, chunk_of, error_text, model_names, read_chunk
from cowrite.remote.events import EventReader, TooLongError

if TYPE_CHECKING:
    import httpx2

CONNECT_S = 3.0
READ_S = 60.0
"""To read a long passage takes some servers that long before the first word."""
SILENT_S = 180.0
"""A server that sends signs of life for so long, and no word, is waited for no more."""
_MOST_BYTES = 8_000_000
# Characters of an answer for each token that was asked for, and so many more.
_TIMES_WANTED, _AND_MORE = 64, 40_000
_TRY_ADVICE = tr_noop("Check that it is running, and its address.")


class ServerError(UserError):
    """What the server did wrong. ``is_gone``: it is of no use for anything now, not just for what was asked."""

    def __init__(self, message: str, advice: str = "", *, is_gone: bool = False) -> None:
        super().__init__(message, advice)
        self.is_gone = is_gone


class _Watch:
    """Whether a stream still brings words, and no more of them than ``wishes`` allow by far.

    Not every server obeys the number of tokens, nor counts among them what a model thinks aloud.
    """

    def __init__(self, wishes: Mapping[str, object], silent_s: float) -> None:
        wanted = wishes.get("max_tokens")
        self._most = _TIMES_WANTED * (wanted if isinstance(wanted, int) else 0) + _AND_MORE
        self._silent_s = silent_s
        self._seen = 0
        self._last = time.monotonic()

    @property
    def is_too_late(self) -> bool:
        """Whether no word came for too long."""
        return time.monotonic() - self._last > self._silent_s

    def is_too_much(self, chunk: Chunk) -> bool:
        """Whether ``chunk`` is more than can be meant."""
        for piece in chunk.pieces:
            self._seen += 1 + len(piece.text)
            if piece.text:
                self._last = time.monotonic()
        return self._seen > self._most


class ServerClient:
    """Of the server at ``place``, with ``key`` if it wants one.

    ``read_s`` is how long its next sign of life is waited for, ``silent_s`` how long its next word.
    """

    def __init__(
        self, place: Place, key: str = "", *, read_s: float = READ_S, silent_s: float = SILENT_S
    ) -> None:
        import httpx2

        self._address = place.address
        self._name = place.address.name
        key = key.strip()
        if not (key.isascii() and key.isprintable()):
            raise ServerError(
                tr("The key has characters that no key can have."),
                tr("Copy it once more, with nothing before and after it."),
                is_gone=True,
            )
        self._numbers = place.numbers
        self._read_s, self._silent_s = read_s, silent_s
        headers = {
            "Host": place.address.host_header,
            "Accept": "text/event-stream, application/json",
            "Accept-Encoding": "identity",  # a few packed bytes can be a memory full of zeros
        }
        if key:
            headers["Authorization"] = f"Bearer {key}"
        self._http = httpx2.AsyncClient(
            headers=headers,
            timeout=httpx2.Timeout(read_s, connect=CONNECT_S),
            follow_redirects=False,
            trust_env=False,
        )

    @property
    def name(self) -> str:
        """What the server is called."""
        return self._name

    async def close(self) -> None:
        """Close its connections."""
        await self._http.aclose()

    async def models(self) -> tuple[str, ...]:
        """What the server calls its models. Raises ServerError."""
        async with self._answer("GET", "/models", None) as response:
            value = self._json(await self._body(response))
        try:
            return model_names(value)
        except ValueError as error:
            raise self._nonsense() from error

    def completion(self, wishes: Mapping[str, object]) -> AsyncGenerator[Chunk, None]:
        """What goes on a text, as it comes. Raises ServerError."""
        return self._stream("/completions", wishes)

    def chat(self, wishes: Mapping[str, object]) -> AsyncGenerator[Chunk, None]:
        """What follows an instruction, as it comes. Raises ServerError."""
        return self._stream("/chat/completions", wishes)

    async def _stream(self, path: str, wishes: Mapping[str, object]) -> AsyncGenerator[Chunk, None]:
        async with self._answer("POST", path, {**wishes, "stream": True}) as response:
            if "json" in response.headers.get("content-type", ""):  # it does not stream
                yield self._checked(self._chunk_of(self._json(await self._body(response))))
                return
            reader, watch = EventReader(), _Watch(wishes, self._silent_s)
            async for received in response.aiter_bytes():
                for chunk in self._chunks(reader, received):
                    if chunk is None:
                        return
                    if watch.is_too_much(chunk):
                        raise self._without_end()
                    yield chunk
                if watch.is_too_late:
                    raise self._too_late()
            for chunk in self._chunks(reader, None):
                if chunk is None:
                    return
                yield chunk
            # Without “[DONE]” it was cut off, unless the last chunk said why it ended; who reads on decides that.

    def _chunks(self, reader: EventReader, received: bytes | None) -> list[Chunk | None]:
        try:
            events = reader.end() if received is None else reader.feed(received)
            return [each and self._checked(each) for each in map(read_chunk, events)]
        except (ValueError, RecursionError, TooLongError) as error:
            raise self._nonsense() from error

    def _chunk_of(self, value: object) -> Chunk:
        try:
            return chunk_of(value)
        except ValueError as error:
            raise self._nonsense() from error

    def _checked(self, chunk: Chunk) -> Chunk:
        if chunk.error:
            raise ServerError(
                tr("The server “{name}” says: {said}", name=self._name, said=chunk.error)
            )
        return chunk

    @asynccontextmanager
    async def _answer(
        self, method: str, path: str, wishes: Mapping[str, object] | None
    ) -> AsyncIterator[httpx2.Response]:
        """The answer once its head is there and says that all is well. Raises ServerError for whatever goes wrong."""
        import httpx2

        try:
            async with asyncio.timeout(CONNECT_S * len(self._numbers) + self._read_s):
                response = await self._sent(method, path, wishes)
            try:
                self._require_plain(response)
                if response.status_code != 200:
                    raise await self._refused(response)
                yield response
            finally:
                await response.aclose()
        except (httpx2.TimeoutException, TimeoutError) as error:
            raise self._too_late() from error
        except httpx2.ConnectError as error:
            raise self._unreachable(error) from error
        except httpx2.HTTPError as error:
            raise ServerError(
                tr("The connection to the server “{name}” broke off.", name=self._name),
                is_gone=True,
            ) from error

    async def _sent(
        self, method: str, path: str, wishes: Mapping[str, object] | None
    ) -> httpx2.Response:
        """The head of the answer, from the first of the server's numbers at which somebody listens."""
        import httpx2

        numbers = self._numbers
        for at, number in enumerate(numbers):
            request = self._http.build_request(
                method,
                # With the number that was looked up in the place of the name.
                httpx2.URL(f"{self._address.url}{path}").copy_with(host=number),
                json=wishes,
                # The certificate is to be of the name that was asked for.
                extensions={"sni_hostname": self._address.host},
            )
            try:
                response = await self._http.send(request, stream=True)
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                if at + 1 == len(numbers):
                    raise
            else:
                self._numbers = (number, *(each for each in numbers if each != number))
                return response
        raise AssertionError("a server has a number")

    def _require_plain(self, response: httpx2.Response) -> None:
        """Packed answers and web pages were not asked for."""
        packed = response.headers.get("content-encoding", "identity").strip().lower()
        if packed != "identity" or (
            response.status_code == 200 and "html" in response.headers.get("content-type", "")
        ):
            raise self._nonsense()

    def _too_late(self) -> ServerError:
        return ServerError(
            tr("The server “{name}” does not answer in time.", name=self._name), is_gone=True
        )

    def _without_end(self) -> ServerError:
        return ServerError(
            tr(
                "The server “{name}” writes on and on, far more than was asked for.",
                name=self._name,
            )
        )

    def _unreachable(self, error: Exception) -> ServerError:
        if "CERTIFICATE" in str(error).upper() or "SSL" in str(error).upper():
            return ServerError(
                tr("The server “{name}” cannot prove that it is the one meant.", name=self._name),
                tr("Its certificate is of another name, has expired, or is its own."),
                is_gone=True,
            )
        return ServerError(
            tr("The server “{name}” cannot be reached.", name=self._name),
            tr(_TRY_ADVICE),
            is_gone=True,
        )

    async def _refused(self, response: httpx2.Response) -> ServerError:
        status = response.status_code
        if 300 <= status < 400:
            return ServerError(
                tr("The server “{name}” sends elsewhere; nothing was sent there.", name=self._name),
                tr("Use the address that it is really at."),
                is_gone=True,
            )
        if status in (401, 403):
            return ServerError(
                tr("The server “{name}” does not accept the key.", name=self._name),
                tr(
                    "Open “Server on the network…” in the “Suggestions” menu to give it another one."
                ),
                is_gone=True,
            )
        if status == 429 or status >= 500:
            return ServerError(
                tr(
                    "The server “{name}” cannot answer now (status {status}).",
                    name=self._name,
                    status=status,
                )
            )
        said = await self._said(response)
        if said:
            return ServerError(tr("The server “{name}” says: {said}", name=self._name, said=said))
        return ServerError(
            tr(
                "The server “{name}” refused (status {status}).",
                name=self._name,
                status=status,
            ),
            tr(_TRY_ADVICE),
        )

    async def _said(self, response: httpx2.Response) -> str:
        try:
            return error_text(json.loads(await self._body(response)))
        except (ValueError, RecursionError, ServerError):
            return ""

    async def _body(self, response: httpx2.Response) -> bytes:
        found = bytearray()
        async with asyncio.timeout(self._silent_s):
            async for part in response.aiter_bytes():
                found += part
                if len(found) > _MOST_BYTES:
                    raise self._nonsense()
        return bytes(found)

    def _json(self, body: bytes) -> Any:
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise self._nonsense() from error

    def _nonsense(self) -> ServerError:
        return ServerError(
            tr("The server “{name}” answers something that makes no sense here.", name=self._name),
            tr(_TRY_ADVICE),
            is_gone=True,
        )
