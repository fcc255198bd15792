"""Answers to prompts: their end, what they hold, and that drafts and other work change nothing about them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_model import SENTENCES

from cowrite.base.errors import UserError
from cowrite.engine.decoding.answer import Answer, Answerer, AnswerRules
from cowrite.engine.decoding.draft import MOST_DRAFTED, NO_DRAFT, Draft, Drafter
from cowrite.engine.decoding.prefix_cache import CachedText, PrefixCache
from cowrite.engine.decoding.step_control import UNINTERRUPTED, StepControl
from cowrite.engine.loading.load import LoadedModel, load_model
from cowrite.engine.messages import Candidate
from cowrite.engine.networks.quantize import Quantization
from cowrite.engine.networks.steps import Cancelled, finish


@pytest.fixture(scope="module")
def model(tiny_model_dir: Path) -> LoadedModel:
    return load_model(tiny_model_dir, torch.device("cpu"), Quantization.BF16)


def answered(
    model: LoadedModel, rules: AnswerRules, control: StepControl = UNINTERRUPTED, text: str = ""
) -> tuple[Answer, list[str]]:
    """The answer, and the texts that were told on the way."""
    told: list[str] = []

    def tell(each: Candidate | None) -> None:
        if each is not None:
            told.append(each.text)

    prompt = model.vocabulary.encode(text or " ".join(SENTENCES))
    return finish(Answerer(model, PrefixCache(model)).steps(prompt, rules, control), tell), told


def require_grown(told: list[str], text: str) -> None:
    assert all(b.startswith(a) for a, b in zip(told, [*told[1:], text], strict=True))


def test_an_answer_has_no_more_tokens_than_were_asked_for(model: LoadedModel) -> None:
    found, told = answered(model, AnswerRules(max_tokens=12))
    candidate = found.candidate
    assert len(candidate.tokens) == 12
    assert candidate.is_cut
    assert candidate.text == "".join(each.text for each in candidate.tokens)
    assert candidate.logprob == pytest.approx(sum(each.logprob for each in candidate.tokens))
    assert found.prompt_tokens == len(model.vocabulary.encode(" ".join(SENTENCES)))
    require_grown(told, candidate.text)


def test_it_ends_before_a_stop_text_and_no_part_of_that_is_told(model: LoadedModel) -> None:
    free = answered(model, AnswerRules(max_tokens=30))[0].candidate.text
    stop = free[9:14]
    found, told = answered(model, AnswerRules(max_tokens=30, stop=(stop, "never there")))
    assert found.candidate.text == free[: free.index(stop)]
    assert not found.candidate.is_cut
    assert found.candidate.text == "".join(each.text for each in found.candidate.tokens)
    require_grown(told, found.candidate.text)


@settings(max_examples=15, deadline=None)
@given(
    cuts=st.lists(st.tuples(st.integers(0, 25), st.integers(1, 4)), min_size=1, max_size=4),
    seed=st.integers(0, 3),
)
def test_a_banned_phrase_never_appears(
    model: LoadedModel, cuts: list[tuple[int, int]], seed: int
) -> None:
    drawn = AnswerRules(max_tokens=25, temperature=1.0 if seed else 0.0, seed=seed)
    free = answered(model, drawn)[0].candidate.text
    banned = tuple(each for at, size in cuts if (each := free[at : at + size]))
    rules = AnswerRules(
        max_tokens=25, temperature=drawn.temperature, seed=seed, banned=banned or ("e",)
    )
    found, told = answered(model, rules)
    for text in (*told, found.candidate.text):
        assert not any(each in text for each in rules.banned)


@pytest.mark.parametrize("temperature", [0.0, 5.0])
@pytest.mark.parametrize(
    "allowed",
    [("yes", "no"), ("the", "the light", "the lighthouse"), ("你好", "Straße naß"), ("😀",)],
)
def test_the_answer_is_an_allowed_phrase(
    model: LoadedModel, allowed: tuple[str, ...], temperature: float
) -> None:
    seen = set()
    for seed in range(12):
        rules = AnswerRules(
            max_tokens=40, allowed=allowed, temperature=temperature, seed=seed, stop=("e", "s")
        )
        found, told = answered(model, rules)
        assert found.candidate.text in allowed
        assert not found.candidate.is_cut
        require_grown(told, found.candidate.text)
        seen.add(found.candidate.text)
    assert temperature == 0.0 or len(allowed) == 1 or len(seen) > 1


def test_allowed_phrases_that_cannot_be_written_are_said(model: LoadedModel) -> None:
    with pytest.raises(UserError, match="None of the allowed phrases"):
        answered(model, AnswerRules(max_tokens=9, allowed=("yes",), banned=("e",)))


def test_a_prompt_that_leaves_no_room_is_said(model: LoadedModel) -> None:
    with pytest.raises(UserError, match="too long for this model"):
        answered(model, AnswerRules(max_tokens=500), text="The old lighthouse. " * 40)


def test_drafts_change_nothing(model: LoadedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = AnswerRules(max_tokens=40, banned=("light",))
    drafted: list[int] = []
    draft = Drafter.draft

    def counted(self: Drafter, *arguments: object) -> object:
        found = draft(self, *arguments)  # type: ignore[arg-type]
        drafted.append(len(found.tokens))
        return found

    monkeypatch.setattr(Drafter, "draft", counted)
    with_drafts = answered(model, rules)[0].candidate
    monkeypatch.setattr(Drafter, "draft", lambda *_: NO_DRAFT)
    assert with_drafts.text == answered(model, rules)[0].candidate.text
    assert sum(drafted) > 0, "nothing was drafted"


@pytest.mark.parametrize("temperature", [0.0, 0.7])
def test_drafts_from_what_is_copied_change_nothing_but_the_passes(
    model: LoadedModel, monkeypatch: pytest.MonkeyPatch, temperature: float
) -> None:
    plain = AnswerRules(max_tokens=40, temperature=temperature, seed=3, drafting=False)
    passes: list[int] = []
    read_more = CachedText.read_more

    def counted(self: CachedText, *arguments: object) -> object:
        passes.append(1)
        return read_more(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(CachedText, "read_more", counted)
    control = StepControl(gives_way=True)
    expected = answered(model, plain, control)[0].candidate
    without = len(passes)
    tokens = model.vocabulary.encode(expected.text)
    copied = (*tokens[:15], *tokens[18:25], 3, 5, *tokens[25:])
    passes.clear()
    found = answered(model, replace(plain, copied=copied, drafting=True), control)[0].candidate
    assert found.text == expected.text
    assert len(passes) < without / 2


def test_wrong_drafts_change_nothing_of_what_is_drawn(
    model: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = AnswerRules(max_tokens=30, temperature=0.7, seed=5)
    monkeypatch.setattr(Drafter, "draft", lambda *_: NO_DRAFT)
    expected = answered(model, rules)[0].candidate
    wrong = Draft(tuple(model.vocabulary.encode("the old")), "wrong")
    monkeypatch.setattr(Drafter, "draft", lambda *_: wrong)
    assert answered(model, rules)[0].candidate.text == expected.text


def test_other_work_between_its_steps_changes_nothing(model: LoadedModel) -> None:
    cache = PrefixCache(model)
    prompt = model.vocabulary.encode(" ".join(SENTENCES))
    rules, control = AnswerRules(max_tokens=20), StepControl(gives_way=True)
    expected = finish(Answerer(model, PrefixCache(model)).steps(prompt, rules, control))

    @torch.inference_mode()
    def other(_: object) -> None:
        cache.read(model.vocabulary.encode(SENTENCES[1]), lambda: False)

    found = finish(Answerer(model, cache).steps(prompt, rules, control), other)
    assert found.candidate == expected.candidate


def test_it_is_cancelled_within_a_token(model: LoadedModel) -> None:
    cache = PrefixCache(model)
    told: list[object] = []
    control = StepControl(cancelled=lambda: len(told) > 4)
    prompt = model.vocabulary.encode(SENTENCES[0])
    with pytest.raises(Cancelled):
        finish(
            Answerer(model, cache).steps(prompt, AnswerRules(max_tokens=90), control), told.append
        )
    assert len(told) <= 4 + 1 + MOST_DRAFTED
    assert finish(Answerer(model, cache).steps(prompt, AnswerRules(max_tokens=3))).cached_tokens > 0
