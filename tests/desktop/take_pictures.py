"""Pictures of every window, to be looked at: light and dark, at 100 and 200 %, on a small screen and a large one.

``python tests/desktop/take_pictures.py FOLDER``. It also says what is not wholly on the screen; exit status 1 then.
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
NO_ELLIPSIS = {"New", "New private window", "Keyboard shortcuts", "About Cowrite"}
"""These open a window too."""


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
    from desktop.tour import Tour
    from desktop.tour_reports import cut_off

    (home / "config").mkdir()
    chosen = {"theme": theme, "font_size_pt": points}
    (home / "config" / "settings.json").write_text(json.dumps(chosen), "utf-8")
    if MODELS.is_dir():
        (home / "data").mkdir()
        (home / "data" / "models").symlink_to(MODELS)
    problems = []
    with Tour(shown, home, pictures=target) as tour:  # type: ignore[arg-type]
        tour.driver.picture(target / "page.png")
        for menu in tour.menu_titles():
            for path in tour.entries_of(menu):
                if not path[-1].endswith("…") and path[-1] not in NO_ELLIPSIS:
                    continue
                problems += [f"{target.name}: {each}" for each in tour.look_at(path, cut_off)]
    return problems


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/pictures")))
