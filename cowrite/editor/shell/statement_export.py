"""File menu, “Export authorship statement”: asks where to, writes it, says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cowrite.base.clock import Clock
from cowrite.base.errors import UserError
from cowrite.decisions.reader import moments_of
from cowrite.documents.export import write_export
from cowrite.editor.common.background import Background
from cowrite.editor.common.messages import Notice
from cowrite.editor.dialogs.dialogs import Dialogs
from cowrite.editor.shell.window import EditorWindow
from cowrite.localization import tr
from cowrite.provenance.ranges import Ranges
from cowrite.provenance.sources import Source
from cowrite.provenance.statement import make_statement, to_json, to_markdown

NOTICE_KEY = "statement"
FILTERS = "Markdown (*.md);;JSON (*.json)"


@dataclass(frozen=True, slots=True)
class _Written:
    """What the statement is about, as it was when it was asked for."""

    name: str
    document_id: str
    text: str
    ranges: Ranges
    sources: Mapping[str, Source]


class StatementExport:
    """Exports the statement of what one window shows; ``log`` is the file that knows when it was written."""

    def __init__(
        self,
        window: EditorWindow,
        dialogs: Dialogs,
        log: Path,
        clock: Clock,
        keep_in: Path | None = None,
    ) -> None:
        self._window = window
        self._dialogs = dialogs
        self._log = log
        self._clock = clock
        self._keep_in = keep_in
        self._background = Background("statement", window)
        window.closed.connect(self._background.close)

    def export(self) -> None:
        """Write it where the writer says: as JSON if the name ends in .json, as Markdown if not."""
        document = self._window.active_view.document
        folder = document.path.parent if document.path else Path.home()
        stem = document.path.stem if document.path else document.name
        suggested = folder / tr("{stem} – authorship.md", stem=stem)
        path = self._dialogs.file_to_save(self._window, suggested, FILTERS)
        if path is None:
            return
        if document.is_in(path) or document.is_elsewhere(path):
            problem = (
                tr("The statement cannot replace the document it describes.")
                if document.is_in(path)
                else tr("The statement cannot replace a document that is open.")
            )
            self._failed(UserError(problem, tr("Choose another name.")))
            return
        # Reading the log may take long; the page is as it is now.
        written = _Written(
            document.name, document.document_id, document.text(),
            document.provenance.ranges, dict(document.provenance.sources),
        )  # fmt: skip
        self._background.run(lambda: self._write(written, path), self._saved, self._failed)

    def _saved(self, _path: Path) -> None:
        self._window.messages.dismiss(NOTICE_KEY)
        self._window.status_line.say(tr("Authorship statement saved"))

    def _failed(self, error: UserError) -> None:
        self._window.show_notice(Notice(key=NOTICE_KEY, text=str(error)))

    # --- on a thread of its own ---

    def _write(self, written: _Written, path: Path) -> Path:
        statement = make_statement(
            written.name,
            written.text,
            written.ranges,
            written.sources,
            moments=self._moments(written.document_id),
            made_ms=self._clock.unix_ms(),
            annotations=True,
        )
        is_json = path.suffix.lower() == ".json"
        text = to_json(statement) if is_json else to_markdown(statement)
        data = text.encode("utf-8", "replace")
        write_export(path.absolute(), data, keep_in=self._keep_in, only_files=True)
        return path

    def _moments(self, document_id: str) -> list[int]:
        try:
            return moments_of(self._log, document_id)
        except UserError:
            return []  # without the log the statement has no sessions, and is right in all else
