"""The loop: it learns, stops, keeps the old on bad numbers, and goes on from a checkpoint as if nothing had been."""

from __future__ import annotations

import contextlib
import json
import math
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from cowrite.engine.networks.quantize import Quantization
from cowrite.engine.tokens.vocabulary import Vocabulary
from cowrite.personalize.data.packing import PairPieces, Piece, UnpairedPiece
from cowrite.personalize.networks.model import TrainableDecoder
from cowrite.personalize.networks.trainable import LoraShape
from cowrite.personalize.settings import TARGETS, TrainingSettings
from cowrite.personalize.training.adapter_scale import scaled
from cowrite.personalize.training.checkpoints import NAME, load_checkpoint
from cowrite.personalize.training.control import Control, Stopped
from cowrite.personalize.training.progress import TrainingPhase, TrainingProgress
from cowrite.personalize.training.run_plan import scheduled
from cowrite.personalize.training.trainer import WEIGHING, Trainer
from cowrite.personalize.training.training_run import NothingLearned, TrainingData

CPU = torch.device("cpu")
SETTINGS = TrainingSettings(
    learning_rate=5e-3, rank=4, alpha=8, dropout=0.2, epochs=2, batch_tokens=96,
    sequence_tokens=32, micro_batch_tokens=32, checkpoint_minutes=1000,
)  # fmt: skip
SENTENCE = "The old lighthouse stood on the hill above the town and the light went out. "


def make(folder: Path) -> TrainableDecoder:
    shape = LoraShape(rank=4, alpha=8, dropout=0.2, targets=TARGETS)
    model = TrainableDecoder.load(folder, Quantization.BF16, CPU, shape)
    assert model is not None
    return model


def pieces(folder: Path, count: int = 16) -> list[Piece]:
    ids = Vocabulary.load(folder).encode(SENTENCE * count * 2)
    parts = [tuple(ids[i : i + 32]) for i in range(0, 32 * count, 32)]
    return [Piece(part, tuple(range(1, len(part)))) for part in parts if len(part) > 1]


def data(folder: Path, **wishes: object) -> TrainingData:
    every = pieces(folder)
    return TrainingData(train=every[:-3], validation=every[-3:], **wishes)  # type: ignore[arg-type]


def trainer(
    model_dir: Path, folder: Path, settings: TrainingSettings = SETTINGS, **wishes: object
) -> Trainer:
    chosen = wishes.pop("data", None) or data(model_dir)
    return Trainer(make(model_dir), chosen, settings, folder, device=CPU, **wishes)  # type: ignore[arg-type]


def test_it_learns_and_says_how_far_it_is(tiny_model_dir: Path, tmp_path: Path) -> None:
    told: list[TrainingProgress] = []
    trained = trainer(tiny_model_dir, tmp_path, on_progress=told.append).run()
    assert trained.state.best_loss < trained.state.first_loss - 0.5
    assert sorted({each.step for each in told}) == list(range(told[-1].steps + 1))
    tokens = [each.tokens for each in told]
    assert tokens == sorted(tokens)
    assert len(set(tokens)) > told[-1].steps  # also within a step
    losses = [each.train_loss for each in told if each.train_loss is not None]
    assert losses[-1] < losses[0]


class StopAfter(Control):
    """Stops in the middle of a pass."""

    def __init__(self, checks: int) -> None:
        super().__init__()
        self._left = checks

    def check_cancelled(self) -> None:
        self._left -= 1
        if self._left == 0:
            self.stop()
        super().check_cancelled()


@pytest.mark.parametrize("checks", [9, 70, 111])
def test_stopped_anywhere_it_ends_with_the_very_same_adapter(
    tiny_model_dir: Path, tmp_path: Path, checks: int
) -> None:
    whole = trainer(tiny_model_dir, tmp_path / "whole").run()
    folder = tmp_path / "parts"
    stops = 0
    while True:
        try:
            parts = trainer(tiny_model_dir, folder, control=StopAfter(checks)).run()
            break
        except Stopped:
            stops += 1
            checks += 23
    assert stops
    assert parts.state.curve == whole.state.curve
    torch.testing.assert_close(parts.factors, whole.factors, rtol=0, atol=0)


