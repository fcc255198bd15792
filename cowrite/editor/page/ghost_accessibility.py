"""What a screen reader says of the ghost, which is drawn but is no text of the page."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from cowrite.editor.common.announcing import announce
from cowrite.localization import tr


class GhostAccessibility:
    """Announces each suggestion on ``page`` once, and keeps what is left of it in the page's description."""

    def __init__(self, page: QWidget) -> None:
        self._page = page
        self._shown = ""
        self._said = ""

    def show(self, text: str, *, index: int, count: int) -> None:
        """The ghost is ``text`` now. What continues or ends the one before is no other suggestion.

        Unless it has grown and there are others to turn to: then it is said what there is, once.
        """
        before, self._shown = self._shown, text
        sentence = tr("Suggestion: {text}", text=text.strip())
        if count > 1:
            sentence = tr(
                "Suggestion {number} of {count}: {text}",
                number=index + 1,
                count=count,
                text=text.strip(),
            )
        self._page.setAccessibleDescription(sentence)
        goes_on = text.startswith(before.rstrip()) or before.endswith(text)
        if not before or not goes_on or (count > 1 and not self._said.endswith(text.strip())):
            self._said = sentence
            announce(self._page, sentence)

    def hide(self) -> None:
        """There is no ghost."""
        if self._shown:
            self._shown = ""
            self._page.setAccessibleDescription("")
