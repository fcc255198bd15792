"""The AppImage's own runtime: mounted, unpacked, killed, outlived; with a small stand-in for the program."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPT = ROOT / "packaging" / "appimage" / "build.py"
PROGRAM = """#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
case "$1" in
wait) echo "$APPDIR"; exec sleep 600 ;;
outlive)
    (read -r _ < "$2"; cat "$APPDIR/usr/lib/cowrite/_internal/data.txt") > "$3" 2>&1 < /dev/null & ;;
status) exit "$2" ;;
*)
    echo "$APPDIR"; echo "$APPIMAGE"; echo "$ARGV0"; cat "$APPDIR/usr/lib/cowrite/_internal/data.txt"
    for each in "$@"; do echo "<$each>"; done ;;
esac
"""
MOUNTS = Path("/proc/self/mounts")


def eventually(condition: Callable[[], bool]) -> None:
    """Fail if it does not become true within a minute."""
    for _ in range(3000):
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("it did not happen")


def load_build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("appimage_build", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    before = list(sys.path)
    spec.loader.exec_module(module)
    sys.path[:] = before
    return module


@pytest.fixture(scope="module")
def build() -> ModuleType:
    return load_build()


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("program")
    (folder / "cowrite").write_text(PROGRAM)
    (folder / "cowrite").chmod(0o755)
    inside = folder / "_internal"
    inside.mkdir()
    (inside / "data.txt").write_text("all is here\n" * 20_000)
    (inside / "private.txt").write_text("x")
    (inside / "private.txt").chmod(0o600)
    (inside / "link.txt").symlink_to("data.txt")
    return folder


@pytest.fixture(scope="module")
def appimage(build: ModuleType, stand_in: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    missing = build.missing_packages()
    if missing or not sys.platform.startswith("linux"):
        pytest.skip(f"not installed: {' '.join(missing)}")
    return Path(build.build(stand_in, tmp_path_factory.mktemp("out")))


Start = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def temporary(tmp_path: Path) -> Iterator[Path]:
    """The folder for temporary files; nothing may stay in it, and nothing mounted."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    yield folder
    eventually(lambda: not list(folder.iterdir()))
    assert str(folder) not in MOUNTS.read_text()


@pytest.fixture
def start(appimage: Path, temporary: Path, tmp_path: Path) -> Start:
    def run(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [appimage, *arguments],
            capture_output=True,
            text=True,
            timeout=60,
            cwd=tmp_path,
            env={**os.environ, "TMPDIR": str(temporary), **variables},
        )

    return run


def can_mount() -> bool:
    return os.access("/dev/fuse", os.R_OK | os.W_OK) and (
        os.geteuid() == 0 or shutil.which("fusermount3") is not None
    )


MODES = {
    "mounted": {},
    "unpacked": {"APPIMAGE_EXTRACT_AND_RUN": "1"},
}


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest) -> dict[str, str]:
    if request.param == "mounted" and not can_mount():
        pytest.skip("FUSE is not to be had here")
    return MODES[request.param]


