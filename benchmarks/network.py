"""Does a whole editing session try to reach anything? It runs in a network namespace without a network, and is traced.

Counts what Python code asks for (audit hook) and, with strace, every connect and sendto of any library that names an
internet address. Linux only.
"""

from __future__ import annotations

import re
import shutil
import sys

from _common import Report, home_with_model, make_parser
from _program import Program, running, write_story

INTERNET = re.compile(r"sa_family=AF_INET6?\b")


def session(program: Program) -> list[str]:
    """Write, take, undo, refuse, save, end."""
    program.wait_for("painted")
    program.wait_until_ready()
    program.send("press", "Ctrl+End")
    program.type("she said ")
    program.show_ghost()
    for keys in ("Tab", "Shift+Tab", "Ctrl+Z", "Esc"):
        program.send("press", keys)
    program.type("that was all ")
    program.send("press", "Ctrl+S")
    program.wait_until(lambda state: not state["modified"])
    return program.end()


def main() -> None:
    """Measure and print."""
    arguments = make_parser("Internet addresses that a session tries to reach.").parse_args()
    if not sys.platform.startswith("linux") or not shutil.which("unshare"):
        sys.exit("This needs Linux and the program unshare.")
    with home_with_model(arguments.models_dir) as home:
        trace = home / "strace.txt"
        wrapper = ["unshare", "--map-root-user", "--net"]
        traced = shutil.which("strace") is not None
        if traced:
            wrapper += ["strace", "-f", "-qq", "-e", "trace=connect,sendto", "-o", str(trace)]
        with running(home, write_story(home), wrapper=wrapper) as program:
            tried = session(program)
        calls = trace.read_text("utf-8", "replace").splitlines() if traced else []
    system_calls = [line for line in calls if INTERNET.search(line)]
    rows = [
        ("asked for by Python code", len(tried), "goal 0"),
        ("system calls of any library", len(system_calls) if traced else "not traced", "goal 0"),
    ]
    notes = [*tried, *system_calls, f"{len(calls)} connect and sendto calls were seen in all"]
    Report(title="Internet addresses tried in a session", rows=rows, notes=notes).show(
        arguments.json
    )
    sys.exit(1 if tried or system_calls else 0)


if __name__ == "__main__":
    main()
