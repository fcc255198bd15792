"""How much is lost where the program is killed (SIGKILL): while somebody types, and at any call of a save.

    python benchmarks/killed_while_typing.py [--kills N] [--saves N] [--json FILE]

Numbers are typed into a file in the real program, in bursts, one every 40 ms, with pauses of up to 4.5 s between them;
autosave is on and snapshots are taken all the time. It is killed after up to nine seconds. What is left is the better
of the file and the recovery journal; lost is the time from the first number that is in neither until the end. Then
saves are killed before a random one of their calls, of a file that is replaced. Ends with status 1 if a text is left
that was never there, or a file that is neither old nor new.
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

from _common import ROOT, Report, Row, make_parser, spread

for _folder in ("tests/documents", "tests/editor/document", "tests/editor", "tests", ""):
    sys.path.insert(0, str(ROOT / _folder))


def main() -> None:
    """Measure and report."""
    parser = make_parser("What is lost where the program is killed.", uses_model=False)
    parser.add_argument("--kills", type=int, default=200, help="of a program in which is typed")
    parser.add_argument("--saves", type=int, default=500, help="killed at one of their calls")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    from killed_typing import count_of, kill_while_typing
    from test_killed_at_calls import killed_saves

    chance, lost, wrong, saved = random.Random(options.seed), list[float](), 0, 0
    for number in range(options.kills):
        with tempfile.TemporaryDirectory() as folder:
            try:
                killed = kill_while_typing(Path(folder), chance)
                lost.append(killed.lost_s)
                wrong += any(count_of(text) > killed.typed[-1][0] + 1 for text in killed.versions)
                saved += count_of(killed.texts[0]) > 0
            except ValueError:
                wrong += 1
        print(f"\r{number + 1} of {options.kills}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        states = [
            state for *_, state in killed_saves(Path(folder), options.saves, seed=options.seed)
        ]
    rows: list[Row] = [
        ("killed while typing", len(lost), "goal 200"),
        *spread("lost, s", lost, {"max": "goal <= 5"}),
        ("of them with an autosave in the file", saved, ""),
        ("texts or snapshots that were never on the page", wrong, "goal 0"),
        ("saves killed", len(states), "goal 500"),
        ("then old bytes", states.count("old"), ""),
        ("then new bytes", states.count("new"), ""),
        ("then neither", states.count("neither"), "goal 0"),
    ]
    title = "Killed while typing and saving"
    Report(title=title, rows=rows, samples={"lost, s": lost}).show(options.json)
    sys.exit(1 if wrong or "neither" in states else 0)


if __name__ == "__main__":
    main()
