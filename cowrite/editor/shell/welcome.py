"""What is shown to somebody who opens the program for the first time: three sentences, gone with the first key.

It lies over the page and takes part in no layout, so that nothing moves when it goes.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QLabel, QPushButton, QVBoxLayout

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.appearance.theme_files import resource_path
from cowrite.editor.commands.key_rules import native
from cowrite.editor.common.accessible_role import Role
from cowrite.editor.page.ghost_keys import GhostAction, GhostKeymap
from cowrite.editor.page.page_edit import PageEdit
from cowrite.localization import current, tr, tr_noop
from cowrite.localization.languages import CHINESE

KEYS = tr_noop(
    "Start writing: when you pause, a few grey words may follow. {word} accepts the next "
    "word, {all} accepts all of them, and {dismiss} or typing on dismisses them."
)
PRIVACY = tr_noop(
    "Nothing leaves this computer. What you write, accept and dismiss is stored in a log "
    "here, so that Cowrite can learn from it; turn that off if you like:"
)
STORE = tr_noop("&Store what I write")
SAMPLE = tr_noop("No text at hand? Try it on a short sample:")
OPEN_SAMPLE = tr_noop("&Open a sample")
_SAMPLES = {CHINESE: "samples/zh.txt"}


class Welcome(QFrame):
    """Shown on an empty page. ``store`` is told when the switch is turned. Signal: ``gone()``."""

    accessible_role = Role.Pane
    gone = Signal()

    def __init__(
        self, page: PageEdit, appearance: Appearance, *, stores: bool, store: Callable[[bool], None]
    ) -> None:
        super().__init__(page)
        self._page = page
        self._appearance = appearance
        self.setObjectName("welcome")
        self.setAccessibleName(tr("Welcome"))
        keys = _label(key_sentence(page.keymap))
        self.setAccessibleDescription(f"{keys.text()} {tr(PRIVACY)} {tr(SAMPLE)}")
        self.switch = QCheckBox(tr(STORE))
        self.switch.setChecked(stores)
        self.switch.toggled.connect(store)
        self.sample = QPushButton(tr(OPEN_SAMPLE))
        self.sample.clicked.connect(self._open_sample)
        for control in (self.switch, self.sample):
            control.setFocusPolicy(
                Qt.FocusPolicy.TabFocus
            )  # a click leaves the keyboard to the page
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(keys)
        column.addWidget(_label(tr(PRIVACY)))
        column.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(_label(tr(SAMPLE)))
        column.addWidget(self.sample, 0, Qt.AlignmentFlag.AlignLeft)
        appearance.changed.connect(self._dress)
        page.text_changed.connect(self._on_text_changed)
        page.installEventFilter(self)
        self._dress()
        self.show()

    def close_for_good(self) -> None:
        """Go, and listen to nothing more. May be called again."""
        if self.isHidden():
            return
        self.hide()
        self._appearance.changed.disconnect(self._dress)
        self._page.text_changed.disconnect(self._on_text_changed)
        self._page.removeEventFilter(self)
        self.gone.emit()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102 - Qt's name
        if watched is self._page:
            if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
                self._place()
            elif event.type() == QEvent.Type.KeyPress:
                self.close_for_good()
        return False

    def _on_text_changed(self, _change: TextChange) -> None:
        self.close_for_good()

    def _open_sample(self) -> None:
        name = _SAMPLES.get(current(), "samples/en.txt")
        text = resource_path(name).read_text(encoding="utf-8")
        self._page.setFocus()
        self._page.insert_step(text, ChangeKind.PASTED)

    def _dress(self) -> None:
        theme = self._appearance.theme
        self.setStyleSheet(
            f"#welcome {{ background: transparent; border: none; }} #welcome QLabel {{ color: {theme.quiet}; }}"
            f"#welcome QCheckBox {{ color: {theme.ink}; background: transparent; }}"
        )
        self._place()

    def _place(self) -> None:
        """As wide as the text, a little below the caret; where the page is too low, as high as it must be to fit."""
        column = self._page.viewport().geometry()
        caret = self._page.caret_rect()
        width = column.width() - 2 * caret.left()
        height = self.heightForWidth(width)
        below = column.top() + caret.bottom() + caret.height()
        top = max(column.top() + caret.bottom(), min(below, self._page.height() - height))
        self.setGeometry(column.left() + caret.left(), top, width, height)


def key_sentence(keymap: GhostKeymap) -> str:
    """Which keys do what, as they are bound; what has no key is in a menu."""

    def key(action: GhostAction) -> str:
        return native(keymap[action][0]) if keymap[action] else tr("the menu")

    return tr(
        KEYS,
        word=key(GhostAction.ACCEPT_WORD),
        all=key(GhostAction.ACCEPT_ALL),
        dismiss=key(GhostAction.REJECT),
    )


def _label(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
