"""The plots and the table of docs/how-much-it-helps.md, from the figures of living_typist.py.

`--json-in` is what `living_typist.py --json` wrote with several speeds and eagernesses, such as
`--wpm 36 49 70 --eagerness 0.1 0.3 0.5 0.7 0.9`. The plots go to `--out`; the table, and links to them, take the place
of what stands between the two marks in `--document`. Nothing is measured here.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from _common import Parser, existing_file, file_to_write
from _svg_plots import COLOURS, Line, Panel, document

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
NOTICES = {"typing": "while typing", "pauses": "only in pauses"}
KEYS_PLOT, TIME_PLOT = "keys-and-flashes.svg", "time-and-speed.svg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One setting over all texts; percent, and counts per 100 words."""

    notice: str
    wpm: float
    eagerness: float
    engine_ms: object
    net: float
    flashes: float
    shown: float
    wrong: float
    right: float
    per_glance: float
    time: tuple[float, float, float]

    @property
    def looks(self) -> float:
        """Suggestions looked at, of use or not."""
        return self.shown - self.flashes


def main() -> int:
    """Draw, and fill in the document."""
    parser = Parser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--json-in", type=existing_file, required=True, metavar="FILE")
    parser.add_argument("--out", type=file_to_write, default=ROOT / "docs" / "help", metavar="DIR")
    parser.add_argument(
        "--document",
        type=existing_file,
        default=ROOT / "docs" / "how-much-it-helps.md",
        metavar="FILE",
    )
    parser.add_argument(
        "--default-eagerness", type=float, default=0.5, metavar="X", help="as installed (0.5)"
    )
    parser.add_argument(
        "--ceiling", type=float, metavar="PCT", help="net keys saved by the patient typist"
    )
    options = parser.parse_args()
    try:
        found = read_figures(options.json_in)
    except (ValueError, KeyError, TypeError) as error:
        parser.error(f"{options.json_in} is not what living_typist.py writes ({error!r}).")
    if not any(each.eagerness == options.default_eagerness for each in found):
        parser.error(f"{options.json_in} has no figures for eagerness {options.default_eagerness}.")
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / KEYS_PLOT).write_text(keys_plot(found, options.default_eagerness), "utf-8")
    (options.out / TIME_PLOT).write_text(time_plot(found, options.default_eagerness), "utf-8")
    folder = Path(os.path.relpath(options.out, options.document.parent)).as_posix()
    text = options.document.read_text("utf-8")
    if BEGIN not in text or END not in text:
        parser.error(f"{options.document} has no “{BEGIN}” and “{END}”.")
    filled = section(found, options.default_eagerness, folder, options.ceiling)
    head, tail = text.split(BEGIN)[0], text.split(END)[1]
    options.document.write_text(f"{head}{BEGIN}\n{filled}\n{END}{tail}", "utf-8")
    print(
        f"Wrote {KEYS_PLOT} and {TIME_PLOT} to {options.out}, and the table to {options.document}."
    )
    return 0


def read_figures(path: Path) -> list[Figures]:
    """The rows over all texts. Raises ValueError, KeyError or TypeError if the file is another."""
    rows = json.loads(path.read_text("utf-8"))["rows"]
    found = [
        Figures(
            notice=row["notice"],
            wpm=float(row["wpm"]),
            eagerness=float(row["eagerness"]),
            engine_ms=row["engine_ms"],
            net=float(row["net_saved_pct"]),
            flashes=float(row["flashes_per_100_words"]),
            shown=float(row["shown_per_100_words"]),
            wrong=float(row["wrong_glances_per_100_words"]),
            right=float(row["precision"]),
            per_glance=float(row["characters_per_glance"]),
            time=tuple(float(row["time_saved_pct"][name]) for name in ("low", "mid", "high")),  # type: ignore[arg-type]
        )
        for row in rows
        if row["passage"] == "all"
    ]
    if not found or any(each.notice not in NOTICES for each in found):
        raise ValueError("no rows over all texts")
    return sorted(found, key=lambda each: (each.wpm, each.eagerness))


def speeds(found: Sequence[Figures]) -> list[float]:
    """All words per minute, the slowest first."""
    return sorted({each.wpm for each in found})


def at_speed(found: Sequence[Figures], notice: str, wpm: float) -> list[Figures]:
    """Every eagerness of one speed and way of noticing."""
    return [each for each in found if each.notice == notice and each.wpm == wpm]


