"""The quick switcher of a window: what it lists, and how one gets there."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cowrite.editor.commands.command import Command
from cowrite.editor.panels.palette.commands import switcher_commands
from cowrite.editor.shell.commands.context import CommandContext
from cowrite.editor.shell.editor_view import EditorView
from cowrite.localization import tr

if TYPE_CHECKING:  # imported when the list is opened
    from cowrite.editor.panels.palette.switcher import Place


def commands(context: CommandContext) -> list[Command]:
    """Its command."""
    window = context.window
    return switcher_commands(
        window,
        documents=lambda: _documents(context),
        headings=lambda: _headings(context.view),
        scale=lambda: window.appearance.scale,
        give_back=lambda: window.active_view.focus(),
    )


def _documents(context: CommandContext) -> list[Place]:
    """The open ones, those in front lately first, but the one in front; then the files opened lately."""
    from cowrite.editor.panels.palette.switcher import Place

    manager, window = context.manager, context.window
    here = window.stack.recent
    others = [
        view
        for each in manager.windows
        if each is not window and not each.is_private
        for view in each.stack.recent
    ]
    views = [*here[1:], *others, *here[:1]]
    places = [
        Place(
            name=view.document.name,
            detail=_folder(view.document.path),
            go=partial(manager.show_view, view),
        )
        for view in views
    ]
    open_now = {view.document.path for view in views}
    for path in manager.recent:
        if path not in open_now:
            go = partial(manager.open_paths, [path])
            places.append(Place(name=path.name, detail=_folder(path), go=go))
    return places


def _folder(path: Path | None) -> str:
    if path is None:
        return tr("not saved yet")
    try:
        return str(Path("~") / path.parent.relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return str(path.parent)


def _headings(view: EditorView) -> list[Place]:
    from cowrite.editor.panels.palette.switcher import Place

    text = view.page.document()

    def go(number: int) -> None:
        block = text.findBlockByNumber(number)
        if block.isValid():
            view.place_caret(block.position() + block.length() - 1)
            view.page.keep_caret_comfortable()

    return [
        Place(name=each.title or tr("(no title)"), detail="", go=partial(go, each.block_number))
        for each in view.structure.headings
    ]
