"""How long from the start of the process until the window is painted, takes a key, and the model is ready?"""

from __future__ import annotations

import statistics
from pathlib import Path

from _common import Report, home_with_model, make_parser
from _program import running


def measure(home: Path, platform: str) -> dict[str, float]:
    """One start, in milliseconds after the start of the process."""
    with running(home, platform=platform) as program:
        painted = program.wait_for("painted")
        program.key("a")
        typed = program.wait_for("typed")
        ready = program.wait_until_ready()
        program.end()

        def after(message: dict[str, int]) -> float:
            return (message["at_ns"] - program.started_ns) / 1e6

        return {
            "painted": after(painted),
            "key": after(typed),
            "ready": after(ready),
            "torch": float(painted["torch"]),
        }


def main() -> None:
    """Measure and print."""
    parser = make_parser("Time until the window is painted, takes keys, and the model is ready.")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--platform", default="offscreen", help="of Qt: offscreen or xcb")
    arguments = parser.parse_args()
    with home_with_model(arguments.models_dir) as home:
        measure(home, arguments.platform)  # the first start fills the disk's cache
        starts = [measure(home, arguments.platform) for _ in range(arguments.runs)]
    samples = {name: [start[name] for start in starts] for name in ("painted", "key", "ready")}
    after_key = [start["ready"] - start["key"] for start in starts]
    rows = [
        ("window painted, ms", statistics.median(samples["painted"]), "goal <= 1,500"),
        ("first key on screen, ms", statistics.median(samples["key"]), "goal <= 1,500"),
        ("model ready after that, ms", statistics.median(after_key), "goal <= 3,000"),
        (
            "starts with torch imported before the paint",
            int(sum(s["torch"] for s in starts)),
            "goal 0",
        ),
    ]
    notes = [f"median of {arguments.runs} starts with a warm disk cache, {arguments.platform}"]
    Report(title="Start of the program", rows=rows, samples=samples, notes=notes).show(
        arguments.json
    )


if __name__ == "__main__":
    main()
