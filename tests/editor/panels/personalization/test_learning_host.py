"""The learning process as the window sees it: every way it can go on and end, with children that only pretend."""

from __future__ import annotations

import time

import psutil
import pytest
from learning_child import (
    PREVIEW,
    STOPS_WHEN_TOLD,
    WAITS,
    Heard,
    child,
    ends,
    says,
    shows,
    trains,
)
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cowrite.base.errors import UserError
from cowrite.editor.panels.personalization.learning_host import (
    CANNOT_START,
    ENDED_BADLY,
    LearningHost,
    PreviewReader,
    said_on_stderr,
)
from cowrite.personalize.learning_messages import Ending, LearningPreview
from cowrite.personalize.training.progress import failed

FULL = UserError("The disk is full. Nothing was changed.", "Free up disk space and start it again.")


def run(qtbot: QtBot, *steps: str) -> Heard:
    host = LearningHost()
    heard = Heard(host)
    host.start(child(*steps))
    qtbot.waitUntil(lambda: bool(heard.results), timeout=20_000)
    assert not host.is_running
    assert len(heard.results) == 1
    host.close()
    return heard


def test_a_run_is_followed_to_its_end(qtbot: QtBot) -> None:
    heard = run(qtbot, trains(30), trains(60), ends("promoted", "It is better."))
    assert [each.step for each in heard.progress] == [30, 60]
    assert heard.results[0].status is Ending.PROMOTED
    assert heard.results[0].reason == "It is better."


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        ([trains(30), "sys.exit(1)"], ENDED_BADLY),
        ([trains(30), "os.abort()"], ENDED_BADLY),
        (["print('{' * 100_000)", "print('[1, 2')", "print('null')", "print(b'')"], ENDED_BADLY),
        (["sys.stdout.buffer.write(b'\\xff\\xfe' * 5_000_000)"], ENDED_BADLY),
        ([ends("perhaps")], ENDED_BADLY),
        ([says(failed(FULL)), "sys.exit(2)"], FULL.message),
        ([ends("failed", FULL.message, FULL.advice), "sys.exit(2)"], FULL.message),
        (
            ["print('cowrite: The model is not installed. Install it.', file=sys.stderr)"],
            "The model is not installed. Install it.",
        ),
        (["print('Traceback: what she wrote', file=sys.stderr)", "sys.exit(1)"], ENDED_BADLY),
    ],
)
def test_whatever_goes_wrong_is_one_plain_failure(
    qtbot: QtBot, steps: list[str], reason: str
) -> None:
    result = run(qtbot, *steps).results[0]
    assert result.status is Ending.FAILED
    assert result.reason == reason


def test_a_last_line_without_its_end_counts(qtbot: QtBot) -> None:
    line = ends("kept", "It is no better.").replace(", flush=True", ", end='', flush=True")
    assert run(qtbot, line).results[0].status is Ending.KEPT


def test_a_program_that_is_not_there_is_a_failure(qtbot: QtBot) -> None:
    host = LearningHost()
    heard = Heard(host)
    host.start(["/there/is/no/such/program"])
    qtbot.waitUntil(lambda: bool(heard.results))
    assert heard.results[0].reason == CANNOT_START
    assert heard.results[0].advice


def test_it_rests_while_the_writer_is_busy_or_says_so(qtbot: QtBot) -> None:
    host = LearningHost()
    heard = Heard(host)
    host.give_way(True)  # nothing to tell anybody yet
    host.start(child(trains(1), STOPS_WHEN_TOLD, ends("stopped")))
    qtbot.waitUntil(lambda: bool(heard.progress), timeout=20_000)
    host.give_way(True)
    host.give_way(True)
    host.hold(True)
    host.give_way(False)  # the writer still wants it to rest
    assert host.is_held
    host.hold(False)
    host.stop()
    host.give_way(True)  # too late to matter
    qtbot.waitUntil(lambda: bool(heard.results), timeout=20_000)
    assert heard.results[0].status is Ending.STOPPED


def test_what_the_child_is_told_is_no_more_than_it_needs(qtbot: QtBot) -> None:
    host = LearningHost()
    heard = Heard(host)
    host.start(child(trains(1), STOPS_WHEN_TOLD, ends("stopped")))
    qtbot.waitUntil(lambda: bool(heard.progress), timeout=20_000)
    for busy in (True, True, False, False):
        host.give_way(busy)
    host.hold(True)
    host.give_way(True)
    host.give_way(False)
    host.hold(False)
    qtbot.waitUntil(lambda: len(heard.commands) == 4, timeout=20_000)
    assert heard.commands == ["pause", "resume", "pause", "resume"]
    host.close()


