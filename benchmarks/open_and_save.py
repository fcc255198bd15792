"""Opens generated files and saves them without an edit: of every encoding, line end, byte order mark and front matter.

    python benchmarks/open_and_save.py [--files N] [--seed S] [--json FILE]

Each is read, put on a document and written again as the editor does it. A file that is not text, or that can only be
read, is never written, and counted apart. Ends with status 1 if the bytes of any file have changed.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

from _common import ROOT, Report, Row, make_parser

for _folder in ("tests/documents", "tests/editor/document", ""):
    sys.path.insert(0, str(ROOT / _folder))


def main() -> None:
    """Measure and report."""
    parser = make_parser("Open generated files and save them without an edit.", uses_model=False)
    parser.add_argument(
        "--files", type=int, default=10_000, help="how many files (default: 10,000)"
    )
    parser.add_argument("--seed", type=int, default=0, help="which files (default: 0)")
    options = parser.parse_args()

    from generated_files import NAMES, generated_file
    from opened_and_saved import Outcome, open_and_save
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication(["open_and_save", "-platform", "offscreen"])
    outcomes: Counter[Outcome] = Counter()
    changed: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.files):
            file = generated_file(number, options.seed)
            outcome = open_and_save(file, Path(folder) / "file.md")
            outcomes[outcome] += 1
            changed[file.encoding] += outcome is Outcome.CHANGED
    application.quit()
    rows: list[Row] = [
        ("files", options.files, "goal 10,000"),
        ("encodings", len(NAMES), ""),
        ("identical bytes", outcomes[Outcome.SAME], ""),
        ("not text, or for reading only: not written", outcomes[Outcome.REFUSED], ""),
        ("changed bytes", outcomes[Outcome.CHANGED], "goal 0"),
    ]
    notes = [f"changed in {name}: {count}" for name, count in changed.items() if count]
    Report(title="Opened and saved without an edit", rows=rows, notes=notes).show(options.json)
    sys.exit(1 if outcomes[Outcome.CHANGED] else 0)


if __name__ == "__main__":
    main()
