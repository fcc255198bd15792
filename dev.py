#!/usr/bin/env python3
"""One command for everything a developer or a newcomer does: ``python3 dev.py run``, ``python3 dev.py test`` and more.

Needs Python 3.11 and nothing else. Everything it installs goes into the folder ``.venv`` beside this file; delete that
folder to start afresh. This file must stay readable for old Pythons, so that they can say what is missing.
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - the one place where an older Python is met
    sys.exit(
        "Cowrite needs Python 3.11 or newer, and this is Python {}.{}. Install a newer one and start again with it, "
        "for example: python3.11 dev.py run".format(*sys.version_info)
    )

import argparse
import ctypes
import hashlib
import importlib
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
REPOSITORY = ROOT
STATE_NAME = "cowrite-install.json"
TORCH_INDEX_VARIABLE = "COWRITE_TORCH_INDEX"
HEARTBEAT_S = 10.0
# The tests of a file stay together, for what they share; files are begun in their order, so that no long one is last.
TWO_WORKERS = ("--numprocesses=2", "--dist=loadfile", "--no-loadscope-reorder")
NEEDED_DISK_BYTES = 6_000_000_000
# Clang in a package of Python's index, for machines without a C compiler; only for the step's C sources.
ZIG, ZIG_SIZE = "ziglang>=0.15,<0.18", "about 110 MB"

# What kills processes at random moments: a few of them each time, all of them at night.
KILLED = (
    "tests/decisions/writing/test_decision_log_killed.py",
    "tests/documents/test_killed.py",
    "tests/documents/test_killed_at_calls.py",
    "tests/documents/versions/test_snapshots.py",
    "tests/editor/document/test_killed_while_typing.py",
)
# What tries a few of very many states each time, and all of them at night.
EVERY_STATE = (
    "tests/cli/test_every_command.py",
    "tests/editor/document/test_every_character.py",
    "tests/engine/jobs/test_passage_with_starter_model.py",
)

# The forms of the package that are tried at night, and what they are called below dist/.
PACKAGES = {"onedir": "cowrite", "deb": "cowrite_*.deb", "appimage": "*.AppImage"}

# What Qt loads from the system, and the Debian package it is in.
QT_LIBRARIES = {
    "libX11.so.6": "libx11-6",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
X11_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}


Command = Callable[[argparse.Namespace], int]
Step = tuple[list[str | Path], dict[str, str]]
"""A command line, and what is set in its environment."""


class Stop(Exception):
    """Something the person has to do first; the message is printed and the exit status is 1."""


# --- the environment -------------------------------------------------------------------------------------------------


def fingerprint() -> str:
    """Changes whenever what has to be installed, or where, changes."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    what = [str(ROOT), project.get("build-system"), project["project"]]
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()


def torch_requirement() -> str:
    """The requirement on torch as pyproject.toml states it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return next(str(r) for r in project["project"]["dependencies"] if r.startswith("torch"))


def read_state() -> dict[str, str]:
    """What the last call left behind: ``step``, ``fingerprint``, ``extra``, ``torch_index``; or nothing."""
    try:
        state = json.loads((VENV / STATE_NAME).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in state.items()} if isinstance(state, dict) else {}


def write_state(**state: str) -> None:
    """Replace what ``read_state`` reads, in one step."""
    VENV.mkdir(exist_ok=True)
    new = VENV / (STATE_NAME + ".new")
    new.write_text(json.dumps(state), "utf-8")
    new.replace(VENV / STATE_NAME)


def venv_python() -> Path:
    """The Python inside the environment."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def is_ready(state: Mapping[str, str], extra: str, torch_index: str) -> bool:
    """Whether the environment already holds what ``extra`` ("" or "dev") needs."""
    return (
        state.get("step") == "complete"
        and state.get("fingerprint") == fingerprint()
        and state.get("extra") in {extra, "dev"}
        and torch_index in {"", state.get("torch_index")}
        and venv_python().exists()
    )


def prepare(extra: str, torch_index: str) -> None:
    """Make the environment, install what is missing and compile the decoding step; nearly free if all that is there.

    Raises Stop with a plain sentence if that cannot be done here.
    """
    state = read_state()
    if not is_ready(state, extra, torch_index):
        prepare_environment(state, extra, torch_index)
    compile_step()


