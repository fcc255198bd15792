"""dev.py: the way in for everybody, on a machine of which nothing is known."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from cowrite.engine.networks.native import names

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "dev.py"
posix_only = pytest.mark.skipif(os.name != "posix", reason="uses a script as a stand-in for Python")


@pytest.fixture
def dev() -> ModuleType:
    spec = importlib.util.spec_from_file_location("dev_script", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class FakeMachine:
    """A project folder whose environment's Python notes what it is asked, and answers with a chosen status."""

    def __init__(self, dev: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.dev = dev
        self.root = folder / "project"
        self.root.mkdir()
        self.venv = self.root / ".venv"
        self.calls = folder / "calls.jsonl"
        self.status = folder / "status"
        self.status.write_text("0")
        self.made = 0
        (self.root / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
        monkeypatch.setattr(names, "missing_targets", list)
        monkeypatch.setattr(dev, "ROOT", self.root)
        monkeypatch.setattr(dev, "VENV", self.venv)
        self._run = subprocess.run
        monkeypatch.setattr(dev.subprocess, "run", self._run_or_make)

    def _run_or_make(self, command: list[str], **options: object) -> object:
        if command[1:3] != ["-m", "venv"]:
            return self._run(command, **options)
        assert command[0] == sys.executable
        self.made += 1
        python = self.venv / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text(
            f"#!{sys.executable} -S\n"
            "import json, sys\n"
            f"open({str(self.calls)!r}, 'a').write(json.dumps(sys.argv[1:]) + '\\n')\n"
            "print('ERROR: no space left on device')\n"
            f"sys.exit(int(open({str(self.status)!r}).read()))\n"
        )
        python.chmod(0o755)
        return subprocess.CompletedProcess(command, 0, "", "")

    def installed(self) -> list[list[str]]:
        """What pip was asked to install, call by call, since the last time."""
        if not self.calls.exists():
            return []
        calls = [json.loads(line) for line in self.calls.read_text().splitlines()]
        self.calls.unlink()
        after = [call[call.index("install") + 1 :] for call in calls if "install" in call]
        return [
            [a for a in call if a not in {"--quiet", "--progress-bar", "off"}] for call in after
        ]

    def state(self) -> dict[str, str]:
        return dict(self.dev.read_state())


@pytest.fixture
def machine(dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeMachine:
    return FakeMachine(dev, tmp_path, monkeypatch)


# --- old Pythons -----------------------------------------------------------------------------------------------------


def test_an_old_python_can_read_the_script():
    ast.parse(SCRIPT.read_text("utf-8"), feature_version=(3, 7))


def test_an_old_python_is_told_what_is_needed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    code = compile(SCRIPT.read_text("utf-8"), str(SCRIPT), "exec")
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer, and this is Python 3\.9\."):
        exec(code, {"__name__": "__main__", "__file__": str(SCRIPT)})


def test_only_the_standard_library_is_used():
    tree = ast.parse(SCRIPT.read_text("utf-8"))
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else alias.name).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert imported <= sys.stdlib_module_names


def test_no_address_is_written_down():
    assert "://" not in SCRIPT.read_text("utf-8")


# --- installing ------------------------------------------------------------------------------------------------------


@posix_only
def test_torch_is_installed_first_and_alone(machine: FakeMachine, dev: ModuleType):
    dev.prepare("", "")
    torch, rest = machine.installed()
    assert torch == ["torch~=2.13.0"]
    assert rest == ["--editable", "."]
    assert machine.state()["step"] == "complete"


@posix_only
def test_the_decoding_step_is_compiled_where_it_is_missing(
    machine: FakeMachine, dev: ModuleType, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(names, "missing_targets", lambda: ["generic"])
    dev.prepare("", "")
    calls = [json.loads(line) for line in machine.calls.read_text().splitlines()]
    assert calls[-1] == [str(ROOT / "packaging" / "native_step.py")]
    assert not any("ziglang" in part for part in calls[-2])
    assert "uncompiled" not in machine.state()


@posix_only
def test_without_any_compiler_the_program_starts_and_that_is_said_once(
    machine: FakeMachine,
    dev: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    dev.prepare("", "")
    machine.installed()
    monkeypatch.setattr(names, "missing_targets", lambda: ["generic"])
    machine.status.write_text("1")
    dev.prepare("", "")
    assert machine.installed() == [[dev.ZIG]]
    assert "works without the compiled step" in capsys.readouterr().out
    assert machine.state()["step"] == "complete"
    dev.prepare("", "")
    assert machine.installed() == []
    assert capsys.readouterr().out == ""


@posix_only
def test_a_second_start_installs_nothing(
    machine: FakeMachine, dev: ModuleType, capsys: pytest.CaptureFixture[str]
):
    dev.prepare("dev", "")
    assert machine.installed()[1] == ["--editable", ".[dev]"]
    capsys.readouterr()
    dev.prepare("dev", "")
    dev.prepare("", "")
    assert machine.installed() == []
    assert capsys.readouterr().out == ""


@posix_only
def test_tools_are_added_when_they_are_needed(machine: FakeMachine, dev: ModuleType):
    dev.prepare("", "")
    machine.installed()
    dev.prepare("dev", "")
    assert machine.installed()[-1] == ["--editable", ".[dev]"]
    assert machine.made == 1


@posix_only
def test_changed_dependencies_are_installed_and_tools_kept(machine: FakeMachine, dev: ModuleType):
    dev.prepare("dev", "")
    machine.installed()
    project = machine.root / "pyproject.toml"
    project.write_text(project.read_text("utf-8").replace('"psutil>=6"', '"psutil>=7"'), "utf-8")
    dev.prepare("", "")
    assert machine.installed()[-1] == ["--editable", ".[dev]"]


@posix_only
def test_a_changed_lint_rule_installs_nothing(machine: FakeMachine, dev: ModuleType):
    dev.prepare("dev", "")
    machine.installed()
    with (machine.root / "pyproject.toml").open("a", encoding="utf-8") as project:
        project.write("\n[tool.something]\nelse = true\n")
    dev.prepare("dev", "")
    assert machine.installed() == []


@posix_only
def test_an_interrupted_installation_starts_afresh(
    machine: FakeMachine, dev: ModuleType, monkeypatch: pytest.MonkeyPatch
):
    def interrupted(child: subprocess.Popen[bytes], *_: object) -> int:
        child.kill()
        child.wait()
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(dev, "wait_with_heartbeat", interrupted)
        with pytest.raises(KeyboardInterrupt):
            dev.prepare("", "")
    half = machine.venv / "half-unpacked"
    half.touch()
    dev.prepare("", "")
    assert not half.exists()
    assert machine.made == 2
    assert machine.state()["step"] == "complete"


@posix_only
def test_a_failed_installation_says_why_and_goes_on_next_time(
    machine: FakeMachine, dev: ModuleType
):
    machine.status.write_text("1")
    with pytest.raises(dev.Stop, match=r"(?s)no space left.*run the same command again"):
        dev.prepare("", "")
    assert machine.state()["step"] == "failed"
    machine.status.write_text("0")
    dev.prepare("", "")
    assert machine.state()["step"] == "complete"
    assert machine.made == 1


@posix_only
def test_a_foreign_environment_is_not_deleted(machine: FakeMachine, dev: ModuleType):
    machine.venv.mkdir()
    precious = machine.venv / "precious"
    precious.touch()
    with pytest.raises(dev.Stop, match="Move it away"):
        dev.prepare("", "")
    assert precious.exists()


@posix_only
def test_a_damaged_record_is_no_record(machine: FakeMachine, dev: ModuleType):
    dev.prepare("", "")
    (machine.venv / dev.STATE_NAME).write_text("{")
    dev.prepare("", "")
    assert machine.state()["step"] == "complete"


@posix_only
def test_a_torch_index_is_used_and_remembered(machine: FakeMachine, dev: ModuleType):
    dev.prepare("", "")
    machine.installed()
    dev.prepare("", "index.example")
    torch = machine.installed()[0]
    assert torch[:2] == ["--index-url", "index.example"]
    assert "--force-reinstall" in torch
    dev.prepare("", "")
    assert machine.installed() == []
    dev.prepare("dev", "")
    assert machine.installed()[0] == ["--index-url", "index.example", "torch~=2.13.0"]


def test_a_missing_venv_module_names_the_package(
    machine: FakeMachine, dev: ModuleType, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(dev.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(dev.Stop, match="sudo apt install python3-venv"):
        dev.prepare("", "")


def test_a_windows_machine_with_a_card_is_told_of_the_other_torch(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(dev.sys, "platform", "win32")
    monkeypatch.setattr(dev.shutil, "which", lambda name: name)
    dev.tell_about_nvidia("index.example")
    assert capsys.readouterr().out == ""
    dev.tell_about_nvidia("")
    assert "--torch-index" in capsys.readouterr().out


# --- the system ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({"DISPLAY": "nonsense"}, "linux", False),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"DISPLAY": "localhost:10.0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0", "QT_QPA_PLATFORM": "offscreen"}, "linux", False),
        ({}, "win32", True),
        ({}, "darwin", True),
        ({"QT_QPA_PLATFORM": "minimal"}, "darwin", False),
    ],
)
def test_whether_there_is_a_display(
    dev: ModuleType, environ: dict[str, str], platform: str, expected: bool
):
    assert dev.has_display(environ, platform) is expected


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="abstract sockets are Linux's")
def test_a_display_whose_server_is_gone_is_none(dev: ModuleType):
    number = str(100_000 + os.getpid())
    display = {"DISPLAY": f":{number}.0"}
    assert not dev.has_display(display, "linux")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(f"\0/tmp/.X11-unix/X{number}")
        server.listen()
        assert dev.has_display(display, "linux")


def test_missing_libraries_are_named_by_package(dev: ModuleType):
    assert dev.missing_packages({"libnowhere-to-be-found.so.1": "libnowhere1"}) == ["libnowhere1"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems bring them along")
def test_missing_libraries_stop_with_one_line(dev: ModuleType, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(dev, "missing_packages", lambda libraries: sorted(libraries.values()))
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(dev.Stop, match=r"sudo apt install .*libegl1.*libxcb-cursor0") as stop:
        dev.require_system_libraries(window=True)
    assert "\n" not in str(stop.value)
    with pytest.raises(dev.Stop) as stop:
        dev.require_system_libraries(window=False)
    assert "xcb" not in str(stop.value)


# --- the commands ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "passed_on"),
    [
        ([], []),
        (["-k", "ghost", "-x", "tests/editor"], ["-k", "ghost", "-x", "tests/editor"]),
        (["tests/editor", "-x", "--lf"], ["tests/editor", "-x", "--lf"]),
        (["--torch-index", "there", "-q", "tests"], ["-q", "tests"]),
        (["--", "--help"], ["--help"]),
        (["-x", "-v"], ["-x", "-v"]),
    ],
)
def test_arguments_are_passed_on_in_order(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, given: list[str], passed_on: list[str]
):
    seen: list[list[str]] = []
    monkeypatch.setitem(dev.COMMANDS, "test", (lambda a: seen.append(a.rest) or 3, "", ""))
    assert dev.main(["test", *given]) == 3
    assert seen == [passed_on]


Started = list[list[str]]


@pytest.fixture
def started(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Started:
    """Programs that dev.py would have become; nothing is installed or run."""
    programs: Started = []

    def become(command: list[object]) -> None:
        programs.append([str(part) for part in command[1:]])
        raise SystemExit(7)

    monkeypatch.setattr(dev, "prepare", lambda extra, index: None)
    monkeypatch.setattr(dev, "require_system_libraries", lambda window: None)
    monkeypatch.setattr(dev, "become", become)
    return programs


def run(dev: ModuleType, *arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        dev.main(["run", *arguments])
    return int(str(ended.value.code))


def test_run_opens_the_window_where_there_is_a_display(
    dev: ModuleType, started: Started, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(dev, "has_display", lambda: True)
    assert run(dev, "story.txt") == 7
    assert started == [["-m", "cowrite", "--install-model", "story.txt"]]


def test_run_plays_the_demo_where_there_is_none(
    dev: ModuleType,
    started: Started,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.setattr(dev, "has_display", lambda: False)
    assert run(dev) == 7
    assert run(dev, "--out", "pictures") == 7
    assert run(dev, "story.txt") == 7
    demo = ["-m", "cowrite", "demo", "--install-model"]
    assert started == [demo, [*demo, "--out", "pictures"], demo]
    said = capsys.readouterr().out
    assert "There is no display here" in said
    assert "ignored" in said


def test_the_status_of_a_child_is_passed_on(dev: ModuleType):
    assert dev.call([sys.executable, "-c", "raise SystemExit(7)"]) == 7


def statuses(dev: ModuleType, answers: Callable[[list[str]], int]) -> list[list[str]]:
    calls: list[list[str]] = []

    def call(command: list[object], **environ: str) -> int:
        calls.append([Path(str(command[0])).name, *map(str, command[1:]), *environ.values()])
        return answers(calls[-1])

    dev.call = call
    return calls


def test_test_runs_the_checks_and_then_the_tests_offscreen(dev: ModuleType, started: Started):
    calls = statuses(dev, lambda command: 5 if "pytest" in command else 0)
    assert dev.main(["test", "-q"]) == 5
    assert [command[0] for command in calls[:4]] == ["ruff", "ruff", "mypy", "lint-imports"]
    assert calls[4][1:] == ["packaging/messages.py", "--check"]
    assert calls[5][1:] == ["-m", "pytest", *dev.TWO_WORKERS, "-q", "offscreen", ""]


def test_the_tests_alone_run_in_one_process_unless_asked(dev: ModuleType, started: Started):
    calls = statuses(dev, lambda command: 0)
    assert dev.main(["pytest", "-n", "4", "tests/cli"]) == 0
    assert calls[0][1:] == ["-m", "pytest", "-n", "4", "tests/cli", "offscreen", ""]


def test_who_asks_for_another_number_of_workers_gets_it(dev: ModuleType, started: Started):
    calls = statuses(dev, lambda command: 0)
    assert dev.main(["test", "-n", "0"]) == 0
    given = calls[5][3:-1]
    assert given.index("--numprocesses=2") < given.index("-n")


def test_a_failed_check_fails_the_command(dev: ModuleType, started: Started):
    calls = statuses(dev, lambda command: int(command[0] == "mypy"))
    assert dev.main(["check"]) == 1
    assert dev.main(["test"]) == 1
    assert not any("pytest" in command for command in calls)


def test_an_unknown_benchmark_is_a_mistake(
    dev: ModuleType, started: Started, capsys: pytest.CaptureFixture[str]
):
    assert dev.main(["bench"]) == 0
    assert dev.main(["bench", "nonsense"]) == 2
    assert "startup" in capsys.readouterr().out


def test_help_names_every_command(dev: ModuleType):
    result = subprocess.run(
        [sys.executable, SCRIPT, "--help"], capture_output=True, text=True, check=True
    )
    for name in dev.COMMANDS:
        assert f"\n    {name}" in result.stdout
