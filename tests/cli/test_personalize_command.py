"""``cowrite personalize``: bad input is a sentence; what would be learned is told; and the whole thing, for real."""

from __future__ import annotations

import json
import queue
from pathlib import Path

import pytest
from peculiar_author import peculiar_text

from cowrite.__main__ import main
from cowrite.base.text_counts import count_text
from cowrite.cli.keystroke_replay import replay_with
from cowrite.engine.jobs.worker import EngineWorker
from cowrite.engine.messages import (
    CompletionRequest,
    CompletionResult,
    EngineMessage,
    EngineState,
    Job,
)
from cowrite.models.store import InstalledModel, ModelStore
from cowrite.personalize.adapters.adapter_manifest import Base
from cowrite.personalize.adapters.registry import AdapterRegistry
from cowrite.personalize.evaluation.measurement import Sizes
from cowrite.personalize.evaluation.promotion_gate import Limits
from cowrite.personalize.learning_messages import LearningResult
from cowrite.personalize.training.job import TrainingJob
from cowrite.personalize.training_pipeline import (
    ProcessControl,
    TrainingPipeline,
    run_training_pipeline,
)
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences

CONTEXT = "We waited at the door until my aunt Perpetua carried the cow's"


@pytest.mark.starter_model
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--text", "none.txt"], "none.txt"),
        (["--set", "rnak=8"], "Did you mean rank?"),
        (["--set", "rank=many"], "rank cannot be"),
        (["--max-minutes", "0"], "max_minutes cannot be"),
        (["--set", "rank"], "--set key=value"),
    ],
)
def test_bad_options_are_a_sentence(
    starter_paths: Paths, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert main(["personalize", *options]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error


def test_without_a_model_it_is_a_sentence(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["personalize"]) == 2
    assert "is not installed" in capsys.readouterr().err


@pytest.mark.starter_model
def test_what_would_be_learned_is_told_and_nothing_done(
    starter_paths: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = tmp_path / "novel.txt"
    text.write_text(peculiar_text(300, seed=1), "utf-8")
    assert main(["personalize", "--text", str(text), "--dry-run", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["documents"] == ["novel.txt"]
    assert told["own_words"] == count_text(text.read_text("utf-8")).words
    assert told["too_little"] == ""
    assert told["minutes"] > 1
    assert main(["personalize", "--dry-run"]) == 0
    assert "no words of yours to learn from" in capsys.readouterr().out
    assert not (starter_paths.data / "personalize").exists()


@pytest.mark.starter_model
def test_at_a_bad_hour_it_waits_and_says_why(
    starter_paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["personalize", "--when-idle", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "status": "waiting",
        "reason": "Not now: there is too little new text since last time.",
    }


@pytest.mark.parametrize("system", ["systemd", "launchd", "task-scheduler"])
def test_units_are_written_and_nothing_is_overwritten(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], system: str
) -> None:  # fmt: skip
    folder = tmp_path / "units"
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert main(["personalize", "--units", system]) == 0
    assert "To install it" in capsys.readouterr().out
    written = {path.name: path.read_text("utf-8") for path in folder.iterdir()}
    assert any(
        "--when-idle" in text and str(paths.data.parent) in text for text in written.values()
    )
    assert main(["personalize", "--units", system]) == 2
    assert "already exists" in capsys.readouterr().err


class Answers:
    """A running engine, asked one thing at a time."""

    def __init__(self, engine: EngineWorker) -> None:
        self._engine, self._number = engine, 0
        self._messages: queue.Queue[EngineMessage] = queue.Queue()
        engine.start(self._messages.put)
        while getattr(self._messages.get(timeout=120), "state", None) is not EngineState.READY:
            pass

    def after(self, context: str) -> tuple[str, str]:
        """What is suggested, and with which adapter."""
        self._number += 1
        task = CompletionRequest(before=context)
        self._engine.submit(Job(id=self._number, document_id="d", task=task))
        while True:
            message = self._messages.get(timeout=120)
            if isinstance(message, CompletionResult) and message.job_id == self._number:
                return message.candidates[0].text, message.adapter


@pytest.mark.starter_model
@pytest.mark.timeout(600)
def test_it_learns_uses_what_is_better_and_goes_back(starter_paths: Paths, tmp_path: Path) -> None:
    """A minute of the real process with the real model; a running engine uses what it learned, and goes back."""
    text = tmp_path / "novel.txt"
    text.write_text(peculiar_text(230, seed=1), "utf-8")
    model = ModelStore(starter_paths.models_dir).installed()[0]
    registry, base = (
        AdapterRegistry(starter_paths.adapters_dir),
        Base(model.id, model.weights_sha256),
    )
    engine = EngineWorker(
        model_dir=model.path,
        model_id=model.id,
        device="cpu",
        quantizations=model.quantizations(),
    )
    try:
        answers = Answers(engine)
        before = answers.after(CONTEXT)
        result = _learn(starter_paths, model, text)
        assert result.status == "promoted", result
        assert result.tokens_seen > 0
        assert registry.active(base.model) == result.adapter_id
        engine.use_adapter(lambda: registry.active_folder(base))
        assert answers.after(CONTEXT)[1] == result.adapter_id
        registry.roll_back(base)
        engine.use_adapter(lambda: registry.active_folder(base))
        assert answers.after(CONTEXT) == before
    finally:
        engine.stop()


def _learn(paths: Paths, model: InstalledModel, text: Path) -> LearningResult:
    """What the command does, but with a shorter evaluation."""
    job = TrainingJob(
        model_id=model.id,
        model_dir=str(model.path),
        quantization=model.quantizations()["cpu"],
        work="",
        staging="",
        files=(str(text),),
        changes=("max_minutes=1", "batch_tokens=1024", "epochs=1", "checks_per_epoch=2"),
        device="cpu",
    )
    pipeline = TrainingPipeline(
        paths=paths,
        job=job,
        base=Base(model.id, model.weights_sha256),
        quantizations=model.quantizations(),
        sizes=Sizes(passages=8, passage_words=10, prompts=2),
        # In eighty words chance alone moves what is saved at real speed by several points either way, and how far a
        # minute of training goes depends on the machine; the limits themselves have tests of their own.
        limits=Limits(keystroke_loss_points=15.0, general_loss_pct=10.0),
    )
    control = ProcessControl()
    return run_training_pipeline(
        pipeline, replay_with(Preferences(), control), control, lambda _: None
    )
