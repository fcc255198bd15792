"""What is lost of a download that is killed (SIGKILL) at any moment and at any call about its files.

    python benchmarks/download_killed.py [--kills N] [--json FILE]

A server on this machine sends a file slowly; the process that fetches it is killed over and over, each next run goes
on. Ends with status 1 if a run asked again for bytes that were there, or a file lay there that was not the whole one.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from _common import ROOT, Report, Row, make_parser

for _folder in ("tests", ""):
    sys.path.insert(0, str(ROOT / _folder))


def main() -> None:
    """Measure and report."""
    parser = make_parser("What is lost where a download is killed.", uses_model=False)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    from downloads.killed_downloads import killed_downloads

    with tempfile.TemporaryDirectory() as folder:
        found = killed_downloads(Path(folder), options.kills, options.seed)
    rows: list[Row] = [
        ("killed", found.kills, "goal 200"),
        ("downloads that ended meanwhile", found.completed, ""),
        ("runs that asked again for what was there", found.from_zero, "goal 0"),
        ("half files under their name", found.half, "goal 0"),
        ("sent, of what was needed", round(found.sent_of_needed, 2), ""),
    ]
    Report(title="Downloads that are killed", rows=rows, samples={}).show(options.json)
    sys.exit(1 if found.from_zero or found.half else 0)


if __name__ == "__main__":
    main()
