"""Puts a toy model into the catalogue and pretending tools behind ``cowrite models``; also a program of its own.

As a program: ``toy_catalogue.py WHEEL STEP ARGUMENT...`` runs Cowrite with the arguments and stops at ``STEP`` of an
installation, to be interrupted there.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from made_up_model import PretendTools, entry_of

from cowrite.__main__ import main
from cowrite.cli import models
from cowrite.cli.installing import command


def put_in(pretend: PretendTools) -> None:
    """Replace what ``cowrite models`` would use, for good; a test puts it back."""
    entry = entry_of(pretend.wheel)
    command.real_tools = lambda *_: pretend.tools()  # type: ignore[assignment]
    for module in (command, models):
        module.load_catalogue = lambda _: {entry.id: entry}  # type: ignore[attr-defined]


def stop_here() -> None:
    sys.stderr.write("here\n")
    sys.stderr.flush()
    threading.Event().wait(60)


if __name__ == "__main__":
    tools = PretendTools(wheel=Path(sys.argv[1]))
    tools.before[sys.argv[2]] = stop_here
    put_in(tools)
    sys.exit(main(sys.argv[3:]))
