"""The table of commands that write the marks of Markdown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import SignalInstance

from cowrite.editor.commands.command import Command, key_sequences
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.writing.markdown_keys import link, may_format, set_heading, toggle
from cowrite.editor.writing.rich_text import copy_rich, may_copy_rich
from cowrite.localization import tr, tr_noop
from cowrite.markdown.editing import BOLD, ITALIC

GROUP = tr_noop("Format")
HEADINGS = 4


def commands(view: Callable[[], DocumentView], follows: Sequence[SignalInstance]) -> list[Command]:
    """``view`` is the one in front, asked when a command runs; ``follows`` tell that it is another one."""

    def command(name: str, title: str, key: str, run: Callable[[DocumentView], None]) -> Command:
        return Command(
            id=f"markdown.{name}",
            title=title,
            group=GROUP,
            keys=key_sequences(key) if key else (),
            run=lambda: run(view()),
            enabled=lambda: may_format(view()),
            follows=follows,
        )

    return [
        command("bold", tr("&Bold"), "Ctrl+B", partial(toggle, marks=BOLD)),
        command("italic", tr("&Italic"), "Ctrl+I", partial(toggle, marks=ITALIC)),
        command("link", tr("&Link"), "Ctrl+K", link),
        *(
            command(
                f"heading_{level}",
                tr("Heading &{level}", level=level),
                f"Ctrl+{level}",
                partial(set_heading, level=level),
            )
            for level in range(1, HEADINGS + 1)
        ),
        command("prose", tr("&No heading"), "", partial(set_heading, level=0)),
        Command(
            id="edit.copy_rich",
            title=tr("Cop&y as rich text"),
            group=tr_noop("Edit"),
            keys=key_sequences("Ctrl+Shift+C"),
            run=lambda: copy_rich(view()),
            enabled=lambda: may_copy_rich(view()),
            follows=follows,
        ),
    ]


def heading_ids() -> tuple[str, ...]:
    """The commands that make headings."""
    return (*(f"markdown.heading_{level}" for level in range(1, HEADINGS + 1)), "markdown.prose")
