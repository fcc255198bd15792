"""File menu, “Export authorship statement”: asks where to, writes it, says so."""

from __future__ import annotations

from pathlib import Path

from cowrite.decisions.reader import moments_of
from cowrite.documents.files import save_atomically
from cowrite.editor.messages import Notice
from cowrite.editor.provenance_keeper import ProvenanceKeeper
from cowrite.editor.questions import Questions
from cowrite.editor.window import EditorWindow
from cowrite.errors import UserError
from cowrite.provenance.statement import make_statement, to_json, to_markdown
from cowrite.suggest.clock import Clock

NOTICE_KEY = "statement"


class StatementExport:
    """Exports the statement of what one window shows; ``log`` is the file that knows when it was written."""

    def __init__(
        self,
        window: EditorWindow,
        provenance: ProvenanceKeeper,
        questions: Questions,
        log: Path,
        clock: Clock,
    ) -> None:
        self._window = window
        self._provenance = provenance
        self._questions = questions
        self._log = log
        self._clock = clock

    def export(self) -> None:
        """Write it where the writer says: as JSON if the name ends in .json, as Markdown if not."""
        keeper = self._window.keeper
        folder = keeper.path.parent if keeper.path else Path.home()
        stem = keeper.path.stem if keeper.path else keeper.name
        suggested = folder / f"{stem} – authorship.md"
        path = self._questions.file_to_save(self._window, suggested)
        if path is None:
            return
        try:
            if keeper.path is not None and path.absolute() == keeper.path.absolute():
                raise UserError(
                    "The statement cannot take the place of the text it is about.",
                    "Choose another name for it.",
                )
            save_atomically(path.absolute(), self._made(path).encode("utf-8", "replace"))
        except UserError as error:
            self._window.show_notice(Notice(key=NOTICE_KEY, text=str(error)))
            return
        self._window.messages.dismiss(NOTICE_KEY)
        self._window.status_line.say("Authorship statement saved")

    def _made(self, path: Path) -> str:
        statement = make_statement(
            self._window.keeper.name,
            self._window.page.text(),
            self._provenance.ranges,
            self._provenance.sources,
            moments=self._moments(),
            made_ms=self._clock.unix_ms(),
            annotations=True,
        )
        return to_json(statement) if path.suffix.lower() == ".json" else to_markdown(statement)

    def _moments(self) -> list[tuple[str, int]]:
        try:
            return moments_of(self._log, self._window.keeper.document_id)
        except UserError:
            return []  # without the log the statement has no sessions, and is right in all else
