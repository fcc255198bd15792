"""What is drawn has the distribution it should have, with drafts and without, and greedy answers stay greedy."""

from __future__ import annotations

import math
from collections import Counter

import pytest
import torch
from tiny_model import counted, make_tiny_model

from cowrite.engine.decoding.choice import Chooser
from cowrite.engine.decoding.completer import Completer
from cowrite.engine.decoding.draft import Draft, Drafter
from cowrite.engine.decoding.personal_ngrams import PersonalNgrams
from cowrite.engine.decoding.prefix_cache import PrefixCache
from cowrite.engine.loading.load import LoadedModel, load_model
from cowrite.engine.messages import CompletionRequest
from cowrite.engine.networks.quantize import Quantization
from cowrite.engine.networks.sampling import Sampling

CPU = torch.device("cpu")
DRAWS = 700
# With the fixed seeds below the tests always give the same; a wrong distribution is far beyond this.
IMPROBABLE = 1e-3


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> LoadedModel:
    # Flat enough that drafts are often wrong and sure enough that they are often right.
    folder = make_tiny_model(tmp_path_factory.mktemp("m"), num_hidden_layers=1, seed=6)
    return load_model(folder, CPU, Quantization.BF16)


def require_distribution(drawn: Counter[object], expected: dict[object, float]) -> None:
    """Pearson's chi-square test, cells that expect fewer than 5 put together."""
    total = sum(drawn.values())
    cells = {cell: p for cell, p in expected.items() if p * total >= 5}
    rest = 1 - sum(cells.values())
    statistic = sum((drawn[cell] - p * total) ** 2 / (p * total) for cell, p in cells.items())
    others = total - sum(drawn[cell] for cell in cells)
    statistic += (others - rest * total) ** 2 / (rest * total) if rest * total >= 5 else 0
    assert len(cells) >= 2
    freedom = len(cells) - (rest * total < 5)
    halves = torch.tensor([freedom, statistic], dtype=torch.float64) / 2
    assert torch.special.gammaincc(*halves) > IMPROBABLE


def logprobs_after(model: LoadedModel, tokens: list[int]) -> torch.Tensor:
    with torch.inference_mode():
        return PrefixCache(model).read(tokens, lambda: False)[0].float().log_softmax(-1)


# --- one choice ------------------------------------------------------------------------------------------------------


def test_noise_is_standard_gumbel_and_differs_by_seed_row_and_token() -> None:
    noise = Sampling(1.0, seed=5).noise(2, 200_000, CPU)
    assert float(noise.mean()) == pytest.approx(0.5772, abs=0.01)
    assert float(noise.var()) == pytest.approx(math.pi**2 / 6, abs=0.03)
    assert abs(float(torch.corrcoef(noise)[0, 1])) < 0.01
    assert torch.equal(Sampling(1.0, seed=5, first=1).noise(1, 200_000, CPU)[0], noise[1])
    for other in (Sampling(1.0, seed=6), Sampling(1.0, seed=5, row=1)):
        assert not torch.equal(other.noise(1, 200_000, CPU)[0], noise[0])
    assert not Sampling().noise(2, 9, CPU).any()


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("typed", ["", " l"])
def test_a_draw_has_the_mixed_distribution_at_its_temperature(
    model: LoadedModel, temperature: float, typed: str
) -> None:
    """Of the model's tokens that begin with what is typed, mixed with the writer's own words."""
    ngrams = PersonalNgrams()
    # Before a first letter it takes more to be believed.
    ngrams.learn("d", ("old lantern. " * 6 + "old ladder. " * 3) * (1 if typed else 3))
    chooser = Chooser(model, ngrams)
    logits = logprobs_after(model, [5, 6, 7]) * 1.5

    def draw(sampling: Sampling, count: int = 1) -> list[int]:
        found = chooser.choices(logits, f"The old{typed}", typed.encode(), count, sampling)
        return [choice.token for choice in found]

    greedy = chooser.choices(logits, f"The old{typed}", typed.encode(), 10_000, Sampling())
    mixed = {choice.token: math.exp(choice.logprob) for choice in greedy}
    assert sum(mixed.values()) == pytest.approx(1, abs=1e-3)
    weights, trust = chooser._guessed(f"The old{typed}", typed.encode()).without(frozenset())
    assert trust > 0.2
    allowed = model.vocabulary.starting_with(typed.encode()) if typed else range(logits.shape[0])
    model_only = logits[list(allowed)].softmax(-1)
    for token, p in zip(allowed, model_only.tolist(), strict=True):
        assert mixed[token] == pytest.approx(
            (1 - trust) * p + trust * weights.get(token, 0), rel=1e-3
        )
    powers = {token: p ** (1 / temperature) for token, p in mixed.items()}
    whole = sum(powers.values())
    drawn = Counter(draw(Sampling(temperature, seed))[0] for seed in range(DRAWS))
    require_distribution(drawn, {token: p / whole for token, p in powers.items()})
    several = draw(Sampling(temperature, 1), 5)
    assert len(set(several)) == 5
    assert several[0] == draw(Sampling(temperature, 1))[0]


# --- drafts ----------------------------------------------------------------------------------------------------------


