#!/usr/bin/env python3
"""How much later does a suggestion come while the program learns?

Drives the real program offscreen. A suggestion is asked for by key, after a rest so long that learning has gone on
again, and several times in a row; all of it first without learning and then with it. The clock runs from the key to the
repaint that shows the suggestion. Also told: how long after the first key the learning process has paused.
"""

from __future__ import annotations

import itertools
import json
import statistics
import sys
import time

from _common import Report, Row, existing_file, home_with_model, make_parser, spread
from _program import Program, running, write_novel, write_story

GOAL = "<= 1.3"
LATER = 4
# Typed before each question, and never twice in a row: what was rejected once is not offered there again.
WORDS = itertools.cycle(
    [
        "She looked at ",
        "The old man said ",
        "In the morning ",
        "Nobody knew ",
        "They came to ",
        "But then ",
    ]
)
# Sometimes the model has nothing to say.
MOST_TRIES, PATIENCE_NS = 20, 3_000_000_000
# Longer than the window waits before learning goes on.
REST_S = 22.0


def main() -> int:
    """Measure and print."""
    parser = make_parser(__doc__ or "")
    parser.add_argument(
        "--text", type=existing_file, metavar="FILE", help="to learn from (made up)"
    )
    parser.add_argument("--rounds", type=int, default=10, help="rests, of each kind (10)")
    options = parser.parse_args()
    if options.text is not None and not options.text.is_file():
        print(f"{options.text} is not there.", file=sys.stderr)
        return 2
    with home_with_model(options.models_dir) as home:
        text = options.text or write_novel(home, 2_000)
        settings = home / "config" / "settings.json"
        settings.parent.mkdir(exist_ok=True, mode=0o700)
        settings.write_text(json.dumps({"own_texts": [str(text.absolute())]}), "utf-8")
        with running(home, write_story(home)) as program:
            program.wait_until_ready()
            program.send("press", "Ctrl+End")
            for _ in range(3):
                latency(program)
            time.sleep(REST_S)  # the engine takes over its faster kernels
            alone = measured(program, options.rounds, learning=False)
            program.send("learn")
            pauses: list[float] = []
            beside = measured(program, options.rounds, learning=True, pauses=pauses)
            program.end()
    rows: list[Row] = []
    for kind in alone:
        rows += spread(f"{kind}, ms", alone[kind], {})
        rows += spread(f"{kind}, while it learns, ms", beside[kind], {})
        ratio = statistics.median(beside[kind]) / statistics.median(alone[kind])
        rows.append((f"{kind}, ratio of medians", round(ratio, 2), GOAL))
    rows += spread("learning paused after the key, ms", pauses, {"p95": "<= 2,000"})
    samples = {"pauses": pauses}
    Report(title="Suggestions while it learns", rows=rows, samples=samples).show(options.json)
    return 0


def measured(
    program: Program, rounds: int, *, learning: bool, pauses: list[float] | None = None
) -> dict[str, list[float]]:
    """Latencies in ms of the first suggestion after a rest, and of those that follow."""
    found: dict[str, list[float]] = {"after a rest": [], "in a row": []}
    for _ in range(rounds):
        time.sleep(REST_S)
        if learning:
            program.wait_until(lambda state: state["learning"] == "training")
        began_ns = time.monotonic_ns()
        found["after a rest"].append(latency(program))
        if pauses is not None:
            program.wait_until(lambda state: state["learning"] == "paused")
            pauses.append((paused_ns(program, began_ns) - began_ns) / 1e6)
        found["in a row"] += [latency(program) for _ in range(LATER)]
    return found


def paused_ns(program: Program, since_ns: int) -> int:
    """When the learning process said that it has paused."""
    return next(
        message["at_ns"]
        for message in program.messages
        if message["event"] == "learning"
        and message["phase"] == "paused"
        and message["at_ns"] >= since_ns
    )


def latency(program: Program) -> float:
    """Type some words, ask, and wait for the suggestion: ms from the key that asks to the repaint."""
    for _ in range(MOST_TRIES):
        program.type(next(WORDS))
        program.send("press", "Esc")
        program.state()  # whatever was on screen is gone
        asked = time.monotonic_ns()
        program.send("press", "Alt+\\")
        while time.monotonic_ns() < asked + PATIENCE_NS:
            for message in program.read(0.5):
                if message["event"] == "ghost":
                    return (message["at_ns"] - asked) / 1e6
    raise TimeoutError("no suggestion appeared")


if __name__ == "__main__":
    sys.exit(main())
