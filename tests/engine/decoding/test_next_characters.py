"""What the scores at a word's beginning say of the next character, and that they serve every letter of the word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch

from cowrite.engine.decoding.completer import Completer
from cowrite.engine.decoding.read_before import ReadBefore
from cowrite.engine.loading.load import LoadedModel, load_model
from cowrite.engine.messages import MOST_LIKELY_NEXT, CompletionRequest, CompletionResult
from cowrite.engine.networks.quantize import Quantization

TEXT = "The old lighthouse stood on the hill above the town. She had not been to the light"


@pytest.fixture(scope="module")
def tiny(tiny_model_dir: Path) -> LoadedModel:
    return load_model(tiny_model_dir, torch.device("cpu"), Quantization.BF16)


@pytest.fixture(scope="module")
def starter(starter_model_dir: Path) -> LoadedModel:
    return load_model(starter_model_dir, torch.device("cpu"), Quantization.INT8)


@contextmanager
def passes(model: LoadedModel) -> Iterator[list[int]]:
    """How many tokens each pass reads, while this is open."""
    sizes: list[int] = []
    hook = model.network.register_forward_pre_hook(lambda _, args: sizes.append(args[0].shape[1]))
    try:
        yield sizes
    finally:
        hook.remove()


def completed(completer: Completer, before: str, *, tokens: int = 8) -> CompletionResult:
    return completer.complete(CompletionRequest(before=before, max_tokens=tokens))


def by_the_definition(model: LoadedModel, before: str) -> Counter[str]:
    """Every token that agrees with what is typed and goes beyond it, by the character that it puts there."""
    prompt, pending = Completer(model, model_id="other").prompt(before)
    with torch.inference_mode():
        logits = model.network(torch.tensor([prompt]), None, last=1)[0, -1].float()
    allowed = model.vocabulary.starting_with(pending)
    shares = logits[allowed].softmax(-1).tolist()
    found: Counter[str] = Counter()
    for token, share in zip(allowed, shares, strict=True):
        beyond = model.vocabulary.bytes_of(token)[len(pending) :].decode(errors="ignore")
        found[beyond[:1]] += share
    found.pop("", None)
    return found


@pytest.mark.parametrize("before", [TEXT, f"{TEXT}house ", "The old li"])
def test_characters_are_as_probable_as_all_tokens_that_put_them_there(
    tiny: LoadedModel, before: str
) -> None:
    likely = completed(Completer(tiny, model_id="tiny"), before).likely_next
    expected = by_the_definition(tiny, before)
    assert likely
    for character, share in likely[:3]:
        # A little more where a token that only spells what is typed comes first, and what follows it is known.
        assert share >= expected[character] - 0.05
    assert len(likely) <= MOST_LIKELY_NEXT
    assert [share for _, share in likely] == sorted((s for _, s in likely), reverse=True)
    assert sum(share for _, share in likely) <= 1.001


def test_the_letters_of_a_word_need_no_pass_for_their_first_token(tiny: LoadedModel) -> None:
    completer = Completer(tiny, model_id="tiny")
    # Where “ l”, “ li” and “ lig” are two tokens and “ ligh” is one, the word begins at two places.
    for begun, more in [("l", "li"), ("l", "lig"), ("ligh", "light")]:
        before = TEXT.removesuffix("light")
        completed(completer, before + begun, tokens=1)
        with passes(tiny) as sizes:
            result = completed(completer, before + more, tokens=1)
        assert sizes == []
        assert result.cached_tokens == result.prompt_tokens


def typed_letter_by_letter(model: LoadedModel, text: str, start: int) -> list[CompletionResult]:
    completer = Completer(model, model_id="kept")
    return [completed(completer, text[:end]) for end in range(start, len(text) + 1)]


def require_the_same_without(
    model: LoadedModel, text: str, start: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answers at each letter are those of a completer that reads the last token again each time."""
    found = typed_letter_by_letter(model, text, start)
    monkeypatch.setattr(ReadBefore, "after", lambda *_: None)
    without = typed_letter_by_letter(model, text, start)
    assert any(each.cached_tokens == each.prompt_tokens for each in found)
    assert not any(each.cached_tokens == each.prompt_tokens for each in without)
    for mine, theirs in zip(found, without, strict=True):
        assert [each.text for each in mine.candidates] == [each.text for each in theirs.candidates]
        assert [each.logprob for each in mine.candidates] == pytest.approx(
            [each.logprob for each in theirs.candidates], abs=0.3
        )
        assert mine.likely_next[0][0] == theirs.likely_next[0][0]


def test_answers_are_the_same_without(tiny: LoadedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"{TEXT}house since the light went out."
    require_the_same_without(tiny, text, len(TEXT) - 6, monkeypatch)


@pytest.mark.starter_model
def test_so_with_the_starter_model(starter: LoadedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    require_the_same_without(starter, f"{TEXT}house since the", len(TEXT) - 3, monkeypatch)


@pytest.mark.starter_model
def test_the_starter_model_knows_how_a_word_goes_on_and_that_a_space_follows(
    starter: LoadedModel,
) -> None:
    completer = Completer(starter, model_id="starter")
    inside = dict(completed(completer, TEXT).likely_next)
    assert max(inside, key=inside.__getitem__) == "h"
    ended = dict(completed(completer, f"{TEXT}house since the light wen").likely_next)
    assert max(ended, key=ended.__getitem__) == "t"
    whole = dict(completed(completer, f"{TEXT}house since the light went").likely_next)
    assert max(whole, key=whole.__getitem__) == " "
