"""The few names through which small scripts of failed inputs reach the program; they stay, whatever moves behind them.

The real program, windows and files, with Qt's offscreen platform and without pytest. Every question is answered with
*Cancel* and recorded; a save dialog is answered with the path a test chose, or with the name it suggests. Nothing here
judges, repairs or decodes: what is right, the scripts decide. ``home`` is the folder that ``cowrite --home`` takes.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

TESTS = Path(__file__).resolve().parent
sys.path[:0] = [str(folder) for folder in (TESTS.parent, TESTS, TESTS / "editor")]

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
for _offline in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
    os.environ[_offline] = "1"

from cowrite.settings.paths import Paths  # noqa: E402 - its folder is known only now

if TYPE_CHECKING:
    import torch
    from PySide6.QtWidgets import QApplication, QWidget

    from cowrite.editor.common.flow import Later
    from cowrite.editor.page.page_edit import PageEdit
    from cowrite.editor.shell.files.document_actions import DocumentActions
    from cowrite.editor.shell.window_manager import WindowManager

Answer = TypeVar("Answer")
# After so long a suggestion that came with a key has been readable, and timers of the window have rung.
AFTER_KEY_MS = 120

# --- the editor ------------------------------------------------------------------------------------------------------


def open_editor(home: Path, files: Sequence[Path] = (), model: str | None = None) -> Editor:
    """Start the program; a window has the keyboard when this returns. ``model``: None or ``"scripted"``."""
    return Editor(Path(home), [Path(file) for file in files], model)


class Editor:
    """A running program. ``suggested_names``: what save dialogs suggested; ``asked``: the questions asked."""

    def __init__(self, home: Path, files: Sequence[Path], model: str | None) -> None:
        self._application = _application()
        from open_program import STARTER, OpenProgram, choose, put_model

        paths = _paths(home)
        if model == "scripted" and not (paths.models_dir / STARTER).exists():
            put_model(paths)
        if not paths.settings_file.exists():
            choose(paths, open_in="tabs")  # as it is for writers
        self._program = OpenProgram(_Patience(), self._application, paths, files=files)  # type: ignore[arg-type]
        self._window = self._program.window
        self._path_to_save: Path | None = None
        self.suggested_names: list[Path] = []
        self.asked: list[str] = self._program.dialogs.asked
        self._program.dialogs.file_to_save = self._answer_save_dialog  # type: ignore[method-assign]

    def open(self, path: Path) -> None:
        """As File > Open; that document becomes the current one."""
        self._window = self._finish(self._manager.open_path(Path(path)))
        self._take_keyboard()

    def new(self) -> None:
        """As File > New; that document becomes the current one."""
        before = self._manager.views
        self._manager.open_new()
        self._program.until(lambda: len(self._manager.views) > len(before))
        new = next(view for view in self._manager.views if view not in before)
        self._window = self._manager.window_of(new) or self._program.window
        self._take_keyboard()

    def text(self) -> str:
        """The text of the current document."""
        return self._page.text()

    def texts(self) -> list[str]:
        """The text of every open document, in the order in which they were opened."""
        return [view.page.text() for view in self._manager.views]

    def set_text(self, text: str) -> None:
        """Replace the text of the current document; it is not saved yet."""
        self._page.content.load(text)
        self._page.document().setModified(True)

    def type(self, text: str) -> None:
        """One key event per character; Latin-1 only."""
        from PySide6.QtTest import QTest

        QTest.keyClicks(self._page, text)
        self._application.processEvents()

    def insert(self, text: str) -> None:
        """Insert text at the cursor as typed text, for characters that have no key."""
        self._page.type_text(text)

    def press(self, keys: str) -> None:
        """One key, by Qt's name, such as ``Ctrl+Z``; returns when a next key would count."""
        from PySide6.QtGui import QKeySequence
        from PySide6.QtTest import QTest

        combination = QKeySequence(keys)[0]
        QTest.keyClick(
            self._window.windowHandle(), combination.key(), combination.keyboardModifiers()
        )
        _Patience().wait(AFTER_KEY_MS)
        self._program.until_settled()

    def move_to_end(self) -> None:
        """Move the cursor to the end of the document."""
        from PySide6.QtGui import QTextCursor

        self._page.moveCursor(QTextCursor.MoveOperation.End)

    def save(self) -> bool:
        """As File > Save; whether the file was written."""
        return self._finish(self._actions.save())

    def save_as(self, path: Path) -> bool:
        """As File > Save As, with ``path`` chosen in the dialog; whether the file was written."""
        self._path_to_save = Path(path)
        try:
            return self._finish(self._actions.save_as())
        finally:
            self._path_to_save = None

    def is_read_only(self) -> bool:
        """Whether nothing can be typed into the current document."""
        return self._page.isReadOnly()

    def messages(self) -> list[str]:
        """The texts of the messages that the window shows, oldest first."""
        from PySide6.QtWidgets import QLabel

        bars = self._window.messages.bars
        return [label.text() for bar in bars for label in bar.findChildren(QLabel)]

    def choose(self, label: str) -> None:
        """Click the button ``label`` of a message, if there is one."""
        for bar in self._window.messages.bars:
            for button in bar.buttons:
                if button.text() == label:
                    button.click()
        self._program.until_settled()

    def recent_files(self) -> list[str]:
        """The files opened lately, newest first."""
        return [str(path) for path in self._manager.recent]

    def suggest(self, before: str, text: str) -> None:
        """Type ``before``, answer ``text``, and wait until it is shown. Scripted model only."""
        self._program.suggest(before, text)

    def wait_until_ready(self) -> None:
        """Wait until the model is loaded."""
        self._program.until_ready()

    def quit(self) -> None:
        """As File > Quit: unsaved text is kept for the next start."""
        self._finish(self._manager.quit())
        self._program.program.journal_writer.wait_until_idle()
        self._program.close()

    def close(self) -> None:
        """End without saving or asking; open documents and cursors are remembered for the next start."""
        for view in self._manager.views:
            view.page.document().setModified(False)
        self._program.close()

    # --- inside ---

    def _finish(self, flow: Later[Answer]) -> Answer:
        return self._program.finish(flow)

    @property
    def _manager(self) -> WindowManager:
        return self._program.program.manager

    @property
    def _page(self) -> PageEdit:
        return self._window.active_view.page

    @property
    def _actions(self) -> DocumentActions:
        return self._manager.actions_of(self._window)

    def _take_keyboard(self) -> None:
        self._application.processEvents()
        self._page.setFocus()

    def _answer_save_dialog(self, parent: QWidget, suggested: Path, filters: str = "") -> Path:
        self.asked.append("save")
        self.suggested_names.append(suggested)
        return self._path_to_save or suggested


