"""The voice line in a real window: chapters with their places, what moved them, and sentences where nothing is said."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from open_program import OpenIt, OpenProgram, choose

from cowrite.editor.assistance.voice_service import VoiceService
from cowrite.editor.panels.voice.commands import PANEL_ID
from cowrite.editor.panels.voice.voice_panel import READING, VoicePanel
from cowrite.settings.paths import Paths
from cowrite.voice.chapters import chapters

OTHER = (
    "The importance of this is clear. It is a great place for the people, and it is very important for the world. "
    "The people were happy. The world was a great place for the people, and the people were happy in it. "
)


@cache
def guide() -> tuple[str, ...]:
    """Paragraphs in a voice that is no model's: this program's guide."""
    text = (Path(__file__).parents[4] / "docs" / "user-guide.md").read_text("utf-8")
    found = [line for each in chapters(text, markdown=True) for line in each.paragraphs]
    return tuple(line for line in found if len(line.split()) > 8)


def open_book(open_it: OpenIt, paths: Paths, folder: Path, *, chosen: bool = True) -> OpenProgram:
    """A book with a chapter of the writer's, one of another, and a short one; beside it an own text."""
    own, book = folder / "own.md", folder / "book.md"
    own.write_text("\n\n".join(guide()[30:]), "utf-8")
    parts = (
        "# Mine\n\n" + "\n\n".join(guide()[:30]),
        "# Other\n\n" + (OTHER * 3 + "\n\n") * 6,
        "# Short\n\nA word.",
    )
    book.write_text("\n\n".join(parts), "utf-8")
    texts = (str(own),) if chosen else ()
    choose(paths, own_texts=texts)
    return open_it(files=[book])


def voice_panel(program: OpenProgram) -> VoicePanel:
    """The panel, once it has read the text."""
    program.window.side_panels.show(PANEL_ID)
    panel = program.window.side_panels.widget(PANEL_ID)
    assert isinstance(panel, VoicePanel)
    program.until(lambda: bool(panel.said.text()) and panel.said.text() != READING)
    return panel


def test_chapters_are_shown_with_their_places(
    open_it: OpenIt, paths: Paths, tmp_path: Path
) -> None:
    program = open_book(open_it, paths, tmp_path)
    panel = voice_panel(program)
    assert "0 is your own texts" in panel.said.text()
    items = [panel.tree.topLevelItem(number) for number in range(panel.tree.topLevelItemCount())]
    assert [item.text(0) for item in items if item] == ["Mine", "Other", "Short"]
    mine, other, short = (item for item in items if item)
    assert float(mine.text(1)) < 0.15 < float(other.text(1))  # from there on it is pointed out
    assert other.childCount() > 0
    assert short.text(1) == ""
    below = short.child(0)
    assert below is not None
    assert below.text(0) == "Not enough text: 2 of 300 words."
    panel.tree.itemActivated.emit(other, 0)
    assert program.page.textCursor().block().text() == "# Other"


def test_what_a_rewrite_does_is_known_once_the_text_was_read(
    open_it: OpenIt, paths: Paths, tmp_path: Path
) -> None:
    program = open_book(open_it, paths, tmp_path)
    panel = voice_panel(program)
    service = program.program.findChild(VoiceService)
    assert service is not None
    document = program.window.active_view.document
    said = service.moves(document, guide()[3], OTHER)
    assert said is not None
    assert said.endswith("towards the model.")
    assert service.moves(document, OTHER, OTHER) is None
    panel.read_again()
    assert panel.said.text() == READING
    program.until(lambda: not service.is_reading(document))
    assert panel.tree.topLevelItemCount() == 3


def test_without_own_texts_it_says_so(open_it: OpenIt, paths: Paths, tmp_path: Path) -> None:
    program = open_book(open_it, paths, tmp_path, chosen=False)
    panel = voice_panel(program)
    assert "0 of 5,000 words of your own texts" in panel.said.text()
    assert panel.tree.topLevelItemCount() == 0
