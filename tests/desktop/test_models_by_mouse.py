"""Another model, from the first start to an answer: by real clicks, from a server on this machine.

The models are tiny and made up; their names, sizes and steps are those of the catalogue. With COWRITE_WHOLE_TOUR the
exam is waited for as well.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from desktop.display import Display
from desktop.models_user import ModelsUser
from desktop.tour_reports import middle
from support.file_server import FileServer, serving, slow
from support.hub_server import COMMIT, files_of, publish

from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences
from cowrite.settings.store import PreferencesStore

NAME, REPOSITORY, ID = "SmolLM2 360M", "HuggingFaceTB/SmolLM2-360M", "smollm2-360m"
WEIGHTS = f"{REPOSITORY}/resolve/{COMMIT}/model.safetensors"
FEWEST_STEPS = ("Step 1", "Step 2", "Step 3", "Step 4")
MOST_CLICKS = 5
DRAG_SOURCE = Path(__file__).with_name("drag_source.py")
WHOLE = bool(os.environ.get("COWRITE_WHOLE_TOUR"))

pytestmark = pytest.mark.timeout(1500)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model's folder, some hundred kilobytes large."""
    from tiny_hf import make

    return make(tmp_path_factory.mktemp("tiny") / "tiny", "llama")


@pytest.fixture
def hub(tiny: Path, home: Path) -> Iterator[FileServer]:
    """A server that has the tiny model under a large one's name; the settings name it as mirror."""
    with serving() as server:
        publish(server, REPOSITORY, files_of(tiny))
        paths = Paths.find(home)
        paths.settings_file.parent.mkdir(parents=True, exist_ok=True)
        chosen = replace(Preferences(), download_mirror=server.url("").rstrip("/"))
        PreferencesStore(paths.settings_file).save(chosen)
        yield server


def left(home: Path) -> set[str]:
    """What is in the folders of models and of downloads, but for locks."""
    data = home / "data"
    found = [*(data / "models").glob("*"), *(data / "downloads" / "models").glob("*")]
    return {path.name for path in found if path.name != ".lock"}


def test_five_clicks_from_the_first_start_to_another_model(
    shown: Display, home: Path, hub: FileServer
) -> None:
    with ModelsUser(shown, home) as user:
        user.open_models()
        user.choose_model(NAME)
        user.press("Download and install")
        user.wait_for("The model is installed.")
        user.press("Use for suggestions")
        user.until(user.is_loaded, "it is loaded")
        user.diary.note("loaded")
        clicks = user.diary.clicks
        assert len(clicks) <= MOST_CLICKS, clicks
        steps = [each.what for each in user.diary.steps]
        for step in FEWEST_STEPS:
            assert any(each.startswith(step) for each in steps), steps
        skip = user.button(user.running.settled(), "Skip exam")
        if skip and not WHOLE:
            user.driver.click(*middle(skip["rect"]))
        user.wait_for("Installed.")
        assert ID in left(home)
        if WHOLE:
            assert f"{ID}.exam.json" in left(home)
        assert not user.running.report()["errors"]


@pytest.mark.skipif(not WHOLE, reason="the five clicks try the window with every change: at night")
def test_paused_closed_quit_begun_again_and_cancelled(
    shown: Display, home: Path, hub: FileServer
) -> None:
    """The download goes on from the same byte, and what is cancelled leaves nothing."""
    hub.ways[WEIGHTS] = [slow(0.4)] * 9
    user = ModelsUser(shown, home)
    with user:
        user.open_models()
        user.choose_model(NAME)
        user.press("Download and install")
        user.until(lambda _: len(hub.starts(WEIGHTS)) == 1 and hub.asked[-1].sent > 40_000, "bytes")
        user.press("Pause")
        user.wait_for("Paused. What was downloaded is kept.")
        user.press("Continue")
        user.until(lambda _: len(hub.starts(WEIGHTS)) == 2 and hub.asked[-1].sent > 20_000, "more")
        user.driver.keys("Escape")  # the window goes, the download does not
        user.until(
            lambda r: any("Downloading" in text for text in user.status(r)),
            "the status line says it",
        )
        user.quit()
        user.start_again()
        user.open_models()
        user.choose_model(NAME)
        user.press("Continue downloading")
        user.until(lambda _: len(hub.starts(WEIGHTS)) == 3 and hub.asked[-1].sent > 20_000, "more")
        starts = hub.starts(WEIGHTS)
        assert 0 == starts[0] < starts[1] < starts[2], starts
        user.press("Cancel")
        user.until(lambda r: user.button(r, "Download and install"), "as it was")
        user.until(lambda _: left(home) == set(), "nothing is left")
        assert not user.running.report()["errors"]


@pytest.mark.skipif(not WHOLE, reason="the five clicks try the window with every change: at night")
def test_a_folder_dropped_on_the_window_is_imported_and_cancelled_in_the_middle(
    shown: Display, home: Path, tiny: Path
) -> None:
    with ModelsUser(shown, home) as user:
        user.open_models()
        source = subprocess.Popen(
            [sys.executable, DRAG_SOURCE, tiny], env=shown.environ, stdout=subprocess.PIPE
        )
        try:
            assert source.stdout is not None
            x, y = map(int, source.stdout.readline().split())
            left_, top, width, height = user.of_models(user.running.settled())["rect"]
            user.driver.drag((x, y), (left_ + width // 2, top + height // 3))  # type: ignore[attr-defined]
            user.wait_for("Checking its answers")
            user.press("Cancel")
            user.until(lambda _: left(home) == set(), "nothing is left")
        finally:
            source.kill()
            source.communicate()
        assert not user.running.report()["errors"]
