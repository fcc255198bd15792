"""What a tour reads in the reports of the program: windows, buttons, places."""

from __future__ import annotations

from desktop.running_program import Report

CLOSING_WORDS = {"Close", "Cancel", "OK", "Not now"}
UNSAVED_WORDS = {"Don’t save", "Discard"}


def button_to_discard(report: Report) -> tuple[int, int]:
    """Where the question that is open has the button that lets unsaved text go."""
    box = next(w for w in report["windows"] if w["id"] == report["modal"])
    button = next(c for c in box["controls"] if label_of(c) in UNSAVED_WORDS)
    return middle(button["rect"])


def cut_off(report: Report) -> list[str]:
    """What is not wholly on the screen: windows, and controls of windows that do not scroll."""
    left, top, width, height = report["screen"]
    found = []
    for window in report["windows"]:
        x, y, w, h = window["frame"]
        if x < left or y < top or x + w > left + width or y + h > top + height:
            found.append(
                f"{window['title'] or window['kind']} {window['frame']} leaves {report['screen']}"
            )
    return found


def paths_of(entries: list[Report]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for entry in entries:
        if entry["entries"]:
            found += [(entry["title"], *rest) for rest in paths_of(entry["entries"])]
        elif not entry["is_submenu"]:
            found.append((entry["title"],))
    return found


def new_windows(before: Report, after: Report) -> list[Report]:
    known = {w["id"] for w in before["windows"]}
    return [w for w in after["windows"] if w["id"] not in known and not w["is_menu"]]


def tab_count(report: Report) -> int:
    """How many documents are open, in whatever windows."""
    return sum(len(window.get("pages", ())) for window in report["windows"])


def closing_button(window: Report) -> Report | None:
    buttons = [c for c in window["controls"] if c.get("is_button") and c["is_enabled"]]
    return next((c for c in buttons if label_of(c) in CLOSING_WORDS), None)


def label_of(control: Report) -> str:
    return str(control.get("text", "")).replace("&", "")


def middle(rect: list[int]) -> tuple[int, int]:
    return rect[0] + rect[2] // 2, rect[1] + rect[3] // 2


def x_window(identity: str) -> str:
    return str(int(identity.rsplit("-", 1)[1], 16))


def units_replaced(text: str, start: int, end: int, new: str) -> str:
    """``new`` in place of the UTF-16 units from ``start`` to ``end``."""
    units = text.encode("utf-16-le", "surrogatepass")
    joined = units[: 2 * start] + new.encode("utf-16-le", "surrogatepass") + units[2 * end :]
    return joined.decode("utf-16-le", "surrogatepass")
