"""One hunspell dictionary: asked only for what its encoding can say.

Through ``chunspell``, whose calls raise on every letter outside the dictionary's encoding, and cut a word at NUL. Its
calls hold Python's global lock: :meth:`Dictionary.spells` for 0.01 ms, :meth:`Dictionary.guesses` for 50 to 200 ms.
"""

from __future__ import annotations

import locale
import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cowrite.base.errors import UserError
from cowrite.localization import tr

_MOST_KEPT = 200_000
_SAMPLE_BYTES = 60_000


class Dictionary:
    """The dictionary ``path`` (``….dic``) with the ``.aff`` beside it. Raises UserError if it cannot be read."""

    def __init__(self, path: Path) -> None:
        import hunspell  # a library of C++ that a window without spelling does not need

        self.path = path
        self.language = path.stem
        folder, name = str(path.parent), path.stem
        try:
            self._hunspell: Any = hunspell.Hunspell(
                name, hunspell_data_dir=folder, system_encoding=_file_names_encoding()
            )
            sample = path.read_bytes()[:_SAMPLE_BYTES]
        except (OSError, UnicodeError, MemoryError) as error:
            raise UserError(
                tr("The dictionary {path} cannot be read.", path=path),
                tr("Check its .aff and .dic files, or remove them."),
            ) from error
        self._encoding = str(self._hunspell._dic_encoding)
        self._kept: dict[str, bool] = {}
        self.script, self.letters = _alphabet(sample.decode(self._encoding, "ignore"))

    def spells(self, form: str) -> bool:
        """Whether it knows the word; never what its encoding cannot say."""
        known = self._kept.get(form)
        if known is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            known = self._kept[form] = self._ask(form)
        return known

    def _ask(self, form: str) -> bool:
        if "\0" in form:
            return False
        try:
            return bool(self._hunspell.spell(form))
        except UnicodeEncodeError:
            return False

    def guesses(self, form: str) -> list[str]:
        """What hunspell thinks was meant, best first. Slow: for a thread on which nobody waits."""
        if "\0" in form:
            return []
        try:
            return [each for each in self._hunspell.suggest(form) if each]
        except UnicodeEncodeError:
            return []


def script_of(form: str) -> str:
    """The script of a word's first letter, such as “LATIN”; empty if none is known."""
    for letter in form:
        if letter.isalpha():
            return unicodedata.name(letter, "").partition(" ")[0]
    return ""


def is_of_script(form: str, script: str) -> bool:
    """Whether every letter is of ``script``."""
    if script == "LATIN" and form.isascii():
        return True
    return all(
        unicodedata.name(letter, "").startswith(script) for letter in form if letter.isalpha()
    )


def _alphabet(sample: str) -> tuple[str, str]:
    """The script that most of a dictionary's words are in, and its letters, the most frequent first."""
    counts: dict[str, int] = {}
    for line in sample.split("\n")[1:-1]:
        for letter in line.partition("/")[0].lower():
            if letter.isalpha() or letter == "'":
                counts[letter] = counts.get(letter, 0) + 1
    scripts: dict[str, int] = {}
    for letter, count in counts.items():
        name = script_of(letter)
        scripts[name] = scripts.get(name, 0) + count
    script = max(scripts, key=lambda name: scripts[name], default="LATIN")
    own: Iterable[str] = (each for each in counts if each == "'" or script_of(each) == script)
    return script, "".join(sorted(own, key=lambda letter: (-counts[letter], letter)))


def _file_names_encoding() -> str:
    return "utf-8" if sys.platform == "win32" else locale.getpreferredencoding() or "utf-8"
