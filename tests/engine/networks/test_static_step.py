"""The step of fixed shapes computes what the ordinary one does, wherever it stands in the text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
import torch
from recorded_step import Recorded
from test_decoder import CASES
from tiny_model import make_tiny_model
from torch import Tensor

from cowrite.engine.loading.load import load_model
from cowrite.engine.networks.decoder import Decoder
from cowrite.engine.networks.key_value_cache import KeyValueCache
from cowrite.engine.networks.quantize import Quantization
from cowrite.engine.networks.sampling import Sampling
from cowrite.engine.networks.static_step import MOST_AHEAD, Arena, StaticStep

CPU = torch.device("cpu")
ROOM = 64
TOKENS = [1 + (7 * i + i * i) % 250 for i in range(48)]


def decoder_of(folder: Path, **wishes: object) -> Decoder:
    network = load_model(make_tiny_model(folder, **wishes), CPU, Quantization.BF16).network  # type: ignore[arg-type]
    return cast(Decoder, network)


@pytest.fixture(scope="module")
def decoder(tmp_path_factory: pytest.TempPathFactory) -> Decoder:
    return decoder_of(tmp_path_factory.mktemp("model"))


def read(decoder: Decoder, tokens: list[int], rows: int = 1) -> KeyValueCache:
    """A cache that holds ``tokens`` in each row."""
    cache = decoder.new_cache()
    if tokens:
        decoder(torch.tensor([tokens]), cache)
    return cache.fork(rows, len(tokens)) if rows > 1 else cache


def stepped(step: StaticStep, run: Callable[[], None], tokens: Tensor, past: int) -> Tensor:
    """The logits of reading ``tokens (B, T)``."""
    step.place(tokens, past)
    run()
    return step.logits[0, :, : tokens.shape[1]].clone()


def require_close(got: Tensor, expected: Tensor) -> None:
    assert torch.isfinite(got).all()
    assert (got - expected).abs().max() <= 0.03 * expected.abs().max()
    best = expected.max(-1, keepdim=True).values
    chosen = expected.gather(-1, got.argmax(-1, keepdim=True))
    assert (best - chosen).max() <= 0.02 * expected.abs().max()


@pytest.mark.parametrize("case", list(CASES))
@torch.inference_mode()
def test_every_family_at_several_lengths_and_after_going_back(tmp_path: Path, case: str) -> None:
    family, wishes = CASES[case]
    decoder = decoder_of(tmp_path / "model", family=family, **wishes)
    arena = Arena(decoder, 1, ROOM)
    steps = {new: StaticStep(decoder, arena, new) for new in (1, 4)}
    # Recorded once, far from where it is used: nothing of that place may have stayed in it.
    steps[1].place(torch.tensor([[3]]), 5)
    runs = {1: Recorded(steps[1].run), 4: Recorded(steps[4].run)}
    for past, new in ((1, 1), (9, 1), (23, 4), (40, 3), (8, 1), (7, 4), (2, 2)):
        plain, cache = read(decoder, TOKENS[:past]), read(decoder, TOKENS[: past + 6])
        cache.rewind(past)
        arena.admit(cache)
        ids = torch.tensor([TOKENS[past : past + new]])
        shape = 1 if new == 1 else 4
        got = stepped(steps[shape], runs[shape], ids, past)
        require_close(got, decoder(ids, plain))
        cache.written(new)
        # What it wrote is what the ordinary step goes on from.
        after = torch.tensor([TOKENS[past + new : past + new + 9]])
        require_close(decoder(after, cache), decoder(after, plain))


@torch.inference_mode()
def test_several_rows_step_together(decoder: Decoder) -> None:
    arena = Arena(decoder, 3, ROOM)
    step = StaticStep(decoder, arena, 1)
    run = Recorded(step.run)
    cache, plain = read(decoder, TOKENS[:20], rows=3), read(decoder, TOKENS[:20], rows=3)
    arena.admit(cache)
    for turn in range(3):
        ids = torch.tensor([[5 + turn], [90], [200 - turn]])
        require_close(stepped(step, run, ids, cache.length), decoder(ids, plain))
        cache.written(1)


@pytest.mark.parametrize("temperature", [0.0, 0.8])
@torch.inference_mode()
def test_it_chooses_what_a_look_at_its_logits_would_choose(
    decoder: Decoder, temperature: float
) -> None:
    arena = Arena(decoder, 2, ROOM)
    step = StaticStep(decoder, arena, 1)
    run = Recorded(step.run)
    cache = read(decoder, TOKENS[:10], rows=2)
    arena.admit(cache)
    choices = [Sampling(temperature, 7, row, first=2) for row in range(2)]
    step.choose_by(choices, MOST_AHEAD)
    step.place(torch.tensor([[4], [5]]), 10)
    for _ in range(MOST_AHEAD):
        run()
    for turn in range(MOST_AHEAD):
        for row in range(2):
            choice = Sampling(temperature, 7, row, first=2 + turn)
            logits = step.logits[turn, row, 0]
            scores = choice.scores(logits.float().log_softmax(-1), None, logits.shape[0])
            assert step.chosen[turn, row] == scores.argmax()
    # And each choice was read before the next was made.
    together = torch.cat([torch.tensor([[4], [5]]), step.chosen[:-1].T], dim=1)
    require_close(step.logits[:, :, 0].transpose(0, 1), decoder(together, cache))


@torch.inference_mode()
def test_an_arena_houses_one_cache_and_spoils_none(decoder: Decoder) -> None:
    arena = Arena(decoder, 1, ROOM)
    first, second = read(decoder, TOKENS[:12]), read(decoder, TOKENS[20:30])
    expected = [
        decoder(torch.tensor([[9]]), cache.fork(1, cache.length)) for cache in (first, second)
    ]
    for cache in (first, second, first, second):
        arena.admit(cache)
        assert cache.keys[0] is arena.keys[0]
    for cache, logits in zip((first, second), expected, strict=True):
        length = cache.length
        torch.testing.assert_close(decoder(torch.tensor([[9]]), cache), logits)
        cache.rewind(length)
    # A text that outgrows the arena goes on in tensors of its own, and the next tenant harms it no more.
    second.make_room(1, ROOM + 1)
    assert second.keys[0] is not arena.keys[0]
    arena.admit(first)
    torch.testing.assert_close(decoder(torch.tensor([[9]]), second), expected[1])


@torch.inference_mode()
def test_weights_that_are_written_in_place_need_no_new_recording(tmp_path: Path) -> None:
    """As an adapter of the same rank is swapped."""
    decoder = decoder_of(tmp_path / "model")
    arena = Arena(decoder, 1, ROOM)
    step = StaticStep(decoder, arena, 1)
    run = Recorded(step.run)
    ids = torch.tensor([[9]])
    before = stepped(step, run, ids, 0)
    weight = decoder._layers[0].down.weight
    weight.copy_(weight.flip(0))
    after = stepped(step, run, ids, 0)
    assert (after - before).abs().max() > 0.1
    require_close(after, decoder(ids, decoder.new_cache()))


def test_the_recorder_does_nothing_but_what_it_recorded() -> None:
    """Else the tests above could not fail: a number that Python puts into a step must stay in it."""
    held, length = torch.zeros(4), [1]

    def run() -> None:
        held[: length[0]] += torch.ones(length[0]) * 2

    recorded = Recorded(run)
    held.zero_()
    length[0] = 3
    recorded()
    assert held.tolist() == [2, 0, 0, 0]


def test_a_step_that_looks_at_a_number_of_the_device_cannot_be_recorded() -> None:
    with pytest.raises(RuntimeError, match="only the device knows"):
        Recorded(lambda: print(int(torch.ones(1).sum())))