def keys_plot(found: Sequence[Figures], default: float) -> str:
    """Net keys saved against flashes, a line a speed, a panel for each way of noticing."""
    panels = []
    for notice, name in NOTICES.items():
        lines = []
        for colour, wpm in zip(COLOURS, speeds(found), strict=False):
            mine = at_speed(found, notice, wpm)
            if not mine:
                continue
            points = sorted((each.flashes, each.net) for each in mine)
            ring = next(((e.flashes, e.net) for e in mine if e.eagerness == default), None)
            lines.append(Line(name=f"{wpm:g} words/min", colour=colour, points=points, ring=ring))
        panels.append(
            Panel(
                title=f"Noticed {name}",
                x_name="flashes per 100 words",
                y_name="keys saved, net, %",
                lines=lines,
            )
        )
    described = (
        "Net keys saved against flashes per 100 words; rings are the program as it is installed."
    )
    return document("Keys saved and flashes", described, [each for each in panels if each.lines])


def time_plot(found: Sequence[Figures], default: float) -> str:
    """Time saved against speed: as installed with its range, and with the eagerness that saves most time."""
    panels = []
    for notice, name in NOTICES.items():
        choices = {wpm: at_speed(found, notice, wpm) for wpm in speeds(found)}
        usual = [e for mine in choices.values() for e in mine if e.eagerness == default]
        best = [best_of(mine) for mine in choices.values() if mine]
        if not usual:
            continue
        lines = [
            Line(
                name="as installed",
                colour=COLOURS[0],
                points=[(each.wpm, each.time[1]) for each in usual],
                band=[(each.wpm, each.time[0], each.time[2]) for each in usual],
            ),
            Line(
                name="set to save time",
                colour=COLOURS[1],
                points=[(each.wpm, each.time[1]) for each in best],
                dashed=True,
            ),
        ]
        panels.append(
            Panel(
                title=f"Noticed {name}",
                x_name="words a minute",
                y_name="time saved, %",
                lines=lines,
                x_from_zero=False,
            )
        )
    described = (
        "Time saved against typing speed; the band is from slow to quick looks at a suggestion."
    )
    return document("Time saved and speed", described, panels)


def best_of(choices: Sequence[Figures]) -> Figures:
    """The one that saves most time, in the middle of its range."""
    return max(choices, key=lambda each: each.time[1])


COLUMNS: tuple[tuple[str, Callable[[Figures], str]], ...] = (
    ("keys saved, net", lambda each: f"{each.net:.1f} %"),
    (
        "time saved",
        lambda each: f"{each.time[1]:+.1f} % ({each.time[0]:+.1f} to {each.time[2]:+.1f})",
    ),
    ("looked at per 100 words", lambda each: f"{each.looks:.0f}"),
    ("in vain", lambda each: f"{each.wrong:.0f}"),
    ("flashes per 100 words", lambda each: f"{each.flashes:.0f}"),
    ("letters saved per look", lambda each: f"{each.per_glance:.1f}"),
    ("right when shown", lambda each: f"{100 * each.right:.0f} %"),
)


def section(found: Sequence[Figures], default: float, folder: str, ceiling: float | None) -> str:
    """What stands between the marks: the table as installed, and both plots."""
    names = [name for name, _ in COLUMNS]
    lines = [
        f"| you type | you notice | {' | '.join(names)} |",
        f"| --- | --- | {' | '.join(['---:'] * len(names))} |",
    ]
    for wpm in speeds(found):
        for notice, name in NOTICES.items():
            for each in at_speed(found, notice, wpm):
                if each.eagerness == default:
                    cells = " | ".join(say(each) for _, say in COLUMNS)
                    lines.append(f"| {wpm:g} words a minute | {name} | {cells} |")
    engine = found[0].engine_ms
    engine = f"{engine:g}" if isinstance(engine, float) else engine
    lines += [
        "",
        f"As installed; the model takes {engine} ms to answer."
        if engine != "real"
        else "As installed; the model takes the time that it really took.",
        "“Time saved” is for usual looks, in brackets from slow to quick ones; a minus is time lost.",
    ]
    if ceiling is not None:
        lines.append(f"The patient typist, the ceiling, saves {ceiling:.0f} % of the keys.")
    lines += [
        "",
        f"![Net keys saved against flashes per 100 words]({folder}/{KEYS_PLOT})",
        "",
        "Each point is one place of the slider, from most time to most keys; the ring is where it stands at first.",
        "",
        f"![Time saved against typing speed]({folder}/{TIME_PLOT})",
        "",
        "The band is from slow looks (below) to quick ones (above).",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