def prepare_environment(state: Mapping[str, str], extra: str, torch_index: str) -> None:
    """Make the environment and install what is missing. Raises Stop."""
    index = torch_index or state.get("torch_index", "")
    extra = "dev" if state.get("extra") == "dev" else extra
    print("Setting up Cowrite in .venv. This is done once and takes a few minutes.", flush=True)
    tell_about_disk()
    tell_about_nvidia(index)
    make_venv(state)
    write_state(step="installing", torch_index=index)
    torch_options = ["--index-url", index] if index else []
    if index and index != state.get("torch_index", ""):
        torch_options += ["--upgrade", "--force-reinstall"]
    install(
        "torch, which computes the model", torch_size(index), [*torch_options, torch_requirement()]
    )
    what = (
        "Cowrite and its tools for tests"
        if extra
        else "Cowrite, the window (Qt) and what reads models"
    )
    install(what, "about 300 MB", ["--editable", f".[{extra}]" if extra else "."])
    write_state(step="complete", fingerprint=fingerprint(), extra=extra, torch_index=index)


def compile_step() -> None:
    """Compile the decoding step where that was not done yet, if need be with a compiler from the package index.

    Without it the program works, only slower: a failure is said once, and not tried again until the sources change.
    """
    sys.path.insert(0, str(REPOSITORY))
    names = importlib.import_module("cowrite.engine.networks.native.names")
    sys.path.remove(str(REPOSITORY))
    state = read_state()
    if not names.missing_targets() or state.get("uncompiled") == names.digest():
        return
    compiling = [str(venv_python()), str(REPOSITORY / "packaging" / "native_step.py")]
    print("Compiling the decoding step…", flush=True)
    if subprocess.run(compiling, capture_output=True, check=False).returncode == 0:
        return
    try:
        install("a C compiler (Zig), because there is none here", ZIG_SIZE, [ZIG])
        write_state(**state)
        if subprocess.run(compiling, check=False).returncode == 0:
            return
    except Stop as reason:
        print(reason, flush=True)
    write_state(**state, uncompiled=names.digest())
    print(
        "Cowrite works without the compiled step, but suggestions take longer. To try it again: "
        "python3 packaging/native_step.py",
        flush=True,
    )


