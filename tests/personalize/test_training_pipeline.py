"""Training and judging as one run: every end, every interruption, and what is left behind."""

from __future__ import annotations

import json
import shutil
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from made_up_adapter import write_adapter
from support.adapters import BASE
from tiny_model import SENTENCES

from cowrite.base.errors import UserError
from cowrite.engine.jobs.runtime import Runtime
from cowrite.personalize import training_pipeline
from cowrite.personalize.adapters.forgetting import datasets_folder
from cowrite.personalize.adapters.outcome import read_outcome
from cowrite.personalize.adapters.registry import AdapterRegistry
from cowrite.personalize.evaluation.measurement import Passage, Sizes
from cowrite.personalize.learning_messages import LearningResult
from cowrite.personalize.training.job import TrainingJob
from cowrite.personalize.training.progress import TrainingPhase, TrainingProgress
from cowrite.personalize.training_pipeline import (
    ProcessControl,
    TrainingPipeline,
    run_training_pipeline,
)
from cowrite.settings.folder_lock import exclusive_lock
from cowrite.settings.paths import Paths

CANARY = "lighthouse"
SCRIPT = Path(__file__).with_name("scripted_training.py")
Start = Callable[[str], None]


def replay(runtime: Runtime, passages: Sequence[Passage]) -> list[float]:
    """Saves a key more with an adapter than without."""
    return [2.0 if runtime.adapter_id else 1.0 for _ in passages]


@pytest.fixture
def pipeline(paths: Paths, tiny_model_dir: Path) -> TrainingPipeline:
    job = TrainingJob(
        model_id=BASE.model, model_dir=str(tiny_model_dir), quantization="bf16", work="", staging="",
        log=str(paths.decision_log), device="cpu",
    )  # fmt: skip
    sizes = Sizes(passages=8, passage_words=5, prompts=1)
    return TrainingPipeline(
        paths=paths, job=job, base=BASE, quantizations={"cpu": "bf16"}, sizes=sizes
    )


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Start:
    """Choose what the training process does. The adapter that it “learns” makes the random model less sure: better."""
    lines = [
        f"{SENTENCES[at % 2]} It was the night of the {at}th, and the hill was dark."
        for at in range(60)
    ]
    made = write_adapter(tmp_path / "made" / "adapter", lora_alpha=0.5)
    training = {
        "documents": ["d7"],
        "events": {"first_ms": 3, "last_ms": 8},
        "tokens": 100,
        "seconds": 2,
    }
    (made / "training.json").write_text(json.dumps(training))
    held = [{"document": "d7", "start": 0, "end": 9, "spans": [["\n\n".join(lines), True]]}]
    (made.parent / "held_out.json").write_text(json.dumps(held))

    def choose(what: str) -> None:
        monkeypatch.setattr(
            training_pipeline,
            "training_command",
            lambda job: [sys.executable, str(SCRIPT), str(job), what, str(made)],
        )

    return choose


def learn(
    pipeline: TrainingPipeline,
    control: ProcessControl | None = None,
    tell: Callable[[TrainingProgress], None] = lambda _: None,
) -> LearningResult:
    return run_training_pipeline(pipeline, replay, control or ProcessControl(), tell)


def left_behind(paths: Paths) -> set[str]:
    folder = datasets_folder(paths)
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_what_is_better_is_in_use_and_only_the_outcome_is_left(
    pipeline: TrainingPipeline, script: Start, paths: Paths
) -> None:
    script("learns")
    told: list[TrainingProgress] = []
    result = learn(pipeline, tell=told.append)
    assert (result.status, result.tokens_seen, result.tokens_per_s) == ("promoted", 100, 50.0)
    assert AdapterRegistry(paths.adapters_dir).active(BASE.model) == result.adapter_id
    assert {TrainingPhase.TRAINING, TrainingPhase.JUDGING} <= {each.phase for each in told}
    outcome = read_outcome(paths)
    assert outcome is not None
    assert (outcome.status, outcome.adapter_id) == ("promoted", result.adapter_id)
    assert outcome.gain_pct is not None
    assert outcome.gain_pct > 0
    assert outcome.tokens_per_s == 50.0
    assert left_behind(paths) == {"outcome.json"}
    assert (
        json.loads(json.dumps(result.to_json()))["report"]["figures"]["candidate"]["tokens"] > 500
    )
    assert CANARY not in json.dumps(result.to_json())
    again = learn(pipeline)
    assert again.status == "kept"
    assert AdapterRegistry(paths.adapters_dir).active(BASE.model) == result.adapter_id


@pytest.mark.parametrize(
    ("what", "status", "reason"),
    [("keeps", "kept", "Too little."), ("fails", "failed", "It went wrong."), ("dies", "failed", "ended early")],
)  # fmt: skip
def test_every_other_end_leaves_everything_as_it_was(
    pipeline: TrainingPipeline, script: Start, paths: Paths, what: str, status: str, reason: str
) -> None:
    script(what)
    result = learn(pipeline)
    assert result.status == status
    assert reason in result.reason
    assert result.tokens_seen == 100
    outcome = read_outcome(paths)
    assert outcome is not None
    assert (outcome.status, outcome.reason) == (status, result.reason)
    assert AdapterRegistry(paths.adapters_dir).active(BASE.model) == ""


