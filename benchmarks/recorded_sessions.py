"""What suggestions would have been shown to CoAuthor's writers, at their own keys and times, and what of it they wrote.

``--coauthor`` is a folder with ``raw/*.jsonl.gz``. Of each writer in ``--half`` the first ``--each`` sessions are
played back; what is chosen by measurement is chosen on one half of the writers and shown on the other. ``--answers``
remembers what the engine said, as in living_typist.py.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from _answers import engine_ms_of, open_answers
from _common import existing_folder, file_to_write, machine, make_parser
from typing_gaps import TYPISTS, writers_of

from cowrite.decisions.exchange.files import read_sessions
from cowrite.suggest.settings import SuggestSettings
from cowrite.suggest.simulation.ghost_watch import Notice
from cowrite.suggest.simulation.scene import Eyes
from cowrite.suggest.simulation.session_replay import SessionReplay, SessionReport

COLUMNS = (
    ("words", "own_words"),
    ("shown", "shown_per_100_words"),
    ("flash", "flashes_per_100_words"),
    ("wrong", "wrong_glances_per_100_words"),
    ("right", "precision"),
    ("noticed right", "right_when_noticed"),
    ("ready", "ready_with_key"),
)


def main() -> None:
    """Play back and print."""
    parser = make_parser((__doc__ or "").split("\n")[0])
    parser.add_argument("--coauthor", type=existing_folder, required=True, metavar="DIR")
    parser.add_argument("--half", choices=["typist", "pauses", "both"], default="both")
    parser.add_argument("--each", type=int, default=1, metavar="N", help="sessions of each writer")
    parser.add_argument("--notice", nargs="+", choices=[*Notice], default=[*Notice])
    parser.add_argument("--eagerness", nargs="+", type=float, default=[0.5])
    parser.add_argument("--reaction", type=float, default=300.0, metavar="MS")
    parser.add_argument(
        "--engine-ms", type=engine_ms_of, default=60.0, metavar="N", help="milliseconds, or “real”"
    )
    parser.add_argument("--answers", type=file_to_write, metavar="FILE")
    options = parser.parse_args()
    if options.models_dir is None:
        parser.error("where the models are is to be said with --models-dir.")
    if options.engine_ms is None and options.answers:
        parser.error("real times are measured, so --engine-ms real takes no --answers.")
    files = sessions_of(options.coauthor, options.half, options.each)
    if not files:
        parser.error(f"there are no sessions in {options.coauthor / 'raw'}.")
    answers = open_answers(options.models_dir, options.answers)
    rows: list[dict[str, Any]] = []
    for eagerness in options.eagerness:
        for notice in map(Notice, options.notice):
            report: SessionReport | None = None
            for file in files:
                replay = SessionReplay(
                    read_sessions(file).events,
                    eyes=Eyes(
                        notice=notice, reaction_ms=options.reaction, engine_ms=options.engine_ms
                    ),
                    settings=SuggestSettings(eagerness=eagerness),
                    answer=answers,
                    learn=answers.learn,
                )
                played = replay.play()
                report = played if report is None else report + played
            if report is not None:
                rows.append({"eagerness": eagerness} | report.figures())
    show(rows, options.json)


def sessions_of(folder: Path, half: str, each: int) -> list[Path]:
    """The files to play back."""
    writers = writers_of(folder)
    chosen: dict[str, list[Path]] = {}
    for file in sorted((folder / "raw").glob("*.jsonl.gz")):
        writer = writers[file.name.split(".")[0]]
        if half == "both" or (writer in TYPISTS) == (half == "typist"):
            chosen.setdefault(writer, []).append(file)
    return [file for writer in sorted(chosen) for file in chosen[writer][:each]]


def show(rows: list[dict[str, Any]], target: str | None) -> None:
    """A line for each setting; all of it as JSON to ``target``."""
    document = json.dumps({"machine": machine(), "rows": rows}, indent=1)
    if target == "-":
        print(document)
        return
    if target:
        Path(target).write_text(document, "utf-8")
    print(f"{'':<18}" + " ".join(f"{short:>13}" for short, _ in COLUMNS))
    for row in rows:
        print(
            f"{row['notice']:<8}eager {row['eagerness']:<4g}"
            + " ".join(f"{row[key]:>13.3g}" for _, key in COLUMNS)
        )


if __name__ == "__main__":
    main()
