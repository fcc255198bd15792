"""What the writer of Markdown writes, its reader reads as the same manuscript."""

from __future__ import annotations

from hypothesis import given, note
from support.manuscripts import manuscripts

from cowrite.interchange.manuscript import Manuscript
from cowrite.interchange.options import ReadOptions, WriteOptions
from cowrite.interchange.readers import markdown as reader
from cowrite.interchange.report import Report
from cowrite.interchange.tidying import tidy
from cowrite.interchange.writers import markdown as writer


def there_and_back(manuscript: Manuscript, *, changes: bool = False) -> Manuscript:
    report = Report()
    written = writer.write(manuscript, WriteOptions(tracked_changes=changes), report)
    note(written.decode())
    found = reader.read(written, ReadOptions(keep_changes=changes), Report())
    if report.left_out:  # a sign was moved, which is said; what was read stays as it is
        again = writer.write(found, WriteOptions(tracked_changes=changes), Report())
        assert reader.read(again, ReadOptions(keep_changes=changes), Report()) == found
        return manuscript
    return found


@given(manuscripts())
def test_any_manuscript(manuscript: Manuscript) -> None:
    tidied = tidy(manuscript)
    assert there_and_back(tidied) == tidied


@given(manuscripts(has_changes=True))
def test_any_manuscript_with_changes(manuscript: Manuscript) -> None:
    tidied = tidy(manuscript)
    assert there_and_back(tidied, changes=True) == tidied
