"""The token loop and the kept prefix: same answers, less reading."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.answers import same_candidates
from tiny_model import SENTENCES, make_tiny_model
from tokenizers import Tokenizer, processors

from cowrite.engine.decoding.completer import Completer
from cowrite.engine.decoding.prefix_cache import (
    CHUNK_TOKENS,
    PrefixCache,
    common_prefix_length,
)
from cowrite.engine.decoding.step_control import StepControl
from cowrite.engine.loading.load import LoadedModel, load_model
from cowrite.engine.messages import Candidate, CompletionRequest
from cowrite.engine.networks.quantize import Quantization
from cowrite.engine.networks.steps import Cancelled


@pytest.fixture(scope="module")
def model(tiny_model_dir: Path) -> LoadedModel:
    return load_model(tiny_model_dir, torch.device("cpu"), Quantization.BF16)


@pytest.fixture
def completer(model: LoadedModel) -> Completer:
    return Completer(model, model_id="tiny")


def ask(before: str, **wishes: object) -> CompletionRequest:
    return CompletionRequest(
        before=before,
        **wishes,  # type: ignore[arg-type]
    )


def never() -> bool:
    return False


@given(st.lists(st.integers(0, 3)), st.lists(st.integers(0, 3)))
def test_common_prefix(a: list[int], b: list[int]) -> None:
    shared = common_prefix_length(a, b)
    assert a[:shared] == b[:shared]
    assert a[shared : shared + 1] != b[shared : shared + 1] or shared == min(len(a), len(b))


@given(st.lists(st.lists(st.integers(1, 30), min_size=1, max_size=40), min_size=1, max_size=6))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)
def test_a_kept_prefix_gives_the_logits_of_a_fresh_reading(
    model: LoadedModel, texts: list[list[int]]
) -> None:
    kept = PrefixCache(model)
    with torch.inference_mode():
        for tokens in texts:
            logits, known = kept.read(tokens, never)
            fresh, nothing = PrefixCache(model).read(tokens, never)
            assert nothing == 0
            assert known <= len(tokens)
            assert kept.tokens == tokens
            torch.testing.assert_close(logits, fresh, atol=0.06, rtol=0.06)


def test_reading_the_same_again_reads_nothing(model: LoadedModel) -> None:
    cache = PrefixCache(model)
    with torch.inference_mode():
        first, _ = cache.read([1, 2, 3, 4], never)
        again, known = cache.read([1, 2, 3, 4], never)
        assert known == 4
        assert torch.equal(again, first)
        assert cache.read([1, 2, 9], never)[1] == 2


def test_cancelling_between_chunks_keeps_what_was_read(model: LoadedModel) -> None:
    tokens = [1 + i % 50 for i in range(2 * CHUNK_TOKENS)]
    looks = iter([False, False, False, True])  # before the chunk, before its two layers
    cache = PrefixCache(model)
    with torch.inference_mode():
        with pytest.raises(Cancelled):
            cache.read(tokens, lambda: next(looks))
        assert cache.tokens == tokens[:CHUNK_TOKENS]
        assert cache.read(tokens, never)[1] == CHUNK_TOKENS


def test_a_reading_that_breaks_off_leaves_an_empty_cache(
    model: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = PrefixCache(model)
    with torch.inference_mode():
        cache.read([1, 2, 3], never)
    with monkeypatch.context() as patch:
        patch.setattr(model.network, "forward", _out_of_memory)
        with pytest.raises(torch.OutOfMemoryError):
            cache.append([4])
    assert cache.tokens == []


def _out_of_memory(*_: object, **__: object) -> None:
    raise torch.OutOfMemoryError("no memory left")


@given(
    text=st.sampled_from(SENTENCES).flatmap(lambda s: st.integers(1, len(s)).map(lambda n: s[:n]))
)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
def test_a_candidate_continues_the_text_exactly(completer: Completer, text: str) -> None:
    result = completer.complete(ask(text, candidates=3, max_tokens=6))
    for candidate in result.candidates:
        assert candidate.text
        assert "\n" not in candidate.text
        assert "".join(token.text for token in candidate.tokens) == candidate.text
        assert all(token.logprob <= 1e-6 for token in candidate.tokens)
    texts = [candidate.text for candidate in result.candidates]
    assert len(texts) == len(set(texts))


def test_the_same_question_has_the_same_answer(completer: Completer) -> None:
    first = completer.complete(ask("The old light")).candidates
    completer.complete(ask("Something else entirely"))
    again = completer.complete(ask("The old light")).candidates
    assert [c.text for c in first] == [c.text for c in again]


def test_one_candidate_and_the_best_of_several_agree(completer: Completer) -> None:
    alone = completer.complete(ask("The old light", candidates=1)).candidates[0]
    several = completer.complete(ask("The old light", candidates=4)).candidates
    assert several[0].text == alone.text
    assert several[0].logprob == pytest.approx(alone.logprob, abs=0.3)


def test_updates_only_grow_and_end_in_the_result(completer: Completer) -> None:
    updates: list[Candidate] = []
    result = completer.complete(ask("The old light", max_words=6), updates.append)
    texts = [update.text for update in updates]
    assert texts
    for shorter, longer in itertools.pairwise(texts):
        assert longer.startswith(shorter)
    assert result.candidates[0].text == texts[-1]


def test_cancelling_between_tokens(completer: Completer) -> None:
    looks: Iterator[bool] = iter([False, False, True])
    with pytest.raises(Cancelled):
        completer.complete(
            ask("The", max_tokens=50, max_words=40),
            control=StepControl(cancelled=lambda: next(looks)),
        )


def test_words_and_tokens_are_bounded(completer: Completer) -> None:
    few = completer.complete(ask("The old", max_words=1, max_tokens=30)).candidates
    assert all(len(candidate.text.split()) <= 1 for candidate in few)
    short = completer.complete(ask("The old", max_words=30, max_tokens=3)).candidates
    assert all(len(candidate.tokens) <= 3 for candidate in short)


def test_an_empty_page_can_be_asked_about(completer: Completer) -> None:
    result = completer.complete(ask(""))
    assert result.prompt_tokens == 1


def test_a_long_text_is_cut_from_the_left_in_steps(model: LoadedModel) -> None:
    completer = Completer(model, model_id="tiny", max_prompt_tokens=300)
    text = " ".join(SENTENCES * 30)
    first = completer.complete(ask(text))
    assert first.prompt_tokens <= 300
    more = completer.complete(ask(text + " and"))
    assert more.cached_tokens > 0


def test_timings_and_origin_are_reported(completer: Completer) -> None:
    result = completer.complete(ask("The old light"))
    assert (result.model, result.device, result.quantization) == ("tiny", "cpu", "bf16")
    assert 0 < result.timings.prefill <= result.timings.first_token <= result.timings.total


def test_what_the_tokenizer_puts_before_a_text_is_read_first(tmp_path: Path) -> None:
    folder = make_tiny_model(tmp_path / "model")
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<|endoftext|> $A", special_tokens=[("<|endoftext|>", 0)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    completer = Completer(load_model(folder, torch.device("cpu"), Quantization.BF16), model_id="t")
    for before in ("", "The", "The old light"):
        completer.complete(ask(before))
        assert completer.cache.tokens[0] == 0
        assert 0 not in completer.cache.tokens[1:]


@pytest.mark.parametrize("candidates", [1, 3])
def test_a_private_question_is_answered_from_its_own_page_alone(
    model: LoadedModel, candidates: int
) -> None:
    def answer(completer: Completer, *, is_private: bool) -> Sequence[Candidate]:
        request = ask(f"{SENTENCES[0]} Gr", candidates=candidates, is_private=is_private)
        return completer.complete(request).candidates

    knowing, ignorant = (Completer(model, model_id="tiny") for _ in range(2))
    knowing.ngrams.learn("other", "Grimblewick of old. " * 50)
    nothing_known = answer(ignorant, is_private=False)
    assert not same_candidates(answer(knowing, is_private=False), nothing_known)
    assert same_candidates(answer(knowing, is_private=True), nothing_known)
    assert not same_candidates(answer(knowing, is_private=False), nothing_known), "and then as ever"