def test_it_says_what_is_not_installed(
    build: ModuleType, stand_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(build, "NEEDED", {"/nowhere/ll.h": "libsquashfuse-dev", "sh": "dash"})
    with pytest.raises(build.BuildError, match="install libsquashfuse-dev first: apt-get"):
        build.build(stand_in, tmp_path)


def test_it_says_that_the_program_is_not_built(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(build, "NEEDED", {})
    with pytest.raises(build.BuildError, match="There is no program"):
        build.build(tmp_path, tmp_path)


def test_it_is_an_appimage_of_type_2_without_an_interpreter(appimage: Path):
    assert appimage.read_bytes()[:7] == b"\x7fELF\x02\x01\x01"
    assert appimage.read_bytes()[8:11] == b"AI\x02"
    assert b"ld-linux" not in appimage.read_bytes()[:4096]
    assert os.access(appimage, os.X_OK)


def test_the_program_knows_where_it_is(
    start: Start, appimage: Path, temporary: Path, mode: dict[str, str]
):
    done = start("a b", "", "--appimage", **mode)
    assert not done.stderr
    folder, image, name, *rest = done.stdout.splitlines()
    assert Path(folder).parent == temporary
    assert image == name == str(appimage)
    assert rest == ["all is here"] * 20_000 + ["<a b>", "<>", "<--appimage>"]


def test_its_exit_status_is_the_programs(start: Start, mode: dict[str, str]):
    assert start("status", "7", **mode).returncode == 7


def test_the_option_unpacks_too(start: Start):
    done = start("--appimage-extract-and-run", "x")
    assert done.stdout.splitlines()[-1] == "<x>"


@contextlib.contextmanager
def kept_running(
    appimage: Path,
    temporary: Path,
    mode: Mapping[str, str] | None = None,
    *,
    argument: str = "wait",
) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """The running program, and the folder of its files, of which it tells; ended at last, also where a test fails."""
    running = subprocess.Popen(
        [appimage, argument],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(temporary), **(mode or {})},
    )
    try:
        assert running.stdout is not None
        yield running, Path(running.stdout.readline().strip())
    finally:
        running.kill()
        running.communicate()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_when_it_is_killed(
    appimage: Path, temporary: Path, mode: dict[str, str], number: int
):
    with kept_running(appimage, temporary, mode) as (running, folder):
        assert (folder / "AppRun").exists()
        running.send_signal(number)
        assert running.wait(30) == -number
    eventually(lambda: not list(temporary.iterdir()))


def test_a_child_that_outlives_the_program_keeps_its_files(
    start: Start, tmp_path: Path, temporary: Path, mode: dict[str, str]
):
    gate, result = tmp_path / "gate", tmp_path / "result"
    os.mkfifo(gate)
    assert start("outlive", gate, result, **mode).returncode == 0
    assert list(temporary.iterdir())
    gate.write_text("go\n")
    eventually(lambda: not list(temporary.iterdir()))
    assert result.read_text() == "all is here\n" * 20_000


def test_a_server_that_is_killed_leaves_no_mount(appimage: Path, temporary: Path):
    if not can_mount():
        pytest.skip("FUSE is not to be had here")
    with kept_running(appimage, temporary) as (running, folder):
        for number in servers_of(appimage, running.pid):
            os.kill(number, signal.SIGKILL)
        eventually(lambda: str(folder) not in MOUNTS.read_text() and not list(temporary.iterdir()))


def test_ending_the_program_by_name_spares_what_cleans_up(appimage: Path, temporary: Path):
    if not can_mount():
        pytest.skip("FUSE is not to be had here")
    with kept_running(appimage, temporary) as (running, _):
        for number in servers_of(appimage, running.pid):
            folder = Path("/proc") / str(number)
            assert (folder / "comm").read_text() == "mount-guardian\n"
            assert (folder / "cmdline").read_bytes().strip(b"\0") == b"mount-guardian"


def servers_of(appimage: Path, program: int) -> list[int]:
    """The process that serves the image: of the two that look after it, the one that is a child of the other."""
    found: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            runs = (folder / "exe").readlink() == appimage
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if runs and int(folder.name) != program:
            found[int(folder.name)] = parent
    servers = [number for number, parent in found.items() if parent in found]
    assert servers
    return servers


def test_what_is_unpacked_is_what_was_packed(start: Start, stand_in: Path, tmp_path: Path):
    assert start("--appimage-extract").stdout == "squashfs-root\n"
    inside = tmp_path / "squashfs-root" / "usr" / "lib" / "cowrite"
    for file in stand_in.rglob("*"):
        twin = inside / file.relative_to(stand_in)
        assert twin.is_symlink() == file.is_symlink()
        assert file.is_dir() or twin.read_bytes() == file.read_bytes()
    assert (inside / "_internal" / "link.txt").readlink() == Path("data.txt")
    assert (inside / "_internal" / "private.txt").stat().st_mode & 0o777 == 0o644
    assert (inside / "_internal" / "data.txt").stat().st_mtime == (
        inside / "cowrite"
    ).stat().st_mtime
    root = tmp_path / "squashfs-root"
    assert (root / "cowrite.desktop").is_file()
    assert (root / ".DirIcon").resolve().is_file()
    licences = root / "usr/share/doc/cowrite/appimage-runtime"
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in (licences / "LGPL-2.1.txt").read_text()
    assert "libfuse3-dev" in (licences / "versions.txt").read_text()


def test_a_part_can_be_unpacked(start: Start, tmp_path: Path):
    assert start("--appimage-extract", "usr/share/doc/cowrite/copy*").returncode == 0
    root = tmp_path / "squashfs-root"
    files = [file for file in root.rglob("*") if not file.is_dir()]
    assert files == [root / "usr/share/doc/cowrite/copyright"]


def test_it_can_only_be_mounted(appimage: Path, temporary: Path):
    if not can_mount():
        pytest.skip("FUSE is not to be had here")
    with kept_running(appimage, temporary, argument="--appimage-mount") as (running, folder):
        assert (folder / "usr/lib/cowrite/_internal/private.txt").read_text() == "x"
        with pytest.raises(OSError, match="Read-only"):
            (folder / "new").write_text("x")
        running.send_signal(signal.SIGINT)
        running.wait(30)


def test_a_file_that_was_cut_off_says_so(appimage: Path, tmp_path: Path):
    size = int(subprocess.check_output([appimage, "--appimage-offset"]))
    cut = tmp_path / "cut.AppImage"
    cut.write_bytes(appimage.read_bytes()[:size])
    cut.chmod(0o755)
    done = subprocess.run([cut], capture_output=True, text=True)
    assert done.returncode == 127
    assert "Download it again." in done.stderr


def test_a_temporary_folder_that_cannot_be_written_is_said(start: Start, tmp_path: Path):
    done = start("x", APPIMAGE_EXTRACT_AND_RUN="1", TMPDIR=str(tmp_path / "missing"))
    assert done.returncode == 127
    assert "Set TMPDIR to a folder" in done.stderr


def test_the_same_folder_gives_the_same_bytes(
    build: ModuleType, appimage: Path, stand_in: Path, tmp_path: Path
):
    assert build.build(stand_in, tmp_path).read_bytes() == appimage.read_bytes()


def test_its_own_options_are_told(start: Start, build: ModuleType):
    said = start("--appimage-help").stdout
    for option in ("extract", "extract-and-run", "mount", "offset"):
        assert f"--appimage-{option}" in said
