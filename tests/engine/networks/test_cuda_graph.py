"""Captured steps change the time an answer takes and nothing else; where they would, they are not used."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
import torch
from recorded_step import Recorded
from tiny_model import SENTENCES

from cowrite.engine.decoding.candidate_row import CandidateRow
from cowrite.engine.decoding.choice import ChosenToken
from cowrite.engine.decoding.completer import Completer
from cowrite.engine.decoding.prefix_cache import CachedText
from cowrite.engine.loading.load import LoadedModel, load_model
from cowrite.engine.messages import Candidate, CompletionRequest
from cowrite.engine.networks import cuda_graph
from cowrite.engine.networks.cuda_graph import SHAPES, GraphSteps, Replay, graph_steps
from cowrite.engine.networks.decoder import Decoder
from cowrite.engine.networks.quantize import Quantization, quantized_linear

CPU = torch.device("cpu")
TEXT = " ".join(SENTENCES[:2])
FALLBACK = "small steps are computed without a captured graph"


def record(run: Callable[[], None], prepare: Callable[[], None]) -> Replay:
    """Stands in for a card."""
    prepare()
    run()
    return Recorded(run)


class Counting:
    """A capture that counts what is captured and replayed."""

    def __init__(self) -> None:
        self.captured = self.replayed = 0

    def __call__(self, run: Callable[[], None], prepare: Callable[[], None]) -> Replay:
        self.captured += 1
        replay = record(run, prepare)

        def counted() -> None:
            self.replayed += 1
            replay()

        return counted


def spoiling(how: Callable[[GraphSteps], None]) -> tuple[list[GraphSteps], cuda_graph.Capture]:
    """A capture whose replays spoil the results; and where to put what they spoil."""
    held: list[GraphSteps] = []

    def capture(run: Callable[[], None], prepare: Callable[[], None]) -> Replay:
        replay = record(run, prepare)

        def spoilt() -> None:
            replay()
            how(held[0])

        return spoilt

    return held, capture


@pytest.fixture(autouse=True)
def _each_token_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """That a word ends is told of what comes after it, as the model says it.

    Counted to the word, it would change a token's probability by what follows: after a tie, two that are as good as
    each other would differ.
    """
    at_word_end = CandidateRow._at_word_end

    def left_as_it_was(row: CandidateRow, choice: ChosenToken, written: bytes) -> ChosenToken:
        tokens = list(row.tokens)
        at_word_end(row, choice, written)
        row.tokens = tokens
        return choice

    monkeypatch.setattr(CandidateRow, "_at_word_end", left_as_it_was)


@pytest.fixture
def model(tiny_model_dir: Path) -> LoadedModel:
    return load_model(tiny_model_dir, CPU, Quantization.BF16)


@pytest.fixture
def plain(tiny_model_dir: Path) -> Completer:
    return Completer(load_model(tiny_model_dir, CPU, Quantization.BF16), model_id="plain")


def with_graphs(model: LoadedModel, capture: cuda_graph.Capture) -> tuple[Completer, GraphSteps]:
    decoder = cast(Decoder, model.network)
    steps = GraphSteps(decoder, capture)
    decoder.small_steps = steps
    return Completer(model, model_id="graphs"), steps


def ask(completer: Completer, before: str, **wishes: float) -> tuple[Candidate, ...]:
    request = CompletionRequest(
        before=before,
        max_words=6,
        max_tokens=10,
        **wishes,  # type: ignore[arg-type]
    )
    return completer.complete(request).candidates


def require_same(
    got: tuple[Candidate, ...], expected: tuple[Candidate, ...], tolerance: float = 0.1
) -> None:
    """The same, token by token, unless two tokens were as good as each other, which rounding may decide either way."""
    assert len(got) == len(expected)
    for one, other in zip(got, expected, strict=True):
        for a, b in zip(one.tokens, other.tokens, strict=False):
            assert a.logprob == pytest.approx(b.logprob, abs=tolerance)
            if a.text != b.text:
                break
        else:
            assert one.text == other.text


@pytest.mark.parametrize("temperature", [0.0, 0.9])
@pytest.mark.parametrize("drafting", [True, False])
def test_the_answers_are_the_same(
    model: LoadedModel, plain: Completer, drafting: bool, temperature: float
) -> None:
    capture = Counting()
    completer, steps = with_graphs(model, capture)
    completer.drafting = plain.drafting = drafting
    same = total = 0
    for seed, cut in enumerate(range(20, len(TEXT), 9)):
        wishes = {"temperature": temperature, "seed": seed}
        answers = [ask(each, TEXT[:cut], **wishes) for each in (completer, plain)]
        if not temperature:
            require_same(*answers)
        if not all(answers):  # a model of random weights may begin with half a character
            continue
        (got, *_), (expected, *_) = answers
        # The beginning of a character is a token that no text shows.
        if [token.text for token in got.tokens] == [token.text for token in expected.tokens]:
            assert completer.cache.tokens == plain.cache.tokens
        same, total = same + (got.text == expected.text), total + 1
    assert same >= 0.8 * total
    assert steps.given_up == ""
    assert 1 <= capture.captured <= len(SHAPES)
    assert capture.replayed > 20


def test_steps_ahead_are_taken_and_what_is_not_wanted_is_taken_back(
    model: LoadedModel, plain: Completer, monkeypatch: pytest.MonkeyPatch
) -> None:
    completer, _ = with_graphs(model, record)
    taken: list[int] = []
    append_ahead = CachedText.append_ahead

    def counted(*arguments: object) -> object:
        ahead = append_ahead(*arguments)  # type: ignore[arg-type]
        taken.append(0 if ahead is None else len(ahead[0]))
        return ahead

    monkeypatch.setattr(CachedText, "append_ahead", counted)
    for each in (completer, plain):
        # The writer's own words go against what the model would do by itself.
        each.ngrams.learn("d", "old lighthouse xylophone. " * 30)
    for before in ("The old light", "The old lighthouse", "Then the old lighthouse", "She had"):
        require_same(ask(completer, before), ask(plain, before))
    assert max(taken) == cuda_graph.MOST_AHEAD - 1


def test_several_candidates_and_several_texts(model: LoadedModel, plain: Completer) -> None:
    completer, steps = with_graphs(model, record)
    other = SENTENCES[2] * 6
    for before in (TEXT, other, TEXT + " So", other[:-9], TEXT):
        require_same(ask(completer, before, candidates=3), ask(plain, before, candidates=3))
        require_same(ask(completer, before), ask(plain, before))
    assert (3, 1) in steps._captured


def test_a_text_that_outgrows_its_room(
    model: LoadedModel,
    plain: Completer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(cuda_graph, "ROOM_STEP", 32)
    completer, steps = with_graphs(model, record)
    text = " ".join(SENTENCES * 3)
    with caplog.at_level(logging.INFO):
        for cut in range(30, len(text), 16):
            require_same(ask(completer, text[:cut]), ask(plain, text[:cut]))
    assert steps.given_up == ""
    grown = [each for each in caplog.messages if "outgrew its room" in each]
    assert 2 <= len(grown) <= len(completer.cache.tokens) / 32 + 1


def test_after_weights_were_replaced_it_is_captured_anew(
    model: LoadedModel, plain: Completer, caplog: pytest.LogCaptureFixture
) -> None:
    capture = Counting()
    completer, steps = with_graphs(model, capture)
    ask(completer, TEXT)
    captured = capture.captured
    for each in (model, plain.model):
        layer = cast(Decoder, each.network)._layers[0]
        weight = cast(torch.Tensor, layer.down.weight).flip(0)
        layer.down = quantized_linear(weight, None, Quantization.BF16, CPU)
    with caplog.at_level(logging.INFO):
        model.network.release("an adapter of another rank")
        model.network.release("an adapter of another rank")
    assert sum("an adapter of another rank" in each for each in caplog.messages) == 1
    for completer_ in (completer, plain):
        completer_.cache.clear()
    require_same(ask(completer, TEXT), ask(plain, TEXT))
    require_same(ask(completer, TEXT + " and"), ask(plain, TEXT + " and"))
    assert capture.captured > captured
    assert steps.given_up == ""


def test_where_capturing_fails_everything_goes_on_without_and_it_is_said_once(
    model: LoadedModel, plain: Completer, caplog: pytest.LogCaptureFixture
) -> None:
    attempts = []

    def fail(run: Callable[[], None], prepare: Callable[[], None]) -> Replay:
        prepare()
        run()
        attempts.append(1)
        raise RuntimeError("operation not permitted when stream is capturing")

    completer, steps = with_graphs(model, fail)
    for cut in range(20, len(TEXT), 9):
        require_same(ask(completer, TEXT[:cut]), ask(plain, TEXT[:cut]), 1e-5)
    assert len(attempts) == 1
    assert "stream is capturing" in steps.given_up
    assert [each for each in caplog.messages if FALLBACK in each] == [
        f"{FALLBACK}: {steps.given_up}"
    ]


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda logits: logits.mul_(1.2), "differ by"),
        (lambda logits: logits.fill_(float("nan")), "differ by inf"),
        (lambda logits: logits.copy_(logits.roll(1, -1)), "differ by"),
    ],
    ids=["scaled", "not numbers", "moved"],
)
def test_a_graph_with_wrong_results_is_never_used(
    model: LoadedModel,
    plain: Completer,
    caplog: pytest.LogCaptureFixture,
    spoil: Callable[[torch.Tensor], object],
    reason: str,
) -> None:
    def how(steps: GraphSteps) -> None:
        for each in steps._captured.values():
            spoil(each.step.logits)

    held, capture = spoiling(how)
    completer, steps = with_graphs(model, capture)
    held.append(steps)
    for cut in range(20, len(TEXT), 9):
        require_same(ask(completer, TEXT[:cut]), ask(plain, TEXT[:cut]), 1e-5)
    assert reason in steps.given_up
    assert len([each for each in caplog.messages if FALLBACK in each]) == 1


def test_a_replay_that_breaks_off_at_its_first_use(
    model: LoadedModel, plain: Completer, caplog: pytest.LogCaptureFixture
) -> None:
    def how(_: GraphSteps) -> None:
        raise RuntimeError("unspecified launch failure")

    held, capture = spoiling(how)
    completer, steps = with_graphs(model, capture)
    held.append(steps)
    require_same(ask(completer, TEXT), ask(plain, TEXT), 1e-5)
    assert "unspecified launch failure" in steps.given_up
    assert len([each for each in caplog.messages if FALLBACK in each]) == 1


def test_only_what_was_compared_is_used(model: LoadedModel) -> None:
    """Captured before anybody asked, it still has to prove itself on the writer's text."""
    capture = Counting()
    completer, steps = with_graphs(model, capture)
    ask(completer, TEXT)
    tokens, before = list(completer.cache.tokens), capture.captured
    for _ in model.network.optimizations():
        pass
    assert {shape for rows, shape in steps._captured if rows == 1} == set(SHAPES)
    assert capture.captured == len(SHAPES) > before
    unproved = [each for each in steps._captured.values() if not each.verified]
    assert len(unproved) == len(SHAPES) - before
    with torch.inference_mode():
        known, kept = completer.cache.read([*tokens, 5], lambda: False)
        fresh, _ = Completer(model, model_id="fresh").cache.read([*tokens, 5], lambda: False)
    assert kept == len(tokens)
    torch.testing.assert_close(known, fresh, atol=0.06, rtol=0.06)
    assert list(model.network.optimizations()) == []


