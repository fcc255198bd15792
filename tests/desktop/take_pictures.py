"""Pictures of every window: light and dark, at 100 and 200 %, on the smallest screen and a large one. To be looked at.

``python tests/desktop/take_pictures.py FOLDER``. It also says what does not lie wholly on the screen; exit status 1 then.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
MODELS = TESTS.parent / "build" / "test-models" / "data" / "models"
sys.path.insert(0, str(TESTS))

THEMES = ("light", "dark")
POINTS = {"100": 13, "200": 26}
SCREENS = {"small": (1024, 700), "large": (1920, 1080)}
LEFT_OUT = {"Quit", "Close", "Close document"}


def main(folder: Path) -> int:
    """Make them all; how many windows do not fit decides the exit status."""
    from desktop.display import display, why_not

    if reason := why_not():
        print(reason, file=sys.stderr)
        return 2
    problems: list[str] = []
    for screen, size in SCREENS.items():
        with display(size) as shown:
            for theme in THEMES:
                for percent, points in POINTS.items():
                    target = folder / f"{theme}-{percent}-{screen}"
                    with tempfile.TemporaryDirectory() as home:
                        problems += _take(shown, Path(home), target, theme=theme, points=points)
    print("\n".join(problems) or "Everything lies on the screen.")
    return 1 if problems else 0


def _take(shown: object, home: Path, target: Path, *, theme: str, points: int) -> list[str]:
    from desktop.tour import Tour, cut_off

    (home / "config").mkdir()
    chosen = {"theme": theme, "font_size_pt": points}
    (home / "config" / "settings.json").write_text(json.dumps(chosen), "utf-8")
    if MODELS.is_dir():
        (home / "data").mkdir()
        (home / "data" / "models").symlink_to(MODELS)
    problems = []
    with Tour(shown, home, pictures=target) as tour:  # type: ignore[arg-type]
        tour.hand.picture(target / "page.png")
        for menu in tour.menu_titles():
            for path in tour.entries_of(menu):
                if path[-1] in LEFT_OUT or path[:2] in (("View", "Theme"), ("File", "Open recent")):
                    continue
                problems += [f"{target.name}: {each}" for each in tour.look_at(path, cut_off)]
    return problems


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/pictures")))
