#!/usr/bin/env python3
"""Training runs with nothing worth learning: each must end with “kept” and a reason, never with “promoted”.

The real command with the starter model: a text of twenty sentences; one paragraph again and again; a text in a language
that the model does not know (give one); and a page that is all pasted.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from _common import ROOT, Report, Row, existing_file, home_with_model, make_parser
from _program import STORY, write_novel

sys.path.insert(0, str(ROOT))

from cowrite.decisions.events import Event, EventKind
from cowrite.decisions.writing.log import DecisionLog
from cowrite.provenance.ranges import Origin
from cowrite.settings.resources import resource_path

GOAL = "kept"


def main() -> int:
    """Measure and print; 1 if one was promoted."""
    parser = make_parser(__doc__ or "")
    parser.add_argument(
        "--other-language",
        type=existing_file,
        nargs="+",
        default=[],
        metavar="FILE",
        help="15,000 words each",
    )
    parser.add_argument(
        "--machine-text", type=existing_file, metavar="FILE", help="to be pasted (made up)"
    )
    parser.add_argument("--max-minutes", type=float, default=5.0, metavar="M")
    options = parser.parse_args()
    rows: list[Row] = []
    with home_with_model(options.models_dir) as home:
        for what, arguments in runs(home, options):
            found = run_once(home, [*arguments, "--max-minutes", f"{options.max_minutes:g}"])
            rows.append((what, f"{found['status']}: {found['reason']}", GOAL))
            for name, figure in ((found.get("report") or {}).get("figures") or {}).items():
                rows.append((f"{what}: {name}", figure, ""))
    Report(title="Training runs with nothing worth learning", rows=rows).show(options.json)
    return int(any(str(figure).startswith("promoted") for _, figure, _ in rows))


def runs(home: Path, options) -> Iterator[tuple[str, list[str]]]:
    """What each is called, and the command's arguments."""
    sentences = resource_path("calibration.txt").read_text("utf-8").split(". ")
    few = written(home / "few.txt", ". ".join(sentences[:20]))
    yield "twenty sentences", ["--text", few]
    again = written(home / "again.txt", "\n\n".join([STORY] * 1_000))
    yield "one paragraph a thousand times", ["--text", again]
    for path in options.other_language:
        yield f"another language ({path.name})", ["--text", str(path.absolute())]
    paste(home, (options.machine_text or write_novel(home)).read_text("utf-8"))
    yield "everything pasted", ["--log"]


def written(path: Path, text: str) -> str:
    """The path of a new file with ``text``."""
    path.write_text(text, "utf-8")
    return str(path)


def paste(home: Path, text: str) -> None:
    """Note in the log of ``home`` that ``text`` was pasted into an empty page."""
    now = time.time_ns() // 1_000_000
    details = {"origin": Origin.PASTED.value, "inserted": text, "removed": 0}
    with closing(DecisionLog(home / "data" / "decisions.sqlite3")) as log:
        log.start()
        log.register_document("page", "")
        for revision, (kind, end, more) in enumerate(
            [
                (EventKind.OPENED, 0, {"text": "", "hash": "", "length": 0}),
                (EventKind.EDITED, len(text), details),
            ]
        ):
            log.record(
                Event(
                    kind=kind, at_ms=now + revision, session_id="s", suggestion_id="",
                    document_id="page", revision=revision, start=0, end=end, details=more,
                )
            )  # fmt: skip
        log.flush()


def run_once(home: Path, arguments: Sequence[str]) -> dict:
    """What ``cowrite personalize`` says at its end."""
    command = [sys.executable, "-m", "cowrite", "--home", str(home), "personalize", *arguments]
    command += ["--device", "cpu", "--json"]
    done = subprocess.run(command, check=False, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


if __name__ == "__main__":
    sys.exit(main())
