"""The window of models: what it lists and says, and what its buttons ask for. Nothing is loaded or downloaded."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from open_program import ScriptedDialogs
from PySide6.QtCore import QMimeData, QObject, QPointF, Qt, QUrl, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QProgressBar, QWidget
from pytestqt.qtbot import QtBot

from cowrite.base.errors import UserError
from cowrite.base.graphics_card import GraphicsCard
from cowrite.editor.assistance.model_installation import (
    InstallationState,
    Installing,
    ModelInstallation,
)
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.editor.dialogs.dialogs import Erase
from cowrite.editor.panels.models.installing_bar import InstallingBar
from cowrite.editor.panels.models.model_rows import ModelList, ModelRow, RowState
from cowrite.editor.panels.models.model_strings import (
    facts,
    fit_sentence,
    installing_sentence,
    seconds,
)
from cowrite.editor.panels.models.models_window import ModelServices, ModelsWindow
from cowrite.models.fitting import Fit, Machine, Use
from cowrite.models.machine import FoundMachine
from cowrite.models.measured_memory import MeasuredMemory
from cowrite.models.progress import (
    InstallPhase,
    InstallProgress,
    done,
    examining,
    failed,
    progress_in,
)
from cowrite.models.store import ModelStore
from cowrite.settings.preferences import Preferences

MACHINE = Machine(memory=16_000_000_000, bandwidth=20e9)
CARD = GraphicsCard(name="A card", memory=12 << 30, capability=(8, 9), driver_cuda=(13, 0))
GOOD = Fit(
    use=Use.SUGGESTIONS,
    device="cpu",
    kind="int8",
    memory_bytes=900_000_000,
    answer_s=0.041,
    word_s=0.02,
)
SLOW = replace(GOOD, use=Use.PASSAGES, memory_bytes=5_000_000_000, word_s=0.5, reason="It is slow.")
NONE = replace(GOOD, use=Use.NOTHING, reason="It needs 40.0 GB of memory.")
STARTER = ModelRow(id="smollm2-135m-instruct", name="Starter", state=RowState.INSTALLED, fit=GOOD, licence="Apache-2.0",
                   languages=("en",), parameters=135_000_000, exam="This model repairs.")  # fmt: skip
OTHER = replace(STARTER, id="other", name="Other", fit=SLOW)
LARGER = ModelRow(id="larger", name="Larger", state=RowState.AVAILABLE, fit=GOOD,
                  with_card=replace(GOOD, answer_s=0.01), download_bytes=1_200_000_000)  # fmt: skip
HUGE = ModelRow(id="huge", name="Huge", state=RowState.AVAILABLE, fit=NONE)


class Changes(QObject):
    """Keeps preferences as the manager of windows does."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.preferences = Preferences()

    def change(self, name: str, value: str) -> None:
        self.preferences = replace(self.preferences, **{name: value})
        self.changed.emit(self.preferences)


class Shown:
    """A window of models on a list that a test gives."""

    def __init__(
        self, qtbot: QtBot, tmp_path: Path, *rows: ModelRow, card: GraphicsCard | None
    ) -> None:
        self.parent = QWidget()
        qtbot.addWidget(self.parent)
        self.kept, self.dialogs = Changes(), ScriptedDialogs()
        self.asked: list[list[str]] = []
        self.installation = ModelInstallation(self._command)
        self.packs: list[str] = []
        found = FoundMachine(machine=MACHINE, unused_card=card)
        self.window = ModelsWindow(
            ModelServices(
                store=ModelStore(tmp_path / "models"),
                catalogue={},
                installation=self.installation,
                dialogs=self.dialogs,
                preferences=lambda: self.kept.preferences,
                preferences_changed=self.kept.changed,
                change=self.kept.change,
                show_gpu_pack=lambda: self.packs.append("shown"),
                read=lambda *_, **__: ModelList(rows=rows, found=found),
            ),
            self.parent,
        )
        self.window.show()
        qtbot.waitUntil(lambda: self.window.list.count() > 0)

    def _command(self, words: Sequence[str]) -> list[str]:
        self.asked.append([*words])
        return [sys.executable, "-c", f"print({done(words[1]).to_json()!r})"]

    @property
    def entries(self) -> list[str]:
        items = self.window.list
        return [items.item(at).text() for at in range(items.count())]

    def choose(self, name: str) -> None:
        items = self.window.list
        found = next(
            items.item(at) for at in range(items.count()) if items.item(at).text().startswith(name)
        )
        items.setCurrentItem(found)

    def close(self) -> None:
        self.window.close()
        self.installation.close()


