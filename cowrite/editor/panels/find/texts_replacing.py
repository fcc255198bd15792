"""Replaces what is ticked in the results: in open documents as one undo step each, in files on a thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from cowrite.base.errors import UserError
from cowrite.base.text_changes import ChangeKind
from cowrite.editor.common.background import Background
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.panels.find.file_replacing import FileReplacement, ReplacedFile, take_back
from cowrite.editor.panels.find.text_search import FoundText
from cowrite.editor.panels.find.workspace import Workspace
from cowrite.localization import tr
from cowrite.search.found_texts import FoundHit
from cowrite.search.line_hits import LineEdit
from cowrite.search.pattern import Pattern
from cowrite.search.replacement import Replacement

Ticked = Sequence[tuple[FoundText, list[FoundHit]]]


@dataclass(slots=True)
class ReplacedTexts:
    """What was replaced, and what could not be."""

    count: int = 0
    text_count: int = 0
    files: list[ReplacedFile] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class TextsReplacing:
    """``views`` are those that were searched, in the order of their numbers."""

    def __init__(self, workspace: Workspace, background: Background) -> None:
        self._workspace = workspace
        self._background = background

    def replace(
        self,
        ticked: Ticked,
        views: Sequence[DocumentView],
        pattern: Pattern,
        replacement: Replacement,
        then: Callable[[ReplacedTexts], None],
    ) -> None:
        """Replace in all of them, and tell ``then``."""
        result = ReplacedTexts()
        jobs: list[FileReplacement] = []
        for text, hits in ticked:
            if text.is_open:
                self._replace_in_view(text, hits, views[text.number], result)
            elif text.path is not None and text.stamp is not None:
                jobs.append(
                    FileReplacement(
                        path=text.path,
                        stamp=text.stamp,
                        chosen={(hit.line, hit.start, hit.end) for hit in hits},
                        pattern=pattern,
                        replacement=replacement,
                        read=self._workspace.read,
                        keep_in=self._workspace.keep_in,
                    )
                )
        self._replace_in_files(jobs, result, then)

    def _replace_in_view(
        self, text: FoundText, hits: list[FoundHit], view: DocumentView, result: ReplacedTexts
    ) -> None:
        document = view.document
        if document.is_closed or document.revision != text.revision:
            result.problems.append(
                tr("“{name}” has been changed since it was searched. Search again.", name=text.name)
            )
            return
        blocks = document.content.document
        places = []
        for hit in hits:
            edit = LineEdit(hit.line, hit.start, hit.end, hit.becomes or "")
            base = blocks.findBlockByNumber(edit.line).position()
            places.append((base + edit.start, base + edit.end, edit.text))
        try:
            document.edit_all(places, ChangeKind.REPLACED)
        except UserError as error:
            result.problems.append(str(error))
            return
        result.count += len(places)
        result.text_count += 1

    def _replace_in_files(
        self,
        jobs: Sequence[FileReplacement],
        result: ReplacedTexts,
        then: Callable[[ReplacedTexts], None],
    ) -> None:
        if not jobs:
            then(result)
            return

        def work() -> ReplacedTexts:
            for job in jobs:
                try:
                    done = job.run()
                except UserError as error:
                    result.problems.append(str(error))
                    continue
                result.files.append(done)
                result.count += done.count
                result.text_count += 1
            return result

        def failed(error: UserError) -> None:
            result.problems.append(str(error))
            then(result)

        self._background.run(work, then, failed)

    def take_back(self, files: Sequence[ReplacedFile], then: Callable[[list[str]], None]) -> None:
        """Write what was in ``files`` before, and tell ``then`` what could not be."""

        def work() -> list[str]:
            problems = []
            for each in files:
                try:
                    take_back(each, self._workspace.keep_in)
                except UserError as error:
                    problems.append(str(error))
            return problems

        self._background.run(work, then, lambda error: then([str(error)]))