def test_it_is_weakened_for_general_text_also_after_a_stop(
    tiny_model_dir: Path, tmp_path: Path
) -> None:
    learned = {token for piece in pieces(tiny_model_dir) for token in piece.ids}
    others = tuple(sorted(set(range(3, 300)) - learned))[:32]
    general = [Piece(others, tuple(range(1, 32)))] * 4
    given = data(tiny_model_dir, general=general)
    plain = trainer(tiny_model_dir, tmp_path / "plain").run()
    whole = trainer(tiny_model_dir, tmp_path / "whole", data=given).run()
    assert whole.scale < plain.scale == 1
    torch.testing.assert_close(whole.factors, scaled(plain.factors, whole.scale))
    assert plain.state.best_loss < whole.state.best_loss < whole.state.first_loss

    control = Control()
    weighs = [False]

    def stop_there(progress: TrainingProgress) -> None:
        if progress.message == WEIGHING:
            weighs[0] = True
            control.stop()

    folder = tmp_path / "parts"
    first = trainer(tiny_model_dir, folder, data=given, control=control, on_progress=stop_there)
    with pytest.raises(Stopped):
        first.run()
    assert weighs[0]
    again = trainer(tiny_model_dir, folder, data=given).run()
    assert again.scale == whole.scale
    torch.testing.assert_close(again.factors, whole.factors, rtol=0, atol=0)


