"""From the first start to another model answering: each click and each step, with the seconds that it took.

``python benchmarks/first_larger_model.py [--from FOLDER] [--exam] [--json FILE]``. It needs what ``tests/desktop``
needs: a display of its own and a real mouse. The model comes from a server on this machine, under the name of one of
the catalogue: the one in FOLDER, or a tiny made-up one.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from _common import Report, Row, existing_folder, make_parser

TESTS = Path(__file__).resolve().parents[1] / "tests"
sys.path.insert(0, str(TESTS))

NAME, REPOSITORY = "SmolLM2 360M", "HuggingFaceTB/SmolLM2-360M"
MOST_CLICKS = 5


def main() -> int:
    """Go the whole way; exit status 1 if it takes more clicks than it may."""
    parser = make_parser(__doc__ or "", uses_model=False)
    parser.add_argument("--from", dest="folder", type=existing_folder, metavar="FOLDER")
    parser.add_argument("--exam", action="store_true", help="wait for the exam too")
    options = parser.parse_args()
    from desktop.display import display, why_not
    from support.file_server import serving
    from support.hub_server import files_of, publish

    if reason := why_not():
        print(reason, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as place, serving() as server, display() as shown:
        publish(server, REPOSITORY, files_of(options.folder or _tiny(Path(place) / "tiny")))
        home = Path(place) / "home"
        _choose_mirror(home, server.url("").rstrip("/"))
        steps, clicks = _go(shown, home, exam=options.exam)
    rows: list[Row] = [
        (f"{'click: ' if step['is_click'] else ''}{step['what']}, s", step["seconds"], "")
        for step in steps
    ]
    rows.append(("clicks", clicks, f"<= {MOST_CLICKS}"))
    rows.append(("in all, s", sum(step["seconds"] for step in steps), ""))
    Report(title="From the first start to another model", rows=rows).show(options.json)
    return int(clicks > MOST_CLICKS)


def _go(shown: object, home: Path, *, exam: bool) -> tuple[list[dict[str, Any]], int]:
    from desktop.models_user import Diary, ModelsUser

    with ModelsUser(shown, home) as user:  # type: ignore[arg-type]
        user.diary = Diary()  # the start of the program is not counted
        user.open_models()
        user.choose_model(NAME)
        user.press("Download and install")
        user.wait_for("The model is installed.")
        user.press("Use for suggestions")
        user.until(user.is_loaded, "it is loaded")
        user.diary.note("loaded, and ready to suggest")
        clicks = len(user.diary.clicks)
        if exam:
            user.wait_for("Installed.")
            user.diary.note("the exam is over")
        return [asdict(step) for step in user.diary.steps], clicks


def _tiny(folder: Path) -> Path:
    from tiny_hf import make

    return make(folder, "llama")


def _choose_mirror(home: Path, address: str) -> None:
    from cowrite.settings.paths import Paths
    from cowrite.settings.preferences import Preferences
    from cowrite.settings.store import PreferencesStore

    paths = Paths.find(home)
    paths.create()
    PreferencesStore(paths.settings_file).save(replace(Preferences(), download_mirror=address))


if __name__ == "__main__":
    sys.exit(main())
