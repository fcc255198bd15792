"""What a click on the word count shows: words, characters and minutes, of the text and of what is selected."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QWidget

from cowrite.base.text_counts import CJK_PER_MINUTE, WORDS_PER_MINUTE, TextCounts
from cowrite.editor.common.accessible_role import Role
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.localization import tr

_GRID_PX = 8


class CountsPopover(QFrame):
    """Never takes the keyboard: goes with the next click or key, which does what it always does; Esc only closes it.

    ``scale`` is 1.0 at 100 %.
    """

    accessible_role = Role.ToolTip

    def __init__(
        self, counts: TextCounts, selected: TextCounts | None, scale: float, parent: QWidget
    ) -> None:
        super().__init__(parent, Qt.WindowType.ToolTip)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName(tr("How long the text is"))
        grid = QGridLayout(self)
        gap = round(_GRID_PX * scale)
        grid.setContentsMargins(2 * gap, 2 * gap, 2 * gap, 2 * gap)
        grid.setHorizontalSpacing(3 * gap)
        grid.setVerticalSpacing(gap)
        columns = [counts] if selected is None else [counts, selected]
        if selected is not None:
            grid.addWidget(PlainLabel(tr("Text"), self), 0, 1, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(PlainLabel(tr("Selected"), self), 0, 2, Qt.AlignmentFlag.AlignRight)
        for row, (name, *figures) in enumerate(rows_of(columns), start=1):
            grid.addWidget(PlainLabel(name, self), row, 0)
            for column, figure in enumerate(figures, start=1):
                grid.addWidget(PlainLabel(figure, self), row, column, Qt.AlignmentFlag.AlignRight)
        self.setToolTip(
            tr(
                "At {words_per_minute} words or {cjk_per_minute} Chinese characters a minute.",
                words_per_minute=WORDS_PER_MINUTE,
                cjk_per_minute=CJK_PER_MINUTE,
            )
        )

    def show_above(self, field: QWidget) -> None:
        """Appear with its lower right corner at the upper right one of ``field``."""
        self.adjustSize()
        corner = field.mapToGlobal(QPoint(field.width(), 0))
        self.move(corner - QPoint(self.width(), self.height() + _GRID_PX))
        self.show()
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102 - Qt's name
        match event.type():
            case QEvent.Type.ShortcutOverride | QEvent.Type.KeyPress:
                self.close()
                return isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
            case QEvent.Type.MouseButtonPress | QEvent.Type.ApplicationDeactivate:
                self.close()
        return super().eventFilter(watched, event)


def rows_of(columns: list[TextCounts]) -> list[tuple[str, ...]]:
    """Name and figures of each row; Chinese characters only where there are any."""
    rows = [
        (tr("Words"), *(f"{each.words:,}" for each in columns)),
        (tr("Characters"), *(f"{each.characters:,}" for each in columns)),
        (
            tr("Without spaces"),
            *(f"{each.characters_without_spaces:,}" for each in columns),
        ),
    ]
    if any(each.cjk_characters for each in columns):
        rows.append(
            (
                tr("Chinese characters"),
                *(f"{each.cjk_characters:,}" for each in columns),
            )
        )
    rows.append((tr("Minutes to read"), *(_minutes(each.minutes) for each in columns)))
    return rows


def _minutes(minutes: float) -> str:
    if minutes < 1:
        return tr("less than 1") if minutes else "0"
    return f"{round(minutes):,}"
