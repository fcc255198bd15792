"""File menu, “Export…”: the window for it, filled with what is in front, and what it needs of others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cowrite.base.utf16 import utf16_index
from cowrite.documents.export import write_export
from cowrite.documents.exporting import ExportedText, export, has_marked_changes
from cowrite.documents.open_documents import same_file
from cowrite.editor.common.messages import Notice
from cowrite.editor.common.show_dialog import show_dialog
from cowrite.editor.dialogs.dialogs import Dialogs
from cowrite.editor.document.document import Document
from cowrite.editor.panels.export.commands import EXPORT
from cowrite.editor.panels.export.export_fields import WITH_STYLE, WITH_TITLE_PAGE, Choice
from cowrite.editor.panels.export.export_window import ExportServices, ExportWindow
from cowrite.editor.proposals.view_proposals import ViewProposals
from cowrite.editor.shell.editor_view import EditorView
from cowrite.editor.shell.window import EditorWindow
from cowrite.editor.shell.window_manager import WindowManager
from cowrite.interchange.manuscript import Metadata
from cowrite.interchange.markup.front_matter import read_head
from cowrite.interchange.options import WriteOptions
from cowrite.interchange.report import Report
from cowrite.interchange.statement import left_out_sentence
from cowrite.localization import tr
from cowrite.markdown.kinds import is_markdown
from cowrite.proposals.critic_markup import critic_markup
from cowrite.proposals.proposal import Hunk


class TextExport:
    """Exports what ``window`` shows."""

    def __init__(
        self, window: EditorWindow, manager: WindowManager, dialogs: Dialogs, keep_in: Path
    ) -> None:
        self._window, self._manager = window, manager
        self._dialogs, self._keep_in = dialogs, keep_in

    def show(self) -> None:
        """Show the window for the document in front; what it says while that is edited is exported too."""
        view, window = self._window.active_view, self._window
        document = view.document
        text, path = document.text(), document.path
        said = read_head(text)[0] if is_markdown(path) else Metadata()
        services = ExportServices(
            dialogs=self._dialogs,
            preferences=lambda: self._manager.preferences,
            remember=lambda choice: self._remember(choice, said),
            export=lambda choice, target: self._writing(view, choice, target),
            problem_with=lambda target: _problem_with(document, target),
            tell=lambda text: window.show_notice(Notice(text=text)),
        )
        for before in window.findChildren(ExportWindow):
            before.close()  # the text may be another one by now
        shown = ExportWindow(
            said,
            _suggested(document),
            services,
            window,
            has_changes=bool(_open_hunks(view)) or has_marked_changes(text),
        )
        window.closed.connect(shown.leave)
        show_dialog(shown, command=EXPORT)

    def _remember(self, choice: Choice, said: Metadata) -> None:
        """What does not go with this kind of file stays as it was chosen for another."""
        before, kind = self._manager.preferences, choice.kind
        is_own = choice.author == said.author  # the text says it, and others may be somebody else's
        self._manager.change(
            export_kind=str(kind),
            export_style=str(choice.style) if kind in WITH_STYLE else before.export_style,
            export_author=before.export_author if is_own else choice.author,
            export_title_page=(
                choice.title_page if kind in WITH_TITLE_PAGE else before.export_title_page
            ),
        )

    def _writing(self, view: EditorView, choice: Choice, target: Path) -> Callable[[], list[str]]:
        """How the text as it is now is written, on any thread."""
        document = view.document
        imported = document.imported
        path, text, hunks = document.path, document.text(), _open_hunks(view)
        exported = ExportedText(
            text=_marked(text, hunks) if choice.tracked_changes else text,
            is_markdown=is_markdown(path),
            folder=path.parent if path else None,
            title=choice.title,
            author=choice.author,
            files=imported.files if imported is not None else {},
        )
        options = WriteOptions(
            style=choice.style,
            tracked_changes=choice.tracked_changes,
            author=choice.author,
            title_page=choice.title_page,
        )
        keep_in = self._keep_in

        def write() -> list[str]:
            report = Report()
            data = export(exported, choice.kind, options, report)
            write_export(target.absolute(), data, keep_in=keep_in, only_files=True)
            return list(filter(None, [left_out_sentence(report)]))

        return write


def _suggested(document: Document) -> Path:
    """The file that is offered, whatever its ending: beside that of the text, or of what it was made from."""
    if document.path is not None:
        return document.path.with_name(f"{document.path.stem}.docx")
    imported = document.imported
    folder = imported.path.parent if imported is not None else Path.home()
    return folder / f"{document.name}.docx"


def _problem_with(document: Document, target: Path) -> str:
    imported = document.imported
    if imported is not None and same_file(imported.path, target):
        return tr(
            "The export cannot replace the file this text was made from. Choose another name."
        )
    if document.is_in(target) or document.is_elsewhere(target):
        return tr("The export cannot replace a text that is open. Choose another name.")
    return ""


def _open_hunks(view: EditorView) -> list[tuple[int, int, str]]:
    """What is proposed in the document: from where to where, in UTF-16 units, and what would stand there."""
    proposals = view.findChild(ViewProposals)
    standing = proposals.standing if isinstance(proposals, ViewProposals) else None
    if standing is None:
        return []
    return [(each.start, each.end, each.hunk.after) for each in standing.open]


def _marked(text: str, hunks: list[tuple[int, int, str]]) -> str:
    """``text`` with what is proposed as CriticMarkup; marks that stand in it already stay marks."""
    parts, at = [], 0
    for first, last, after in hunks:
        start, end = utf16_index(text, first), utf16_index(text, last)
        before = text[start:end]
        parts += [
            text[at:start],
            critic_markup(before, [Hunk(start=0, end=len(before), before=before, after=after)]),
        ]
        at = end
    return "".join([*parts, text[at:]])