class _Patience:
    """As much of pytest-qt's ``qtbot`` as the program's helper asks of it."""

    def wait(self, ms: int) -> None:
        """Let the program run for ``ms`` milliseconds."""
        end = time.monotonic() + ms / 1000
        while time.monotonic() < end:
            _let_run()

    def waitUntil(self, condition: Callable[[], bool], timeout: int = 20_000) -> None:
        """Let the program run until ``condition()``; raises TimeoutError after ``timeout`` milliseconds."""
        end = time.monotonic() + timeout / 1000
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError("what a script waited for did not happen")
            _let_run()


def _let_run() -> None:
    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QApplication

    QApplication.processEvents()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    time.sleep(0.002)


def _application() -> QApplication:
    from PySide6.QtWidgets import QApplication

    present = QApplication.instance()
    return present if isinstance(present, QApplication) else QApplication(["cowrite"])


def _paths(home: Path) -> Paths:
    paths = Paths.find(Path(home))
    paths.create()
    return paths


# --- files and models ------------------------------------------------------------------------------------------------


def write_session(home: Path, path: Any, geometry: Any) -> None:
    """Write what the next start reads as "one document was open", without a check of ``path`` and ``geometry``."""
    document = {
        "document_id": "a" * 32,
        "path": path,
        "caret": 0,
        "scroll": 0,
        "geometry": geometry,
    }
    _paths(home).session_file.write_text(json.dumps({"documents": [document], "recent": []}))


def model_folder(home: Path, model_id: str) -> Path:
    """Where an installed model is; it need not exist."""
    return Paths.find(Path(home)).models_dir / model_id


def log_file(home: Path) -> Path:
    """The SQLite file of the decision log."""
    return Paths.find(Path(home)).decision_log


def convert_gguf(file: Path, folder: Path) -> None:
    """Write the weights of a GGUF file to ``folder/model.safetensors``, with the names of Hugging Face."""
    from cowrite.engine.gguf.convert import gguf_to_safetensors

    gguf_to_safetensors(Path(file), Path(folder))


def load_for_test(model_folder: Path) -> LoadedModel:
    """A model on the CPU in bfloat16; its weights are read when they are first needed."""
    return LoadedModel(Path(model_folder))


class LoadedModel:
    """A tokenizer, and the network that goes with it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def token_ids(self, text: str) -> list[int]:
        """How the program reads ``text`` that a person typed."""
        return self._vocabulary.encode(text)

    def token_bytes(self, token_id: int) -> bytes:
        """What the program writes for a token: ``b""`` for a control token."""
        return self._vocabulary.bytes_of(token_id)

    def prompt(self, text: str) -> tuple[list[int], bytes]:
        """What the model is given to continue ``text``, and the bytes its continuation must begin with."""
        from cowrite.engine.decoding.completer import Completer

        return Completer(self._model, model_id="case").prompt(text)

    def stop_token_ids(self) -> set[int]:
        """The tokens that end a suggestion."""
        return set(self._model.stop_tokens)

    def logits(self, token_ids: Sequence[int]) -> torch.Tensor:
        """Float32, of shape (number of ids, size of the vocabulary)."""
        import torch

        with torch.inference_mode():
            return self._model.network(torch.tensor([list(token_ids)]))[0].float()

    @cached_property
    def _vocabulary(self) -> Any:
        from cowrite.engine.tokens.vocabulary import Vocabulary

        return Vocabulary.load(self._folder)

    @cached_property
    def _model(self) -> Any:
        import torch

        from cowrite.engine.loading.load import load_model
        from cowrite.engine.networks.quantize import Quantization

        return load_model(self._folder, torch.device("cpu"), Quantization.BF16)
