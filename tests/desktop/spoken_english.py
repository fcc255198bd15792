"""What a program says of itself in another language, said in English: tours name entries and buttons in English.

A title is looked up with its letter, as “关闭(&C)”, so that two entries of one name are told apart.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

from cowrite.editor.commands.command import without_mnemonic
from cowrite.localization.languages import ENGLISH

LOCALES = Path(__file__).resolve().parents[2] / "resources" / "locale"
_PLACE = re.compile(r"\\\{(\w+)\\\}")

Report = dict[str, Any]


class SpokenEnglish:
    """From ``language``; what no catalogue has stays as it is."""

    def __init__(self, language: str) -> None:
        self._ids: dict[str, str] = {}
        self._patterns: list[tuple[re.Pattern[str], str]] = []
        if language != ENGLISH:
            self._read(language)

    def _read(self, language: str) -> None:
        with (LOCALES / language / "cowrite.po").open("rb") as file:
            catalog = read_po(file)
        messages = [each for each in catalog if each.id and not each.pluralizable]
        # A word without a meaning of its own, and a title, before the others.
        for each in sorted(messages, key=lambda m: (bool(m.context), not m.id[0].isupper(), m.id)):
            self._ids.setdefault(each.string, each.id)
            if "&" in each.string and "{" in each.string:
                pattern = _PLACE.sub(r"(?P<\1>.+)", re.escape(each.string))
                self._patterns.append((re.compile(pattern), each.id))

    def of(self, text: str) -> str:
        """The English of a text that was shown."""
        if text in self._ids:
            return self._ids[text]
        for pattern, message in self._patterns:
            if found := pattern.fullmatch(text):
                return message.format(**found.groupdict())
        return text

    def report(self, report: Report) -> Report:
        """The same report with titles, commands and what controls say in English; no text of a page is touched."""
        if self._ids:
            report["commands"] = [without_mnemonic(self.of(each)) for each in report["chosen"]]
            self._go_through(report)
        return report

    def _go_through(self, value: Any) -> None:
        if isinstance(value, list):
            for each in value:
                self._go_through(each)
        elif isinstance(value, dict):
            if "mnemonic" in value:
                value["title"] = without_mnemonic(self.of(value["whole_title"]))
            elif "kind" in value:
                for name in ("text", "name"):
                    if isinstance(value.get(name), str):
                        value[name] = self.of(value[name])
            for each in value.values():
                self._go_through(each)
