"""A passage job stands still while inline jobs work: its text is the same, and nothing is read twice."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from support.answers import same_candidates
from tiny_model import SENTENCES

from cowrite.engine.decoding.completer import Completer
from cowrite.engine.decoding.personal_ngrams import PersonalNgrams
from cowrite.engine.decoding.prefix_cache import (
    CHUNK_THAT_GIVES_WAY,
    MOST_TEXTS,
    CachedText,
    PrefixCache,
)
from cowrite.engine.decoding.step_control import StepControl, Steps
from cowrite.engine.jobs.runtime import Runtime
from cowrite.engine.loading.load import load_model
from cowrite.engine.messages import AnyResult, CompletionRequest, CompletionResult
from cowrite.engine.networks.quantize import Quantization
from cowrite.engine.networks.steps import Cancelled, finish

GIVES_WAY = StepControl(gives_way=True)
# Longer than two of the parts in which a passage is read.
PASSAGE = CompletionRequest(
    before=" ".join(SENTENCES[:2] * 11) + " The old", max_words=60, max_tokens=40, multiline=True
)
BEFORES = [
    "The old light",
    "She had not been",
    PASSAGE.before,
    PASSAGE.before[:200],
    "Die Straße war",
    "",
]


@pytest.fixture(scope="module")
def runtime(tiny_model_dir: Path) -> Iterator[Runtime]:
    runtime = new_runtime(tiny_model_dir)
    yield runtime
    runtime.close()


def new_runtime(tiny_model_dir: Path) -> Runtime:
    def load() -> Completer:
        model = load_model(tiny_model_dir, torch.device("cpu"), Quantization.BF16)
        return Completer(model, model_id="tiny", ngrams=ngrams)

    ngrams = PersonalNgrams()

    runtime = Runtime(load(), load)
    # A model of random weights soon ends a text; the writer's own words keep it going.
    ngrams.learn("d", " ".join(SENTENCES[:2] * 20))
    return runtime


@contextmanager
def read_tokens(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[CachedText, list[int]]]:
    """The tokens of which reading was begun, by the text they were read into."""
    begun: dict[CachedText, list[int]] = {}
    read_more = CachedText.read_more

    def counting(
        self: CachedText, tokens: list[int], draft: list[int], control: StepControl
    ) -> Generator[None, None, torch.Tensor]:
        begun.setdefault(self, []).extend([*tokens, *draft])
        return (yield from read_more(self, tokens, draft, control))

    with monkeypatch.context() as patch:
        patch.setattr(CachedText, "read_more", counting)
        yield begun


def disturbed(
    runtime: Runtime, passage: Steps[AnyResult], interruptions: dict[int, list[str]]
) -> CompletionResult:
    """The passage's answer; after its n-th step each of the texts of ``interruptions[n]`` is continued."""
    for step in range(10_000):
        try:
            next(passage)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        for before in interruptions.get(step, []):
            answer = runtime.complete(CompletionRequest(before=before, max_words=2, max_tokens=6))
            assert answer is not None
    raise AssertionError("it does not end")


@given(
    st.dictionaries(
        st.integers(0, 60), st.lists(st.sampled_from(BEFORES), min_size=1, max_size=3), max_size=6
    ),
    st.sampled_from([0.0, 0.8]),
)
@settings(max_examples=12)
def test_wherever_it_is_interrupted_the_text_is_the_same(
    runtime: Runtime, interruptions: dict[int, list[str]], temperature: float
) -> None:
    task = replace(PASSAGE, temperature=temperature, seed=4)
    runtime._loaded().cache.clear()
    alone = finish(runtime.steps(task, GIVES_WAY))
    runtime._loaded().cache.clear()
    result = disturbed(runtime, runtime.steps(task, GIVES_WAY), interruptions)
    assert isinstance(alone, CompletionResult)
    assert alone.candidates[0].text
    assert same_candidates(result.candidates, alone.candidates)


@pytest.mark.parametrize("every", [1, 3])
def test_each_token_of_the_passage_is_read_once(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, every: int
) -> None:
    """Between any two steps, also within the reading of a part, and with more other texts than are kept."""
    cache = runtime._loaded().cache
    cache.clear()
    texts = [f"{chr(65 + number)} {SENTENCES[number % 2]}" for number in range(MOST_TEXTS + 2)]
    interruptions = {step: [texts[step % len(texts)]] for step in range(0, 200, every)}
    with read_tokens(monkeypatch) as begun:
        passage = runtime.steps(PASSAGE, GIVES_WAY)
        result = disturbed(runtime, passage, interruptions)
    prompt = runtime._loaded().prompt(PASSAGE.before)[0]
    assert len(prompt) > 2 * CHUNK_THAT_GIVES_WAY
    of_the_passage = [tokens for tokens in begun.values() if tokens[: len(prompt)] == prompt]
    assert len(of_the_passage) == 1
    written = len(of_the_passage[0]) - len(prompt)
    tokens = len(result.candidates[0].tokens)
    assert tokens - 1 <= written <= tokens


