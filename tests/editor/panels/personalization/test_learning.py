"""Learning in the whole program: it gives way to the writer, ends with the program, and tells what came of it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from decisions.statistics_log import NOON_MS, write_log
from learning_child import STOPS_WHEN_TOLD, WAITS, Heard, Learner, ends, trains
from night_state import NIGHT
from open_program import STARTER, OpenProgram, choose, put_model
from personalize.used_adapters import used
from PySide6.QtCore import Qt
from support.adapters import facts
from work_under_way import let_work_end

from cowrite.editor.assistance.model_status import LEARNING_WORD
from cowrite.editor.panels.personalization.learning import learning_command
from cowrite.editor.panels.personalization.personalize_window import PersonalizeWindow
from cowrite.editor.panels.personalization.training_result_card import TrainingResultCard
from cowrite.engine.influence import Influence
from cowrite.engine.messages import EngineState, EngineStatus
from cowrite.personalize.adapters.adapter_manifest import CONFIG, WEIGHTS, Base
from cowrite.personalize.adapters.outcome import (
    ExamplePrediction,
    Outcome,
    read_outcome,
    write_outcome,
)
from cowrite.personalize.adapters.registry import AdapterRegistry
from cowrite.settings.paths import Paths

OpenIt = Callable[..., OpenProgram]
BASE = Base(STARTER, hashlib.sha256(b"").hexdigest())  # of a model without a file


def outcome(**values: object) -> Outcome:
    fields = {
        "at_ms": time.time_ns() // 1_000_000 + 60_000,
        "status": "promoted",
        "reason": "Your new version predicts your text 14.1 % better and is now in use.",
        "gain_pct": 14.1,
        "right": (ExamplePrediction("upon the", "lake", "sea"),),
    }
    return Outcome(**{**fields, **values})  # type: ignore[arg-type]


def writes(paths: Paths, told: Outcome) -> str:
    """A statement of a child: it notes what came of it, as the real one does."""
    write_outcome(paths, told)  # what the file is to hold
    file = next(paths.data.rglob("outcome.json"))
    data = file.read_text("utf-8")
    file.unlink()
    return f"open({str(file)!r}, 'w', encoding='utf-8').write({data!r})"


def learned(paths: Paths, day: int) -> str:
    made = paths.data / f"made-{day}"
    made.mkdir()
    (made / CONFIG).write_text("{}")
    (made / WEIGHTS).write_bytes(b"weights")
    registry = AdapterRegistry(paths.adapters_dir)
    adapter = registry.add(made, facts(day, BASE))
    registry.use(adapter.id, BASE)
    return adapter.id


def card_of(program: OpenProgram) -> TrainingResultCard | None:
    cards = program.window.findChildren(TrainingResultCard)
    return next((each for each in cards if not each.isHidden()), None)


def messages(program: OpenProgram) -> str:
    return " ".join(bar.notice.text for bar in program.window.messages.bars)


def until_learning(program: OpenProgram) -> Heard:
    heard = Heard(program.program.learning.host)
    program.program.learning.start()
    program.until(lambda: heard.progress)
    return heard


def rest(program: OpenProgram) -> None:
    """Some seconds without a key."""
    activity = program.program.learning.activity
    activity._quiet.stop()
    activity.rested.emit()


def panel(program: OpenProgram) -> PersonalizeWindow:
    program.menu_action("View", "Personalize…").trigger()
    (found,) = program.window.findChildren(PersonalizeWindow)
    return found


# --- the writer has priority ---


def test_a_key_pauses_at_once_and_rest_goes_on(open_it: OpenIt, paths: Paths) -> None:
    put_model(paths)
    program = open_it(learning=Learner())
    program.until_ready()
    heard = until_learning(program)
    program.until(lambda: program.state_word == LEARNING_WORD)
    program.press(Qt.Key.Key_A)
    assert program.program.learning.host.gives_way
    program.until(lambda: heard.commands == ["pause"])
    rest(program)
    program.until(lambda: heard.commands == ["pause", "resume"])
    program.type("b")  # as by an input method, which keeps its keys
    program.until(lambda: heard.commands[2:] == ["pause"])
    program.program.learning.host.stop()
    program.until(lambda: heard.results)
    program.until(lambda: program.state_word != LEARNING_WORD)


def test_a_key_in_another_window_counts_too(open_it: OpenIt) -> None:
    program = open_it(learning=Learner())
    heard = until_learning(program)
    program.program.manager.open_new()
    program.until(lambda: program.page.hasFocus())
    program.press(Qt.Key.Key_A)
    program.until(lambda: heard.commands == ["pause"])


def test_a_suggestion_that_is_thought_of_has_priority(open_it: OpenIt, paths: Paths) -> None:
    put_model(paths)
    program = open_it(learning=Learner())
    program.until_ready()
    heard = until_learning(program)
    rest(program)
    program.program.bridge.show(EngineStatus(state=EngineState.THINKING))
    program.until(lambda: "pause" in heard.commands)


@pytest.mark.parametrize("steps", [[trains(1), STOPS_WHEN_TOLD], [trains(1), WAITS]])
def test_ending_the_program_ends_the_child(
    open_it: OpenIt, steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "cowrite.editor.panels.personalization.learning_host.CLOSE_PATIENCE_MS", 300
    )
    program = open_it(learning=Learner(run=steps))
    heard = until_learning(program)
    program.close()
    assert heard.results == []


# --- the panel ---


def test_the_menu_opens_one_panel_and_it_goes_with_its_window(
    open_it: OpenIt, paths: Paths
) -> None:
    put_model(paths)
    learner = Learner()
    program = open_it(learning=learner)
    window = panel(program)
    assert panel(program) is window
    program.until(window.before.start.isEnabled)
    assert learner.asked == [("--log", "--dry-run", "--json")]
    window.before.start.click()
    program.until(lambda: program.program.learning.host.last is not None)
    assert learner.asked[1] == ("--log", "--lines")
    window.at_night.click()
    assert program.program.manager.preferences.learn_at_night
    program.close()


def test_the_panel_says_why_not_now(open_it: OpenIt, paths: Paths) -> None:
    choose(paths, learn_at_night=True)
    program = open_it(learning=Learner())
    at_day(program)
    window = panel(program)
    program.until(lambda: window.not_now.text().startswith("Not now: learning waits"))


def test_without_a_model_it_says_where_to_get_one(open_it: OpenIt, paths: Paths) -> None:
    learner = Learner()
    program = open_it(learning=learner)
    window = panel(program)
    program.until(lambda: "No model is installed" in window.versions.said.text())
    assert "Install it from the “Suggestions” menu" in window.before.message.text()
    assert learner.asked == []
    put_model(paths)
    window.before.again.click()
    program.until(window.before.start.isEnabled)


# --- what came of it ---


def test_the_first_thing_after_training_is_the_card(open_it: OpenIt, paths: Paths) -> None:
    write_outcome(paths, outcome())
    program = open_it()
    program.until(lambda: card_of(program))
    card = card_of(program)
    assert card is not None
    assert card.headline.text() == "Your version is 14 % better at predicting you."
    assert program.page.hasFocus()
    program.type("It rained")
    assert program.page.text() == "It rained"
    program.until(lambda: read_outcome(paths).seen)  # type: ignore[union-attr]
    assert card_of(program) is card  # it stays until it is closed
    card.close_button.click()
    program.until(lambda: card_of(program) is None)
    program.close()


def test_what_was_seen_is_not_told_again(open_it: OpenIt, paths: Paths) -> None:
    write_outcome(paths, outcome(seen=True))
    program = open_it()
    idle(program)
    assert card_of(program) is None


def test_what_was_learned_beside_the_window_is_told_too(open_it: OpenIt, paths: Paths) -> None:
    put_model(paths)
    program = open_it()
    program.until_ready()
    idle(program)
    write_outcome(paths, outcome())
    learned(paths, 3)
    program.until(lambda: card_of(program))


def test_undo_goes_back_and_says_to_what(open_it: OpenIt, paths: Paths) -> None:
    put_model(paths)
    learned(paths, 3)
    write_outcome(paths, outcome())
    program = open_it()
    program.until_ready()
    program.until(lambda: card_of(program))
    card = card_of(program)
    assert card is not None
    card.undo.click()
    program.until(lambda: card.headline.text() == "The original model is in use again.")
    assert AdapterRegistry(paths.adapters_dir).active(STARTER) == ""
    assert card.undo.isHidden()


def test_the_influence_that_was_best_is_used_at_once_when_asked_for(
    open_it: OpenIt, paths: Paths
) -> None:
    put_model(paths)
    learned(paths, 3)
    write_outcome(paths, outcome(best_influence="gentle"))
    program = open_it()
    program.until_ready()
    program.until(lambda: card_of(program))
    card = card_of(program)
    assert card is not None
    assert program.engine.influence is Influence.AS_TESTED
    card.use_best.click()
    assert program.program.manager.preferences.influence == "gentle"
    assert program.engine.influence is Influence.GENTLE


def test_a_version_of_which_less_is_kept_is_taken_out_of_use_and_may_be_chosen_again(
    open_it: OpenIt, paths: Paths
) -> None:
    put_model(paths)
    adapter = learned(paths, 3)
    told = [*used("", 5, hours_ago=100, model=STARTER), *used(adapter, 1, model=STARTER)]
    since_then_ms = time.time_ns() // 1_000_000 - NOON_MS
    told = [replace(each, before_ms=each.before_ms - since_then_ms) for each in told]
    write_log(paths.decision_log, [e for at, each in enumerate(told) for e in each.as_events(at)])
    registry = AdapterRegistry(paths.adapters_dir)
    program = open_it()
    program.until(lambda: "is no longer used" in messages(program))
    assert messages(program).endswith("The original model is in use again.")
    assert registry.active(STARTER) == ""
    program.click_message("Use it again")
    program.until(lambda: registry.active(STARTER) == adapter)
    program.program.learning.begin()
    idle(program)
    assert messages(program) == ""
    assert registry.active(STARTER) == adapter


def test_an_undo_that_cannot_be_is_said(open_it: OpenIt, paths: Paths) -> None:
    put_model(paths)
    write_outcome(paths, outcome())
    program = open_it()
    program.until(lambda: card_of(program))
    card = card_of(program)
    assert card is not None
    card.undo.click()
    program.until(lambda: "has no previous version" in card.headline.text())


def test_the_end_of_a_run_brings_the_card_once_the_writer_rests(
    open_it: OpenIt, paths: Paths
) -> None:
    program = open_it(learning=Learner(run=[trains(1), writes(paths, outcome()), STOPS_WHEN_TOLD]))
    until_learning(program)
    program.type("a")
    program.program.learning.host.stop()
    program.until(lambda: not program.program.learning.host.is_running)
    # It was stopped, and so nothing is told; the next run ends by itself.
    assert card_of(program) is None
    program.program.learning._command = Learner(
        run=[writes(paths, outcome()), ends("promoted", "Better.")]
    )
    program.program.learning.start()
    program.until(lambda: program.program.learning._waiting is not None)
    assert card_of(program) is None
    rest(program)
    program.until(lambda: card_of(program))


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        (["os.abort()"], "Nothing was changed"),
        (
            [ends("failed", "The disk is full.", "Free up disk space.")],
            "The disk is full. Free up disk space.",
        ),
        ([ends("kept", "There was too little.")], "Nothing changed: there was too little."),
    ],
)
def test_an_end_that_left_no_note_is_told_all_the_same(
    open_it: OpenIt, steps: list[str], sentence: str
) -> None:
    learner = Learner(run=steps)
    program = open_it(learning=learner)
    program.program.learning.start()
    program.until(lambda: any(sentence in text for text in program.window.messages.texts))
    if "kept" not in steps[0]:
        program.click_message("Try again")
        program.until(lambda: learner.runs == 2)
        program.until(lambda: not program.program.learning.host.is_running)


def test_who_stopped_it_is_not_told(open_it: OpenIt) -> None:
    program = open_it(learning=Learner())
    heard = until_learning(program)
    program.program.learning.host.stop()
    program.until(lambda: heard.results)
    idle(program)
    assert all("Learning" not in text for text in program.window.messages.texts)


def test_the_card_goes_with_its_window_and_another_takes_its_place(
    open_it: OpenIt, paths: Paths
) -> None:
    write_outcome(paths, outcome())
    program = open_it()
    program.until(lambda: card_of(program))
    first = program.window
    program.program.manager.open_new()
    first.close()
    program.until(lambda: len(program.windows) == 1)
    assert program.program.learning._card is None
    assert card_of(program) is None


# --- training at its scheduled times ---


def at_day(program: OpenProgram, **values: object) -> None:
    seen = replace(NIGHT, **({"now": datetime(2026, 5, 5, 14, 0)} | values))  # type: ignore[arg-type]
    program.program.learning.scheduler._probe = lambda new_data, idle_s: seen


def at_night(program: OpenProgram, **values: object) -> None:
    at_day(program, **{"now": NIGHT.now, **values})


def test_at_night_it_begins_and_on_battery_it_stops_and_then_goes_on(
    open_it: OpenIt, paths: Paths
) -> None:
    choose(paths, learn_at_night=True)
    learner = Learner()
    program = open_it(learning=learner)
    scheduler, host = program.program.learning.scheduler, program.program.learning.host
    at_night(program)
    scheduler.refresh()
    program.until(lambda: not scheduler._is_checking)
    assert learner.runs == 0  # there is no model yet
    put_model(paths)
    scheduler.refresh()
    program.until(lambda: host.last is not None)
    assert host.is_running
    at_night(program, on_battery=True)
    scheduler.refresh()
    program.until(lambda: not host.is_running)
    assert scheduler.sentence == "Not now: the computer is running on battery."
    at_night(program)
    scheduler.refresh()
    program.until(lambda: learner.runs == 2)


def test_who_stops_a_scheduled_training_is_left_alone_for_it(open_it: OpenIt, paths: Paths) -> None:
    put_model(paths)
    choose(paths, learn_at_night=True)
    learner = Learner()
    program = open_it(learning=learner)
    scheduler, host = program.program.learning.scheduler, program.program.learning.host
    at_night(program)
    scheduler.refresh()
    program.until(lambda: host.last is not None)
    host.stop()
    program.until(lambda: not host.is_running)
    scheduler.refresh()
    program.until(lambda: not scheduler._is_checking)
    assert learner.runs == 1


# --- the command ---


def test_the_child_is_this_very_program_with_its_folder(paths: Paths, home: Path) -> None:
    command = learning_command(paths.home)(("--log", "--lines"))
    assert command[1:] == ["-m", "cowrite", "--home", str(home), "personalize", "--log", "--lines"]


def idle(program: OpenProgram) -> None:
    """Let what is under way come to its end."""
    let_work_end(program.qtbot)