@pytest.fixture
def shown(qtbot: QtBot, tmp_path: Path) -> Iterator[Shown]:
    it = Shown(qtbot, tmp_path, STARTER, OTHER, LARGER, HUGE, card=CARD)
    yield it
    it.close()


def test_it_lists_what_is_there_what_suits_and_what_does_not(shown: Shown) -> None:
    assert [each.split("\n")[0] for each in shown.entries] == [
        "Installed", "Starter", "Other", "Suggested for this computer", "Larger", "Too large for this computer", "Huge"
    ]  # fmt: skip
    assert "In use for suggestions and passages" in shown.entries[1]
    assert "answers in about 40 ms, needs 900 MB" in shown.entries[4]


def test_the_best_for_this_computer_is_looked_at_first(shown: Shown) -> None:
    assert shown.window.details.text == "It answers in about 40 ms and needs 900 MB."
    assert shown.window.details.download.isVisible()
    assert not shown.window.details.use.isVisible()


def test_downloading_goes_to_the_end_and_the_list_is_read_again(qtbot: QtBot, shown: Shown) -> None:
    shown.window.details.download.click()
    assert shown.asked[0][1] == "larger"
    qtbot.waitUntil(lambda: "“Larger” is installed." in shown.window.said.text(), timeout=30_000)
    qtbot.waitUntil(lambda: not shown.installation.is_running, timeout=30_000)
    assert shown.installation.current is not None
    assert shown.installation.current.state is InstallationState.DONE


def test_a_download_that_was_begun_is_gone_on_with_or_discarded(
    qtbot: QtBot, tmp_path: Path
) -> None:
    it = Shown(qtbot, tmp_path, STARTER, replace(LARGER, arrived_bytes=300_000_000), card=None)
    assert it.window.details.download.text() == "&Continue downloading"
    it.window.details.discard.click()
    assert it.asked == [["download", "larger", "--discard"]]
    qtbot.waitUntil(lambda: not it.installation.is_running, timeout=30_000)
    it.close()


@pytest.mark.parametrize(
    ("progress", "said"),
    [
        (
            InstallProgress(
                phase=InstallPhase.DOWNLOADING,
                fraction=0.1,
                bytes_done=400_000_000,
                bytes_total=1_200_000_000,
                bytes_per_s=12_000_000,
                seconds_left=66.0,
            ),
            "Step 1 of 5: Downloading, 400 MB of 1.2 GB, 12 MB a second, about 65 s left",
        ),
        (progress_in(InstallPhase.CHECKING), "Step 1 of 5: Downloading"),
        (progress_in(InstallPhase.PROVING), "Step 3 of 5: Checking its answers"),
    ],
)
def test_each_step_says_how_far_it_is(progress: InstallProgress, said: str) -> None:
    assert installing_sentence(Installing(name="A", id="a", progress=progress)) == said


def test_an_import_downloads_nothing() -> None:
    importing = Installing(name="A", path="a", progress=progress_in(InstallPhase.MEASURING))
    assert installing_sentence(importing).startswith("Step 3 of 4: ")


def test_the_exam_is_a_step_that_can_be_skipped(qtbot: QtBot) -> None:
    bar = InstallingBar()
    qtbot.addWidget(bar)
    bar.show_installing(Installing(name="A", id="a", progress=examining("a", "shorten", 0.5)))
    assert bar.text.startswith("Step 5 of 5: Finding out what it does well with passages: Shorten")
    assert "The model is installed." in bar.text
    assert not bar.skip.isHidden()
    assert bar.cancel.isHidden()
    assert bar.pause.isHidden()


def test_what_was_not_examined_can_be_and_what_was_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    new = replace(OTHER, exam="")
    it = Shown(qtbot, tmp_path, STARTER, new, card=None)
    it.choose("Starter")
    assert it.window.details.examine.isHidden()
    it.choose("Other")
    it.window.details.examine.click()
    assert it.asked == [["exam", "other", "--lines"]]
    qtbot.waitUntil(lambda: it.window.bar.text == "The exam is done.", timeout=30_000)
    it.close()


