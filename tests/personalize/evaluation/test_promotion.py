"""From a finished training to a decision, on a real tiny model: promoted, kept or not judged, always with a report."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_up_adapter import adapter_tensors, tensor_name, write_adapter
from support.adapters import BASE
from tiny_model import SENTENCES, make_tiny_model

from cowrite.engine.influence import Influence
from cowrite.engine.jobs.runtime import Runtime
from cowrite.engine.networks.steps import Cancelled
from cowrite.personalize.adapters.registry import AdapterRegistry
from cowrite.personalize.evaluation.influence_choice import OTHERS, score_name
from cowrite.personalize.evaluation.measurement import AdapterCandidate, Passage, Sizes, passages_of
from cowrite.personalize.evaluation.memorisation import longest_common_run
from cowrite.personalize.evaluation.promotion import judge
from cowrite.personalize.evaluation.promotion_gate import Status

LINES = [
    f"{SENTENCES[at % 2]} It was the night of the {at}th, and the hill was dark."
    for at in range(60)
]
HELD_OUT = "\n\n".join(LINES)
SIZES = Sizes(passages=8, passage_words=5, prompts=1)


def replay(runtime: Runtime, passages: Sequence[Passage]) -> list[float]:
    """Saves a key more with an adapter than without."""
    return [2.0 if runtime.adapter_id else 1.0 for _ in passages]


@pytest.fixture(scope="module")
def model_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def candidate(model_dir: Path, tmp_path: Path) -> AdapterCandidate:
    # The random model is far too sure of everything; these numbers happen to make it less so, which is better.
    staging = write_adapter(tmp_path / "staging" / "adapter", lora_alpha=0.5)
    note = {
        "documents": ["d7"],
        "events": {"first_ms": 3, "last_ms": 8},
        "settings": {"rank": 4},
        "strength": 0.5,
    }
    (staging / "training.json").write_text(json.dumps(note))
    return AdapterCandidate(
        staging=staging,
        model_dir=model_dir,
        base=BASE,
        quantizations={"cpu": "bf16"},
        held_out={"h": HELD_OUT},
        learned=["Nothing that is repeated."],
        now_ms=86_400_000,
        device="cpu",
    )


def stored_report(folder: Path) -> dict[str, object]:
    page = (folder / "report.html").read_text("utf-8")
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in page
    assert "lighthouse" not in page
    text = (folder / "report.json").read_text("utf-8")
    assert "lighthouse" not in text
    return json.loads(text, parse_constant=lambda _: pytest.fail("not JSON"))


def test_what_is_better_is_in_use_with_everything_known_of_it(
    candidate: AdapterCandidate, registry: AdapterRegistry
) -> None:
    said: list[str] = []
    result = judge(candidate, registry, replay, sizes=SIZES, say=said.append)
    assert result.status is Status.PROMOTED, result.reason
    adapter = registry.get(result.adapter)
    assert registry.active_folder(BASE) == adapter.path
    manifest = adapter.manifest
    assert (manifest.documents, manifest.first_ms, manifest.last_ms) == (("d7",), 3, 8)
    assert (manifest.quantization, manifest.settings, manifest.previous) == (
        "bf16",
        {"rank": 4, "strength": 0.5},
        "",
    )
    assert manifest.scores["candidate"]["tokens"] == manifest.scores["base"]["tokens"] > 1_000
    report = stored_report(result.report)
    assert (report["status"], report["adapter"]) == ("promoted", adapter.id)
    figures = report["figures"]
    assert isinstance(figures, dict)
    at = {each: figures[score_name(each)]["perplexity"] for each in (Influence.AS_TESTED, *OTHERS)}
    assert len(set(at.values())) == len(at), "each position is another model"
    assert report["best_influence"] == result.best_influence
    assert Influence(result.best_influence) is Influence.AS_TESTED or (
        at[Influence(result.best_influence)] == min(at.values())
    )
    page = (result.report / "report.html").read_text("utf-8")
    assert f"“{result.best_influence}” was best" in page
    assert candidate.staging.is_dir()
    assert len(said) > 3
    again = judge(candidate, registry, replay, sizes=SIZES)
    assert again.status is Status.KEPT
    assert "not predict your text clearly better than the version in use" in again.reason
    assert registry.active(BASE.model) == adapter.id


def test_what_is_not_better_is_kept_back_and_reported(
    candidate: AdapterCandidate, registry: AdapterRegistry
) -> None:
    write_adapter(candidate.staging, lora_alpha=0.0)  # which changes nothing
    result = judge(candidate, registry, replay, sizes=SIZES)
    assert result.status is Status.KEPT
    assert "not predict your text clearly better" in result.reason
    assert result.adapter == ""
    assert registry.ids() == []
    assert registry.active(BASE.model) == ""
    report = stored_report(result.report)
    assert report["status"] == "kept"
    assert (result.best_influence, report["best_influence"]) == ("", "")
    assert re.search(r"<svg .*<rect", (result.report / "report.html").read_text("utf-8"))


def spoil_numbers(folder: Path) -> None:
    name = tensor_name(1, "down_proj", "B")
    write_adapter(folder, tensors=adapter_tensors() | {name: np.full((64, 4), np.nan, np.float32)})


def of_another_model(folder: Path) -> None:
    write_adapter(folder, tensors=adapter_tensors(layers=3))


def cut_off(folder: Path) -> None:
    path = folder / "adapter_model.safetensors"
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (spoil_numbers, "not finite"),
        (of_another_model, "made for another model"),
        (cut_off, "damaged"),
    ],
)
def test_what_cannot_be_used_fails_with_its_reason(
    candidate: AdapterCandidate, registry: AdapterRegistry, spoil: Callable[[Path], None], said: str
) -> None:
    spoil(candidate.staging)
    result = judge(candidate, registry, replay, sizes=SIZES)
    assert result.status is Status.FAILED
    assert said in result.reason
    assert registry.ids() == []
    assert stored_report(result.report)["status"] == "failed"


def test_too_little_text_is_not_judged(
    candidate: AdapterCandidate, registry: AdapterRegistry
) -> None:
    short = replace(candidate, held_out={"h": HELD_OUT[:400]})
    result = judge(short, registry, replay, sizes=SIZES)
    assert result.status is Status.FAILED
    assert "too little text" in result.reason


@pytest.mark.parametrize("looks", [1, 20, 60])
def test_told_to_stop_it_stops_and_changes_nothing(
    candidate: AdapterCandidate, registry: AdapterRegistry, looks: int
) -> None:
    left = iter(range(looks))
    with pytest.raises(Cancelled):
        judge(candidate, registry, replay, sizes=SIZES, cancelled=lambda: next(left, None) is None)
    assert registry.ids() == []
    assert not (registry.folder / "reports").exists()


def test_on_a_slow_machine_fewer_passages_are_replayed_the_same_before_and_after(
    candidate: AdapterCandidate, registry: AdapterRegistry
) -> None:
    seen: list[tuple[str, str]] = []

    def noting(runtime: Runtime, passages: Sequence[Passage]) -> list[float]:
        seen.extend((runtime.adapter_id, passage.target) for passage in passages)
        return replay(runtime, passages)

    sizes = Sizes(least_passages=3, passages=8, replay_s=0.0, passage_words=5, prompts=1)
    judge(candidate, registry, noting, sizes=sizes)
    before, after = seen[: len(seen) // 2], seen[len(seen) // 2 :]
    assert [target for _, target in before] == [target for _, target in after]
    assert len(before) == 3


def test_passages_are_spread_over_what_counts() -> None:
    passages = passages_of(
        {"a": HELD_OUT}, Sizes(passages=10, passage_words=7, before_characters=50)
    )
    assert len(passages) == 10
    places = [HELD_OUT.index(each.before + each.target) for each in passages]
    assert places == sorted(places)
    assert places[-1] > len(HELD_OUT) * 0.7
    for each in passages:
        assert len(each.target.split()) == 7
        assert len(each.before) <= 50
    part = passages_of(
        {"a": [("mine one two", False), (" three four five", True)]}, Sizes(passage_words=2)
    )
    assert (
        part == [Passage("mine one two", " three four".strip())] or part[0].target == "three four"
    )


def test_the_longest_common_run() -> None:
    text = np.array([1, 2, 3, 4, 1, 2, 3, 5])
    assert longest_common_run([9, 1, 2, 3, 5, 9], text) == 4
    assert longest_common_run([2, 3, 4, 1, 2], text) == 5
    assert longest_common_run([], text) == 0
    assert longest_common_run([7, 7], text) == 0
    assert longest_common_run([1], np.array([], np.int64)) == 0
