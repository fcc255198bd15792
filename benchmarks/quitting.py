"""How long from Ctrl+Q until the process is gone, and does a start in between open its window?"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from _common import Report, home_with_model, make_parser, percentile
from _program import Program, running

REST_S = 8.0


def while_loading(_: Program) -> None:
    """The window stands and torch is being imported."""
    time.sleep(0.5)


def just_ready(program: Program) -> None:
    """The model was loaded, some words were typed, and the engine gets faster."""
    program.wait_until_ready()
    program.type(" and then the lantern")
    time.sleep(1.0)


def at_rest(program: Program) -> None:
    """The same, and nothing is going on any more."""
    just_ready(program)
    time.sleep(REST_S)


SCENES: dict[str, Callable[[Program], None]] = {
    "while the model is being loaded": while_loading,
    "just after it was loaded": just_ready,
    "at rest": at_rest,
}


def quit_after(home: Path, platform: str, scene: Callable[[Program], None]) -> float:
    """Milliseconds from the key until the process is gone."""
    with running(home, platform=platform) as program:
        program.wait_for("painted")
        scene(program)
        pressed = time.monotonic()
        program.send("press", "Ctrl+Q")
        program.wait_until_gone()
        return (time.monotonic() - pressed) * 1000


def start_again(home: Path, platform: str) -> float | None:
    """Milliseconds from the key until a process started at once shows its window; None if it does not."""
    with running(home, platform=platform) as first:
        first.wait_for("painted")
        while_loading(first)
        first.send("press", "Ctrl+Q")
        with running(home, platform=platform) as second:
            try:
                painted = second.wait_for("painted")
            except EOFError:
                return None
            first.wait_until_gone()
            return float(painted["at_ns"] - second.started_ns) / 1e6


def main() -> None:
    """Measure and print."""
    parser = make_parser("Time from Ctrl+Q until the process is gone.")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--platform", default="offscreen", help="of Qt: offscreen or xcb")
    arguments = parser.parse_args()
    with home_with_model(arguments.models_dir) as home:
        quit_after(home, arguments.platform, just_ready)  # the first start fills the disk's cache
        samples = {
            name: [quit_after(home, arguments.platform, scene) for _ in range(arguments.runs)]
            for name, scene in SCENES.items()
        }
        again = [start_again(home, arguments.platform) for _ in range(arguments.runs)]
    rows = [
        row
        for name, values in samples.items()
        for row in (
            (f"gone {name}, p50, ms", statistics.median(values), "goal <= 1,000"),
            (f"gone {name}, max, ms", percentile(values, 100), ""),
        )
    ]
    opened = [each for each in again if each is not None]
    rows.append(("starts at once that opened no window", len(again) - len(opened), "goal 0"))
    if opened:
        rows.append(("their window painted after, p50, ms", statistics.median(opened), ""))
    notes = [f"{arguments.runs} times each, {arguments.platform}"]
    samples["started at once"] = opened
    Report(title="End of the program", rows=rows, samples=samples, notes=notes).show(arguments.json)


if __name__ == "__main__":
    main()