def test_candidates_that_would_take_too_much_memory_are_computed_as_before(
    model: LoadedModel, plain: Completer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cuda_graph, "MOST_ROWS_BYTES", 1000)
    completer, steps = with_graphs(model, record)
    require_same(ask(completer, TEXT, candidates=3), ask(plain, TEXT, candidates=3), 1e-5)
    assert steps.given_up == ""
    assert all(rows == 1 for rows, _ in steps._captured)


def test_without_a_card_there_are_no_graphs(model: LoadedModel) -> None:
    assert cast(Decoder, model.network).small_steps is None
    assert graph_steps(cast(Decoder, model.network)) is None


# --- a real card -----------------------------------------------------------------------------------------------------


@pytest.mark.gpu
@pytest.mark.parametrize("kind", [Quantization.BF16, Quantization.INT8, Quantization.NF4])
@pytest.mark.parametrize("temperature", [0.0, 0.9])
def test_captured_steps_answer_as_the_card_does_without(
    tiny_model_dir: Path, kind: Quantization, temperature: float
) -> None:
    card = torch.device("cuda")
    captured, eager = (load_model(tiny_model_dir, card, kind) for _ in range(2))
    cast(Decoder, eager.network).small_steps = None
    completer, plain = (Completer(each, model_id="card") for each in (captured, eager))
    steps = cast(GraphSteps, cast(Decoder, captured.network).small_steps)
    same = total = 0
    for seed, cut in enumerate(range(20, len(TEXT), 9)):
        wishes = {"temperature": temperature, "seed": seed}
        got, expected = (ask(each, TEXT[:cut], **wishes) for each in (completer, plain))
        same, total = same + (got[0].text == expected[0].text), total + 1
    assert steps.given_up == ""
    assert any(each.verified for each in steps._captured.values())
    # Random weights have near ties, which other kernels may break otherwise.
    assert same >= 0.8 * total


@pytest.mark.gpu
def test_a_captured_graph_replays_without_waiting(tiny_model_dir: Path) -> None:
    model = load_model(tiny_model_dir, torch.device("cuda"), Quantization.BF16)
    completer = Completer(model, model_id="card")
    ask(completer, TEXT)
    steps = cast(GraphSteps, cast(Decoder, model.network).small_steps)
    captured = steps._captured[1, 1]
    torch.cuda.synchronize()
    taken = torch.cuda.memory_allocated()
    torch.cuda.set_sync_debug_mode("error")
    try:
        for _ in range(3):
            captured.replay()
    finally:
        torch.cuda.set_sync_debug_mode("default")
    assert torch.cuda.memory_allocated() == taken
