"""``cowrite models``: what it prints, what it changes, and how it fails."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from made_up_model import PretendTools, write_model, write_wheel
from toy_catalogue import put_in

from cowrite.__main__ import EXIT_INTERRUPTED, EXIT_USER_ERROR, main
from cowrite.base.errors import UserError
from cowrite.cli import models
from cowrite.cli.installing import command
from cowrite.models import store as model_store
from cowrite.models.progress import InstallPhase, InstallProgress, parse_progress
from cowrite.models.staging import LOCK
from cowrite.models.store import ModelStore
from cowrite.settings.paths import Paths
from cowrite.settings.store import PreferencesStore

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


@pytest.fixture
def pretend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PretendTools:
    """The toy model in the catalogue, with tools that pretend."""
    monkeypatch.setattr(command, "real_tools", command.real_tools)  # put back afterwards
    for module in (command, models):
        monkeypatch.setattr(module, "load_catalogue", module.load_catalogue)
    tools = PretendTools(wheel=write_wheel(tmp_path / "toy.whl"))
    put_in(tools)
    return tools


@pytest.fixture
def store(paths: Paths) -> ModelStore:
    return ModelStore(paths.models_dir)


def progress_lines(text: str) -> list[InstallProgress]:
    lines = [parse_progress(line) for line in text.splitlines()]
    assert None not in lines
    return [line for line in lines if line]


def listed(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, object]]:
    capsys.readouterr()
    assert main(["models", "list", "--json"]) == 0
    return {each["id"]: each for each in json.loads(capsys.readouterr().out)["models"]}


# --- install ---------------------------------------------------------------------------------------------------------


def test_install_says_what_it_does(
    pretend: PretendTools, store: ModelStore, capsys: pytest.CaptureFixture[str]
):
    assert main(["models", "install", "toy"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == "Installed toy (int8 on cpu)."
    assert [line.split()[0].rstrip("…") for line in err.splitlines()] == [
        each.value for each in InstallPhase
    ][:7]
    assert store.verify("toy").id == "toy"


def test_install_for_a_program_prints_one_line_per_step(
    pretend: PretendTools, capsys: pytest.CaptureFixture[str]
):
    assert main(["models", "install", "toy", "--json"]) == 0
    out, err = capsys.readouterr()
    lines = progress_lines(out)
    assert lines[0].phase is InstallPhase.DOWNLOADING
    assert lines[-1].phase is InstallPhase.DONE
    assert err == ""


def test_a_failure_is_the_last_line_and_a_sentence(
    pretend: PretendTools, capsys: pytest.CaptureFixture[str]
):
    def no_network() -> None:
        raise UserError("The model could not be downloaded.", "Try again.")

    pretend.before["fetch"] = no_network
    assert main(["models", "install", "toy", "--json"]) == EXIT_USER_ERROR
    out, err = capsys.readouterr()
    last = progress_lines(out)[-1]
    assert last.phase is InstallPhase.FAILED
    assert (last.message, last.advice) == ("The model could not be downloaded.", "Try again.")
    assert err == "cowrite: The model could not be downloaded. Try again.\n"


def test_a_full_disk_is_one_sentence(
    pretend: PretendTools, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
):
    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    pretend.before["convert"] = full
    assert main(["models", "install", "toy"]) == EXIT_USER_ERROR
    assert capsys.readouterr().err.splitlines()[-1].startswith("cowrite: The disk is full;")


def test_an_unknown_model_is_one_sentence(
    pretend: PretendTools, capsys: pytest.CaptureFixture[str]
):
    assert main(["models", "install", "gpt-9", "--json"]) == EXIT_USER_ERROR
    out, err = capsys.readouterr()
    assert progress_lines(out)[-1].phase is InstallPhase.FAILED
    assert err == "cowrite: There is no model “gpt-9” in the catalogue. Available: toy.\n"


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("step", ["fetch", "convert", "prove", "measure"])
def test_an_interrupted_installation_cleans_up(
    tmp_path: Path, store: ModelStore, step: str, ending: signal.Signals
):
    assert interrupted_at(step, tmp_path, ending) == EXIT_INTERRUPTED
    assert {path.name for path in store.folder.iterdir()} == {LOCK}


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_an_interrupted_exam_leaves_the_model(
    tmp_path: Path, store: ModelStore, ending: signal.Signals
):
    assert interrupted_at("examine", tmp_path, ending) == 0
    assert store.verify("toy").id == "toy"
    assert {path.name for path in store.folder.iterdir()} == {"toy", LOCK}


def interrupted_at(step: str, tmp_path: Path, ending: signal.Signals) -> int:
    """The exit status of an installation that is told to end in the middle of ``step``."""
    wheel = write_wheel(tmp_path / "toy.whl")
    process = subprocess.Popen(
        [sys.executable, HERE / "toy_catalogue.py", wheel, step, "models", "install", "toy"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line == "here\n":
            break
    process.send_signal(ending)
    process.communicate()
    return process.returncode


def test_what_it_does_with_passages_is_said_when_it_is_installed(
    pretend: PretendTools, capsys: pytest.CaptureFixture[str]
):
    pretend.exam_problem = "The exam could not be taken."
    assert main(["models", "install", "toy"]) == 0
    out, err = capsys.readouterr()
    assert "“cowrite models exam toy” finds out" in out
    assert "The exam could not be taken." in err


def test_what_a_killed_import_left_is_discarded(
    pretend: PretendTools, store: ModelStore, tmp_path: Path
):
    (store.folder / ".staging-1-abc").mkdir(parents=True)
    assert main(["models", "import", str(tmp_path / "a.gguf"), "--discard"]) == 0
    assert {path.name for path in store.folder.iterdir()} == {LOCK}


def test_the_meaning_of_signals_is_put_back(pretend: PretendTools):
    before = signal.getsignal(signal.SIGTERM)
    main(["models", "install", "toy"])
    assert signal.getsignal(signal.SIGTERM) is before


class Terminal:
    """Standard error as a terminal."""

    def __init__(self) -> None:
        self.text = ""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        pass


def test_on_a_terminal_there_is_a_bar(pretend: PretendTools, monkeypatch: pytest.MonkeyPatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert main(["models", "install", "toy"]) == 0
    states = terminal.text.removesuffix("\n").split("\r")[1:]
    assert "\n" not in "".join(states)
    assert "#" not in states[0]
    assert "[########################] 100% done" in states[-1]
    assert len({len(state.rstrip("\n")) for state in states}) == 1  # each covers the one before


# --- import ----------------------------------------------------------------------------------------------------------


def test_import_takes_a_folder(
    pretend: PretendTools, store: ModelStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    folder = write_model(tmp_path / "Toy")
    assert main(["models", "import", str(folder)]) == 0
    assert "Installed toy-2 (int8 on cpu)." in capsys.readouterr().out  # “toy” is the catalogue's
    assert store.ids() == ["toy-2"]


@pytest.mark.parametrize("name", ["missing", "text.txt"])
def test_import_of_something_else_is_one_sentence(
    pretend: PretendTools, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
):
    (tmp_path / "text.txt").write_text("Once upon a time")
    assert main(["models", "import", str(tmp_path / name)]) == EXIT_USER_ERROR
    assert capsys.readouterr().err.startswith("cowrite: ")


# --- list, use, remove, verify ---------------------------------------------------------------------------------------


def test_list_shows_what_there_is_to_install(
    pretend: PretendTools, capsys: pytest.CaptureFixture[str]
):
    assert main(["models", "list"]) == 0
    assert "toy  not installed: cowrite models install toy" in capsys.readouterr().out
    assert listed(capsys)["toy"]["state"] == "not installed"


def test_list_shows_the_measurements_and_the_choice(
    pretend: PretendTools, capsys: pytest.CaptureFixture[str]
):
    main(["models", "install", "toy"])
    capsys.readouterr()
    main(["models", "list"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("toy  installed  (Toy, ")
    assert [line.split() for line in lines[1:3]] == [
        ["*", "cpu", "int8", "+0.10", "%", "perplexity,", "40.0", "tokens/s"],
        ["cpu", "nf4", "+25.00", "%", "perplexity,", "50.0", "tokens/s"],
    ]
    assert lines[3].startswith("* default")
    row = listed(capsys)["toy"]
    assert row["quantization"]["cpu"]["default"] == "int8"  # type: ignore[index]
    assert row["quantization_used"] == {"cpu": "int8"}


def test_use_chooses_the_model_and_how_it_is_held(
    pretend: PretendTools, paths: Paths, capsys: pytest.CaptureFixture[str]
):
    main(["models", "install", "toy"])
    assert main(["models", "use", "toy", "--quantization", "nf4"]) == 0
    preferences = PreferencesStore(paths.settings_file).load().preferences
    assert (preferences.model, preferences.quantization) == ("toy", "nf4")
    capsys.readouterr()
    main(["models", "list"])
    out = capsys.readouterr().out
    assert "toy  in use" in out
    assert "\n  *  cpu   int8" in out
    assert "\n   > cpu   nf4" in out
    assert "> used instead, because the setting “quantization” is nf4" in out
    assert main(["models", "use", "toy"]) == 0  # the same model keeps what was chosen for it
    assert PreferencesStore(paths.settings_file).load().preferences.quantization == "nf4"


def test_another_model_begins_with_what_was_measured_for_it(
    pretend: PretendTools, paths: Paths, tmp_path: Path
):
    main(["models", "install", "toy"])
    main(["models", "import", str(write_model(tmp_path / "other"))])
    main(["models", "use", "toy", "--quantization", "nf4"])
    main(["models", "use", "other"])
    preferences = PreferencesStore(paths.settings_file).load().preferences
    assert (preferences.model, preferences.quantization) == ("other", "auto")


def test_using_what_is_not_installed_changes_nothing(
    pretend: PretendTools, paths: Paths, capsys: pytest.CaptureFixture[str]
):
    store = PreferencesStore(paths.settings_file)
    before = replace(store.load().preferences, font_size_pt=20)
    store.save(before)
    assert main(["models", "use", "toy"]) == EXIT_USER_ERROR
    assert "not installed" in capsys.readouterr().err
    assert PreferencesStore(paths.settings_file).load().preferences == before


def test_verify_finds_damage_and_remove_removes_it(
    pretend: PretendTools, store: ModelStore, capsys: pytest.CaptureFixture[str]
):
    main(["models", "install", "toy"])
    assert main(["models", "verify"]) == 0
    assert "toy: complete and unaltered (3 files)." in capsys.readouterr().out
    weights = store.folder / "toy" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"!")
    for arguments in (["verify"], ["verify", "toy"]):
        assert main(["models", *arguments]) == EXIT_USER_ERROR
        assert "model.safetensors was altered" in capsys.readouterr().err
    (store.folder / "toy" / "manifest.json").write_text("{")
    assert main(["models", "verify"]) == EXIT_USER_ERROR
    assert listed(capsys)["toy"]["state"] == "damaged"
    assert main(["models", "remove", "toy"]) == 0
    assert store.ids() == []
    assert main(["models", "remove", "toy"]) == EXIT_USER_ERROR


def test_a_damaged_model_hides_none_of_the_others_from_verify(
    pretend: PretendTools, store: ModelStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    main(["models", "install", "toy"])
    for name in ("apple", "zebra"):
        main(["models", "import", str(write_model(tmp_path / name))])
    (store.folder / "apple" / "manifest.json").write_text("{")
    capsys.readouterr()
    assert main(["models", "verify"]) == EXIT_USER_ERROR
    out, err = capsys.readouterr()
    assert "apple: The model “apple” is damaged" in err
    assert "Of 3 models, 1 cannot be used" in err
    assert "toy: complete" in out
    assert "zebra: complete" in out


def test_what_no_catalogue_has_is_not_to_be_installed_again(
    pretend: PretendTools, store: ModelStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    main(["models", "import", str(write_model(tmp_path / "apple"))])
    (store.folder / "apple" / "manifest.json").write_text("{")
    capsys.readouterr()
    assert main(["models", "list"]) == 0
    assert "apple  damaged: cowrite models remove apple\n" in capsys.readouterr().out


def test_verifying_nothing_is_said(pretend: PretendTools, capsys: pytest.CaptureFixture[str]):
    assert main(["models", "verify"]) == EXIT_USER_ERROR
    assert "No model is installed" in capsys.readouterr().err


@pytest.mark.starter_model
def test_the_real_starter_model_is_listed_and_whole(
    starter_models_dir: Path, capsys: pytest.CaptureFixture[str]
):
    home = str(starter_models_dir.parent.parent)
    assert main(["--home", home, "models", "verify"]) == 0
    capsys.readouterr()
    assert main(["--home", home, "models", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["models"]
    (model,) = (each for each in listed if each["installed"])
    assert model["state"] == "in use"
    cpu = model["quantization"]["cpu"]
    assert cpu["default"] == "int8"
    losses = {each["kind"]: each["loss_increase_pct"] for each in cpu["measured"]}
    assert losses["int8"] < 2 < losses["nf4"]


# --- what comes with the program -------------------------------------------------------------------------------------


@pytest.fixture
def bundled(
    store: ModelStore, pretend: PretendTools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The toy model as part of a package, which has no pip."""
    assert main(["models", "install", "toy"]) == 0
    folder = tmp_path / "program" / "models"
    folder.mkdir(parents=True)
    (store.folder / "toy").rename(folder / "toy")
    monkeypatch.setattr(model_store, "bundled_models", lambda: folder)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    return folder