def test_one_at_a_time(qtbot: QtBot) -> None:
    host = LearningHost()
    heard = Heard(host)
    host.start(child(trains(1), STOPS_WHEN_TOLD, ends("stopped")))
    host.start(child(ends("promoted")))
    host.stop()
    qtbot.waitUntil(lambda: bool(heard.results), timeout=20_000)
    assert [each.status for each in heard.results] == [Ending.STOPPED]


def test_who_does_not_stop_is_killed_and_that_is_no_failure(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cowrite.editor.panels.personalization.learning_host.STOP_PATIENCE_MS", 50)
    host = LearningHost()
    heard = Heard(host)
    host.start(child(trains(1), WAITS))
    qtbot.waitUntil(lambda: bool(heard.progress), timeout=20_000)
    host.stop()
    host.stop()
    assert host.is_stopping
    qtbot.waitUntil(lambda: bool(heard.results), timeout=20_000)
    assert heard.results[0].status is Ending.STOPPED


def test_closing_ends_the_child_and_its_own_child_and_says_nothing(qtbot: QtBot) -> None:
    host = LearningHost()
    heard = Heard(host)
    below = "import subprocess"
    starts = (
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], "
        "start_new_session=True)"
    )
    tells = 'print(json.dumps({"phase": "reading", "tokens": p.pid}), flush=True)'
    host.start(child(below, starts, tells, WAITS))
    qtbot.waitUntil(lambda: bool(heard.progress), timeout=20_000)
    grandchild = psutil.Process(heard.progress[0].tokens)
    began = time.monotonic()
    host.close()
    assert time.monotonic() - began < 5  # not a minute; how long exactly is the machine's matter
    assert not host.is_running
    assert heard.results == []
    grandchild.wait(10)
    assert not grandchild.is_running()


def test_closing_lets_who_listens_end_by_itself(qtbot: QtBot, tmp_path: object) -> None:
    host = LearningHost()
    heard = Heard(host)
    host.start(child(trains(1), STOPS_WHEN_TOLD, f"open({str(tmp_path)!r} + '/kept', 'w').close()"))
    qtbot.waitUntil(lambda: bool(heard.progress), timeout=20_000)
    host.close()
    assert [each.name for each in tmp_path.iterdir()] == ["kept"]  # type: ignore[attr-defined]


# --- the look before ---


class Answers:
    def __init__(self, look: PreviewReader) -> None:
        self.found: list[LearningPreview] = []
        self.errors: list[UserError] = []
        look.found.connect(self.found.append)
        look.failed.connect(self.errors.append)


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        (["sys.exit(1)"], "could not be read"),
        ([shows({**PREVIEW, "own_words": "many"})], "could not be read"),
        ([shows(PREVIEW), "os.abort()"], "could not be read"),
        (
            ["print('cowrite: The model “x” is not installed.', file=sys.stderr)", "sys.exit(2)"],
            "The model “x” is not installed.",
        ),
    ],
)
def test_a_look_that_fails_says_why(qtbot: QtBot, steps: list[str], message: str) -> None:
    look = PreviewReader()
    answers = Answers(look)
    look.start(child(*steps))
    qtbot.waitUntil(lambda: not look.is_running, timeout=20_000)
    assert answers.found == []
    assert message in str(answers.errors[0])


def test_a_look_finds_what_there_is(qtbot: QtBot) -> None:
    look = PreviewReader()
    answers = Answers(look)
    look.start(child("print('a library says something')", shows(PREVIEW)))
    look.start(child("sys.exit(1)"))  # one is enough
    qtbot.waitUntil(lambda: bool(answers.found), timeout=20_000)
    assert answers.found[0].own_words == 48_231
    assert answers.found[0].minutes == 38.0


def test_a_look_without_a_program_fails(qtbot: QtBot) -> None:
    look = PreviewReader()
    answers = Answers(look)
    look.start(["/there/is/no/such/program"])
    qtbot.waitUntil(lambda: bool(answers.errors))
    assert CANNOT_START in str(answers.errors[0])


def test_a_look_that_is_not_wanted_any_more_says_nothing(qtbot: QtBot) -> None:
    look = PreviewReader()
    answers = Answers(look)
    look.start(child(WAITS))
    look.close()
    assert not look.is_running
    QApplication.processEvents()  # whatever the process still had to say has been told by then
    assert answers.found == answers.errors == []


def test_of_what_stands_on_stderr_only_our_own_sentence_counts() -> None:
    assert said_on_stderr("Traceback\n  what she wrote\n") == ""
    assert said_on_stderr("a warning\ncowrite: No model. Install it.\n") == "No model. Install it."