def test_a_part_that_is_being_read_can_be_interrupted_within(runtime: Runtime) -> None:
    """A pause for each layer: no inline job waits until a whole part is read."""
    cache = runtime._loaded().cache
    cache.clear()
    passage = runtime.steps(PASSAGE, GIVES_WAY)
    next(passage)
    assert len(cache.tokens) == 0
    assert any(text.is_claimed for text in cache._texts)
    passage.close()
    assert not any(text.is_claimed for text in cache._texts)
    assert cache.tokens == []


def test_a_passage_that_is_given_up_leaves_the_parts_that_were_read(runtime: Runtime) -> None:
    cache = runtime._loaded().cache
    cache.clear()
    passage = runtime.steps(PASSAGE, GIVES_WAY)
    while len(cache.tokens) < CHUNK_THAT_GIVES_WAY:
        next(passage)
    for _ in range(2):  # within the next part
        next(passage)
    passage.close()
    prompt = runtime._loaded().prompt(PASSAGE.before)[0]
    assert cache.tokens == prompt[:CHUNK_THAT_GIVES_WAY]
    again = runtime.complete(PASSAGE)
    assert again is not None
    assert again.cached_tokens == CHUNK_THAT_GIVES_WAY


def test_cancelled_it_ends_with_the_next_step(runtime: Runtime) -> None:
    is_cancelled = False
    control = StepControl(cancelled=lambda: is_cancelled, gives_way=True)
    passage = runtime.steps(PASSAGE, control)
    next(passage)
    is_cancelled = True
    with pytest.raises(Cancelled):
        next(passage)


def test_a_claimed_text_is_neither_changed_nor_forgotten(runtime: Runtime) -> None:
    cache = PrefixCache(runtime.model, spare_bytes=0)
    with torch.inference_mode():
        text = cache.claim([1, 2, 3, 4])
        finish(text.read_on([1, 2, 3, 4], [], StepControl()))
        for number in range(MOST_TEXTS + 2):
            cache.read([1, 2, 30 + number, 5], lambda: False)
            assert text.tokens == [1, 2, 3, 4]
            assert text in cache._texts
        cache.release(text)
        cache.read([9, 9], lambda: False)
    assert text not in cache._texts


@pytest.mark.expects_warnings
def test_memory_given_back_for_an_inline_job_lets_the_passage_begin_again(
    tiny_model_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = new_runtime(tiny_model_dir)
    alone = finish(runtime.steps(PASSAGE, GIVES_WAY))
    runtime._loaded().cache.clear()
    passage = runtime.steps(PASSAGE, GIVES_WAY)
    while not runtime._loaded().cache.tokens:
        next(passage)
    network = runtime.model.network
    forward, failures = network.forward, [torch.OutOfMemoryError("no memory left")]

    def failing(*arguments: object, **options: object) -> object:
        if failures:
            raise failures.pop()
        return forward(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(network, "forward", failing)
        assert runtime.complete(CompletionRequest(before="The old light")) is not None
    assert not any(text.is_claimed for text in runtime._loaded().cache._texts), "it was given back"
    result = finish(passage)
    assert isinstance(alone, CompletionResult)
    assert isinstance(result, CompletionResult)
    # What it now has in common with the inline job was read in other parts, which rounds differently.
    assert result.candidates[0].text == alone.candidates[0].text
    runtime.close()


@pytest.mark.expects_warnings
def test_a_passage_that_finds_no_memory_is_helped_like_any_job(
    tiny_model_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = new_runtime(tiny_model_dir)
    said: list[str] = []
    read_more, failures = CachedText.read_more, [MemoryError(), MemoryError()]

    def failing(*arguments: object) -> Generator[None, None, torch.Tensor]:
        if failures:
            raise failures.pop()
        return (yield from read_more(*arguments))  # type: ignore[arg-type]

    monkeypatch.setattr(CachedText, "read_more", failing)
    result = finish(runtime.steps(PASSAGE, GIVES_WAY, said.append))
    assert isinstance(result, CompletionResult)
    assert len(said) == 2
    runtime.close()
