"""``cowrite doctor``: every line says how a thing stands and what to do; broken libraries do not break it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest
from made_up_model import PretendTools, entry_of, write_wheel

from cowrite.__main__ import main
from cowrite.base.graphics_card import GraphicsCard
from cowrite.cli import doctor
from cowrite.cli.diagnosis import probing
from cowrite.decisions.writing.log import DecisionLog
from cowrite.engine.networks.native import library
from cowrite.models.install import Installer
from cowrite.models.store import ModelStore
from cowrite.settings.paths import Paths

TORCH = {"version": "2.13.0", "threads": "2", "card": ""}
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def sound_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not load torch for what has nothing to do with it."""
    monkeypatch.setattr(doctor, "probe", lambda look: dict(TORCH))


def findings(capsys: pytest.CaptureFixture[str], status: int) -> dict[str, dict[str, str]]:
    capsys.readouterr()
    assert main(["doctor", "--json"]) == status
    report = json.loads(capsys.readouterr().out)
    assert report["ok"] is (status == 0)
    found = {each["what"]: each for each in report["findings"]}
    for each in found.values():
        assert each["detail"]
        assert each["advice"] or each["verdict"] == "ok"
    return found


def test_a_fresh_home_has_no_problem(sound_libraries: None, capsys: pytest.CaptureFixture[str]):
    found = findings(capsys, 0)
    assert set(found) == set(doctor.CHECKS)
    assert found["model"]["verdict"] == "warning"
    assert "cowrite models install" in found["model"]["advice"]
    assert found["decisions"]["detail"] == "no log yet"


def test_the_plain_report_has_a_line_for_each(
    sound_libraries: None, capsys: pytest.CaptureFixture[str]
):
    assert main(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [re.match(r"(?:ok|warning|problem) +(\w+) - .+", each)[1] for each in lines] == list(  # type: ignore[index]
        doctor.CHECKS
    )


def test_it_says_how_it_was_installed(
    sound_libraries: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    assert findings(capsys, 0)["installation"]["detail"].startswith("from source, ")
    capsys.readouterr()
    main(["doctor", "--json"])
    assert json.loads(capsys.readouterr().out)["installation"] == "source"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/cowrite/cowrite")
    assert findings(capsys, 0)["installation"]["detail"] == (
        "package in a folder, /opt/cowrite/cowrite"
    )
    main(["doctor", "--json"])
    assert json.loads(capsys.readouterr().out)["installation"] == "folder"


# --- libraries -------------------------------------------------------------------------------------------------------


def break_library(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, code: str) -> None:
    """Put a module ``name`` that does ``code`` before the real one, for child processes."""
    folder.mkdir()
    (folder / f"{name}.py").write_text(code)
    root = Path(__file__).parent.parent.parent
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), str(root)]))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("raise ImportError('libcudart.so.13: no such file')", "libcudart.so.13: no such file"),
        ("raise SystemExit", "crashes Python when it is loaded"),
        ("import os; os._exit(132)", "crashes Python when it is loaded"),
        ("import os; os.abort()", "crashes Python when it is loaded"),
    ],
)
def test_a_broken_torch_is_a_problem_and_not_the_end(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    code: str,
    words: str,
):
    break_library(tmp_path / "broken", monkeypatch, "torch", code)
    found = findings(capsys, 2)
    assert found["torch"]["verdict"] == "problem"
    assert re.search(words, found["torch"]["detail"])
    assert "dev.py run" in found["torch"]["advice"]
    assert found["cuda"]["verdict"] == "warning"
    assert found["disk"]["verdict"] == "ok"


def test_a_torch_that_does_not_answer_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    code = "import threading; threading.Event().wait(60)"
    break_library(tmp_path / "broken", monkeypatch, "torch", code)
    monkeypatch.setattr(probing, "PROBE_TIMEOUT_S", 0.3)
    assert "does not respond" in findings(capsys, 2)["torch"]["detail"]


def test_a_broken_bitsandbytes_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    break_library(tmp_path / "broken", monkeypatch, "bitsandbytes", "raise OSError('no library')")
    found = doctor._bitsandbytes(doctor.Patient(Paths.find()))
    assert found.verdict is doctor.FindingLevel.WARNING
    assert "no library" in found.detail


def test_a_decoding_step_that_is_not_compiled_is_a_warning(monkeypatch: pytest.MonkeyPatch):
    def no_library() -> str:
        raise library.NoLibraryError("There is no step-generic.so here.")

    monkeypatch.setattr(library, "best_target", no_library)
    found = doctor._step(doctor.Patient(Paths.find()))
    assert found.verdict is doctor.FindingLevel.WARNING
    assert "There is no step-generic.so here." in found.detail
    assert "native_step.py" in found.advice
    monkeypatch.setattr(doctor.sys, "frozen", True, raising=False)
    assert "Install Cowrite again" in doctor._step(doctor.Patient(Paths.find())).advice


def test_a_packaged_program_looks_at_its_own_libraries(monkeypatch: pytest.MonkeyPatch):
    def broken() -> dict[str, str]:
        raise OSError("no library")

    monkeypatch.setattr(doctor.sys, "frozen", True, raising=False)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("a child was started"))
    assert probing.probe(lambda: TORCH) == TORCH
    with pytest.raises(doctor.UserError, match="no library"):
        probing.probe(broken)


@pytest.mark.parametrize(
    ("card", "driver", "verdict", "words"),
    [
        ("RTX 4070, 11.0 of 12.0 GB free", None, "ok", "RTX 4070"),
        ("", None, "ok", "using the processor"),
        ("", "/usr/bin/nvidia-smi", "warning", "torch cannot use a graphics card"),
    ],
)
def test_cards(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    card: str,
    driver: str | None,
    verdict: str,
    words: str,
):
    monkeypatch.setattr(doctor, "probe", lambda look: TORCH | {"card": card})
    monkeypatch.setattr(doctor.shutil, "which", lambda name: driver)
    found = findings(capsys, 0)["cuda"]
    assert found["verdict"] == verdict
    assert words in found["detail"]


