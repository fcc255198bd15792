"""How the rest of a line follows an answer: as by reading the whole text, and nothing where no line follows."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tiny_model import counted

from cowrite.engine.decoding.completer import Completer
from cowrite.engine.decoding.joins import (
    END_OF_LINE_CHARACTERS,
    MOST_ENDS,
    READ_CHARACTERS,
    Joiner,
    ends_of_words,
    rest_of_line,
    space_between,
)
from cowrite.engine.decoding.scoring import Scorer
from cowrite.engine.decoding.step_control import UNINTERRUPTED
from cowrite.engine.jobs.task_steps import TaskSteps
from cowrite.engine.loading.load import LoadedModel, load_model
from cowrite.engine.messages import (
    Candidate,
    CompletionRequest,
    CompletionResult,
    Join,
    Timings,
    Token,
)
from cowrite.engine.networks.quantize import Quantization
from cowrite.engine.networks.steps import finish

BEFORE = "She had not been to the "
AFTER = " since the light went out, and the town"
# bf16 keys and values are rounded otherwise in passes of another size; nats for each token.
TOLERANCE = 0.06


@pytest.fixture(scope="module")
def model(tiny_model_dir: Path) -> LoadedModel:
    return load_model(tiny_model_dir, torch.device("cpu"), Quantization.BF16)


@pytest.fixture
def completer(model: LoadedModel) -> Completer:
    return Completer(model, model_id="tiny")


def words(*texts: str, probability: float = 0.5, is_cut: bool = False) -> Candidate:
    tokens = tuple(Token(text=text, logprob=math.log(probability)) for text in texts)
    return Candidate(text="".join(texts), logprob=0.0, tokens=tokens, is_cut=is_cut)


def answer(*candidates: Candidate) -> CompletionResult:
    return CompletionResult(
        candidates=candidates,
        model="tiny",
        adapter="",
        device="cpu",
        quantization="bf16",
        timings=Timings(total=1.0),
    )


def joined(completer: Completer, request: CompletionRequest, *found: Candidate) -> CompletionResult:
    joiner = Joiner(Scorer(completer.model, completer.cache))
    return finish(joiner.steps(request, answer(*found), UNINTERRUPTED))


@torch.inference_mode()
def logprob_of_end(model: LoadedModel, text: str, end: str) -> float:
    """The log-probability of the tokens with which ``text`` ends in ``end``, by a single reading of all of it."""
    tokens = model.vocabulary.encode(text)
    logprobs = model.network(torch.tensor([tokens]))[0].float().log_softmax(dim=-1)
    left, total = len(end.encode()), 0.0
    for at in range(len(tokens) - 1, 0, -1):
        if left <= 0:
            break
        left -= len(model.vocabulary.bytes_of(tokens[at]))
        total += float(logprobs[at - 1, tokens[at]])
    return total


@pytest.mark.parametrize("after", [AFTER, AFTER[1:], "，你好，世界 and the town above"])
def test_joins_are_those_of_reading_each_text_whole(completer: Completer, after: str) -> None:
    offered = words("house", " on", " the", " hill")
    request = CompletionRequest(before=BEFORE, after=after)
    (found,) = joined(completer, request, offered).candidates
    assert [join.characters for join in found.joins] == [5, 8]
    rest = rest_of_line(after)
    without = logprob_of_end(completer.model, BEFORE + rest, rest)
    for join in found.joins:
        text = offered.text[: join.characters]
        whole = BEFORE + text + space_between(text, rest) + rest
        tolerance = TOLERANCE * len(rest)
        assert join.logprob == pytest.approx(
            logprob_of_end(completer.model, whole, rest), abs=tolerance
        )
        assert join.without == pytest.approx(without, abs=tolerance)
        assert join.without != pytest.approx(join.logprob, abs=0.05)
    assert (found.text, found.tokens) == (offered.text, offered.tokens)


def test_the_time_it_took_is_told(completer: Completer) -> None:
    request = CompletionRequest(before=BEFORE, after=AFTER)
    assert joined(completer, request, words("house")).timings.total > 1.0


@pytest.mark.parametrize(
    ("before", "after", "candidates"),
    [
        (BEFORE, "", 1),
        (BEFORE, " end.", 1),
        (BEFORE, "\nA whole paragraph follows on the next line.", 1),
        (BEFORE, AFTER, 5),
        (BEFORE + "light", AFTER, 1),
    ],
)
def test_nothing_is_read_at_the_end_of_a_line_nor_for_many_candidates_nor_within_a_word(
    completer: Completer, before: str, after: str, candidates: int
) -> None:
    request = CompletionRequest(before=before, after=after, candidates=candidates)
    with counted(completer.model) as sizes:
        found = joined(completer, request, words("house"))
    assert (found.candidates[0].joins, sizes) == ((), [])


def test_an_answer_after_a_joined_one_is_that_of_a_new_engine(model: LoadedModel) -> None:
    kept = Completer(model, model_id="tiny")
    lengths = []
    for before in (BEFORE, BEFORE + "l", BEFORE + "light", BEFORE + "light on", BEFORE[:12]):
        request = CompletionRequest(before=before, after=AFTER, max_words=2)
        one = kept.complete(request).candidates
        other = Completer(model, model_id="tiny").complete(request).candidates
        assert [each.text for each in one] == [each.text for each in other]
        for mine, fresh in zip(one, other, strict=True):
            assert mine.logprob == pytest.approx(fresh.logprob, abs=TOLERANCE * len(mine.tokens))
        lengths.append(len(one))
        assert joined(kept, request, words(" house", " on", " the")).candidates[0].joins
    assert any(lengths)


def test_the_engine_joins_what_it_completes(
    completer: Completer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cowrite.engine.decoding.joins.LEAST_PROBABILITY", 1e-6)
    completer.ngrams.learn("text", "A lighthouse keeper. " * 60)
    for before, ends in (("Once more the lighthouse ", [6, 7]), ("Once more the lighthouse k", [])):
        task = CompletionRequest(before=before, after=AFTER, max_words=1)
        found = finish(TaskSteps(completer, None).begin(task, UNINTERRUPTED))
        assert isinstance(found, CompletionResult)
        assert before + found.candidates[0].text == "Once more the lighthouse keeper. "
        assert [join.characters for join in found.candidates[0].joins] == ends


# --- what is read, and where words end ---


@pytest.mark.parametrize(
    ("after", "rest"),
    [
        (" end.", ""),
        ("12345678  \nmore", ""),
        (" since the light went out, and the town", " since the light"),
        ("since\nthe light went out", ""),
        ("short enough.\nNext", "short enough."),
        ("x" * 50, "x" * READ_CHARACTERS),
        ("世界" * 30, "世界" * (READ_CHARACTERS // 2)),
    ],
)
def test_the_rest_of_a_line_ends_with_a_word(after: str, rest: str) -> None:
    assert rest_of_line(after) == rest


@given(st.text(max_size=80))
def test_the_rest_of_a_line_is_a_beginning_of_it(after: str) -> None:
    rest = rest_of_line(after)
    assert after.startswith(rest)
    assert "\n" not in rest
    assert not rest or len(after.split("\n")[0]) > END_OF_LINE_CHARACTERS
    assert len(rest) <= READ_CHARACTERS


@pytest.mark.parametrize(
    ("candidate", "ends"),
    [
        (words("done", ".", " Mr", ".", " Elton"), [4, 5]),
        (words("don", "'t", " go"), [5, 8]),
        (words(" house", " on", is_cut=True), [6]),
        (words("house", is_cut=True), []),
        (words("hou", "se", probability=0.2), []),
        (words(), []),
        (words("你好", "世界"), [2, 4]),
    ],
)
def test_where_words_end(candidate: Candidate, ends: list[int]) -> None:
    assert list(ends_of_words(candidate)) == ends


@given(st.lists(st.text("ab .,'\n你好", max_size=4), max_size=8), st.booleans())
def test_words_end_within_a_candidate_and_not_with_a_space(texts: list[str], is_cut: bool) -> None:
    candidate = words(*texts, probability=0.9, is_cut=is_cut)
    ends = list(ends_of_words(candidate))
    assert ends == sorted(set(ends))
    assert len(ends) <= MOST_ENDS
    assert all(not candidate.text[end - 1].isspace() for end in ends)
    assert not is_cut or len(candidate.text) not in ends


@pytest.mark.parametrize(
    ("text", "rest", "space"),
    [
        ("house", "on", " "),
        ("house ", "on", ""),
        ("house", " on", ""),
        ("你", "好", ""),
        ("end.", "Then", " "),
        ("a", ", b", ""),
    ],
)
def test_words_do_not_become_one(text: str, rest: str, space: str) -> None:
    assert space_between(text, rest) == space


# --- with the model that everybody has ---


@pytest.mark.starter_model
@pytest.mark.parametrize(
    ("before", "offered", "after", "is_missing"),
    [
        ("She put the letter back into ", "the drawer", " and locked it before he came in.", True),
        ("He was standing at the end of the ", "road", " and waved to us as we drove by.", True),
        ("She put the letter back into ", "the drawer", "the drawer and locked it.", False),
        ("He went down to the sea and ", "looked", "looked at the ships for an hour.", False),
    ],
)
def test_what_is_missing_joins_better_than_nothing(
    starter_model_dir: Path, before: str, offered: str, after: str, is_missing: bool
) -> None:
    model = load_model(starter_model_dir, torch.device("cpu"), Quantization.INT8)
    request = CompletionRequest(before=before, after=after)
    found = joined(Completer(model, model_id="starter"), request, words(offered))
    join: Join = found.candidates[0].joins[-1]
    assert (join.logprob > join.without) == is_missing
