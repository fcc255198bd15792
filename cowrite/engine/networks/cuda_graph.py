"""Small steps on a graphics card as replays of captured graphs: one call in place of a thousand.

A card waits for Python between the kernels of a step. A captured graph is the same kernels on the same memory, started
at once, and needs no compiler on the writer's machine. There is one graph for each shape of a step: one row of 1, 2, 4
or 8 tokens, several rows of one. A graph is captured when its shape is needed first, or before, while nobody asks for
anything; it is compared with the ordinary step on the writer's own text before its results are used. If anything about
it fails, everything is computed as before, and the log says why, once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from cowrite.engine.networks.decoder import Decoder
from cowrite.engine.networks.key_value_cache import KeyValueCache
from cowrite.engine.networks.network import Ahead
from cowrite.engine.networks.sampling import Sampling
from cowrite.engine.networks.static_step import MOST_AHEAD, Arena, StaticStep

logger = logging.getLogger(__name__)

# Fewer tokens are filled up to one of these.
SHAPES = (1, 2, 4, 8)
# The room of an arena grows by this, because every graph is captured anew then.
ROOM_STEP = 1024
WARM_UPS = 2
# What an arena of several rows may take; above that, candidates are computed without a graph.
MOST_ROWS_BYTES = 2**30
# Largest difference of logits over the largest logit. Other kernels round otherwise, in bf16.
TOLERANCE = 0.05

Replay = Callable[[], None]


class Capture(Protocol):
    """Makes a replay of ``run``, which is done after ``prepare`` as often as it takes to warm up."""

    def __call__(self, run: Callable[[], None], prepare: Callable[[], None]) -> Replay:
        """May raise anything if it does not work."""
        ...


class CardCapture:
    """Captures on an NVIDIA card; all graphs share one pool of memory, because they never run at once."""

    def __init__(self) -> None:
        self._pool = torch.cuda.graph_pool_handle()
        self._stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]

    def __call__(self, run: Callable[[], None], prepare: Callable[[], None]) -> Replay:
        """Warm up and capture on a side stream. Raises RuntimeError if something in ``run`` cannot be captured."""
        graph = torch.cuda.CUDAGraph()
        self._stream.wait_stream(torch.cuda.current_stream())
        # Around the capture too: after a failure, torch leaves its stream the current one.
        with torch.cuda.stream(self._stream):
            for _ in range(WARM_UPS):
                prepare()
                run()
            with torch.cuda.graph(
                graph, pool=self._pool, stream=self._stream, capture_error_mode="thread_local"
            ):
                run()
        torch.cuda.current_stream().wait_stream(self._stream)
        replay: Replay = graph.replay
        return replay


@dataclass(slots=True)
class _Captured:
    """A step and its replay, which is ``verified`` once it has given the results of an ordinary step."""

    step: StaticStep
    replay: Replay
    verified: bool = False


class GraphSteps:
    """:class:`~cowrite.engine.networks.decoder.SmallSteps` by captured graphs. ``capture`` is what captures."""

    def __init__(self, decoder: Decoder, capture: Capture) -> None:
        self._decoder, self._capture = decoder, capture
        self._arenas: dict[int, Arena] = {}
        self._captured: dict[tuple[int, int], _Captured] = {}
        self.given_up = ""

    def step(self, ids: Tensor, cache: KeyValueCache, last: int) -> Tensor | None:
        """``ids (B, T)`` to logits ``(B, last or T, V)``; None, with the cache as it was, if it is no small step."""
        rows, new = ids.shape
        shape = _shape(rows, new)
        captured = self._ready(cache, rows, shape) if shape else None
        if captured is None:
            return None
        if not captured.verified:
            return self._verify(captured, ids, cache, last)
        logits = self._replayed(captured, ids, cache.length)
        cache.written(new)
        return logits[:, -last:].clone()

    def ahead(self, token: int, cache: KeyValueCache, most: int, choice: Sampling) -> Ahead | None:
        """As :meth:`cowrite.engine.networks.network.Network.ahead`: None until a step of one token is verified."""
        turns = min(most, MOST_AHEAD)
        if turns < 2 or (1, 1) not in self._captured:
            return None
        captured = self._ready(cache, 1, 1)
        if captured is None or not captured.verified:
            return None
        step = captured.step
        step.place(torch.tensor([[token]], device=self._decoder.device), cache.length)
        step.choose_by([choice], turns)
        for _ in range(turns):
            captured.replay()
        cache.written(turns)
        return step.chosen[: turns - 1, 0].tolist(), step.logits[:turns, 0, 0].clone()

    def optimizations(self) -> Iterator[None]:
        """Capture what will be needed first, a shape at a time."""
        for shape in SHAPES:
            if (1, shape) not in self._captured and not self.given_up:
                with torch.inference_mode():
                    self._ready(self._decoder.new_cache(), 1, shape)
                yield

    def release(self, reason: str) -> None:
        """Forget all graphs and free their memory; they are captured anew when they are needed."""
        if self._captured:
            logger.info("the graphs of small steps are captured anew: %s", reason)
        self._captured.clear()
        self._arenas.clear()

    def _ready(self, cache: KeyValueCache, rows: int, shape: int) -> _Captured | None:
        """The captured step of this shape, with ``cache`` where it looks; None if there is none and cannot be."""
        if self.given_up:
            return None
        # Steps ahead and those that warm up go beyond what is asked for.
        tokens = cache.length + shape + max(MOST_AHEAD, WARM_UPS)
        try:
            arena = self._arena(rows, tokens)
            if arena is None:
                return None
            arena.admit(cache)
            if (rows, shape) not in self._captured:
                self._captured[rows, shape] = self._begin(arena, shape)
        except Exception as error:
            self._give_up(f"it cannot be captured ({type(error).__name__}: {error})")
            return None
        return self._captured[rows, shape]

    def _arena(self, rows: int, tokens: int) -> Arena | None:
        arena = self._arenas.get(rows)
        if arena is not None and arena.room >= tokens:
            return arena
        room = -(-tokens // ROOM_STEP) * ROOM_STEP
        plan = self._decoder.plan
        token_bytes = 4 * plan.layers * plan.kv_heads * plan.head_dim
        if rows > 1 and rows * room * token_bytes > MOST_ROWS_BYTES:
            return None
        if arena is not None:
            logger.info("the text outgrew its room: graphs are captured anew for %d tokens", room)
            self._captured = {key: each for key, each in self._captured.items() if key[0] != rows}
        self._arenas[rows] = Arena(self._decoder, rows, room)
        return self._arenas[rows]

    def _begin(self, arena: Arena, shape: int) -> _Captured:
        step = StaticStep(self._decoder, arena, shape)
        nothing = torch.zeros(arena.rows, shape, dtype=torch.long, device=self._decoder.device)
        # At the end of the room, where no text is.
        past = arena.room - shape - WARM_UPS
        return _Captured(step, self._capture(step.run, lambda: step.place(nothing, past)))

    def _verify(
        self, captured: _Captured, ids: Tensor, cache: KeyValueCache, last: int
    ) -> Tensor | None:
        """Replay and compute as usual, and compare. The usual logits, or None if the graph is wrong."""
        past = cache.length
        try:
            got = self._replayed(captured, ids, past).clone()
        except Exception as error:
            self._give_up(f"it cannot be replayed ({type(error).__name__}: {error})")
            return None
        # After the replay, so that the cache holds what the ordinary step wrote.
        expected = self._decoder.read(ids, cache)
        difference = _difference(got, expected)
        if difference > TOLERANCE:
            cache.rewind(past)
            self._give_up(f"its logits differ by {difference:.3g} of the largest")
            return None
        if not _same_choice(got, expected):
            cache.rewind(past)
            self._give_up("it chooses other tokens")
            return None
        captured.verified = True
        return expected[:, -last:]

    def _replayed(self, captured: _Captured, ids: Tensor, past: int) -> Tensor:
        captured.step.place(ids, past)
        captured.replay()
        return captured.step.logits[0, :, : ids.shape[1]]

    def _give_up(self, reason: str) -> None:
        self.given_up = reason
        logger.warning("small steps are computed without a captured graph: %s", reason)
        self._captured.clear()
        self._arenas.clear()


def graph_steps(decoder: Decoder) -> GraphSteps | None:
    """Small steps for a decoder on an NVIDIA card; None on any other device."""
    if decoder.device.type != "cuda":
        return None
    try:
        return GraphSteps(decoder, CardCapture())
    except RuntimeError:
        logger.warning("small steps are computed without a captured graph", exc_info=True)
        return None


def _shape(rows: int, new: int) -> int:
    """How many tokens the graph for ``new`` ones reads; 0 if there is none."""
    if rows > 1:
        return 1 if new == 1 else 0
    return next((shape for shape in SHAPES if shape >= new), 0)


def _difference(got: Tensor, expected: Tensor) -> float:
    """Largest difference over the largest value; infinite if anything is not a number."""
    difference = float((got.float() - expected.float()).abs().max() / expected.float().abs().max())
    return difference if difference == difference else torch.inf


def _same_choice(got: Tensor, expected: Tensor) -> bool:
    """Whether each position's best token is the same, or nearly as good as the best."""
    best = expected.max(-1, keepdim=True).values
    chosen = expected.gather(-1, got.argmax(-1, keepdim=True))
    return bool((best - chosen <= TOLERANCE * expected.abs().amax()).all())
