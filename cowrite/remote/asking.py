"""From a task to requests to a server, and from what comes back to the answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field

from cowrite.engine.messages import Candidate, CompletionRequest, InstructRequest
from cowrite.localization import tr
from cowrite.remote.client import ServerClient, ServerError
from cowrite.remote.dialects import Chunk, Piece
from cowrite.remote.row import GhostRow, divided

MANNERS: tuple[Mapping[str, object], ...] = (
    {"logprobs": 100, "repeat_penalty": 1.0},
    {"logprobs": 20},
    {"logprobs": 5},
)
"""How a server is asked for probabilities: the first manner that it accepts. llama.cpp's tell as many as are wanted,
vLLM 20, and OpenAI's own no more than 5; many make words that were used already less probable if nobody objects."""
# Some words are typed that are none of the hundred most probable ones.
_VERY_MANY_OTHERS = 4_000
# To choose another token than the server's means to ask anew from there.
_MOST_NEW_TRIES = 8
# How many other beginnings of what is typed are tried where the best one does not keep what it promised.
_MOST_RIVALS = 2
# What is chosen again of the writer's own text takes tokens too.
_TOKENS_FOR_TYPED = 6
_MOST_STOPS = 4
_THINKING, _THOUGHT = "<think>", "</think>"
# What stands for bytes that are no UTF-8.
_REPLACED = "\ufffd"

Update = Callable[[Candidate], None]


@dataclass(slots=True)
class Asker:
    """Asks ``model`` of the server at ``client``, in the one of :data:`MANNERS` that it accepts."""

    client: ServerClient
    model: str
    manner: Mapping[str, object] = field(default_factory=lambda: MANNERS[-1])

    async def gives_probabilities(self) -> bool:
        """Whether it tells how probable each token is, and how it wants to be asked.

        Raises ServerError if it cannot be asked at all.
        """
        for self.manner in MANNERS:
            wishes = self._wishes("The", max_tokens=1, temperature=0.0, seed=0)
            try:
                async with aclosing(self.client.completion(wishes)) as chunks:
                    found = [piece async for chunk in chunks for piece in chunk.pieces]
            except ServerError as error:
                if error.is_gone:
                    raise
                continue
            if any(each.logprob is not None and each.others for each in found):
                return True
        return False

    async def ghosts(self, request: CompletionRequest, update: Update) -> tuple[Candidate, ...]:
        """Continuations of ``request.before``, best first. Raises ServerError."""
        read, pending = divided(request.before)
        row = GhostRow(request, pending)
        firsts = await self._first_pieces(read, row) if request.candidates > 1 else []
        if len(firsts) < 2:
            return _distinct([await self._best(read, row, update)])
        rows = []
        for first in firsts[: request.candidates]:
            other = row.copy()
            other.take(first)
            rows.append(other)
        quiet: Update = lambda _: None  # noqa: E731 - one name for what nobody hears
        growing = [
            asyncio.ensure_future(self._grow(read, each, update if at == 0 else quiet))
            for at, each in enumerate(rows)
        ]
        try:
            return _distinct(await asyncio.gather(*growing))
        finally:  # when one fails, nobody waits for the others
            for each in growing:
                each.cancel()

    async def _best(self, read: str, row: GhostRow, update: Update) -> Candidate:
        """``row`` grown, or another beginning of what was typed whose first word is more probable."""
        pending = row.pending
        await self._grow(read, row, lambda found: update(found) if row.is_certain else None)
        best = row
        for rival in row.rivals[:_MOST_RIVALS]:
            if not best.may_lose_to(rival):
                break
            other = GhostRow(row.request, pending).instead_of(row, rival)
            await self._grow(read, other, lambda _: None)
            best = other if other.beats(best) else best
        if best.pending:
            best = await self._rarely_begun(read, row.request, pending)
        if best.pending:  # nothing that is told begins as what is typed: go on from that as it is
            return await self._grow(row.request.before, GhostRow(row.request), update)
        return best.candidate()

    async def _rarely_begun(self, read: str, request: CompletionRequest, pending: str) -> GhostRow:
        """A row for what is typed and nobody expected there, from as many tokens as some servers tell."""
        row = GhostRow(request, pending)
        if self.manner != MANNERS[0]:
            return row
        try:
            firsts = await self._first_pieces(read, row, logprobs=_VERY_MANY_OTHERS)
        except ServerError as error:
            if error.is_gone:
                raise
            return row  # it does not tell so many
        if firsts:
            row.take(firsts[0])
            await self._grow(read, row, lambda _: None)
        return row

    async def _first_pieces(self, read: str, row: GhostRow, **wishes: object) -> list[Piece]:
        async with aclosing(self._pieces(read, row, most=1, **wishes)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Piece):
                    return row.beginnings(piece)
        return []

    async def _grow(self, read: str, row: GhostRow, update: Update) -> Candidate:
        """Add to ``row`` until it is done, asking anew where another token is better than the server's own."""
        for _ in range(_MOST_NEW_TRIES):
            if row.done or await self._grow_on(read, row, update):
                return row.candidate()
        row.end("length")
        return row.candidate()

    async def _grow_on(self, read: str, row: GhostRow, update: Update) -> bool:
        """Add what the server goes on with; False if it went another way than wanted, which is taken by then."""
        finish = ""
        async with aclosing(self._pieces(read + row.written, row)) as pieces:
            async for piece in pieces:
                if isinstance(piece, str):
                    finish = piece
                    continue
                chosen = row.choose(piece)
                if chosen is None:  # it knows no word that begins so
                    row.done = True
                    return True
                row.take(chosen)
                if row.done:
                    return True
                if row.text:
                    update(row.candidate())
                if chosen.text != piece.text:
                    return False
        if not finish:
            raise self._broke_off()
        row.end(finish)
        return True

    async def _pieces(
        self, prompt: str, row: GhostRow, most: int | None = None, **others: object
    ) -> AsyncGenerator[Piece | str, None]:
        """Pieces, and at the end why there are no more."""
        request = row.request
        most = most or max(1, request.max_tokens - len(row.tokens)) + (
            _TOKENS_FOR_TYPED if row.pending else 0
        )
        wishes = self._wishes(
            prompt,
            **{
                "max_tokens": most,
                "temperature": request.temperature,
                "seed": request.seed,
                **others,
            },
        )
        async with aclosing(self.client.completion(wishes)) as chunks:
            async for chunk in chunks:
                for piece in chunk.pieces:
                    yield piece
                if chunk.finish:
                    yield chunk.finish

    def _wishes(self, prompt: str, **wishes: object) -> dict[str, object]:
        return {"model": self.model, "prompt": prompt, **self.manner, **wishes}

    async def instruct(self, request: InstructRequest, update: Update) -> Candidate:
        """The answer to an instruction. Raises ServerError."""
        messages = [{"role": "system", "content": request.system}] if request.system else []
        wishes: dict[str, object] = {
            "model": self.model,
            "messages": [*messages, {"role": "user", "content": request.user}],
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
            "seed": request.seed,
        }
        if request.stop:
            wishes["stop"] = list(request.stop[:_MOST_STOPS])
        said, finish = "", ""
        async with aclosing(self.client.chat(wishes)) as chunks:
            async for chunk in chunks:
                said += "".join(piece.text for piece in chunk.pieces)
                finish = chunk.finish or finish
                text, is_whole = _until(_answer(said), request.stop)
                if _REPLACED in text and _REPLACED not in request.user:
                    raise self._garbled()
                if is_whole:
                    return _said(text)
                if text:
                    update(_said(text))
        if not finish:
            raise self._broke_off()
        text, _ = _until(_answer(said), request.stop)
        return _said(text, is_cut=finish == "length")

    async def passage(self, request: CompletionRequest, update: Update) -> Candidate:
        """A long continuation, for which no probabilities are needed. Raises ServerError."""
        wishes: dict[str, object] = {
            "model": self.model,
            "prompt": request.before,
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
            "seed": request.seed,
        }
        row = GhostRow(request)
        finish = ""
        async with aclosing(self.client.completion(wishes)) as chunks:
            async for chunk in chunks:
                finish = chunk.finish or finish
                for piece in _by_words(chunk):
                    row.take(piece)
                    if row.done:
                        return row.candidate()
                if row.text:
                    update(row.candidate())
        if not finish:
            raise self._broke_off()
        row.end(finish)
        return row.candidate()

    def _garbled(self) -> ServerError:
        return ServerError(
            tr(
                "The server “{name}” answers in characters that cannot be read.",
                name=self.client.name,
            )
        )

    def _broke_off(self) -> ServerError:
        return ServerError(
            tr("The answer of the server “{name}” broke off.", name=self.client.name), is_gone=True
        )