def test_what_failed_is_not_shown_as_finished(qtbot: QtBot) -> None:
    bar = InstallingBar()
    qtbot.addWidget(bar)
    running = Installing(name="A", id="a", progress=progress_in(InstallPhase.DOWNLOADING, 0.5))
    bar.show_installing(running)
    (meter,) = bar.findChildren(QProgressBar)
    before = meter.value()
    ended = replace(
        running,
        state=InstallationState.FAILED,
        progress=failed(UserError("The server cannot be reached.", "Try again.")),
    )
    bar.show_installing(ended)
    assert 0 < meter.value() == before < meter.maximum()
    assert not bar.settings.isHidden()
    bar.show_installing(running)
    assert bar.settings.isHidden()


def test_a_model_is_chosen_for_suggestions_and_for_passages(qtbot: QtBot, tmp_path: Path) -> None:
    shown = Shown(qtbot, tmp_path, STARTER, replace(OTHER, fit=GOOD), card=None)
    shown.choose("Other")
    shown.window.details.passages.click()
    assert shown.kept.preferences.passage_model == "other"
    assert "In use for passages" in shown.entries[2]
    shown.window.details.use.click()
    assert shown.kept.preferences.model == "other"
    shown.choose("Starter")
    assert shown.window.details.use.isVisible()
    shown.close()


def test_what_does_not_fit_says_why_and_cannot_be_had(shown: Shown) -> None:
    shown.choose("Huge")
    assert "It needs 40.0 GB of memory." in shown.window.details.text
    assert not shown.window.details.download.isEnabled()


def test_what_is_in_use_is_not_removed_and_another_one_is_asked_about(shown: Shown) -> None:
    shown.choose("Starter")
    assert not shown.window.details.remove.isEnabled()
    shown.choose("Other")
    shown.dialogs.erase = Erase.CANCEL
    shown.window.details.remove.click()
    assert shown.dialogs.asked


def test_a_dropped_file_is_imported(qtbot: QtBot, shown: Shown, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.gguf"))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    drop = QDropEvent(QPointF(1, 1), Qt.DropAction.CopyAction, data, buttons, keys)
    shown.window.dropEvent(drop)
    assert shown.asked == [["import", str(tmp_path / "a.gguf"), "--json"]]
    qtbot.waitUntil(lambda: not shown.installation.is_running, timeout=30_000)


def test_a_card_that_is_not_used_is_said_with_the_step(shown: Shown) -> None:
    assert "NVIDIA card (A card)" in shown.window.said.text()
    shown.window.gpu_pack.click()
    assert shown.packs == ["shown"]


@pytest.mark.parametrize(
    ("count", "said"), [(0.002, "5 ms"), (0.041, "40 ms"), (0.33, "350 ms"), (2.04, "2.0 s")]
)
def test_short_times_are_said_roundly(count: float, said: str) -> None:
    assert seconds(count) == said


def test_a_slow_model_says_how_much_it_writes() -> None:
    assert "about 120 words a minute" in fit_sentence(SLOW)


def test_what_is_too_slow_to_suggest_is_offered_for_passages_only(shown: Shown) -> None:
    shown.choose("Other")
    assert shown.window.details.passages.isVisible()
    assert not shown.window.details.use.isVisible()


def test_what_two_models_need_together_is_said_before_they_are_used(
    qtbot: QtBot, tmp_path: Path
) -> None:
    large = replace(OTHER, fit=replace(SLOW, memory_bytes=12_500_000_000))
    for row, said, has_room in (
        (OTHER, "it needs 5.7 GB; this computer has 12.8 GB", True),
        (large, "together they need 13.2 GB, and this computer has 12.8 GB", False),
    ):
        shown = Shown(qtbot, tmp_path, STARTER, row, card=None)
        shown.choose("Other")
        texts = [label.text() for label in shown.window.details.findChildren(PlainLabel)]
        assert any(said in text for text in texts)
        assert shown.window.details.passages.isEnabled() is has_room
        shown.choose("Starter")
        assert not shown.window.details._beside.isVisible()
        shown.close()


@pytest.mark.parametrize(
    ("taken", "said"), [(930_000_000, "were predicted"), (2_000_000_000, "as predicted")]
)
def test_what_it_took_when_it_was_loaded_is_a_fact(taken: int, said: str) -> None:
    measured = MeasuredMemory(
        model="other",
        weights_sha256="0",
        device="cpu",
        kind="int8",
        reckoned=900_000_000,
        taken=taken,
    )
    found = dict(facts(replace(OTHER, measured=measured)))
    assert said in found["Memory"]
