"""``cowrite demo``: the whole program with the real model, as it runs on a machine without a display."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from cowrite.__main__ import main
from cowrite.settings.language import LANGUAGE_VARIABLE
from cowrite.settings.paths import HOME_VARIABLE, Paths

PICTURES = (
    "first-start", "light", "dark", "sepia", "large", "settings", "split", "project", "notes", "outline", "goals",
    "find", "spelling", "history", "focus", "markdown", "palette", "print", "shortcuts", "without-ai", "error",
    "export", "import", "chinese", "models", "gpu-pack", "server", "newer-versions",
)  # fmt: skip
LEFT_OUT = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", LANGUAGE_VARIABLE}
"""A language that is forced could not be changed, as the demo does for a picture."""


def run_demo(home: Path, out: Path) -> subprocess.CompletedProcess[str]:
    environ = {key: value for key, value in os.environ.items() if key not in LEFT_OUT}
    return subprocess.run(
        [sys.executable, "-m", "cowrite", "demo", "--out", str(out)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=240,
        env={**environ, HOME_VARIABLE: str(home), "PYTHONIOENCODING": "utf-8", "LANGUAGE": "en"},
    )


@pytest.mark.starter_model
@pytest.mark.timeout(600)
def test_the_demo_writes_is_helped_and_finds_everything_again(
    starter_paths: Paths, tmp_path: Path
) -> None:
    home = starter_paths.data.parent
    done = run_demo(home, tmp_path / "pictures")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    said = re.findall(r"(?m)^ *[\d.]+ s  (\w+) ", done.stdout)
    for what in ("typed", "suggested", "accepted", "undone", "dismissed", "saved", "reopened"):
        assert what in said
    kept = dict(re.findall(r"(?m)^  (\w[\w ]*\w) +(\d+)$", done.stdout))
    assert int(kept["shown"]) >= 3
    outcomes = ("accepted", "dismissed", "typed as suggested", "ignored", "withdrawn")
    assert sum(int(kept.get(name, 0)) for name in outcomes) == int(kept["shown"])
    for name in PICTURES:
        picture = QImage(str(tmp_path / "pictures" / f"{name}.png"))
        assert picture.width() > 300
        width, height = picture.width(), picture.height()
        colours = {picture.pixel(x, y) for x in range(0, width, 7) for y in range(0, height, 7)}
        assert len(colours) > 5, f"{name} shows nothing"
    assert not starter_paths.decision_log.exists(), "the writer's own log was touched"


def test_without_a_model_it_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo"]) == 2
    said = capsys.readouterr().err
    assert "is not installed" in said
    assert "cowrite models install" in said


def test_a_file_in_the_place_of_the_folder_is_a_plain_sentence(
    paths: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (paths.models_dir / "smollm2-135m-instruct").mkdir(parents=True)
    occupied = tmp_path / "occupied"
    occupied.write_text("mine")
    assert main(["demo", "--out", str(occupied)]) == 2
    assert "cannot be created" in capsys.readouterr().err
    assert occupied.read_text() == "mine"