def test_a_checkpoint_of_another_run_is_not_taken(tiny_model_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(Stopped):
        trainer(tiny_model_dir, tmp_path, control=StopAfter(90)).run()
    before = (tmp_path / NAME).read_bytes()
    other = trainer(tiny_model_dir, tmp_path, replace(SETTINGS, learning_rate=1e-3))
    other._begin_or_resume()
    assert other._state.step == 0
    (tmp_path / NAME).write_bytes(before[: len(before) // 2])
    assert load_checkpoint(tmp_path, "") is None


def test_a_pause_holds_it_and_costs_nothing(tiny_model_dir: Path, tmp_path: Path) -> None:
    control = Control()
    paused = threading.Event()
    control.on_pause = lambda is_paused: paused.set() if is_paused else None
    control.pause()
    results: list[object] = []
    run = trainer(tiny_model_dir, tmp_path, replace(SETTINGS, epochs=0.5), control=control)
    thread = threading.Thread(target=lambda: results.append(run.run()))
    thread.start()
    assert paused.wait(20)
    assert not results
    control.handle_command("nonsense")
    control.handle_command("resume\n")
    thread.join(60)
    assert results


def test_numbers_that_run_away_change_nothing(tiny_model_dir: Path, tmp_path: Path) -> None:
    model = make(tiny_model_dir)
    model.norm[0] = math.nan
    with pytest.raises(NothingLearned, match="failed to converge"):
        Trainer(model, data(tiny_model_dir), SETTINGS, tmp_path, device=CPU).run()
    assert not (tmp_path / NAME).exists()


def test_it_stops_when_it_gets_no_better(tiny_model_dir: Path, tmp_path: Path) -> None:
    every = pieces(tiny_model_dir)
    noise = torch.randint(1, 300, (3, 32), generator=torch.Generator().manual_seed(5)).tolist()
    validation = [Piece(tuple(ids), tuple(range(1, 32))) for ids in noise]
    told: list[TrainingProgress] = []
    settings = replace(SETTINGS, epochs=20, learning_rate=2e-2)
    run = trainer(
        tiny_model_dir,
        tmp_path,
        settings,
        data=TrainingData(every, validation),
        on_progress=told.append,
    )
    with contextlib.suppress(NothingLearned):
        run.run()
    assert 0 < told[-1].step < told[-1].steps / 2


def test_the_time_ends_it_with_the_best_so_far(tiny_model_dir: Path, tmp_path: Path) -> None:
    seconds = iter(range(0, 100_000, 20))
    settings = replace(SETTINGS, max_minutes=2, epochs=20)
    trained = trainer(tiny_model_dir, tmp_path, settings, clock=lambda: float(next(seconds))).run()
    assert 0 < trained.state.step < 10
    assert trained.state.best_step > 0


def test_stopped_while_the_time_runs_out_it_goes_on_when_there_is_more(
    tiny_model_dir: Path, tmp_path: Path
) -> None:
    whole = trainer(tiny_model_dir, tmp_path / "whole").run()
    control, now = Control(), [0.0]

    def at_step(progress: TrainingProgress) -> None:
        if progress.step == 3:
            now[0] = 1e6  # over; and the validation that follows is interrupted
            control.stop()

    folder = tmp_path / "parts"
    with pytest.raises(Stopped):
        trainer(
            tiny_model_dir, folder, control=control, on_progress=at_step, clock=lambda: now[0]
        ).run()
    settings = replace(SETTINGS, max_minutes=10_000_000)
    parts = trainer(tiny_model_dir, folder, settings).run()
    torch.testing.assert_close(parts.factors, whole.factors, rtol=0, atol=0)


def choices(folder: Path) -> dict[str, Sequence[object]]:
    """Pairs that prefer the text to noise, and as many unpaired that want the one and not the other."""
    noise = torch.randint(1, 300, (12, 8), generator=torch.Generator().manual_seed(7)).tolist()
    right = [Piece(piece.ids[:24], tuple(range(16, 24))) for piece in pieces(folder)]
    wrong = [
        Piece((*piece.ids[:16], *ids), tuple(range(16, 24)))
        for piece, ids in zip(right, noise, strict=False)
    ]
    return {
        "pairs": [PairPieces(a, b, 1.0) for a, b in zip(right, wrong, strict=False)],
        "unpaired": [
            UnpairedPiece(piece, desirable=desirable)
            for a, b in zip(right, wrong, strict=False)
            for piece, desirable in ((a, True), (b, False))
        ],
    }


# So high a rate that a few steps can be seen.
PREFERRING = replace(
    SETTINGS, preference_pairs=4, preference_verdicts=4, preference_rate=1e-3, preference_share=0.9
)


@pytest.mark.parametrize("kinds", [("pairs",), ("unpaired",), ("pairs", "unpaired")])
def test_preferences_are_learned_after_the_texts(
    tiny_model_dir: Path, tmp_path: Path, kinds: tuple[str, ...]
) -> None:
    found = choices(tiny_model_dir)
    given = data(tiny_model_dir, **{kind: found[kind] for kind in kinds})
    told: list[TrainingProgress] = []
    trained = trainer(
        tiny_model_dir, tmp_path, PREFERRING, data=given, on_progress=told.append
    ).run()
    assert told[-1].phase is TrainingPhase.PREFERENCES
    last = trained.state.curve[-1]
    assert last["choice_loss"] < last["choice_loss_before"]
    assert last["validation_loss"] == trained.state.best_loss
    # A tenth, one at least, is kept back.
    each = {"pairs": 11, "unpaired": 22}
    assert trained.preferences_used == sum(each[kind] for kind in kinds)


def test_preferences_that_do_no_good_are_not_used(tiny_model_dir: Path, tmp_path: Path) -> None:
    unpaired = choices(tiny_model_dir)["unpaired"]
    # The newest of either kind say the opposite of all others.
    turned = [replace(each, desirable=not each.desirable) for each in unpaired[-2:]]  # type: ignore[type-var]
    given = data(tiny_model_dir, unpaired=[*unpaired[:-2], *turned])
    plain = trainer(tiny_model_dir, tmp_path / "plain").run()
    trained = trainer(tiny_model_dir, tmp_path / "turned", PREFERRING, data=given).run()
    assert trained.state.curve[-1]["choice_loss"] > trained.state.curve[-1]["choice_loss_before"]
    assert trained.preferences_used == 0
    torch.testing.assert_close(trained.factors, plain.factors, rtol=0, atol=0)


def test_preferences_that_spoil_the_texts_are_not_used(
    tiny_model_dir: Path, tmp_path: Path
) -> None:
    """Here it is the text itself that is not wanted."""
    unpaired = choices(tiny_model_dir)["unpaired"]
    turned = [replace(each, desirable=not each.desirable) for each in unpaired]  # type: ignore[type-var]
    settings = replace(PREFERRING, preference_rate=2e-2)
    trained = trainer(
        tiny_model_dir, tmp_path, settings, data=data(tiny_model_dir, unpaired=turned)
    ).run()
    last = trained.state.curve[-1]
    assert last["choice_loss"] < last["choice_loss_before"]
    assert last["validation_loss"] > trained.state.best_loss + 0.01
    assert trained.preferences_used == 0


def test_preferences_that_run_away_leave_what_the_texts_taught(
    tiny_model_dir: Path, tmp_path: Path
) -> None:
    given = data(tiny_model_dir, **choices(tiny_model_dir))
    plain = trainer(tiny_model_dir, tmp_path / "plain").run()
    settings = replace(PREFERRING, preference_rate=1e30)
    trained = trainer(tiny_model_dir, tmp_path / "away", settings, data=given).run()
    assert trained.preferences_used == 0
    torch.testing.assert_close(trained.factors, plain.factors, rtol=0, atol=0)


def test_without_time_for_preferences_only_the_texts_are_learned(
    tiny_model_dir: Path, tmp_path: Path
) -> None:
    given = data(tiny_model_dir, **choices(tiny_model_dir))
    ticks = iter(range(10_000))
    settings = replace(PREFERRING, preference_share=0.0, max_minutes=1, epochs=20)
    trained = trainer(
        tiny_model_dir, tmp_path, settings, data=given, clock=lambda: float(next(ticks))
    ).run()
    assert trained.preferences_used == 0
    assert "choice_loss" not in trained.state.curve[-1]


def test_texts_leave_some_time_for_preferences(tiny_model_dir: Path, tmp_path: Path) -> None:
    ticks = iter(range(10_000))
    settings = replace(PREFERRING, max_minutes=1, epochs=20, preference_share=0.5)
    given = data(tiny_model_dir, **choices(tiny_model_dir))
    trained = trainer(
        tiny_model_dir, tmp_path, settings, data=given, clock=lambda: float(next(ticks))
    ).run()
    assert trained.state.earlier_s == pytest.approx(30, abs=5)
    assert trained.preferences_used > 0
    assert trained.state.seconds < 60 + 15  # a look at everything ends it


def test_stopped_among_preferences_it_ends_with_the_very_same_adapter(
    tiny_model_dir: Path, tmp_path: Path
) -> None:
    given = data(tiny_model_dir, **choices(tiny_model_dir), general=pieces(tiny_model_dir)[:2])
    whole = trainer(tiny_model_dir, tmp_path / "whole", PREFERRING, data=given).run()
    folder = tmp_path / "parts"
    stops: set[str] = set()
    checks = 150
    while True:
        control = StopAfter(checks)

        def stop_while_weighing(
            progress: TrainingProgress, control: Control = control, stops: set[str] = stops
        ) -> None:
            if progress.message == WEIGHING and "done" not in stops:
                control.stop()

        wishes = {"data": given, "control": control, "on_progress": stop_while_weighing}
        try:
            parts = trainer(tiny_model_dir, folder, PREFERRING, **wishes).run()
            break
        except Stopped:
            with safe_open(folder / NAME, framework="pt") as file:
                stops.add(json.loads(file.metadata()["state"])["standing"]["stage"])
            checks += 5
    assert {"texts", "preferences", "done"} <= stops
    assert parts.preferences_used == whole.preferences_used > 0
    torch.testing.assert_close(parts.factors, whole.factors, rtol=0, atol=0)


def test_the_rate_rises_and_falls() -> None:
    rates = [scheduled(step, 100, 0.05) for step in range(100)]
    assert rates[:5] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    assert rates[5:] == sorted(rates[5:], reverse=True)
    assert rates[-1] < 0.01