def test_a_card_that_is_not_used_is_named_with_the_one_step(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    card = GraphicsCard(name="A card", memory=1, capability=(8, 9), driver_cuda=(13, 0))
    monkeypatch.setattr(doctor, "probe", lambda look: TORCH | {"card": ""})
    monkeypatch.setattr(doctor, "has_nvidia_driver", lambda: True)
    monkeypatch.setattr(doctor, "torch_knows_cards", lambda: False)
    monkeypatch.setattr(doctor, "nvidia_card", lambda: card)
    found = findings(capsys, 0)["cuda"]
    assert found["verdict"] == "warning"
    assert "A card is there and not used" in found["detail"]
    assert "cowrite packs install" in found["advice"]


@pytest.mark.parametrize(
    ("change", "words", "advice"),
    [
        ({"capability": (6, 1)}, "A card is too old", "using the processor"),
        ({"driver_cuda": (12, 4)}, "driver is too old", "Update the driver"),
    ],
    ids=["card", "driver"],
)
def test_a_card_that_cannot_be_used_is_told_with_the_reason(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    change: dict[str, tuple[int, int]],
    words: str,
    advice: str,
):
    card = GraphicsCard(name="A card", memory=1, capability=(8, 9), driver_cuda=(13, 0))
    monkeypatch.setattr(doctor, "probe", lambda look: TORCH | {"card": ""})
    monkeypatch.setattr(doctor, "has_nvidia_driver", lambda: True)
    monkeypatch.setattr(doctor, "torch_knows_cards", lambda: False)
    monkeypatch.setattr(doctor, "nvidia_card", lambda: replace(card, **change))
    found = findings(capsys, 0)["cuda"]
    assert words in found["detail"]
    assert advice in found["advice"]


def test_a_check_that_breaks_is_a_finding(
    sound_libraries: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def broken(_: doctor.Patient) -> doctor.Finding:
        raise ZeroDivisionError

    monkeypatch.setitem(doctor.CHECKS, "disk", broken)
    found = findings(capsys, 2)
    assert found["disk"]["verdict"] == "problem"
    assert "ZeroDivisionError" in found["disk"]["detail"]


# --- what is on disk -------------------------------------------------------------------------------------------------


def install_toy(paths: Paths, tmp_path: Path) -> ModelStore:
    paths.settings_file.write_text('{"model": "toy"}')
    store = ModelStore(paths.models_dir)
    tools = PretendTools(wheel=write_wheel(tmp_path / "toy.whl"))
    Installer(store, tools.tools()).install(entry_of(tools.wheel))
    return store


def test_a_whole_model_is_said(
    sound_libraries: None, paths: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    install_toy(paths, tmp_path)
    found = findings(capsys, 0)["model"]
    assert found["verdict"] == "ok"
    assert "int8 on cpu, complete and unaltered" in found["detail"]


@pytest.mark.parametrize("file", ["model.safetensors", "manifest.json"])
def test_a_damaged_model_is_a_problem(
    sound_libraries: None,
    paths: Paths,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    file: str,
):
    path = install_toy(paths, tmp_path).folder / "toy" / file
    path.write_bytes(path.read_bytes()[:-3])
    found = findings(capsys, 2)["model"]
    assert found["verdict"] == "problem"
    assert found["advice"] == "Reinstall the model."


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "is damaged"), ("[]", "is damaged"), ('{"font_size_pt": 999}', "font")],
)
def test_damaged_settings_are_said_and_left_where_they_are(
    sound_libraries: None,
    paths: Paths,
    capsys: pytest.CaptureFixture[str],
    text: str,
    words: str,
):
    paths.settings_file.write_text(text)
    found = findings(capsys, 0)["settings"]
    assert found["verdict"] == "warning"
    assert words in found["detail"]
    assert paths.settings_file.read_text() == text


def make_log(paths: Paths) -> None:
    log = DecisionLog(paths.decision_log)
    log.start()
    log.close()


def test_a_sound_log_is_counted(
    sound_libraries: None, paths: Paths, capsys: pytest.CaptureFixture[str]
):
    make_log(paths)
    assert findings(capsys, 0)["decisions"]["detail"] == "0 events, undamaged"


def test_a_damaged_log_is_a_problem_and_left_alone(
    sound_libraries: None, paths: Paths, capsys: pytest.CaptureFixture[str]
):
    make_log(paths)
    content = bytearray(paths.decision_log.read_bytes())
    content[100:4000] = b"\x00" * 3900
    paths.decision_log.write_bytes(content)
    found = findings(capsys, 2)["decisions"]
    assert found["verdict"] == "problem"
    assert "Start Cowrite" in found["advice"]
    assert paths.decision_log.read_bytes() == content


def test_little_disk_is_a_warning(
    sound_libraries: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: Usage(10**12, 10**12, 10**9))
    found = findings(capsys, 0)["disk"]
    assert found["verdict"] == "warning"
    assert "1.0 GB free" in found["detail"]


@pytest.mark.starter_model
def test_the_real_doctor_finds_no_problem(
    starter_models_dir: Path, capsys: pytest.CaptureFixture[str]
):
    home = str(starter_models_dir.parent.parent)
    assert main(["--home", home, "doctor", "--json"]) == 0
    found = {each["what"]: each for each in json.loads(capsys.readouterr().out)["findings"]}
    assert {found[name]["verdict"] for name in ("python", "qt", "torch", "model")} == {"ok"}
