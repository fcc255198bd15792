"""The panel that searches all open documents, and a folder, and replaces what is ticked in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cowrite.base.errors import UserError
from cowrite.base.printable import one_line
from cowrite.editor.common.accessible_role import Role
from cowrite.editor.common.background import Background, Task
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.editor.common.wheel_guard import ChoiceBox
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.panels.find.file_replacing import ReplacedFile
from cowrite.editor.panels.find.option_buttons import option, style
from cowrite.editor.panels.find.page_place import select
from cowrite.editor.panels.find.result_list import ResultList
from cowrite.editor.panels.find.search_field import SearchField, SearchHistory
from cowrite.editor.panels.find.text_search import FoundText, OpenText, TextSearch
from cowrite.editor.panels.find.texts_replacing import ReplacedTexts, TextsReplacing
from cowrite.editor.panels.find.workspace import Workspace
from cowrite.localization import sentences, tr, tr_noop, trn
from cowrite.search.found_texts import FoundHit
from cowrite.search.pattern import Pattern, compiled
from cowrite.search.query import Query
from cowrite.search.replacement import Replacement

_GRID_PX = 8
AFTER_KEY_MS = 250
"""How long after a key in a field the search begins."""
_OPEN = tr_noop("Open documents")
_OTHER = tr_noop("Another folder…")


class FilesPanel(QWidget):
    """Searches while it is typed into."""

    accessible_role = Role.Client

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("filesPanel")
        self._workspace = workspace
        self._background = Background("find in files", self)
        self._replacing = TextsReplacing(workspace, self._background)
        self._task: Task | None = None
        self._pattern: Pattern | None = None
        self._views: Sequence[DocumentView] = ()
        self._folder: Path | None = None
        self._replaced: list[ReplacedFile] = []
        self._counts = [0, 0]
        self._is_settled = False  # what is listed is what stands in the fields
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(AFTER_KEY_MS)
        self._soon.timeout.connect(self.search)
        self._make_parts()
        self._lay_out()
        self._connect()
        workspace.appearance.changed.connect(self._follow_appearance)
        self._follow_appearance()
        self._offer_places()

    def _make_parts(self) -> None:
        self.field = SearchField(tr("Find"), SearchHistory(), self)
        self.case = option(self, "Aa", tr("Match case"), "Alt+C")
        self.words = option(self, "“ab”", tr("Whole words"), "Alt+W")
        self.regex = option(self, ".*", tr("Regular expression"), "Alt+R")
        self.replaces = option(self, tr("Replace"), tr("Replace what is found"), "Alt+P")
        self.replacement = SearchField(tr("Replace with"), SearchHistory(), self)
        self.keep_case = option(self, "Aa→Bb", tr("Keep capitals"), "Alt+K")
        self.where = ChoiceBox(self)
        self.where.setAccessibleName(tr("Where to search"))
        self.where.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.where.setMinimumContentsLength(8)
        self.state = PlainLabel("", self)
        self.state.setWordWrap(True)
        self.results = ResultList(self._workspace.appearance.theme, self)
        self.replace_button = QPushButton("", self)
        self.take_back_button = QPushButton(tr("Undo in files"), self)
        self.setFocusProxy(self.field)

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self)
        options, self._with = QHBoxLayout(), QWidget(self)
        for each in (self.case, self.words, self.regex):
            options.addWidget(each)
        options.addStretch(1)
        options.addWidget(self.replaces)
        row = QHBoxLayout(self._with)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.replacement, 1)
        row.addWidget(self.keep_case)
        self._rows = (options, row)
        self._column.addWidget(self.field)
        self._column.addLayout(options)
        for widget in (self._with, self.where, self.state, self.results):
            self._column.addWidget(widget, 1 if widget is self.results else 0)
        self._column.addWidget(self.replace_button)
        self._column.addWidget(self.take_back_button)
        for widget in (self._with, self.replace_button, self.take_back_button):
            widget.hide()

    def _connect(self) -> None:
        for field in (self.field, self.replacement):
            field.textChanged.connect(self._on_typed)
            field.entered.connect(lambda _back: self._on_entered())
        for each in (self.case, self.words, self.regex, self.keep_case):
            each.toggled.connect(self.search)
        self.replaces.toggled.connect(self._on_replaces)
        self.where.activated.connect(self._on_where)
        self.results.chosen.connect(self._on_chosen)
        self.results.checks_changed.connect(self._show_buttons)
        self.replace_button.clicked.connect(self.replace_ticked)
        self.take_back_button.clicked.connect(self._take_back)

    def close_down(self) -> None:
        """Search nothing more; to be called before the window goes."""
        self._soon.stop()
        self._background.close()
        self._workspace.appearance.changed.disconnect(self._follow_appearance)

    # --- what is searched, and where ---

    def begin(self, text: str) -> None:
        """Search for ``text``, or for what stands there if that is empty, in what is open now."""
        self._offer_places()
        if text:
            self.field.put(text)
        self.field.selectAll()
        self.search()

    def _offer_places(self) -> None:
        path = self._workspace.active().document.path
        if self._folder is None and path is not None:
            self._folder = path.parent
        chosen = max(0, self.where.currentIndex())
        self.where.clear()
        self.where.addItem(tr(_OPEN))
        if self._folder is not None:
            name = one_line(self._folder.name)
            self.where.addItem(tr("Folder “{name}”", name=name))
            self.where.setItemData(1, str(self._folder), Qt.ItemDataRole.ToolTipRole)
        self.where.addItem(tr(_OTHER))
        self.where.setCurrentIndex(min(chosen, self.where.count() - 2))

    def _on_where(self, at: int) -> None:
        if at == self.where.count() - 1:
            folder = self._workspace.choose_folder(self)
            self._folder = folder or self._folder
            self.where.setCurrentIndex(0)
            self._offer_places()
            if folder is not None:
                self.where.setCurrentIndex(1)
        self.search()

    @property
    def _searched_folder(self) -> Path | None:
        return self._folder if self.where.currentIndex() == 1 else None

    def _on_typed(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._is_settled = False
        self._soon.start()
        self._show_buttons()

    def _on_entered(self) -> None:
        self.field.remember()
        self.replacement.remember()
        self.search()

    def _on_replaces(self, on: bool) -> None:
        self._with.setVisible(on)
        if on:
            self.replacement.setFocus()
        self.search()

    # --- searching ---

    def search(self) -> None:
        """Search anew, for what stands there now."""
        self._soon.stop()
        if self._task is not None:
            self._task.cancel()
        self.results.clear()
        self._counts = [0, 0]
        self._pattern, self._is_settled = None, False
        query = Query(
            text=self.field.text(),
            case=self.case.isChecked(),
            words=self.words.isChecked(),
            regex=self.regex.isChecked(),
        )
        self._say("")
        if query.text:
            try:
                self._pattern = compiled(query)
                if self.replaces.isChecked():
                    self._pattern.check(self._replacement)
            except UserError as error:
                self._pattern = None
                self._say(str(error))
        self._show_buttons()
        if self._pattern is not None:
            self._begin(self._pattern)

    def _begin(self, pattern: Pattern) -> None:
        folder = self._searched_folder
        self._views = [
            view
            for view in self._workspace.views()
            if folder is None or _is_within(view.document.path, folder)
        ]
        search = TextSearch(
            pattern=pattern,
            replacement=self._replacement if self.replaces.isChecked() else None,
            open_texts=tuple(_open_text(n, view) for n, view in enumerate(self._views)),
            folder=folder,
            held=tuple(self._workspace.held()),
            read=self._workspace.read,
        )
        self._say(tr("Searching…"))

        def work(task: Task) -> bool:
            def tell(text: FoundText) -> None:
                task.deliver(lambda: self._add(text))

            return search.run(tell, lambda: task.is_cancelled)

        self._task = self._background.run_task(work, self._on_done, lambda e: self._say(str(e)))

    def _add(self, text: FoundText) -> None:
        self.results.add(text)
        self._counts[0] += len(text.found.hits)
        self._counts[1] += 1
        self._show_buttons()

    def _on_done(self, is_all: bool) -> None:
        hits, texts = self._counts
        self._is_settled = True
        self._show_buttons()
        if not hits:
            self._say(tr("None found"))
            return
        where = _documents(texts)
        if is_all:
            self._say(tr("{hits:,} in {documents}", hits=hits, documents=where))
        else:
            self._say(tr("The first {hits:,} in {documents}", hits=hits, documents=where))

    def _say(self, sentence: str) -> None:
        self.state.setText(sentence)
        self.state.setVisible(bool(sentence))

    # --- going there ---

    def _on_chosen(self, text: FoundText, hit: FoundHit) -> None:
        if text.is_open:
            view = self._views[text.number]
            if view.document.is_closed:
                self._say(tr("“{name}” is closed. Search again.", name=one_line(text.name)))
                return
            self._workspace.bring_forward(view)
            _select(view, hit)
        elif text.path is not None:
            self._workspace.open_file(text.path, lambda view: _select(view, hit))

    # --- replacing ---

    @property
    def _replacement(self) -> Replacement:
        return Replacement(text=self.replacement.text(), keep_case=self.keep_case.isChecked())

    def _show_buttons(self) -> None:
        can = self.replaces.isChecked() and self._pattern is not None
        count = self.results.tick_count if can else 0
        self.replace_button.setVisible(can)
        self.replace_button.setEnabled(count > 0 and self._is_settled)
        self.replace_button.setText(
            tr("Replace {count:,}", count=count) if count else tr("Replace")
        )
        self.take_back_button.setVisible(bool(self._replaced))

    def replace_ticked(self) -> None:
        """Replace every hit that is ticked."""
        pattern = self._pattern
        ticked = list(self.results.ticked())
        if pattern is None or not ticked or not self._is_settled:
            return
        self.replacement.remember()
        self.replace_button.setEnabled(False)
        self._replacing.replace(ticked, self._views, pattern, self._replacement, self._on_replaced)

    def _on_replaced(self, result: ReplacedTexts) -> None:
        if result.files:
            self._replaced = result.files
        self._pattern = None
        self.results.clear()
        self._say(sentences(*_told_of(result), *result.problems))
        self._show_buttons()

    def _take_back(self) -> None:
        files, self._replaced = self._replaced, []
        self._show_buttons()

        def told(problems: list[str]) -> None:
            number = len(files) - len(problems)
            done = trn(
                "{count:,} file is as it was before.",
                "{count:,} files are as they were before.",
                number,
            )
            self._say(sentences(done if number else "", *problems))

        self._replacing.take_back(files, told)

    # --- looks ---

    def _follow_appearance(self) -> None:
        theme, scale = self._workspace.appearance.theme, self._workspace.appearance.scale
        grid = round(_GRID_PX * scale)
        self._column.setContentsMargins(grid, 0, grid, grid)
        self._column.setSpacing(grid)
        for row in self._rows:
            row.setSpacing(grid // 2)
        self.setStyleSheet(style("filesPanel", theme, scale) + "#filesPanel { border-top: none; }")
        self.results.set_theme(theme)


def _documents(count: int) -> str:
    return trn("{count:,} document", "{count:,} documents", count)


def _told_of(result: ReplacedTexts) -> Iterator[str]:
    """What was replaced, in sentences."""
    if result.text_count:
        yield tr(
            "Replaced {hits:,} in {documents}.",
            hits=result.count,
            documents=_documents(result.text_count),
        )
    if result.files:
        yield trn(
            "{count:,} of them is a file that is not open; it was saved.",
            "{count:,} of them are files that are not open; they were saved.",
            len(result.files),
        )


def _open_text(number: int, view: DocumentView) -> OpenText:
    document = view.document
    return OpenText(
        number=number,
        name=document.name,
        path=document.path,
        lines=tuple(document.content.mirror.lines()),
        revision=document.revision,
    )


def _is_within(path: Path | None, folder: Path) -> bool:
    return path is not None and path.is_relative_to(folder)


def _select(view: DocumentView, hit: FoundHit) -> None:
    """Select the hit on the page; as near as can be if the text is another by now."""
    page = view.page
    block = page.document().findBlockByNumber(hit.line)
    if not block.isValid():
        return
    select(page, (block.position() + hit.start, block.position() + hit.end))
    page.keep_caret_comfortable()
    view.focus()