def always(draft: tuple[int, ...]):
    def always_the_same(
        self: Drafter, text: object, pending: bytes, most: int, begun: object
    ) -> Draft:
        return Draft(draft[:most] if not pending else (), "text 2")

    return always_the_same


@pytest.mark.parametrize("temperature", [0.5, 0.7])
def test_drafting_leaves_the_distribution_as_it_is(
    model: LoadedModel, monkeypatch: pytest.MonkeyPatch, temperature: float
) -> None:
    """Two tokens drawn with a draft that is right now and then, against their computed probability."""
    prompt = model.vocabulary.encode("The old lighthouse")
    first = logprobs_after(model, prompt)
    likely = [int(token) for token in first.topk(4).indices]
    likely = [token for token in likely if token not in model.stop_tokens]
    second = int(logprobs_after(model, [*prompt, likely[0]]).argmax())
    monkeypatch.setattr(Drafter, "draft", always((likely[0], second, 7)))
    completer = Completer(model, model_id="m")
    completer.ngrams.learn("d", "lighthouse keeper. " * 4)
    # The prompt is read whole: nothing of it is chosen again.
    monkeypatch.setattr(completer, "prompt", lambda before: (prompt, b""))
    taken: list[list[int]] = []
    monkeypatch.setattr(Chooser, "choices", recorded(Chooser.choices, taken), raising=True)
    with counted(model) as sizes:
        for seed in range(DRAWS):
            taken.append([])
            # Where it is known what follows, nothing is drafted.
            completer.cache.clear()
            completer.complete(request(temperature, seed))
    drafted = sum(size > len(prompt) for size in sizes)
    assert drafted > DRAWS / 2
    pairs = Counter(tuple(tokens) for tokens in taken if len(tokens) == 2)
    chooser = Chooser(model, completer.ngrams)
    ones = tempered(chooser, first, "The old lighthouse", temperature)
    require_distribution(Counter(tokens[0] for tokens in taken), dict(ones))
    text = "The old lighthouse" + model.vocabulary.bytes_of(likely[0]).decode(errors="replace")
    twos = tempered(chooser, logprobs_after(model, [*prompt, likely[0]]), text, temperature)
    after_likely = Counter({b: n for (a, b), n in pairs.items() if a == likely[0]})
    require_distribution(after_likely, dict(twos))


def recorded(choices, taken: list[list[int]]):
    def recording(self, logits, text, pending, count, sampling, seam=None, begun=()):
        found = choices(self, logits, text, pending, count, sampling, seam, begun)
        # At no temperature it is only looked up which characters may come next.
        if taken and found and sampling.temperature > 0:
            taken[-1].append(found[0].token)
        return found

    return recording


def request(temperature: float, seed: int, before: str = "The old lighthouse", **wishes: int):
    wishes = {"max_tokens": 2, "max_words": 9, **wishes}
    return CompletionRequest(
        before=before,
        multiline=True,
        temperature=temperature,
        seed=seed,
        **wishes,  # type: ignore[arg-type]
    )


def tempered(
    chooser: Chooser, logits: torch.Tensor, text: str, temperature: float
) -> dict[int, float]:
    """The distribution that is to be drawn from, computed otherwise."""
    found = chooser.choices(logits, text, b"", 10_000, Sampling())
    powers = {choice.token: math.exp(choice.logprob / temperature) for choice in found}
    whole = sum(powers.values())
    return {token: p / whole for token, p in powers.items()}


def test_the_same_seed_draws_the_same_with_and_without_drafts(model: LoadedModel) -> None:
    """Up to rounding, which differs with the number of tokens that are read together."""
    text = "The old man saw the old man and the old man saw the old"
    drafting, plain = Completer(model, model_id="a"), Completer(model, model_id="b")
    plain.drafting = False
    texts = []
    for seed in range(60):
        asked = request(0.6, seed, before=text, max_tokens=6)
        both = [each.complete(asked).candidates for each in (drafting, plain)]
        texts.append([candidates[0].text if candidates else "" for candidates in both])
    assert sum(a == b for a, b in texts) >= 57
    assert len({b for _, b in texts}) > 30
    again = plain.complete(request(0.6, 0, before=text, max_tokens=6)).candidates
    assert (again[0].text if again else "") == texts[0][1]


@pytest.mark.parametrize("temperature", [0.0, 1e-3])
def test_next_to_no_temperature_the_seed_changes_nothing(
    model: LoadedModel, temperature: float
) -> None:
    """At none the first word is searched for, at any other it is drawn token by token; so they may differ."""
    completer = Completer(model, model_id="m")
    answers = {
        completer.complete(request(temperature, seed, max_tokens=5)).candidates[0].text
        for seed in range(4)
    }
    assert len(answers) == 1


def test_candidates_at_a_temperature_are_drawn_apart(model: LoadedModel) -> None:
    completer = Completer(model, model_id="m")
    several = completer.complete(request(1.0, 1, candidates=4, max_tokens=5)).candidates
    assert len({candidate.text for candidate in several}) == len(several) >= 2
    others = completer.complete(request(1.0, 2, candidates=4, max_tokens=5)).candidates
    assert {c.text for c in several} != {c.text for c in others}
    for candidate in several:
        assert all(token.logprob <= 1e-6 for token in candidate.tokens)