def make_venv(state: Mapping[str, str]) -> None:
    """Make ``.venv``, or make it again if the last call was interrupted in the middle of installing."""
    if state.get("step") == "installing":
        print("The last installation was interrupted; starting again.", flush=True)
        remove_venv()
    elif VENV.exists() and not has_pip():
        if not state:
            raise Stop(
                f"The folder {VENV} was not made by dev.py and has no working pip. Move it away and try again."
            )
        remove_venv()
    if venv_python().exists():
        return
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            raise Stop(
                f"Python's own module “{module}” is missing here. "
                "On Debian and Ubuntu it comes with: sudo apt install python3-venv"
            )
    write_state(step="installing")
    result = subprocess.run(
        [sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        remove_venv()
        said = (result.stdout + result.stderr).strip()
        raise Stop(f"The environment .venv could not be made. Python said:\n{said}")


def has_pip() -> bool:
    """Whether the environment's Python starts and has pip."""
    try:
        command = [str(venv_python()), "-m", "pip", "--version"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def remove_venv() -> None:
    """Delete ``.venv``."""
    try:
        shutil.rmtree(VENV)
    except OSError as error:
        raise Stop(
            f"The folder {VENV} could not be deleted ({error}). Delete it and try again."
        ) from error


def install(what: str, size: str, arguments: Sequence[str]) -> None:
    """Run pip, saying what it is doing and for how long. Raises Stop if it fails."""
    print(f"Installing {what} ({size} to download at most)…", flush=True)
    command = [str(venv_python()), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    command += ["install", "--quiet", "--progress-bar", "off", *arguments]
    log = VENV / "install.log"
    started = time.monotonic()
    with log.open("w", encoding="utf-8") as output:
        child = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
        status = wait_with_heartbeat(child, what.split(",")[0], started)
    if status == 0:
        print(f"  done in {time.monotonic() - started:.0f} s", flush=True)
        return
    write_state(step="failed", torch_index=read_state().get("torch_index", ""))
    lines = log.read_text("utf-8", "replace").strip().splitlines()
    raise Stop(
        "\n".join(f"  pip: {line}" for line in lines[-12:])
        + f"\nInstalling {what} failed. Check the network and the free disk space, then run the same command again."
    )


def wait_with_heartbeat(child: subprocess.Popen[bytes], what: str, started: float) -> int:
    """Wait for ``child`` and say every HEARTBEAT_S seconds that it is still at work. Returns its exit status."""
    try:
        while True:
            try:
                return child.wait(HEARTBEAT_S)
            except subprocess.TimeoutExpired:
                print(f"  still installing {what}, {time.monotonic() - started:.0f} s", flush=True)
    except BaseException:
        child.terminate()
        child.wait()
        raise


def torch_size(index: str) -> str:
    """About how much the torch download is on this kind of machine."""
    if sys.platform == "darwin":
        return "about 100 MB"
    if sys.platform == "win32":
        return "about 3 GB, with the libraries for NVIDIA cards" if index else "about 250 MB"
    return "about 200 MB, or 3 GB with the libraries for NVIDIA cards"


def tell_about_disk() -> None:
    """Say it beforehand when the disk is likely to be too full."""
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_DISK_BYTES:
        print(
            f"Only {free / 1e9:.1f} GB of disk are free here; up to 6 GB may be needed.", flush=True
        )


def tell_about_nvidia(index: str) -> None:
    """On Windows the usual torch leaves an NVIDIA card unused: say how to get the other one."""
    if sys.platform == "win32" and not index and shutil.which("nvidia-smi"):
        print(
            "This machine has an NVIDIA card. For Windows, Python's package index has only a torch that leaves it\n"
            "unused. To use the card, stop now (Ctrl+C) and add --torch-index ADDRESS, with the address that the\n"
            f"installation page of PyTorch shows for Windows, pip and CUDA (or set {TORCH_INDEX_VARIABLE} to it).",
            flush=True,
        )


# --- the system ------------------------------------------------------------------------------------------------------


def has_display(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Whether a window could be shown to somebody."""
    if environ.get("QT_QPA_PLATFORM", "").split(":")[0] in {"offscreen", "minimal", "vnc"}:
        return False
    if not platform.startswith(("linux", "freebsd")):
        return True
    if environ.get("WAYLAND_DISPLAY"):
        return True
    display = environ.get("DISPLAY", "")
    host, colon, number = display.rpartition(":")
    if not colon:
        return False
    return True if host not in {"", "unix"} else x_server_answers(number.split(".")[0])


def x_server_answers(number: str) -> bool:
    """Whether the X server for local display ``number`` accepts connections; DISPLAY often outlives its server."""
    for address in (f"/tmp/.X11-unix/X{number}", f"\0/tmp/.X11-unix/X{number}"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            try:
                connection.connect(address)
            except OSError:
                continue
            return True
    return False


def missing_packages(libraries: Mapping[str, str]) -> list[str]:
    """The Debian packages of those ``libraries`` that this system cannot load."""
    missing = []
    for name, package in libraries.items():
        try:
            ctypes.CDLL(name)
        except OSError:
            missing.append(package)
    return missing


def require_system_libraries(*, window: bool) -> None:
    """On Linux, raise Stop naming what Qt needs and root has to install."""
    if not sys.platform.startswith("linux"):
        return
    libraries = QT_LIBRARIES
    if window and not os.environ.get("WAYLAND_DISPLAY"):
        libraries = {**QT_LIBRARIES, **X11_LIBRARIES}
    missing = missing_packages(libraries)
    if missing:
        raise Stop(
            "The window needs system libraries that are not installed. On Debian and Ubuntu: "
            f"sudo apt install {' '.join(missing)}"
        )


# --- the commands ----------------------------------------------------------------------------------------------------


def call(command: Sequence[str | Path], **environ: str) -> int:
    """Run ``command`` here and return its exit status."""
    sys.stdout.flush()
    try:
        child = subprocess.Popen(
            [str(part) for part in command], cwd=ROOT, env={**os.environ, **environ}
        )
    except OSError as error:
        raise Stop(f"{command[0]} could not be started ({error}).") from error
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue  # the child has had the same key press and decides what becomes of it


def become(command: Sequence[str | Path]) -> NoReturn:
    """End as ``command``, where the system can; elsewhere run it and pass its status on. Works from any folder."""
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(command[0], [str(part) for part in command])
    sys.exit(subprocess.call([str(part) for part in command]))


def run(arguments: argparse.Namespace) -> int:
    """Open the editor, or run the demo where there is no display."""
    display = has_display()
    require_system_libraries(window=display)
    prepare("", arguments.torch_index)
    if display:
        become([venv_python(), "-m", "cowrite", "--install-model", *arguments.rest])
    print(
        "There is no display here, so the window cannot be shown. Running “cowrite demo” instead.",
        flush=True,
    )
    rest = arguments.rest
    if rest and not any(argument.startswith("-") for argument in rest):
        print("Files are opened in the window only; they were ignored.", flush=True)
        rest = []
    become([venv_python(), "-m", "cowrite", "demo", "--install-model", *rest])


def run_checks() -> int:
    """Lint, format, types, and which room may use which. Returns 0 or 1."""
    tool = venv_python().parent
    checks: dict[str, list[str | Path]] = {
        "ruff check": [tool / "ruff", "check"],
        "ruff format": [tool / "ruff", "format", "--check"],
        "mypy": [tool / "mypy"],
        "import-linter": [tool / "lint-imports"],
        "messages": [venv_python(), "packaging/messages.py", "--check"],
    }
    failed: list[str] = []
    for name, command in checks.items():
        print(f"-- {name}", flush=True)
        if call(command) != 0:
            failed.append(name)
    if failed:
        print(f"-- failed: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


def check(arguments: argparse.Namespace) -> int:
    """Lint, format, types and layers."""
    prepare("dev", arguments.torch_index)
    return run_checks()


def test(arguments: argparse.Namespace) -> int:
    """Run the checks, then the tests in two workers; the tests' closing line comes last."""
    require_system_libraries(window=False)
    prepare("dev", arguments.torch_index)
    if run_checks() != 0:
        print(
            "The tests were not started. To run them all the same: python3 dev.py pytest",
            flush=True,
        )
        return 1
    # Of an option that is given twice the last one counts.
    arguments.rest = [*TWO_WORKERS, *arguments.rest]
    return pytest(arguments)


def pytest(arguments: argparse.Namespace) -> int:
    """Run the tests alone."""
    require_system_libraries(window=False)
    prepare("dev", arguments.torch_index)
    command = [venv_python(), "-m", "pytest", *arguments.rest]
    # Compiled once and not by each of the hundreds of processes that the tests start, whatever is usual here.
    return call(command, QT_QPA_PLATFORM="offscreen", PYTHONDONTWRITEBYTECODE="")


def passing_on(*command: str, qt: bool = True, **environ: str) -> Command:
    """A command that runs Python with the words of ``command`` and the options that it is given."""

    def run_it(arguments: argparse.Namespace) -> int:
        if qt:
            require_system_libraries(window=False)
        prepare("dev", arguments.torch_index)
        return call([venv_python(), *command, *arguments.rest], **environ)

    return run_it


def nightly(arguments: argparse.Namespace) -> int:
    """Run what is too slow for every change, one after the other; say in the end what failed."""
    require_system_libraries(window=False)
    prepare("dev", arguments.torch_index)
    tour: list[str | Path] = [venv_python(), "-m", "pytest", "tests/desktop", "--durations=10"]
    hand: list[str | Path] = [venv_python(), "tests/desktop/run_monkey.py", "--minutes", "12"]
    pictures: list[str | Path] = [venv_python(), "tests/desktop/take_pictures.py", "build/pictures"]
    fuzzing: list[str | Path] = [venv_python(), "tests/fuzz/run_fuzz.py", "--minutes", "10"]
    killed: list[str | Path] = [venv_python(), "-m", "pytest", "--timeout=7200", *KILLED]
    states: list[str | Path] = [venv_python(), "-m", "pytest", "--timeout=7200", *EVERY_STATE]
    steps: dict[str, Step] = {
        "the whole tour": (tour, {"COWRITE_WHOLE_TOUR": "1", "QT_QPA_PLATFORM": "offscreen"}),
        **{f"the monkey, seed {n}": ([*hand, "--seed", str(n)], {}) for n in range(1, 6)},
        "pictures of every window": (pictures, {}),
        "killed while typing and saving": (
            killed,
            {
                "COWRITE_TEST_KILLS": "500",
                "COWRITE_TEST_TYPING_KILLS": "200",
                "QT_QPA_PLATFORM": "offscreen",
            },
        ),
        "downloads that are killed": ([venv_python(), "benchmarks/download_killed.py"], {}),
        "contrast, focus and fit of every window": (
            [venv_python(), "benchmarks/contrast.py"],
            {"QT_QPA_PLATFORM": "offscreen"},
        ),
        "every command in every state, every character": (
            states,
            {"COWRITE_EVERY_STATE": "1", "QT_QPA_PLATFORM": "offscreen"},
        ),
        # Skipped, with a word, where llama-cpp-python is not installed: it is compiled for half an hour.
        "ghosts from another machine's engine": (
            [venv_python(), "benchmarks/engine_elsewhere.py"],
            {},
        ),
        "10,000 files opened and saved": ([venv_python(), "benchmarks/open_and_save.py"], {}),
        **package_steps(),
        "mutated files": (
            [*fuzzing, "--seed", str(time.time_ns() // 86_400_000_000_000)],
            {"QT_QPA_PLATFORM": "offscreen"},
        ),
    }
    failed: list[str] = []
    for name, (command, environ) in steps.items():
        print(f"-- {name}", flush=True)
        if call([*command, *arguments.rest] if name == "the whole tour" else command, **environ):
            failed.append(name)
    print(f"-- not passed: {', '.join(failed)}" if failed else "-- all passed", flush=True)
    return 1 if failed else 0


def package_steps() -> dict[str, Step]:
    """Build the package, and try each form of it three times in a row; on Linux only."""
    if not sys.platform.startswith("linux"):
        return {}
    steps: dict[str, Step] = {"the package": ([sys.executable, "packaging/build.py"], {})}
    for kind, pattern in PACKAGES.items():
        # Made by the step before, so its name is looked for only then.
        tried: list[str | Path] = [venv_python(), "packaging/smoke_test.py"]
        tried += [kind, f"dist/{pattern}", "--strict", "--times", "3"]
        tried += ["--json", f"build/smoke-{kind}.json"]
        steps[f"the package as {kind}, three times"] = (tried, {})
    return steps


def bench(arguments: argparse.Namespace) -> int:
    """Run benchmarks by name, with the options that follow; without a name, list them."""
    scripts = {path.stem: path for path in sorted((ROOT / "benchmarks").glob("[a-z]*.py"))}
    rest: list[str] = arguments.rest
    name = rest[0] if rest else ""
    if name not in scripts:
        print("Benchmarks: " + ", ".join(scripts))
        print("Run one with, for example: python3 dev.py bench startup --json result.json")
        return 2 if name else 0
    require_system_libraries(window=False)
    prepare("dev", arguments.torch_index)
    return call([venv_python(), scripts[name], *rest[1:]])


def package(arguments: argparse.Namespace) -> int:
    """Build the program that needs no Python, in an environment of its own, and try it."""
    require_system_libraries(window=False)
    index = ["--torch-index", arguments.torch_index] if arguments.torch_index else []
    return call([sys.executable, "packaging/build.py", *index, *arguments.rest])


fuzz = passing_on("tests/fuzz/run_fuzz.py", QT_QPA_PLATFORM="offscreen")
monkey = passing_on("tests/desktop/run_monkey.py")
messages = passing_on("packaging/messages.py", qt=False)
demo = ("-m", "cowrite", "demo", "--install-model", "--out", "docs/screenshots")
screenshots = passing_on(*demo, QT_QPA_PLATFORM="offscreen")

COMMANDS: dict[str, tuple[Command, str, str]] = {
    "run": (run, "open the editor; without a display, run the demo", "[FILE...]"),
    "test": (test, "run the checks and all tests", "[PYTEST OPTIONS]"),
    "check": (check, "lint, format, types, and which room may use which", ""),
    "pytest": (pytest, "run the tests alone", "[PYTEST OPTIONS]"),
    "monkey": (monkey, "let a random hand use the program", "[--minutes M] [--seed N]"),
    "fuzz": (fuzz, "feed every reader of files mutated inputs", "[--minutes M] [--seed N]"),
    "nightly": (nightly, "what is too slow for every change", "[PYTEST OPTIONS]"),
    "bench": (bench, "list the benchmarks, or run one", "[NAME [OPTIONS]]"),
    "messages": (messages, "find what is to be translated, and update the catalogues", "[OPTIONS]"),
    "screenshots": (screenshots, "make the pictures in docs/screenshots again", ""),
    "package": (package, "build what people without Python install", "[--release] [--onedir-only]"),
}


def make_parser() -> argparse.ArgumentParser:
    """The parser of this script."""
    parser = argparse.ArgumentParser(
        prog="dev.py",
        description="Set up and use Cowrite. The first call installs everything into .venv; later ones start at once.",
    )
    commands = parser.add_subparsers(
        title="commands", dest="command", metavar="COMMAND", required=True
    )
    for name, (_, text, rest) in COMMANDS.items():
        usage = f"dev.py {name} [--torch-index URL] {rest}".rstrip()
        sub = commands.add_parser(name, help=text, description=text.capitalize() + ".", usage=usage)
        sub.add_argument(
            "--torch-index",
            metavar="URL",
            default=os.environ.get(TORCH_INDEX_VARIABLE, ""),
            help="package index to take torch from, as PyTorch's installation page names it for your machine "
            f"(also: {TORCH_INDEX_VARIABLE}); remembered",
        )
        sub.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser


def main(argv: Sequence[str]) -> int:
    """Run one command and return its exit status."""
    arguments, unknown = make_parser().parse_known_args(argv)
    # Options the parser does not know stand before everything it left over, so this keeps their order.
    arguments.rest = [*unknown, *arguments.rest]
    if arguments.rest[:1] == ["--"]:
        del arguments.rest[0]
    try:
        return COMMANDS[arguments.command][0](arguments)
    except Stop as reason:
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run the same command again to continue.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
