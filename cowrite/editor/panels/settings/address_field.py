"""A field for an address: what cannot be one is said below it, and is not taken."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit

from cowrite.base.errors import UserError
from cowrite.editor.common.announcing import announce
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.localization import tr

Check = Callable[[str], object]
"""Raises UserError for what cannot be used."""


class AddressField(QLineEdit):
    """Calls ``tell(value)`` when another address that passes ``check`` was written out. Empty is always right.

    ``problem`` is the label for what is wrong, to be shown below the field.
    """

    def __init__(self, value: str, tell: Callable[[object], None], check: Check) -> None:
        super().__init__(value)
        self._value = value
        self._tell = tell
        self._check = check
        self.problem = PlainLabel()
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.editingFinished.connect(self._on_finished)
        self.textEdited.connect(lambda _: self._say(""))

    def show_value(self, value: str) -> None:
        """Show what was chosen elsewhere."""
        self._value = value
        self.setText(value)
        self._say("")

    def _on_finished(self) -> None:
        written = self.text().strip()
        try:
            if written:
                self._check(written)
        except UserError as error:
            self._say(tr("{problem} It was not saved.", problem=str(error)))
            return
        self._say("")
        self.setText(written)
        if written != self._value:
            self._value = written
            self._tell(written)

    def _say(self, problem: str) -> None:
        if problem == self.problem.text():
            return
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.setAccessibleDescription(problem)
        if problem:
            announce(self, problem)