def test_a_stop_is_no_outcome_and_the_run_can_go_on(
    pipeline: TrainingPipeline, script: Start, paths: Paths
) -> None:
    script("waits")
    control = ProcessControl()
    result = learn(
        pipeline, control, lambda each: control.handle_command("stop") if each.tokens else None
    )
    assert result.status == "stopped"
    assert read_outcome(paths) is None
    assert "job.json" in left_behind(paths)
    script("learns")
    assert learn(pipeline).status == "promoted"


def test_pauses_reach_the_training_also_those_from_before(
    pipeline: TrainingPipeline, script: Start
) -> None:
    script("pauses")
    control = ProcessControl()
    control.handle_command("pause")
    told: list[TrainingPhase] = []

    def tell(progress: TrainingProgress) -> None:
        told.append(progress.phase)
        if progress.phase is TrainingPhase.PAUSED:
            control.handle_command("resume")

    assert learn(pipeline, control, tell).status == "promoted"
    assert TrainingPhase.PAUSED in told


def test_stopped_while_judging_the_same_run_only_judges(
    pipeline: TrainingPipeline, script: Start, paths: Paths
) -> None:
    script("learns")
    control = ProcessControl()
    result = learn(
        pipeline,
        control,
        lambda each: (
            control.handle_command("stop") if each.phase is TrainingPhase.JUDGING else None
        ),
    )
    assert result.status == "stopped"
    assert AdapterRegistry(paths.adapters_dir).active(BASE.model) == ""
    script("dies")  # it is not to train again
    assert learn(pipeline).status == "promoted"


def test_a_pause_while_judging_waits(pipeline: TrainingPipeline, script: Start) -> None:
    script("learns")
    control = ProcessControl()
    judged = threading.Event()

    def tell(progress: TrainingProgress) -> None:
        if progress.phase is TrainingPhase.JUDGING and not judged.is_set():
            judged.set()
            control.handle_command("pause")

    results: list[LearningResult] = []
    thread = threading.Thread(target=lambda: results.append(learn(pipeline, control, tell)))
    thread.start()
    assert judged.wait(60)
    thread.join(0.5)
    assert thread.is_alive()
    control.handle_command("resume")
    thread.join(60)
    assert [each.status for each in results] == ["promoted"]


@pytest.mark.parametrize("what", ["forgets", "learns"])
def test_what_is_erased_meanwhile_is_not_learned(
    pipeline: TrainingPipeline, script: Start, paths: Paths, what: str
) -> None:
    script(what)

    def erase(progress: TrainingProgress) -> None:
        if progress.phase is TrainingPhase.JUDGING:
            shutil.rmtree(datasets_folder(paths))

    result = learn(pipeline, tell=erase)
    assert result.status == "stopped"
    assert "deleted" in result.reason
    assert AdapterRegistry(paths.adapters_dir).active(BASE.model) == ""
    assert not datasets_folder(paths).exists()


def test_one_at_a_time_and_a_disk_that_cannot_be_written(
    pipeline: TrainingPipeline,
    script: Start,
    paths: Paths,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with exclusive_lock(paths.data / "personalize.lock"), pytest.raises(UserError, match="already"):
        learn(pipeline)
    script("learns")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(training_pipeline, "write_outcome", full)
    with pytest.raises(UserError, match="The disk is full"):
        learn(pipeline)


@pytest.mark.expects_warnings
def test_too_little_memory_to_judge_loses_nothing(
    pipeline: TrainingPipeline, script: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    def starved(*_: object, **__: object) -> None:
        raise RuntimeError(
            "DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"
        )

    script("learns")
    with monkeypatch.context() as patch:
        patch.setattr("cowrite.personalize.evaluation.promotion.judge", starved)
        with pytest.raises(UserError, match="too little memory to test"):
            learn(pipeline)
    script("keeps")
    # What was learned is still there to be judged: the training that would learn nothing is not begun.
    phases: list[TrainingPhase] = []
    result = learn(pipeline, tell=lambda progress: phases.append(progress.phase))
    assert TrainingPhase.JUDGING in phases
    assert result.report["figures"]


def test_another_job_begins_anew(pipeline: TrainingPipeline, script: Start, paths: Paths) -> None:
    script("learns")
    control = ProcessControl()
    learn(
        pipeline,
        control,
        lambda e: control.handle_command("stop") if e.phase is TrainingPhase.JUDGING else None,
    )
    other = replace(pipeline, job=replace(pipeline.job, changes=("rank=8",)))
    script("keeps")
    assert learn(other).status == "kept"
    assert left_behind(paths) == {"outcome.json"}
