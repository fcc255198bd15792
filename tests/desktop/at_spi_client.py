"""A client of AT-SPI, as a screen reader is one. Runs in a Python that has PyGObject; asked and answering by lines.

Each line is a JSON object with ``do``: "tree" answers everything that is to be seen, "keyboard" what has the keyboard,
"page" the text of the page and where its caret is, "heard" what was announced since the last time.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402 - the version comes first

PROGRAM = "cowrite"
PATIENCE_MS = 20_000
MOST_CHILDREN = 200
State = Atspi.StateType
heard: list[str] = []
loop = GLib.MainLoop()


def program() -> Any:
    """The running program; None before it is there."""
    desktop = Atspi.get_desktop(0)
    found = (desktop.get_child_at_index(at) for at in range(desktop.get_child_count()))
    return next((each for each in found if each and each.get_name() == PROGRAM), None)


def walk(thing: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """What is to be seen in ``thing``, each with where it is."""
    yield path, thing
    for at in range(min(thing.get_child_count(), MOST_CHILDREN)):
        child = thing.get_child_at_index(at)
        if child is not None and child.get_state_set().contains(State.VISIBLE):
            yield from walk(child, f"{path} > {child.get_role_name()} {child.get_name()}")


def described(path: str, thing: Any) -> dict[str, Any]:
    """What a screen reader could say of it."""
    states = thing.get_state_set()
    return {
        "path": path,
        "role": thing.get_role_name(),
        "name": thing.get_name(),
        "focusable": states.contains(State.FOCUSABLE),
        "focused": states.contains(State.FOCUSED),
        "showing": states.contains(State.SHOWING),
    }


def page_of(whole: Any) -> dict[str, Any]:
    """The page that is to be seen: its text, caret and selection, and the word at the caret."""
    named = (each for _, each in walk(whole) if each.get_role_name() == "text")
    page = next(each for each in named if each.get_name() == "Page")
    text = page.get_text_iface()
    caret = text.get_caret_offset()
    ranges = [text.get_selection(at) for at in range(text.get_n_selections())]
    word = text.get_string_at_offset(caret, Atspi.TextGranularity.WORD)
    return {
        "text": text.get_text(0, text.get_character_count()),
        "caret": caret,
        "selected": [(each.start_offset, each.end_offset) for each in ranges],
        "word": word.content,
    }


def answer(what: str) -> Any:
    """What is asked for."""
    whole = program()
    if whole is None:
        return None
    if what == "tree":
        return [described(path, thing) for path, thing in walk(whole)]
    if what == "keyboard":
        rows = [described(path, thing) for path, thing in walk(whole)]
        return [row for row in rows if row["focused"] and row["focusable"]]
    if what == "page":
        return page_of(whole)
    said = list(heard)
    heard.clear()
    return said


def on_line(_source: int, _condition: Any) -> bool:
    """Answer a line; the end of them is the end."""
    line = sys.stdin.readline()
    if not line:
        loop.quit()
        return False
    try:
        said: Any = answer(json.loads(line)["do"])
    except GLib.Error as error:  # it changed while it was looked at
        said = {"error": str(error)}
    print(json.dumps(said), flush=True)
    return True


def main() -> None:
    """Listen until the lines end."""
    Atspi.set_timeout(PATIENCE_MS, PATIENCE_MS)
    listener = Atspi.EventListener.new(lambda event: heard.append(str(event.any_data)))
    listener.register("object:announcement")
    GLib.io_add_watch(0, GLib.IO_IN | GLib.IO_HUP, on_line)
    loop.run()


if __name__ == "__main__":
    main()
