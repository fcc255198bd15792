"""A model that runs out of memory: one remedy after the other, each said, and an answer in the end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from made_up_adapter import write_adapter
from support.answers import same_candidates

from cowrite.base.errors import UserError
from cowrite.engine.decoding.completer import Completer
from cowrite.engine.decoding.step_control import StepControl
from cowrite.engine.influence import Influence
from cowrite.engine.jobs.placing import SHORT_PROMPT_TOKENS
from cowrite.engine.jobs.runtime import Runtime
from cowrite.engine.loading.load import LoadedModel, load_model
from cowrite.engine.messages import CompletionRequest, CompletionResult
from cowrite.engine.networks.quantize import Quantization

DROPPED = "Memory was low: the model has to read the text again."
SHORTENED = "Memory is low: suggestions take less of the preceding text into account."
MOVED = "The graphics card is out of memory; using the processor."
WORDS_OF_LINUX = "DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes."
OUT_OF_MEMORY = [torch.OutOfMemoryError, MemoryError]
# Longer in tokens than what is read back once memory is short.
# After "The old light" and LONG_TEXT; what was asked before makes no pass, and needs no memory.
MORE = "house went out in the"
LONG_TEXT = "".join(f"Line {i} of 你好世界.\n" for i in range(60)) + "The old light"

expects_warnings = pytest.mark.expects_warnings


class Memory:
    """Refuses the next ``failures`` readings of a model with ``error``, and counts what was tried."""

    def __init__(self, failures: int, error: type[Exception] = torch.OutOfMemoryError) -> None:
        self.failures = failures
        self.error = error
        self.words = "it gave out"
        self.tries = 0

    def limit(self, model: LoadedModel) -> None:
        forward = model.network.forward

        def limited(*arguments: Any, **options: Any) -> Any:
            self.tries += 1
            if self.failures > 0:
                self.failures -= 1
                raise self.error(self.words)
            return forward(*arguments, **options)

        model.network.forward = limited  # type: ignore[method-assign]


class Bench:
    """A runtime of the tiny model whose memory gives out, and what is said and loaded meanwhile."""

    def __init__(self, model_dir: Path, memory: Memory) -> None:
        self._model_dir = model_dir
        self._memory = memory
        self.said: list[str] = []
        self.reloads = 0
        self.runtime = Runtime(self._load(), self._reload)

    def _load(self) -> Completer:
        model = load_model(self._model_dir, torch.device("cpu"), Quantization.BF16)
        self._memory.limit(model)
        return Completer(model, model_id="tiny")

    def _reload(self) -> Completer:
        self.reloads += 1
        return self._load()

    def ask(
        self, before: str = "The old light", cancelled: Callable[[], bool] = lambda: False
    ) -> CompletionResult | None:
        request = CompletionRequest(before=before)
        control = StepControl(cancelled=cancelled)
        return self.runtime.complete(request, control=control, say=self.said.append)


@pytest.fixture(scope="module")
def undisturbed(tiny_model_dir: Path) -> str:
    """The answer when there is memory enough."""
    result = Bench(tiny_model_dir, Memory(0)).ask()
    assert result is not None
    return result.candidates[0].text


def test_enough_memory_needs_no_remedy(tiny_model_dir: Path) -> None:
    bench = Bench(tiny_model_dir, Memory(0))
    assert bench.ask() is not None
    assert (bench.said, bench.reloads, bench.runtime.notice) == ([], 0, "")


@expects_warnings
@pytest.mark.parametrize("error", OUT_OF_MEMORY, ids=["card", "processor"])
@pytest.mark.parametrize(
    ("failures", "said", "reloads", "notice"),
    [
        (1, [DROPPED], 0, ""),
        (2, [DROPPED, SHORTENED], 0, SHORTENED),
        (3, [DROPPED, SHORTENED, SHORTENED], 1, SHORTENED),
    ],
)
def test_each_remedy_is_said_and_the_same_answer_comes(
    tiny_model_dir: Path,
    undisturbed: str,
    error: type[Exception],
    failures: int,
    said: list[str],
    reloads: int,
    notice: str,
) -> None:
    bench = Bench(tiny_model_dir, Memory(failures, error))
    result = bench.ask()
    assert result is not None
    assert result.candidates[0].text == undisturbed
    assert (bench.said, bench.reloads, bench.runtime.notice) == (said, reloads, notice)


@expects_warnings
def test_what_was_read_before_is_dropped_first(tiny_model_dir: Path) -> None:
    memory = Memory(0)
    bench = Bench(tiny_model_dir, memory)
    for known in (False, True):  # a text that is kept beside the one being written
        long = bench.ask(LONG_TEXT)
        assert long is not None
        assert bool(long.cached_tokens) is known
        assert bench.ask("A tie") is not None
    first = bench.ask()
    again = bench.ask()
    assert first is not None
    assert again is not None
    assert (first.cached_tokens, again.cached_tokens) == (0, again.prompt_tokens)
    more = bench.ask("The old light" + MORE)
    assert more is not None
    assert more.cached_tokens > 0
    memory.failures = 1
    after = bench.ask("The old light" + MORE + " night, and")
    assert after is not None
    assert memory.failures == 0
    long = bench.ask(LONG_TEXT)
    assert long is not None
    assert (after.cached_tokens, long.cached_tokens) == (0, 0)
    assert bench.said == [DROPPED]


@expects_warnings
def test_memory_that_stays_short_shortens_what_is_read_from_then_on(tiny_model_dir: Path) -> None:
    memory = Memory(0)
    bench = Bench(tiny_model_dir, memory)
    bench.runtime._loaded().max_prompt_tokens = 4 * SHORT_PROMPT_TOKENS
    whole = bench.ask(LONG_TEXT)
    memory.failures = 2
    short = bench.ask(LONG_TEXT + MORE)
    later = bench.ask(LONG_TEXT + MORE)
    assert whole is not None
    assert short is not None
    assert later is not None
    assert whole.prompt_tokens > SHORT_PROMPT_TOKENS
    assert short.prompt_tokens == later.prompt_tokens <= SHORT_PROMPT_TOKENS


@expects_warnings
def test_a_card_without_memory_gives_the_work_to_the_processor(
    tiny_model_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(tiny_model_dir, Memory(3))
    monkeypatch.setattr(Runtime, "device", property(lambda _: "cuda"))
    assert bench.ask() is not None
    assert bench.said == [DROPPED, SHORTENED, MOVED]
    assert bench.runtime.notice == MOVED
    assert bench.runtime._loaded().max_prompt_tokens <= SHORT_PROMPT_TOKENS


@expects_warnings
def test_the_first_model_is_freed_before_the_second_is_loaded(
    tiny_model_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(tiny_model_dir, Memory(3))
    reload = bench.runtime._reload_on_cpu
    held: list[Completer | None] = []

    def count_and_reload() -> Completer:
        held.append(bench.runtime._completer)
        return reload()

    monkeypatch.setattr(bench.runtime, "_reload_on_cpu", count_and_reload)
    assert bench.ask() is not None
    assert held == [None]


@expects_warnings
def test_when_nothing_helps_a_plain_sentence_says_so(
    tiny_model_dir: Path, undisturbed: str
) -> None:
    memory = Memory(1_000)
    bench = Bench(tiny_model_dir, memory)
    with pytest.raises(UserError, match="not enough free memory for suggestions") as caught:
        bench.ask()
    assert "your text is safe" in caught.value.message
    assert caught.value.advice
    assert len(bench.said) == 3
    assert memory.tries == 4
    memory.failures = 0  # other programs were closed
    result = bench.ask()
    assert result is not None
    assert result.candidates[0].text == undisturbed


@expects_warnings
@pytest.mark.parametrize("failures", [1, 2, 3])
def test_a_request_may_be_cancelled_between_remedies(tiny_model_dir: Path, failures: int) -> None:
    memory = Memory(failures)
    bench = Bench(tiny_model_dir, memory)
    assert bench.ask(cancelled=lambda: memory.failures == 0) is None
    assert len(bench.said) == failures


def test_another_error_is_no_lack_of_memory(tiny_model_dir: Path) -> None:
    bench = Bench(tiny_model_dir, Memory(1, RuntimeError))
    with pytest.raises(RuntimeError, match="it gave out"):
        bench.ask()
    assert bench.said == []


# --- opening ---


def open_tiny(model_dir: Path, **options: Any) -> Runtime:
    return Runtime.open(model_dir, **{"model_id": "tiny", "device": "cpu"} | options)


@pytest.mark.parametrize(
    ("quantizations", "kind"), [({"cpu": "bf16"}, "bf16"), ({"cuda": "bf16"}, "int8"), ({}, "int8")]
)
def test_the_measured_kind_is_used_or_else_the_usual_one(
    tiny_model_dir: Path, quantizations: dict[str, str], kind: str
) -> None:
    runtime = open_tiny(tiny_model_dir, quantizations=quantizations)
    request = CompletionRequest(before="The old light")
    result = runtime.complete(request)
    assert result is not None
    assert (result.model, result.device, result.quantization) == ("tiny", "cpu", kind)
    runtime.close()


@expects_warnings
def test_memory_that_torch_does_not_get_on_the_processor_is_met_too(
    tiny_model_dir: Path, undisturbed: str
) -> None:
    memory = Memory(0)
    bench = Bench(tiny_model_dir, memory)
    memory.failures, memory.error = 2, RuntimeError
    memory.words = WORDS_OF_LINUX
    result = bench.ask()
    assert result is not None
    assert result.candidates[0].text == undisturbed
    assert bench.said == [DROPPED, SHORTENED]


def test_a_closed_runtime_says_that_no_model_is_loaded(tiny_model_dir: Path) -> None:
    bench = Bench(tiny_model_dir, Memory(0))
    bench.runtime.close()
    with pytest.raises(UserError, match="not loaded"):
        bench.ask()


@expects_warnings
def test_an_adapter_is_still_there_after_the_model_was_loaded_anew(
    tiny_model_dir: Path, tmp_path: Path
) -> None:
    memory = Memory(0)
    bench = Bench(tiny_model_dir, memory)
    bench.runtime.use_adapter(write_adapter(tmp_path / "mine"))
    before = bench.ask()
    memory.failures = 3
    other = bench.ask("The old light" + MORE)
    assert bench.reloads == 1
    after = bench.ask()
    assert before is not None
    assert other is not None
    assert after is not None
    assert (before.adapter, other.adapter, after.adapter) == ("mine", "mine", "mine")
    assert after.candidates[0].text == before.candidates[0].text


def test_influence_scales_the_adapter_at_once_and_takes_it_back(
    tiny_model_dir: Path, tmp_path: Path
) -> None:
    bench = Bench(tiny_model_dir, Memory(0))
    bare = bench.ask()
    bench.runtime.use_adapter(write_adapter(tmp_path / "mine", lora_alpha=0.5))
    found: dict[Influence, CompletionResult] = {}
    for influence in (Influence.STRONG, Influence.AS_TESTED, Influence.OFF, Influence.GENTLE):
        bench.runtime.set_influence(influence)
        result = bench.ask()
        assert result is not None
        assert result.cached_tokens == 0, "what was read with another scale is worth nothing"
        found[influence] = result
    assert bench.reloads == 0
    assert bare is not None
    assert same_candidates(found[Influence.OFF].candidates, bare.candidates)
    assert [found[each].adapter for each in Influence] == ["", "mine", "mine", "mine"]
    scales = [each.adapter_scale for each in Influence if each is not Influence.OFF]
    assert [found[each].adapter_scale for each in Influence][1:] == scales
    assert len({found[each].candidates for each in Influence}) == len(Influence)


@expects_warnings
def test_influence_outlasts_another_adapter_and_a_model_that_was_loaded_anew(
    tiny_model_dir: Path, tmp_path: Path
) -> None:
    memory = Memory(0)
    bench = Bench(tiny_model_dir, memory)
    bench.runtime.set_influence(Influence.STRONG)
    bench.runtime.use_adapter(write_adapter(tmp_path / "mine"))
    before = bench.ask()
    memory.failures = 3
    assert bench.ask("The old light" + MORE) is not None
    assert bench.reloads == 1
    after = bench.ask()
    assert before is not None
    assert after is not None
    assert same_candidates(after.candidates, before.candidates)
    assert bench.runtime.influence is Influence.STRONG
    assert bench.runtime.ngrams.odds == Influence.STRONG.word_odds


def test_switched_off_the_writers_own_words_are_as_unknown(tiny_model_dir: Path) -> None:
    bench = Bench(tiny_model_dir, Memory(0))
    unknown = bench.ask()
    bench.runtime.ngrams.learn(
        "d", "The old lightship. The old lightship. The old lightship.\n" * 3
    )
    known = bench.ask()
    bench.runtime.set_influence(Influence.OFF)
    off = bench.ask()
    assert unknown is not None
    assert known is not None
    assert off is not None
    assert not same_candidates(known.candidates, unknown.candidates)
    assert same_candidates(off.candidates, unknown.candidates)
