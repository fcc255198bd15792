"""What is right in each state, and what is wrong with an answer."""

from __future__ import annotations

from typing import Any

from command_rows import Row
from command_states import EVERYTHING, State

UNHEARD = ("stderr closed", "stderr full", "stderr without a reader", "everything closed")
INTERRUPTED = 130


def expected(name: str, row: Row, about: str, state: State) -> set[int]:
    """The statuses that are right: 2 where something that the command needs is broken, and 0 elsewhere."""
    if about in row.differs:
        return {row.differs[about]}
    if "arguments" in state.breaks:
        return {0, 2}
    if "interrupted" in state.breaks:
        return {0, INTERRUPTED}  # 0 where it opened fewer files
    if EVERYTHING in state.breaks:
        return {2}
    return {2} if state.breaks & row.all_needs else {0}


def faults(name: str, row: Row, about: str, state: State, told: dict[str, Any]) -> list[str]:
    """What is wrong with an answer, in words; nothing if all is well."""
    found = []
    status, lines = told["status"], told["err"].splitlines()
    right = expected(name, row, about, state)
    if status not in right:
        found.append(f"status {status} instead of {' or '.join(map(str, sorted(right)))}")
    if "Traceback" in told["err"] + told["out"] or "Logging error" in told["err"]:
        found.append("shows a traceback")
    if status == 1 and "something went wrong inside" in told["err"]:
        found.append("calls it a mistake of the program")
    if status == 2 and about not in UNHEARD and not _is_plain(lines):
        found.append(f"does not end with one plain sentence: {lines[-2:]}")
    may_write = status in (0, INTERRUPTED) or state.breaks & {"stdout", "arguments"}
    allowed = row.writes if may_write or about in row.differs else ()
    allowed = (*allowed, *state.sets_aside)
    changed = [
        each
        for each in told["changed"]
        if each.startswith("home/") and not each.removeprefix("home/").startswith(allowed)
    ]
    if changed:
        found.append(f"changes {', '.join(changed[:3])}")
    if status == 2 and "stdout" not in state.breaks:
        left = [each for each in told["changed"] if each.startswith("outputs/")]
        if left:
            found.append(f"leaves {', '.join(left)}")
    return found


def _is_plain(lines: list[str]) -> bool:
    """One line of ours at the end; before it only notices and progress, or the usage that argparse prints."""
    if not lines:
        return False
    if lines[0].startswith("usage: "):
        return ": error: " in " ".join(lines)
    last = lines[-1]
    ours = [each for each in lines if each.startswith("cowrite: ")]
    return last.startswith("cowrite: ") and last.endswith((".", "!", "?")) and len(ours) <= 2
