"""The line below the page while a proposal stands: which change is marked, what it is, and buttons for the mouse."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QPushButton, QWidget

from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.common.accessible_role import Role
from cowrite.editor.common.connections import Connections
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.editor.proposals.keys import ProposalAction
from cowrite.editor.proposals.sentences import described, in_a_row
from cowrite.editor.proposals.view_proposals import ViewProposals
from cowrite.localization import tr, tr_noop

_GRID_PX = 8
_BESIDE = 6
"""So many times as wide as the widest button the line has to be for words and buttons beside each other."""
REJECT_ALL, STOP = tr_noop("Reject all"), tr_noop("Stop")
_BUTTONS = (
    (ProposalAction.ACCEPT, tr_noop("Accept")),
    (ProposalAction.REJECT, tr_noop("Reject")),
    (ProposalAction.ACCEPT_ALL, tr_noop("Accept all")),
    (ProposalAction.REJECT_ALL, REJECT_ALL),
    (ProposalAction.ANOTHER, tr_noop("Another version")),
)


class ProposalBar(QWidget):
    """Follows the proposals of the view in front; :meth:`follow` says which those are. It never has the keyboard."""

    accessible_role = Role.ToolBar

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("proposalBar")
        self.setAccessibleName(tr("Proposal"))
        self._appearance = appearance
        self._following = Connections()
        self._proposals: ViewProposals | None = None
        self.said = PlainLabel("", self)
        self.said.setWordWrap(True)
        self.buttons: dict[ProposalAction, QPushButton] = {}
        self._rows = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._rows.addWidget(self.said, 1)
        self._grid_of_buttons = QGridLayout()
        for action, title in _BUTTONS:
            button = QPushButton(tr(title), self)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _=False, action=action: self._do(action))
            self.buttons[action] = button
        self._rows.addLayout(self._grid_of_buttons)
        self._columns = 0
        # The window may be narrower than all buttons in a row: they go below each other then.
        self.setMinimumWidth(1)
        appearance.changed.connect(self._follow_appearance)
        self._follow_appearance()
        self.hide()

    def follow(self, proposals: ViewProposals) -> None:
        """Show those of another view."""
        self._following.end()
        self._proposals = proposals
        self._following.add(proposals.changed, self.refresh)
        self.refresh()

    def close_down(self) -> None:
        """Follow nothing more."""
        self._following.end()
        self._proposals = None
        self._appearance.changed.disconnect(self._follow_appearance)

    def refresh(self) -> None:
        """Be as things are now."""
        its = self._proposals
        standing = its.standing if its is not None else None
        if its is None or standing is None or not standing.open or its.asked is None:
            self.hide()
            return
        text = described(its.asked.task.title, standing, is_coming=its.is_coming)
        if its.voice_note:
            text = in_a_row(text, its.voice_note)
        if text != self.said.text():
            self.said.setText(text)
        for action, button in self.buttons.items():
            button.setEnabled(its.can(action))
        self.buttons[ProposalAction.REJECT_ALL].setText(tr(STOP if its.is_working else REJECT_ALL))
        self.buttons[ProposalAction.ANOTHER].setVisible(its.review.may_have_another)
        self.show()

    def _do(self, action: ProposalAction) -> None:
        its = self._proposals
        if its is None:
            return
        standing = its.standing
        if (
            standing is not None
            and standing.focused is None
            and action
            in (
                ProposalAction.ACCEPT,
                ProposalAction.REJECT,
            )
        ):
            return
        its.do(action)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102 - Qt's name
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """As many buttons in a row as there is room for; the words beside them, or above where there is little."""
        widest = max(each.sizeHint().width() for each in self.buttons.values())
        beside = self.width() > _BESIDE * widest
        way = QBoxLayout.Direction
        self._rows.setDirection(way.LeftToRight if beside else way.TopToBottom)
        columns = len(self.buttons) if beside else max(1, self.width() // (widest + _GRID_PX))
        if columns == self._columns:
            return
        self._columns = columns
        for number, button in enumerate(self.buttons.values()):
            self._grid_of_buttons.addWidget(button, number // columns, number % columns)

    def _follow_appearance(self) -> None:
        theme, grid = self._appearance.theme, round(_GRID_PX * self._appearance.scale)
        self.setStyleSheet(f"PlainLabel {{ color: {theme.ink}; background: transparent; }}")
        self._rows.setContentsMargins(2 * grid, grid // 2, 2 * grid, grid // 2)
        self._rows.setSpacing(grid)
        self._grid_of_buttons.setSpacing(grid // 2)
