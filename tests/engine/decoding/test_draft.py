"""Drafts change the time an answer takes, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tiny_model import SENTENCES, counted

from cowrite.engine.decoding.completer import Completer
from cowrite.engine.decoding.draft import (
    LEAST_SUCCESS,
    MOST_DRAFTED,
    MOST_MATCHED,
    Copying,
    Draft,
    Drafter,
    PromptLookup,
    SuccessRates,
)
from cowrite.engine.decoding.personal_ngrams import PersonalNgrams
from cowrite.engine.decoding.prefix_cache import PrefixCache
from cowrite.engine.loading.load import LoadedModel, load_model
from cowrite.engine.messages import Candidate, CompletionRequest
from cowrite.engine.networks.quantize import Quantization

TOKENS = st.lists(st.integers(0, 4), max_size=40)
MAIL = (
    "Dear Mrs Thraxibul,\nthank you very much for your letter of the third of May. We are pleased to confirm the "
    "delivery of forty boxes of candles.\nYours sincerely, Edmund Braddlestone\n\nDear Mr Quessadine,\n"
)


@pytest.fixture(scope="module")
def model(tiny_model_dir: Path) -> LoadedModel:
    return load_model(tiny_model_dir, torch.device("cpu"), Quantization.BF16)


def complete(completer: Completer, before: str, **wishes: int) -> Candidate:
    """The first candidate; one without text where a model of random weights begins with half a character."""
    request = CompletionRequest(before=before, multiline=True, **wishes)
    return next(iter(completer.complete(request).candidates), Candidate(text="", logprob=0.0))


@given(TOKENS, st.integers(1, 8))
def test_lookup_finds_what_followed_the_last_two_tokens_where_they_last_stood(
    tokens: list[int], most: int
) -> None:
    matched, following = PromptLookup(tokens).following(most)
    places = [i for i in range(2, len(tokens)) if tokens[i - 2 : i] == tokens[-2:]]
    if not places:
        assert (matched, following) == (0, ())
        return
    at = places[-1]
    assert following == tuple(tokens[at : at + most])
    assert 2 <= matched <= MOST_MATCHED
    assert tokens[at - matched : at] == tokens[-matched:]


@given(TOKENS, st.lists(st.integers(0, 4), max_size=3), st.integers(1, 8))
def test_lookup_after_a_guess_is_lookup_in_the_text_with_it(
    tokens: list[int], guessed: list[int], most: int
) -> None:
    lookup = PromptLookup(tokens)
    matched, following = lookup.following(most, guessed)
    end = [*tokens, *guessed]
    places = [i for i in range(2, len(tokens)) if tokens[i - 2 : i] == end[-2:]]
    if len(end) < 2 or not places:
        assert (matched, following) == (0, ())
        return
    assert following == tuple(tokens[places[-1] : places[-1] + most])
    assert tokens[places[-1] - matched : places[-1]] == end[-matched:]


def test_a_draft_begins_with_what_is_typed(model: LoadedModel) -> None:
    encode = model.vocabulary.encode
    ngrams = PersonalNgrams()
    ngrams.learn("d", "Grimblewick came. Then Grimblewick went. And Grimblewick slept.")
    drafter = Drafter(model.vocabulary, ngrams, SuccessRates(), encode("So"))
    draft = drafter.draft(lambda: "So Grim", b" Grim", MOST_DRAFTED)
    written = b"".join(map(model.vocabulary.bytes_of, draft.tokens))
    assert "words" in draft.source
    assert written.startswith(b" Grim")
    assert b" Grimblewick".startswith(written)
    assert drafter.draft(lambda: "So Xy", b" Xy", MOST_DRAFTED).tokens == ()
    assert drafter.draft(lambda: "So Grim", b" Grim", 0).tokens == ()


def test_a_source_that_is_mostly_wrong_is_asked_no_more_and_later_again() -> None:
    rates, draft = SuccessRates(), Draft((1, 2), "text 2")
    for _ in range(5):
        rates.record(draft, 0)
    assert rates.of("text 2") < LEAST_SUCCESS
    assert rates.worth_drafting("text 2", 8) == 0
    assert rates.of("text 3") == 0.5
    for _ in range(200):
        rates.forgive("text 2")
    assert rates.of("text 2") >= LEAST_SUCCESS
    for _ in range(100):
        rates.record(draft, 2)
    assert rates.of("text 2") > 0.9


def test_a_draft_is_as_long_as_its_source_is_good() -> None:
    lengths = []
    for agreed in range(9):
        rates = SuccessRates()
        for _ in range(100):
            rates.record(Draft(tuple(range(8)), "text 2"), agreed)
        lengths.append(rates.worth_drafting("text 2", 8))
    assert lengths == sorted(lengths)
    assert (lengths[0], lengths[8]) == (0, 8)
    assert len(set(lengths)) > 3
    assert rates.worth_drafting("text 2", 3) == 3


def test_what_is_copied_is_drafted_from_where_the_answer_is() -> None:
    copying = Copying([1, 2, 3, 4, 5, 6, 7, 8, 9], SuccessRates())
    assert copying.draft(4).tokens == (1, 2, 3, 4)  # it begins as the text does
    assert copying.draft(0).tokens == ()
    for token in (1, 2):
        copying.chosen(token)
    assert copying.draft(9).tokens[:2] == (3, 4)
    copying.chosen(99)  # a word of its own
    assert copying.draft(9).tokens == ()
    copying.chosen(5)  # and back again, two further on
    assert copying.draft(9).tokens[:1] == (6,)
    copying.chosen(2)  # or before
    assert copying.draft(9).tokens[:1] == (3,)
    for token in (3, 4, 5, 6, 7, 8, 9):
        copying.chosen(token)
    assert copying.draft(9).tokens == ()
    assert Copying([], SuccessRates()).draft(9).tokens == ()


@pytest.mark.parametrize("text", [s * 3 for s in SENTENCES[:6]] + [MAIL * 2 + "Dear Mrs Thr"])
def test_the_answer_is_the_one_without_drafts(model: LoadedModel, text: str) -> None:
    drafting, plain = Completer(model, model_id="a"), Completer(model, model_id="b")
    plain.drafting = False
    for completer in (drafting, plain):
        completer.ngrams.learn("d", text)
    for cut in range(len(text) - 12, len(text)):
        before = text[:cut]
        with_drafts = complete(drafting, before, max_tokens=8, max_words=8)
        without = complete(plain, before, max_tokens=8, max_words=8)
        assert with_drafts.text == without.text
        assert with_drafts.logprob == pytest.approx(without.logprob, abs=0.2)
        assert drafting.cache.tokens == plain.cache.tokens


def test_what_the_model_did_not_agree_with_is_not_kept(model: LoadedModel) -> None:
    cache = PrefixCache(model)
    with torch.inference_mode():
        logits, _ = cache.read_ahead([1, 2, 3], [4, 5], lambda: False)
        assert logits.shape[0] == 3
        assert cache.tokens == [1, 2, 3, 4, 5]
        for number, tokens in enumerate(([1, 2, 3], [1, 2, 3, 4], [1, 2, 3, 4, 5])):
            fresh, _ = PrefixCache(model).read(tokens, lambda: False)
            torch.testing.assert_close(logits[number], fresh, atol=0.06, rtol=0.06)
        cache.keep(4)
        after, known = cache.read([1, 2, 3, 4, 7], lambda: False)
        fresh, _ = PrefixCache(model).read([1, 2, 3, 4, 7], lambda: False)
    assert known == 4
    torch.testing.assert_close(after, fresh, atol=0.06, rtol=0.06)


@pytest.mark.starter_model
def test_the_real_model_says_the_same_in_fewer_passes(starter_model_dir: Path) -> None:
    starter = load_model(starter_model_dir, torch.device("cpu"), Quantization.INT8)
    before = MAIL + MAIL.partition("\n")[2].partition("Dear")[0][:60]
    texts, counts = [], []
    for drafting in (True, False):
        completer = Completer(starter, model_id="starter")
        completer.drafting = drafting
        complete(completer, before, max_tokens=1)
        with counted(starter) as sizes:
            texts.append(complete(completer, before, max_tokens=16, max_words=16).text)
        counts.append(len(sizes))
    assert texts[0] == texts[1]
    assert counts[0] <= counts[1] / 2
