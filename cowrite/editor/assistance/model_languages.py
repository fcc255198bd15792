"""Which languages the model in use was taught, and what is said where the writer writes in another one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cowrite.localization import join_names, tr


class ModelLanguages:
    """``known`` are the languages of the model, by the first part of their tags; empty where nobody knows."""

    def __init__(self, known: Callable[[], Sequence[str]]) -> None:
        self._known = known
        self._said: set[str] = set()

    def note_on(self, text: str) -> str:
        """A sentence if ``text`` is in a language that the model was not taught; else nothing."""
        language = self._strange(text)
        return self._sentence(language) if language else ""

    def first_note_on(self, text: str) -> str:
        """The same, of each language only once."""
        language = self._strange(text)
        if not language or language in self._said:
            return ""
        self._said.add(language)
        return self._sentence(language)

    def _strange(self, text: str) -> str:
        from cowrite.tasks.passage.language import guessed_language

        known = self._known()
        language = guessed_language(text) if known else ""
        return language if language not in known else ""

    def _sentence(self, language: str) -> str:
        from cowrite.tasks.passage.language import NAMES

        names = [tr(NAMES[each]) for each in self._known() if each in NAMES]
        return tr(
            "This model was taught {languages}. In {language}, expect little more than words you have used before.",
            languages=join_names(names),
            language=tr(NAMES[language]),
        )
