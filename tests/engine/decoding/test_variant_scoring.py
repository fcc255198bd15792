"""Scores of many variants: those of reading each whole text, whatever the variants have in common and whoever waits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_model import SENTENCES, counted, make_tiny_model

from cowrite.base.errors import UserError
from cowrite.engine.decoding.prefix_cache import PrefixCache
from cowrite.engine.decoding.scoring import MOST_CONTEXT_TOKENS, Scorer, Scores
from cowrite.engine.decoding.step_control import UNINTERRUPTED, StepControl
from cowrite.engine.loading.load import LoadedModel, load_model
from cowrite.engine.messages import ScoreRequest, VariantScore
from cowrite.engine.networks.quantize import Quantization
from cowrite.engine.networks.steps import Cancelled, finish

# bf16 keys and values are rounded otherwise in passes of another size; nats for each token.
TOLERANCE = 0.06
WINDOW = 12
SLIDING = {"layer_types": ["sliding_attention", "full_attention"], "sliding_window": WINDOW}
FAMILIES = {
    "llama": ("llama", {}),
    "a window": ("mistral", {"sliding_window": WINDOW}),
    "a window in some layers": ("gemma3_text", {**SLIDING, "query_pre_attn_scalar": 24}),
    "computed by transformers": ("phi3", {"sliding_window": WINDOW}),
}
VARIANTS = (
    "The old lighthouse stood on the hill above the town.",
    "The old lighthouse stands on the hill above the town.",
    "The old lighthouse stood on a hill above the town.",
    "The old lighthouse stood on the hill above the towns.",
    "An old lighthouse stood on the hill above the town.",
    "The old lighthouse stood on the hill",
    "The old lighthouse stood on the hill above the town.",
)


@pytest.fixture(scope="module")
def model(tiny_model_dir: Path) -> LoadedModel:
    return load_model(tiny_model_dir, torch.device("cpu"), Quantization.BF16)


def score(
    model: LoadedModel,
    request: ScoreRequest,
    control: StepControl = UNINTERRUPTED,
    on_step: Callable[[object], None] = lambda _: None,
) -> Scores:
    return finish(Scorer(model, PrefixCache(model)).steps(request, control), on_step)


@torch.inference_mode()
def whole(model: LoadedModel, text: str) -> list[float]:
    """The log-probability of each token of ``text`` but the first one read, by a single reading."""
    tokens = [*model.vocabulary.beginning, *model.vocabulary.encode(text)]
    logprobs = model.network(torch.tensor([tokens]))[0].float().log_softmax(dim=-1)
    return logprobs[torch.arange(len(tokens) - 1), torch.tensor(tokens[1:])].tolist()


def require_like_whole(model: LoadedModel, request: ScoreRequest, found: Scores) -> None:
    """Each score is that of the last tokens of the whole text, as many as it says."""
    for variant, each in zip(request.variants, found.scores, strict=True):
        logprobs = whole(model, request.before + variant + request.after)
        assert found.context_tokens + each.tokens == len(logprobs) + 1
        expected = sum(logprobs[len(logprobs) - each.tokens :])
        assert each.logprob == pytest.approx(expected, abs=TOLERANCE * each.tokens + 0.05)


@pytest.mark.parametrize("gives_way", [False, True])
@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_scores_as_if_each_text_was_read_whole(
    tmp_path: Path, family: str, gives_way: bool
) -> None:
    name, wishes = FAMILIES[family]
    folder = make_tiny_model(tmp_path / "model", family=name, **wishes)
    loaded = load_model(folder, torch.device("cpu"), Quantization.BF16)
    request = ScoreRequest(before=SENTENCES[1] + " ", variants=VARIANTS, after=" And?")
    found = score(loaded, request, StepControl(gives_way=gives_way))
    require_like_whole(loaded, request, found)
    assert found.scores[0] == found.scores[6]


def test_what_variants_share_is_read_once(model: LoadedModel) -> None:
    request = ScoreRequest(before=SENTENCES[1] + " ", variants=VARIANTS)
    with counted(model) as sizes:
        scorer = Scorer(model, PrefixCache(model))
        first = finish(scorer.steps(request))
        again = finish(scorer.steps(request))
    ends = {tuple(model.vocabulary.encode(request.before + each)) for each in VARIANTS}
    beginnings = {each[:end] for each in ends for end in range(1, len(each))}
    assert first.read_tokens == len(beginnings)
    # The second time what stands before the variants is known, with the logits of its last token.
    assert again.cached_tokens == again.context_tokens == first.context_tokens
    assert again.read_tokens == first.read_tokens - again.cached_tokens
    assert sum(sizes) == first.context_tokens
    assert again.scores == pytest.approx(first.scores) or _close(again.scores, first.scores)


def _close(found: tuple[VariantScore, ...], expected: tuple[VariantScore, ...]) -> bool:
    pairs = zip(found, expected, strict=True)
    return all(a.logprob == pytest.approx(b.logprob, abs=TOLERANCE * b.tokens) for a, b in pairs)


@settings(max_examples=25, deadline=None)
@given(
    before=st.text("ab theoldhus.\né你 ", max_size=40),
    variants=st.lists(st.text("ab theoldhus.\né你 ", max_size=12), min_size=1, max_size=6),
    after=st.text("ab theold.", max_size=6),
)
def test_whatever_the_seams_are(
    model: LoadedModel, before: str, variants: list[str], after: str
) -> None:
    request = ScoreRequest(before=before, variants=tuple(variants), after=after)
    found = score(model, request)
    vocabulary = model.vocabulary
    wholes = [vocabulary.encode(before + each + after) for each in variants]
    context = found.context_tokens - (0 if all(w and w[0] == wholes[0][0] for w in wholes) else 1)
    for tokens, each in zip(wholes, found.scores, strict=True):
        assert each.tokens == len(tokens) - min(context, len(tokens)) or each.tokens == len(tokens)
        assert each.logprob <= 0
    # The differences are those of the whole texts, whatever of the text before counts.
    if before.endswith(" ") is False and found.context_tokens > 1:
        require_like_whole(model, request, found)


def test_a_seam_that_one_variant_changes_counts_for_all(model: LoadedModel) -> None:
    """“ town” is one token, so with “n” the “ tow” before it is another one, and is scored for every variant."""
    encode = model.vocabulary.encode
    before, joined, apart = "on the hill above the tow", "n.", " is."
    shared = len(
        [a for a, b in zip(encode(before + joined), encode(before), strict=False) if a == b]
    )
    assert shared < len(encode(before))
    request = ScoreRequest(before=before, variants=(joined, apart))
    found = score(model, request)
    assert found.context_tokens == shared
    require_like_whole(model, request, found)


def test_a_text_before_that_is_too_long_is_cut_from_the_left(model: LoadedModel) -> None:
    before = "The old light. " * 200
    scorer = Scorer(model, PrefixCache(model), most_context_tokens=MOST_CONTEXT_TOKENS)
    found = finish(scorer.steps(ScoreRequest(before=before, variants=("So.", "Yes."))))
    assert 1 < found.context_tokens <= model.context_tokens // 2
    with pytest.raises(UserError, match="too long for this model"):
        finish(scorer.steps(ScoreRequest(before="", variants=("So.", before))))


def test_other_work_between_its_steps_changes_nothing(model: LoadedModel) -> None:
    cache = PrefixCache(model)
    request = ScoreRequest(before=SENTENCES[0] * 3, variants=VARIANTS)
    expected = score(model, request, StepControl(gives_way=True))
    others = iter(range(10_000))

    @torch.inference_mode()
    def other(_: object) -> None:
        text = SENTENCES[next(others) % 3] + SENTENCES[0]
        cache.read(model.vocabulary.encode(text), lambda: False)

    found = finish(Scorer(model, cache).steps(request, StepControl(gives_way=True)), other)
    assert found.scores == expected.scores
    assert next(others) > 5, "nothing came between"


def test_when_it_is_cancelled_the_text_before_stays_known(model: LoadedModel) -> None:
    cache = PrefixCache(model)
    request = ScoreRequest(before=SENTENCES[0] * 3, variants=VARIANTS)
    context = score(model, request).context_tokens
    looks = [0]

    def cancelled() -> bool:
        looks[0] += 1
        return looks[0] > 2

    scorer = Scorer(model, cache)
    steps = scorer.steps(request, StepControl(cancelled=cancelled, gives_way=True))
    with pytest.raises(Cancelled):
        finish(steps)
    given_up = scorer.steps(request, StepControl(gives_way=True))
    for _ in range(4):
        next(given_up)
    given_up.close()
    found = finish(scorer.steps(request))
    assert found.cached_tokens == context
    require_like_whole(model, request, found)


def test_no_variant_at_all(model: LoadedModel) -> None:
    assert score(model, ScoreRequest(before="The old", variants=())).scores == ()


@pytest.mark.starter_model
def test_the_starter_model_scores_as_if_each_text_was_read_whole(starter_model_dir: Path) -> None:
    loaded = load_model(starter_model_dir, torch.device("cpu"), Quantization.BF16)
    before = "It was late, and the sea was calm when we reached the harbour. "
    right, wrong = "The keeper lit the old lamp.", "The keeper light the old lamp."
    request = ScoreRequest(before=before, variants=(right, wrong, "The keper lit the old lamp."))
    found = score(loaded, request)
    require_like_whole(loaded, request, found)
    best = max(found.scores, key=lambda each: each.logprob)
    assert best is found.scores[0], "the right one is the most probable"
