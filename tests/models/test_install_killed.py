"""Killed in the middle, as by a power cut: no half model, the old one whole, and the next installation works."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from made_up_model import PretendTools

from cowrite.base.errors import UserError
from cowrite.models.catalogue import CatalogueEntry
from cowrite.models.install import Installer
from cowrite.models.staging import LOCK, clear_staging
from cowrite.models.store import ModelStore

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def start_and_wait(store: ModelStore, pretend: PretendTools, step: str) -> subprocess.Popen[str]:
    """An installing process that has come to ``step``."""
    process = subprocess.Popen(
        [sys.executable, HERE / "install_until_killed.py", store.folder, pretend.wheel, step],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "here"
    return process


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


@pytest.mark.parametrize("step", ["fetch", "convert", "prove", "measure"])
def test_killed_while_installing(
    store: ModelStore, pretend: PretendTools, entry: CatalogueEntry, step: str
):
    kill(start_and_wait(store, pretend, step))
    assert store.ids() == store.installed() == []
    with pytest.raises(UserError, match="not installed"):
        store.get("toy")
    assert Installer(store, pretend.tools()).install(entry).id == "toy"
    assert {path.name for path in store.folder.iterdir()} == {"toy", LOCK}


@pytest.mark.parametrize("step", ["fetch", "convert", "measure", "rename"])
def test_killed_while_replacing(
    installed: ModelStore, pretend: PretendTools, entry: CatalogueEntry, step: str
):
    before = installed.get("toy")
    kill(start_and_wait(installed, pretend, step))
    assert installed.verify("toy") == before
    assert Installer(installed, pretend.tools()).install(entry) == before
    assert {path.name for path in installed.folder.iterdir()} == {"toy", LOCK}


@pytest.mark.parametrize("step", ["convert", "prove", "measure"])
def test_what_a_killed_one_left_is_cleared_away_at_once_when_asked(
    store: ModelStore, pretend: PretendTools, step: str
):
    process = start_and_wait(store, pretend, step)
    clear_staging(store.folder)  # it is not its turn yet
    assert any(path.name.startswith(".staging-") for path in store.folder.iterdir())
    kill(process)
    clear_staging(store.folder)
    assert {path.name for path in store.folder.iterdir()} == {LOCK}


def test_killed_within_its_exam_a_model_is_there(store: ModelStore, pretend: PretendTools):
    kill(start_and_wait(store, pretend, "examine"))
    assert store.verify("toy").id == "toy"
    assert {path.name for path in store.folder.iterdir()} == {"toy", LOCK}


def test_what_a_living_process_makes_is_left_alone(
    store: ModelStore, pretend: PretendTools, entry: CatalogueEntry
):
    process = start_and_wait(store, pretend, "convert")
    try:
        made = {path.name for path in store.folder.iterdir()}
        with pytest.raises(UserError, match="Another copy of Cowrite is installing"):
            Installer(store, pretend.tools()).install(entry)
        assert {path.name for path in store.folder.iterdir()} == made
    finally:
        kill(process)
