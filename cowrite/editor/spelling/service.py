"""What all documents share for spelling: dictionaries, the writer's own words, and what was chosen for each document.

Nothing is read or loaded before a document asks for it, and then on another thread.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from weakref import WeakValueDictionary

from PySide6.QtCore import QLocale, QObject, Signal

from cowrite.base.errors import UserError
from cowrite.base.system_reasons import reason_of
from cowrite.editor.common.disk import Disk, StateFiles
from cowrite.editor.common.flow import Later
from cowrite.localization import tr
from cowrite.settings.private_file import PRIVATE_FOLDER
from cowrite.spelling.checker import Checker
from cowrite.spelling.dictionary import Dictionary
from cowrite.spelling.document_choices import DocumentChoice, DocumentChoices
from cowrite.spelling.installed import dictionaries
from cowrite.spelling.languages import detected
from cowrite.spelling.word_lists import as_own, read_words, write_words
from cowrite.spelling.words import form_of, words_of

logger = logging.getLogger(__name__)

FALLBACK = "en_US"


class SpellingService(QObject):
    """Signals: ``ready()`` when it is known what there is, ``loaded(str language)`` and ``words_changed()``.

    ``switched()``: on or off. ``problem(str sentence)``: a list or a dictionary cannot be read or written.
    """

    ready = Signal()
    loaded = Signal(str)
    words_changed = Signal()
    switched = Signal()
    problem = Signal(str)

    def __init__(
        self,
        *,
        disk: Disk,
        states: StateFiles,
        words_file: Path,
        choices_file: Path,
        dictionaries_dir: Path,
        is_on: bool,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._disk = disk
        self._states = states
        self.words_file = words_file
        self.dictionaries_dir = dictionaries_dir
        self.choices = DocumentChoices(
            choices_file, lambda work: states.write("spelling choices", work, self._failed)
        )
        self.is_on = is_on
        self.available: dict[str, Path] = {}
        self._words: list[str] = []
        self._own: frozenset[str] = frozenset()
        self._may_write = True
        # A dictionary is given back when no document uses it any more.
        self._checkers: WeakValueDictionary[str, Checker] = WeakValueDictionary()
        self._tried: set[str] = set()  # is being loaded, or could not be
        self._began = False
        self.is_ready = False

    # --- what there is ---

    def begin(self) -> None:
        """Find out what there is, unless that was begun already."""
        if self._began:
            return
        self._began = True
        found = self._disk.run(self._read)

        def done() -> None:
            if found.error is not None:
                self.problem.emit(str(found.error))
                return
            self.available, words, kept = found.result
            self._words = list(dict.fromkeys([*words, *self._words]))
            self._own = as_own(self._words)
            self.choices.know(kept)
            self.is_ready = True
            self.ready.emit()

        found.then(done)

    def _read(self) -> tuple[dict[str, Path], list[str], dict[str, DocumentChoice]]:
        try:
            words = read_words(self.words_file)
        except (OSError, UnicodeError):
            logger.warning("the list of the writer's words cannot be read")
            words, self._may_write = [], False  # what cannot be read is not written over
        return dictionaries(self.dictionaries_dir), words, self.choices.read()

    @property
    def usual_language(self) -> str:
        """The system's language where there is a dictionary for it, else American English."""
        name = QLocale.system().name()
        return name if name in self.available else FALLBACK

    def checker(self, language: str) -> Checker | None:
        """Who knows the language; None while the dictionary is being loaded, or if it cannot be.

        It stays in memory as long as somebody has it.
        """
        known = self._checkers.get(language)
        if known is None and language not in self._tried and language in self.available:
            self._tried.add(language)
            path = self.available[language]
            opened = self._disk.run(lambda: Checker(Dictionary(path)))
            opened.then(lambda: self._on_opened(language, opened))
            return self._checkers.get(language)
        return known

    def _on_opened(self, language: str, opened: Later[Checker]) -> None:
        if opened.error is not None:
            self._failed(opened.error)
            return
        checker = self._checkers[language] = opened.result
        self._tried.discard(language)
        self.loaded.emit(checker.language)

    def own_folder(self) -> Path:
        """The writer's folder of dictionaries, which is made if it is not there."""
        with contextlib.suppress(OSError):  # whoever shows it says that it is not there
            self.dictionaries_dir.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        return self.dictionaries_dir

    def detect(self, sample: str, then: Callable[[str | None], None]) -> None:
        """Tell ``then`` which language ``sample`` is in, later."""
        available, usual = self.available, self.usual_language
        found = self._disk.run(lambda: _detected(sample, available, usual))

        def done() -> None:
            if found.error is not None:
                then(None)
                return
            language, checker = found.result
            if checker is not None and language is not None and language not in self._tried:
                self._checkers.setdefault(language, checker)
            then(language)

        found.then(done)

    def ask(self, work: Callable[[], list[str]], then: Callable[[list[str]], None]) -> None:
        """Do slow ``work`` on another thread and tell ``then``; nothing if it fails."""
        asked = self._disk.run(work)
        asked.then(lambda: then([] if asked.error is not None else asked.result))

    # --- on and off ---

    def set_on(self, on: bool) -> None:
        """Check, or check nothing."""
        if on != self.is_on:
            self.is_on = on
            self.switched.emit()

    # --- the writer's words ---

    @property
    def words(self) -> list[str]:
        """The writer's words, in the order in which they were added."""
        return list(self._words)

    @property
    def own(self) -> frozenset[str]:
        """The same as checking wants them."""
        return self._own

    def add_word(self, word: str) -> None:
        """Take ``word`` for right from now on, in every document."""
        word = form_of(word)
        if word not in self._words:
            self._set_words([*self._words, word])

    def remove_word(self, word: str) -> None:
        """Take it for right no more."""
        self._set_words([each for each in self._words if each != word])

    def _set_words(self, words: list[str]) -> None:
        self._words = words
        self._own = as_own(words)
        if self._may_write:
            self._states.write("words", lambda: self._store(words), self._failed)
        else:
            self.problem.emit(
                tr(
                    "Your list of words, {path}, cannot be read, so nothing is added to it until it can.",
                    path=self.words_file,
                )
            )
        self.words_changed.emit()

    def _store(self, words: list[str]) -> None:
        try:
            write_words(self.words_file, words)
        except OSError as error:
            raise UserError(
                tr(
                    "Your list of words could not be stored ({reason}).",
                    reason=reason_of(error),
                ),
                tr("Check that the disk is not full. Your text is not affected."),
            ) from error

    def _failed(self, error: BaseException) -> None:
        self.problem.emit(str(error))


def _detected(
    sample: str, available: Mapping[str, Path], usual: str
) -> tuple[str | None, Checker | None]:
    """The language of ``sample``, and who knows it, if that had to be loaded to find out."""
    opened: dict[str, Checker] = {}

    def load(language: str) -> Checker:
        return opened.setdefault(language, Checker(Dictionary(available[language])))

    language = detected(words_of(sample), available, usual, load)
    return language, opened.get(language or "")
