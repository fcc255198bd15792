"""A seeded random driver. After each action the text must be what that action makes of the text that was there before.

What was there before is what the program's report noted as the key or the button arrived: a suggestion may appear at
any moment, and what a key means depends on it. Run it for longer with
``python3 dev.py monkey --minutes 60 --seed 7``.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from desktop.display import Display
from desktop.expected_text import (
    around,
    composed_over,
    difference,
    is_accepted,
    is_inserted,
    is_moved,
    replaced,
    selected,
    typed,
    written_by,
)
from desktop.input_driver import XInputDriver
from desktop.running_program import Report, RunningProgram, brief, page_of
from desktop.tour_reports import button_to_discard

LETTERS = "etaoinshrdlu"
WORDS = ("the", "lamp", "harbour", "Marguerite", "was", "over", "rain", "and", "Grimblewick")
COMPOSED = {("dead_acute", "e"): "é", ("dead_diaeresis", "u"): "ü", ("dead_grave", "a"): "à"}
"""Two keys of which an input method makes one letter."""
MOVES = (
    "Left",
    "Right",
    "Up",
    "Down",
    "Home",
    "ctrl+Home",
    "ctrl+End",
    "ctrl+Left",
    "Prior",
    "Next",
)
SELECTIONS = ("shift+Left", "shift+Right", "shift+Up", "shift+ctrl+Left", "shift+Home", "ctrl+a")
SAFE_KEYS = (
    "F8",
    "F9",
    "F10",
    "alt",
    "Escape",
    "alt+backslash",
    "alt+bracketright",
    "ctrl+plus",
    "ctrl+minus",
)
OPENING_KEYS = ("ctrl+comma", "alt+v", "alt+f", "alt+h", "alt+s", "alt+e", "F1", "ctrl+o", "ctrl+n")
LEAVES_TEXT = {"Undo", "Redo", "Cut", "Paste", "Paste as plain text", "Accept word", "Accept all"}
"""Commands that may change the text."""
SETTLES_S = 0.35


class MonkeyError(AssertionError):
    """What went wrong, with the actions that led to it."""


@dataclass(slots=True)
class _Document:
    """What is known of one open text: every state that undo can lead back to."""

    text: str
    states: list[str] = field(default_factory=list)


class Monkey:
    """One driver in one program until it is told to stop."""

    def __init__(self, shown: Display, home: Path, seed: int) -> None:
        self._shown = shown
        self._home = home
        self._rng = random.Random(seed)
        self._driver = XInputDriver(shown.environ)
        self._program = RunningProgram(shown, home)
        self._documents: dict[str, _Document] = {}
        self.history: list[str] = []
        self.actions = 0
        actions: Sequence[tuple[int, Callable[[Report], None]]] = (
            (30, self._type_word),
            (6, self._press_key("Return", self._after_return)),
            (8, self._press_key("BackSpace", self._after_backspace)),
            (4, self._press_key("Delete", self._after_delete)),
            (10, self._press_key("Tab", self._after_tab)),
            (5, self._press_key("End", self._after_end_key)),
            (8, self._undo),
            (5, self._redo),
            (14, self._move),
            (8, self._select),
            (8, self._press_harmless),
            (4, self._compose),
            (5, self._copy_paste),
            (10, self._click_page),
            (5, self._click_anywhere),
            (5, self._wheel),
            (3, self._drag),
            (4, self._open_something),
            (1, self._resize),
            (1, self._change_theme),
            (2, self._close_document),
            (6, self._rest),
        )
        self._weights = [weight for weight, _ in actions]
        self._actions = [action for _, action in actions]

    # --- the run ---

    def run(self, seconds: float, *, at_least: int = 0) -> None:
        """Act for so long, and so often ``at_least``, then see that nothing is lost. Raises MonkeyError."""
        try:
            self._program.until_open()
            self._program.until(lambda r: page_of(r)["has_focus"], "the page has the keyboard")
            end = time.monotonic() + seconds
            while time.monotonic() < end or self.actions < at_least:
                self._act()
            self._finish()
        except AssertionError as error:
            told = "\n".join(self.history[-25:])
            raise MonkeyError(
                f"{error}\nafter {self.actions} actions, the last of them:\n{told}"
            ) from error
        finally:
            self._program.kill()

    def _act(self) -> None:
        self._leave_what_is_in_the_way()
        before = self._program.settled()
        self._check_known(before)
        self.actions += 1
        self._rng.choices(self._actions, self._weights)[0](before)
        after = self._program.settled(within_s=SETTLES_S)
        if after["errors"]:
            raise AssertionError(f"logged: {after['errors']}")

    def _note(self, what: str) -> None:
        self.history.append(what)

    def _check_known(self, report: Report) -> None:
        """Every text is what the last action left: nothing changes by itself."""
        for document, page in _pages(report).items():
            known = self._documents.get(document)
            if known is None:
                self._documents[document] = _new_document(page)
            elif known.text != page["text"]:
                raise AssertionError(
                    f"the text changed by itself:\n{difference(known.text, page['text'])}"
                )
        for document in set(self._documents) - set(_pages(report)):
            del self._documents[document]

    def _expect(self, before: Report, allowed: Callable[[Report, str], bool], what: str) -> None:
        """After the action the text of the page that had the keyboard is one that is ``allowed``."""
        deadline = time.monotonic() + 2.0
        while True:
            after = self._program.settled(before["presses"], within_s=SETTLES_S)
            arrived = after["presses"] > before["presses"]
            document, was = _focused_page(after["at_press"]) if arrived else _page_before(before)
            problem = self._problem(after, document, was, allowed)
            # xdotool may lose a character that no key has; and what an input method keeps does not arrive.
            nothing_came = not arrived and self._texts() == {
                n: p["text"] for n, p in _pages(after).items()
            }
            if not problem or nothing_came:
                break
            if time.monotonic() > deadline:
                raise AssertionError(f"{what}: {problem}\n{brief(after)}")
        for name, page in _pages(after).items():
            known = self._documents.setdefault(name, _new_document(page))
            if known.text != page["text"]:
                known.text = page["text"]
                known.states.append(page["text"])

    def _texts(self) -> dict[str, str]:
        return {name: known.text for name, known in self._documents.items()}

    def _problem(
        self,
        after: Report,
        document: str,
        was: Report | None,
        allowed: Callable[[Report, str], bool],
    ) -> str:
        for name, page in _pages(after).items():
            known = self._documents.get(name)
            if name == document and was is not None:
                if not allowed(was, page["text"]):
                    return (
                        f"at {was['anchor']}-{was['caret']} with ghost {was['ghost']!r}:\n"
                        f"{difference(was['text'], page['text'])}"
                    )
            elif known is not None and known.text != page["text"]:
                return f"another text changed:\n{difference(known.text, page['text'])}"
        return ""

    def _leave_what_is_in_the_way(self) -> None:
        """Menus and windows that an action opened; half of the time the driver goes on with them there."""
        for attempt in range(8):
            report = self._program.settled()
            in_the_way = report["popup"] or report["modal"] or not report["focus"].get("is_page")
            if not in_the_way:
                return
            if report["popup"] or report["modal"] or attempt % 2 == 0:
                self._driver.keys("Escape")
            else:
                documents = [w for w in report["windows"] if w["is_document"]]
                self._driver.activate(str(int(documents[0]["id"].rsplit("-", 1)[1], 16)))
        raise AssertionError(f"nothing brings the keyboard back to the page\n{brief(report)}")

    # --- keys ---

    def _type_word(self, before: Report) -> None:
        text = self._rng.choice(
            [
                self._rng.choice(WORDS) + self._rng.choice([" ", ", ", ". ", ""]),
                self._rng.choice(LETTERS),
                self._rng.choice([" ", ",", ".", "!", "(", "”", "世", "—"]),
            ]
        )
        self._note(f"type {text!r}")
        for character in text:
            now = self._program.report()
            self._driver.type(character)
            self._expect(
                now, lambda was, new, c=character: new == typed(was, c), f"typing {character!r}"
            )

    def _press_key(
        self, key: str, allowed: Callable[[Report, str], bool]
    ) -> Callable[[Report], None]:
        def press(before: Report) -> None:
            self._note(f"press {key}")
            self._driver.keys(key)
            self._expect(before, allowed, key)

        return press

    @staticmethod
    def _after_return(was: Report, new: str) -> bool:
        return new == replaced(was, "\n")

    @staticmethod
    def _after_backspace(was: Report, new: str) -> bool:
        if was["caret"] != was["anchor"]:
            return new == replaced(was, "")
        head, tail = around(was)
        return new == head[:-1] + tail

    @staticmethod
    def _after_delete(was: Report, new: str) -> bool:
        if was["caret"] != was["anchor"]:
            return new == replaced(was, "")
        head, tail = around(was)
        return new == head + tail[1:]

    @staticmethod
    def _after_tab(was: Report, new: str) -> bool:
        return new == typed(was, "\t") or is_accepted(was, new)

    @staticmethod
    def _after_end_key(was: Report, new: str) -> bool:
        return new == was["text"] or is_accepted(was, new)

    def _undo(self, before: Report) -> None:
        self._note("press ctrl+z")
        self._driver.keys("ctrl+z")
        self._expect(before, self._is_known_state, "undo")

    def _redo(self, before: Report) -> None:
        self._note("press ctrl+y")
        self._driver.keys(self._rng.choice(["ctrl+shift+z", "ctrl+y"]))
        self._expect(before, self._is_known_state, "redo")

    def _is_known_state(self, was: Report, new: str) -> bool:
        """A text that was there at some time; the program is asked for nothing else by undo and redo."""
        known = self._documents.get(was["document"])
        return new == was["text"] or (known is not None and new in known.states)

    def _move(self, before: Report) -> None:
        self._unchanged(before, self._rng.choice(MOVES))

    def _select(self, before: Report) -> None:
        self._unchanged(before, self._rng.choice(SELECTIONS))

    def _press_harmless(self, before: Report) -> None:
        self._unchanged(before, self._rng.choice(SAFE_KEYS))

    def _unchanged(self, before: Report, key: str) -> None:
        self._note(f"press {key}")
        self._driver.keys(key)
        self._expect(before, lambda was, new: new == was["text"], key)

    def _compose(self, before: Report) -> None:
        keys, letter = self._rng.choice(list(COMPOSED.items()))
        self._note(f"compose {letter}")
        self._driver.keys(*keys)
        self._expect(
            before,
            lambda was, new: (
                new in (typed(was, letter), was["text"]) or composed_over(was, letter, new)
            ),
            f"composing {letter}",
        )

    def _copy_paste(self, before: Report) -> None:
        chosen = selected(page_of(before))
        key = self._rng.choice(["ctrl+c", "ctrl+x", "ctrl+v"])
        if key == "ctrl+v" and not self.copied:
            key = "ctrl+c"
        self._note(f"press {key}")
        self._driver.keys(key)
        if key == "ctrl+c":
            self._expect(before, lambda was, new: new == was["text"], key)
        elif key == "ctrl+x":
            self._expect(before, lambda was, new: new == replaced(was, ""), key)
        else:
            copied = self.copied
            self._expect(before, lambda was, new: new == replaced(was, copied), key)
        if key != "ctrl+v" and chosen:
            self.copied = chosen

    copied = ""

    # --- the mouse ---

    def _click_page(self, before: Report) -> None:
        left, top, width, height = page_of(before)["rect"]
        x, y = left + self._rng.randrange(width), top + self._rng.randrange(height)
        button = self._rng.choice([1, 1, 1, 2, 3])
        times = self._rng.choice([1, 1, 2, 3])
        self._note(f"click {button} at {x},{y} {times} times")
        self._driver.click(x, y, button, times=times if button == 1 else 1)
        self._expect(
            before,
            lambda was, new: new == was["text"] or (button == 2 and is_inserted(was["text"], new)),
            f"button {button} on the page",
        )

    def _click_anywhere(self, before: Report) -> None:
        width, height = self._shown.size
        x, y = self._rng.randrange(width), self._rng.randrange(height)
        button = self._rng.choice([1, 3])
        self._note(f"click {button} at {x},{y}")
        self._driver.click(x, y, button)
        self._unless_commanded(before, "a click somewhere")

    def _wheel(self, before: Report) -> None:
        width, height = self._shown.size
        x, y = self._rng.randrange(width), self._rng.randrange(height)
        held = self._rng.choice(["", "", "ctrl"])
        steps = self._rng.choice([-3, -1, 1, 3])
        self._note(f"wheel {steps} at {x},{y} {held}")
        self._driver.wheel(x, y, steps, held=held)
        self._expect(before, lambda was, new: new == was["text"], "the wheel")

    def _drag(self, before: Report) -> None:
        """Selects; within a selection it moves what is selected to another place."""
        left, top, width, height = page_of(before)["rect"]
        places = [
            (left + self._rng.randrange(width), top + self._rng.randrange(height)) for _ in range(2)
        ]
        self._note(f"drag {places}")
        self._driver.drag(places[0], places[1])
        was = page_of(before)
        chosen = selected(was)
        self._expect(
            before,
            lambda _, new: (
                new == was["text"] or bool(chosen and is_moved(was["text"], chosen, new))
            ),
            "dragging",
        )

    def _open_something(self, before: Report) -> None:
        """A menu or a window, and some keys that choose in it."""
        key = self._rng.choice(OPENING_KEYS)
        then = self._rng.choices(["Down", "Up", "Right", "Left", "Tab", "space"], k=3)
        self._note(f"press {key} {then}")
        for each in (key, *then):
            self._press_anywhere(each)
        if self._rng.random() < 0.3:
            now = self._program.settled()
            self._driver.activate(_front_window(before))
            self._unless_commanded(now, "going back to the page")

    def _press_anywhere(self, key: str) -> None:
        """A key for a menu or a window; where that is gone by now, it is one for the page."""
        before = self._program.settled()
        self._driver.keys(key)
        after = self._program.settled(before["presses"], within_s=SETTLES_S)
        if set(after["commands"][len(before["commands"]) :]) & LEAVES_TEXT:
            self._take_as_it_is(after)
            return
        self._expect(before, lambda was, new: new == was["text"] or written_by(was, key, new), key)

    def _unless_commanded(self, before: Report, what: str) -> None:
        """The text stays, unless a command ran whose work it is to change it."""
        after = self._program.settled(before["presses"], within_s=SETTLES_S)
        ran = set(after["commands"][len(before["commands"]) :])
        if ran & LEAVES_TEXT:
            self._take_as_it_is(after)
            return
        for name, page in _pages(after).items():
            known = self._documents.get(name)
            if known is not None and known.text != page["text"]:
                changed = difference(known.text, page["text"])
                raise AssertionError(f"{what} changed the text (ran {ran}):\n{changed}")

    def _take_as_it_is(self, report: Report) -> None:
        for name, page in _pages(report).items():
            known = self._documents.setdefault(name, _new_document(page))
            known.text = page["text"]
            known.states.append(page["text"])

    # --- the window ---

    def _resize(self, before: Report) -> None:
        width, height = self._rng.randrange(360, 1300), self._rng.randrange(260, 860)
        self._note(f"resize to {width}x{height}")
        self._driver.resize(_front_window(before), width, height)
        self._unless_commanded(before, "resizing")

    def _change_theme(self, before: Report) -> None:
        keys = ("alt+v", "Right", *["Down"] * self._rng.randrange(4), "Return")
        self._note(f"change the theme {keys}")
        for key in keys:
            self._press_anywhere(key)

    def _close_document(self, before: Report) -> None:
        """Put one of several documents away, unsaved; the last one stays, or the program would end."""
        windows = [w["id"] for w in before["windows"] if w["is_document"]]
        if len(windows) < 2:
            return
        self._note("close a document")
        self._driver.keys("ctrl+w")
        deadline = time.monotonic() + 5.0
        while time.monotonic() < deadline:
            report = self._program.settled()
            if sum(w["is_document"] for w in report["windows"]) < len(windows):
                break
            if report["modal"] and report["modal"] == report["active"]:
                self._driver.click(*button_to_discard(report))
        else:
            raise AssertionError(f"the document does not close\n{brief(report)}")
        self._unless_commanded(report, "closing another document")

    def _rest(self, before: Report) -> None:
        """A pause, in which a suggestion may come."""
        self._note("rest")
        time.sleep(self._rng.choice([0.2, 0.6, 1.2]))
        self._unless_commanded(before, "resting")

    # --- the end ---

    def _finish(self) -> None:
        """What is saved is what is on the page; undone to the beginning it is the first text; nothing is left."""
        self._leave_what_is_in_the_way()
        report = self._program.settled()
        self._check_known(report)
        document, page = next(
            (name, each) for name, each in _pages(report).items() if each["has_focus"]
        )
        first = self._documents[document].states[0]
        self._save(page["text"])
        for _ in range(20_000):
            if not page_of(self._program.report())["can_undo"]:
                break
            self._driver.keys(*["ctrl+z"] * 20)
            self._program.settled()
        undone = self._program.settled()
        if page_of(undone)["text"] != first:
            raise AssertionError(
                f"undone to the beginning:\n{difference(first, page_of(undone)['text'])}"
            )
        self._driver.keys("ctrl+q")
        self._program.wait_for_end()
        if left := self._program.processes_left():
            raise AssertionError(f"processes left behind: {left}")

    def _save(self, text: str) -> None:
        report = self._program.report()
        path = page_of(report)["path"]
        if not path:
            target = self._home / "person" / "saved by the driver.txt"
            self._driver.keys("ctrl+s")
            self._program.until(lambda r: r["modal"] == r["active"] != "", "the file dialog opens")
            self._driver.keys("ctrl+a")
            self._driver.type(str(target))
            self._driver.keys("Return")
            path = str(target)
        else:
            self._driver.keys("ctrl+s")
        self._program.until(lambda r: not page_of(r)["is_modified"], "it is saved")
        with Path(path).open(encoding="utf-8", newline="") as file:
            saved = file.read()
        if saved != text:
            raise AssertionError(f"the file holds another text:\n{difference(text, saved)}")


def _new_document(page: Report) -> _Document:
    """A document seen for the first time; a new one may have been written in already, and began empty."""
    first = [""] if page["can_undo"] and not page["path"] else []
    return _Document(page["text"], [*first, page["text"]])


def _pages(report: Report) -> dict[str, Report]:
    return {p["document"]: p for w in report["windows"] for p in w.get("pages", ())}


def _focused_page(pressed: Report) -> tuple[str, Report | None]:
    if not pressed or pressed["popup"] or not pressed["focused"]:
        return "", None
    page = pressed["pages"].get(pressed["focused"])
    return (page["document"], page) if page else ("", None)


def _page_before(report: Report) -> tuple[str, Report | None]:
    """The page that had the keyboard when nothing of the action had arrived."""
    pages = [(name, page) for name, page in _pages(report).items() if page["has_focus"]]
    return pages[0] if pages and not report["popup"] else ("", None)


def _front_window(report: Report) -> str:
    front = next(w for w in report["windows"] if w["is_document"] and w["pages"][0]["has_focus"])
    return str(int(front["id"].rsplit("-", 1)[1], 16))
