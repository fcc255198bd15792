"""Whether all that is shown can be read and used: contrast in pictures of every window, what fits on a small screen.

    python benchmarks/contrast.py --json -

Each window, panel, menu, message and question is opened with something in it, in a program of its own for every theme
and size, and of every text and icon in it the contrast of ink and ground is taken from its picture (how:
``tests/support/contrast.py``). Then the keyboard goes to each widget that Tab reaches, and what changes where it is
has to be seen. “200 %” is a screen of twice the pixels, “text at 200 %” the program's own zoom on a usual screen. At
last a screen of 1366 × 768: each window has to lie on it, and all that is in it to be brought in sight. What falls
short is named below the table.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from _common import ROOT, Report, Row, make_parser

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

for _folder in ("tests/editor", "tests", ""):
    sys.path.insert(0, str(ROOT / _folder))

THEMES = ("light", "dark", "sepia")
MORE = "more contrast"
"""What a theme becomes where the desktop asks for it."""
PERCENTS = (100, 150, 200, 300)
BODY_POINTS = 13
SCREEN = 2400, 1500
"""In pixels at 100 %."""
SMALL_SCREEN = 1366, 768
SIZE = 1200, 820
CHILD = "--one"
Found = dict[str, object]


def main() -> None:
    """Measure and print."""
    parser = make_parser((__doc__ or "").split("\n")[0], uses_model=False)
    parser.add_argument("--themes", nargs="*", default=[*THEMES, MORE], metavar="NAME")
    parser.add_argument("--percents", nargs="*", type=int, default=list(PERCENTS), metavar="N")
    options = parser.parse_args()
    rows: list[Row] = []
    short: list[str] = []
    ways = [
        (n, zoomed) for n in options.percents for zoomed in (False, True) if n != 100 or not zoomed
    ]
    for theme in options.themes:
        for percent, zoomed in ways:
            name = f"{theme}, {'text at ' if zoomed else ''}{percent} %"
            found = list(_looked(theme, percent, SCREEN, zoomed=zoomed))
            rows += _rows(name, found)
            short += [f"{name}: {_said(each)}" for each in found if _is_short(each)]
            print(f"{name}: {len(found)} measured", file=sys.stderr)
    for percent, zoomed in ways:
        name = f"{SMALL_SCREEN[0]} × {SMALL_SCREEN[1]}, {'text at ' if zoomed else ''}{percent} %"
        found = list(_looked(THEMES[0], percent, SMALL_SCREEN, zoomed=zoomed))
        rows.append((f"{name}: does not fit", len(found), "0"))
        short += [f"{name}: {each['scene']}: {each['what']}" for each in found]
        print(f"{name}: {len(found)} do not fit", file=sys.stderr)
    Report(title="Contrast", rows=rows, notes=list(dict.fromkeys(short))).show(options.json)
    if short:
        sys.exit(1)


def _rows(name: str, found: Sequence[Found]) -> Iterator[Row]:
    goals = {"text": "at least 4.5", "icon": "at least 3", "focus": "at least 3"}
    for kind, goal in goals.items():
        of_kind = [each for each in found if each["kind"] == kind and each["enabled"]]
        least = min((float(str(each["contrast"])) for each in of_kind), default=21.0)
        yield f"{name}: {kind}, least of {len(of_kind):,}", round(least, 2), goal
    yield f"{name}: too little", sum(map(_is_short, found)), "0"


def _is_short(each: Found) -> bool:
    return float(str(each["contrast"])) < float(str(each["least"]))


def _said(each: Found) -> str:
    return f"{each['contrast']} of {each['least']} in “{each['scene']}”: {each['what']}"


def _looked(theme: str, percent: int, size: tuple[int, int], *, zoomed: bool) -> Iterator[Found]:
    """What a program of its own finds: fonts and screens are as they were when it began."""
    factor = 1.0 if zoomed else percent / 100
    points = round(BODY_POINTS * percent / 100) if zoomed else BODY_POINTS
    with tempfile.TemporaryDirectory(prefix="cowrite-contrast-") as folder:
        screens = Path(folder) / "screens.json"
        fits = size == SMALL_SCREEN
        width, height = size if fits else (round(factor * n) for n in size)
        screen = {"name": "wide", "x": 0, "y": 0, "width": width, "height": height}
        screen |= {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
        screens.write_text(json.dumps({"screens": [screen]}), "utf-8")
        environ = {
            **os.environ,
            "QT_QPA_PLATFORM": f"offscreen:configfile={screens}",
            "QT_SCALE_FACTOR": str(factor),
        }
        command = [sys.executable, __file__, CHILD, theme, str(points), folder, str(int(fits))]
        done = subprocess.run(command, env=environ, stdout=subprocess.PIPE, text=True, check=True)
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            yield json.loads(line)


# --- in a process of its own -----------------------------------------------------------------------------------------


class _Patience:
    """As much of pytest-qt's ``qtbot`` as the program's helper asks of it."""

    def __init__(self, let_run: Callable[[], object]) -> None:
        self._let_run = let_run

    def wait(self, ms: int) -> None:
        end = time.monotonic() + ms / 1000
        self.waitUntil(lambda: time.monotonic() > end)

    def waitUntil(self, condition: Callable[[], bool], timeout: int = 60_000) -> None:
        end = time.monotonic() + timeout / 1000
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError("what was waited for did not happen")
            self._let_run()
            time.sleep(0.003)


def child(theme: str, points: int, folder: Path, *, fits: bool) -> None:
    """Look at every window and print what was found, a line of JSON for each."""
    os.environ["COWRITE_HOME"] = str(folder / "home")
    from every_window import EveryWindow, open_filled
    from support.fitting import misfits

    from cowrite.app.start import make_application
    from cowrite.editor.appearance.accessibility_settings import AccessibilitySettings
    from cowrite.settings.paths import Paths

    if theme == MORE:
        AccessibilitySettings.more_contrast = True  # type: ignore[assignment,method-assign]
    application = make_application()
    paths = Paths.find(folder / "home")
    paths.create()
    texts = folder / "texts"
    texts.mkdir()
    program = open_filled(
        _Patience(application.processEvents),  # type: ignore[arg-type]
        application,
        paths,
        texts,
        theme=THEMES[0] if theme == MORE else theme,
        font_size_pt=points,
    )
    program.window.resize(*SIZE)

    def look(scene: str, window: QWidget) -> None:
        told = ({"what": each} for each in misfits(window)) if fits else _contrasts(scene, window)
        for each in told:
            print(json.dumps({"scene": scene, **each}))

    EveryWindow(program, look).all()
    sys.stdout.flush()
    program.program.close()
    os._exit(0)  # nothing is wanted of what is left


def _contrasts(scene: str, window: QWidget) -> Iterator[Found]:
    from every_window import STAYS
    from PySide6.QtWidgets import QApplication, QDialog
    from support.contrast import contrasts, focus_contrasts

    found = list(contrasts(window))
    if isinstance(window, QDialog) or scene in STAYS:
        before = QApplication.focusWidget()
        found += focus_contrasts(window)
        if before is not None:
            before.setFocus()
    for each in found:
        yield {
            "what": each.what,
            "kind": each.kind,
            "enabled": each.is_enabled,
            "contrast": round(each.contrast, 2),
            "least": each.least,
        }


if __name__ == "__main__":
    if sys.argv[1:2] == [CHILD]:
        _, _, its_theme, its_points, its_folder, its_fits = sys.argv
        child(its_theme, int(its_points), Path(its_folder), fits=its_fits == "1")
    else:
        main()
