"""A name without an extension gets the one that anybody would expect."""

from __future__ import annotations

from pathlib import Path

import pytest

from cowrite.editor.dialogs.dialogs import FILTER
from cowrite.editor.dialogs.suggested_names import with_suffix

TEXT = FILTER.split(";;", maxsplit=1)[0]
ALL = "All files (*)"


@pytest.mark.parametrize(
    ("typed", "suggested", "chosen", "name"),
    [
        ("story", "Untitled.txt", TEXT, "story.txt"),
        ("story", "notes.md", TEXT, "story.md"),
        ("story", "notes.rst", TEXT, "story.txt"),
        ("story", "notes.rst", "", "story.rst"),
        ("story.md", "Untitled.txt", TEXT, "story.md"),
        ("story.PDF", "Untitled.txt", TEXT, "story.PDF"),
        ("story", "Untitled.txt", ALL, "story"),
        ("LICENCE", "LICENSE", TEXT, "LICENCE"),
        ("Mr. Smith", "Untitled.txt", TEXT, "Mr. Smith.txt"),
        ("1. The sea", "Untitled.txt", TEXT, "1. The sea.txt"),
        ("draft v1.2", "Untitled.txt", TEXT, "draft v1.2.txt"),
        ("story.", "Untitled.txt", TEXT, "story.txt"),
        (".hidden", "Untitled.txt", TEXT, ".hidden"),
        ("mine", "story – authorship.md", "JSON (*.json)", "mine.json"),
        ("figures", "Cowrite insights.csv", "CSV (*.csv)", "figures.csv"),
    ],
)
def test_what_a_file_is_called(typed: str, suggested: str, chosen: str, name: str) -> None:
    assert with_suffix(Path("/folder") / typed, Path(suggested), chosen) == Path("/folder") / name