def test_a_bundled_model_needs_no_installation(
    bundled: Path, store: ModelStore, capsys: pytest.CaptureFixture[str]
):
    assert listed(capsys)["toy"]["bundled"] is True
    assert main(["models", "list"]) == 0
    assert "comes with Cowrite" in capsys.readouterr().out
    assert main(["models", "install", "toy"]) == 0
    assert "comes with Cowrite and is ready" in capsys.readouterr().out
    assert main(["models", "install", "toy", "--json"]) == 0
    (line,) = progress_lines(capsys.readouterr().out)
    assert line.phase is InstallPhase.DONE
    assert store.ids() == []


def test_a_bundled_model_cannot_be_removed(bundled: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["models", "remove", "toy"]) == EXIT_USER_ERROR
    assert "came with Cowrite" in capsys.readouterr().err
    assert (bundled / "toy").is_dir()


def test_a_damaged_bundled_model_is_no_successful_installation(
    bundled: Path, capsys: pytest.CaptureFixture[str]
):
    (bundled / "toy" / "tokenizer.json").write_text("no tokenizer")
    assert main(["models", "install", "toy", "--json"]) == EXIT_USER_ERROR
    (line,) = progress_lines(capsys.readouterr().out)
    assert line.phase is InstallPhase.FAILED
    assert "reinstall Cowrite" in line.advice