def _by_words(chunk: Chunk) -> list[Piece]:
    """Without probabilities what a chunk divides means nothing, but where words begin does."""
    found = []
    for piece in chunk.pieces:
        at = 0
        for place in range(1, len(piece.text) + 1):
            is_end = place == len(piece.text)
            if is_end or (piece.text[place].isspace() and not piece.text[place - 1].isspace()):
                found.append(Piece(piece.text[at:place]))
                at = place
    return found


def _answer(said: str) -> str:
    """``said`` without what a model thought aloud before it."""
    start = said.lstrip()
    if start.startswith(_THINKING):
        _, is_over, rest = start.partition(_THOUGHT)
        return rest.lstrip() if is_over else ""
    return "" if _THINKING.startswith(start) else said


def _until(text: str, stops: tuple[str, ...]) -> tuple[str, bool]:
    """``text`` before the first of ``stops``, and whether one was there."""
    ends = [at for stop in stops if stop and (at := text.find(stop)) >= 0]
    return (text[: min(ends)], True) if ends else (text, False)


def _said(text: str, *, is_cut: bool = False) -> Candidate:
    return Candidate(text=text, logprob=0.0, is_cut=is_cut)


def _distinct(candidates: list[Candidate]) -> tuple[Candidate, ...]:
    by_text = {each.text: each for each in reversed(candidates) if each.text}
    return tuple(each for each in candidates if by_text.get(each.text) is each)
