"""What is cut from the package, what keeps it small, and the .deb, on small stand-ins for the program."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import util
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QLibraryInfo

from cowrite.localization.languages import ENGLISH, LANGUAGES

ROOT = Path(__file__).parent.parent.parent
PACKAGING = ROOT / "packaging"
needs_readelf = pytest.mark.skipif(
    not (shutil.which("readelf") and shutil.which("gcc")), reason="needs readelf and gcc"
)
needs_dpkg = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="needs dpkg-deb")


def script(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module of packaging/, as a script there imports it."""
    monkeypatch.syspath_prepend(str(PACKAGING))
    spec = util.spec_from_file_location(
        f"packaging_{name.replace('/', '_')}", PACKAGING / f"{name}.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


# --- cuts ------------------------------------------------------------------------------------------------------------


def test_what_must_stay_is_not_cut(monkeypatch: pytest.MonkeyPatch):
    cuts = script("parts", monkeypatch).Cuts.read(PACKAGING / "cuts.toml")
    stays = [
        "torch/bin/torch_shm_manager",
        "torch/testing/_internal/common_utils.py",
        "torch/_inductor/config.py",
        "torch/nn/functional.py",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqwayland.so",
        "PySide6/Qt/plugins/platforms/libqoffscreen.so",
        "PySide6/Qt/plugins/platforminputcontexts/libibusplatforminputcontextplugin.so",
        "PySide6/Qt/plugins/platformthemes/libqxdgdesktopportal.so",
        "PySide6/Qt/plugins/printsupport/libcupsprintersupport.so",
        "PySide6/Qt/translations/qtbase_zh_CN.qm",
        "bitsandbytes/libbitsandbytes_cpu.so",
        "resources/models.json",
        "resources/locale/zh_CN/cowrite.mo",
    ]
    for place in stays:
        assert not [cut.what for cut in cuts.cuts if cut.has(place)], place


def test_qt_is_there_in_the_languages_of_the_program_alone(monkeypatch: pytest.MonkeyPatch):
    cuts = script("parts", monkeypatch).Cuts.read(PACKAGING / "cuts.toml")
    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    there = {each.name for each in folder.glob("*.qm")}
    kept = {
        name
        for name in there
        if not any(cut.has(f"PySide6/Qt/translations/{name}") for cut in cuts.cuts)
    }
    assert kept == {f"qtbase_{language}.qm" for language in LANGUAGES if language != ENGLISH}


def test_a_cut_says_what_it_saves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    cuts = script("parts", monkeypatch).Cuts.read(PACKAGING / "cuts.toml")
    source = tmp_path / "test_api"
    source.write_bytes(bytes(3_000_000))
    rows = [
        ("torch/bin/test_api", str(source), "DATA"),
        ("torch/bin/torch_shm_manager", str(source), "DATA"),
        ("libstdc++.so.6", "libreal.so", "SYMLINK"),
    ]
    found = cuts.applied(rows)
    assert set(found) == {"torch/bin/test_api", "libstdc++.so.6"}
    cuts.report(found)
    said = capsys.readouterr().out
    assert re.search(r"3\.0 MB +1 files +torch: programs for its own tests", said)
    assert len(said.splitlines()) == len(cuts.cuts)


# --- the budget ------------------------------------------------------------------------------------------------------


def test_every_file_belongs_to_a_part_and_too_much_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    sizes = script("sizes", monkeypatch)
    (tmp_path / "_internal" / "torch").mkdir(parents=True)
    (tmp_path / "_internal" / "torch" / "a.so").write_bytes(bytes(2_000_000))
    (tmp_path / "_internal" / "nobody knows").write_bytes(bytes(1_000_000))
    sizes.require_parts(tmp_path)
    said = capsys.readouterr().out
    assert re.search(r"2\.0 MB of +\d+  torch$", said, re.MULTILINE)
    assert re.search(r"1\.0 MB of +\d+  everything else$", said, re.MULTILINE)
    assert re.search(r"3\.0 MB of +\d+  installed, all parts$", said, re.MULTILINE)
    with (tmp_path / "_internal" / "test tool").open("wb") as file:
        file.truncate(60_000_000)
    with pytest.raises(sizes.BuildError, match="everything else"):
        sizes.require_parts(tmp_path)


def test_the_last_part_takes_whatever_is_left():
    parts = tomllib.loads((PACKAGING / "budget.toml").read_text("utf-8"))["part"]
    assert parts[-1]["files"] == ["*"]


# --- libraries -------------------------------------------------------------------------------------------------------


def library(folder: Path, name: str, *needs: str) -> Path:
    """A small library that needs others of the same folder."""
    source = folder / f"{name}.c"
    source.write_text(f"int value_{re.sub(r'[^a-z]', '_', name)}(void) {{ return 1; }}\n")
    made = folder / name
    command = [
        "gcc",
        "-g",
        "-shared",
        "-fPIC",
        "-o",
        made,
        source,
        f"-L{folder}",
        "-Wl,--no-as-needed",
    ]
    subprocess.run([*command, *(f"-l:{each}" for each in needs)], check=True)
    source.unlink()
    return made


@needs_readelf
def test_libraries_that_nothing_needs_any_more_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    elf = script("elf", monkeypatch)
    library(tmp_path, "libbelow.so.1")
    library(tmp_path, "libused.so.1", "libbelow.so.1")
    library(tmp_path, "libleft.so.1")
    library(tmp_path, "libleftover.so.1", "libleft.so.1")
    plugins = tmp_path / "PySide6"
    plugins.mkdir()
    library(tmp_path, "libplugin.so", "libused.so.1").rename(plugins / "libplugin.so")
    found = elf.libraries(tmp_path)
    assert len(found) == 5
    names = {path.name for path in elf.orphans(tmp_path, elf.needs_of(found))}
    assert names == {"libleft.so.1", "libleftover.so.1"}


@needs_readelf
def test_the_highest_version_of_the_c_library_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    elf = script("elf", monkeypatch)
    needs = elf.needs_of([library(tmp_path, "libone.so.1")])
    (tmp_path / "text.so").write_text("not a library")
    assert elf.libraries(tmp_path) == list(needs)
    highest, paths = elf.highest(needs, "GLIBC")
    assert highest >= (2, 2)
    assert paths == list(needs)
    assert elf.highest(needs, "GLIBCXX") == ((), [])


@needs_readelf
def test_shrinking_leaves_no_links_that_lead_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    sizes = script("sizes", monkeypatch)
    internal = tmp_path / "_internal"
    (internal / "PySide6").mkdir(parents=True)
    library(internal, "libused.so.1")
    library(internal, "libalone.so.1")
    library(internal, "plugin.so", "libused.so.1").rename(internal / "PySide6" / "plugin.so")
    (internal / "libcut.so.6").symlink_to("PySide6/libcut.so.6")
    (internal / "libplugin.so.6").symlink_to("PySide6/plugin.so")
    sizes.shrink(internal)
    assert {path.name for path in internal.iterdir()} == {"PySide6", "libused.so.1"}
    assert "libalone.so.1" in capsys.readouterr().out


@needs_readelf
def test_only_what_is_named_is_stripped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    elf = script("elf", monkeypatch)
    for folder in ("torch", "numpy.libs"):
        (tmp_path / folder).mkdir()
        library(tmp_path / folder, "libone.so.1")
    before = {path: path.stat().st_size for path in elf.libraries(tmp_path)}
    saved = elf.stripped(before, tmp_path, ["torch/*"])
    after = {path: path.stat().st_size for path in before}
    assert (
        after[tmp_path / "numpy.libs" / "libone.so.1"]
        == before[tmp_path / "numpy.libs" / "libone.so.1"]
    )
    assert saved == sum(before.values()) - sum(after.values()) > 0


# --- the .deb --------------------------------------------------------------------------------------------------------


@pytest.fixture
def onedir(tmp_path: Path) -> Path:
    """A program that says its name."""
    folder = tmp_path / "onedir"
    (folder / "_internal" / "resources").mkdir(parents=True)
    (folder / "_internal" / "resources" / "models.json").write_text("{}")
    program = folder / "cowrite"
    program.write_text('#!/bin/sh\necho "started as $(readlink -f "$0")"\n')
    program.chmod(0o755)
    return folder


def built(onedir: Path, destination: Path) -> Path:
    destination.mkdir()
    command = [sys.executable, PACKAGING / "deb" / "build.py", onedir, destination]
    environ = {**os.environ, "SOURCE_DATE_EPOCH": "1790000000", "QT_QPA_PLATFORM": "offscreen"}
    subprocess.run(command, check=True, env=environ, capture_output=True)
    (deb,) = destination.glob("cowrite_*.deb")
    return deb


@needs_dpkg
def test_the_deb_holds_the_program_and_what_a_desktop_needs(onedir: Path, tmp_path: Path):
    deb = built(onedir, tmp_path / "dist")
    root = tmp_path / "root"
    subprocess.run(["dpkg-deb", "--raw-extract", deb, root], check=True)
    command = root / "usr/bin/cowrite"
    # It also works where the package is only unpacked.
    said = subprocess.run([command], capture_output=True, text=True, check=True).stdout
    assert said == f"started as {root.resolve()}/usr/lib/cowrite/cowrite\n"
    for place in (
        "applications/cowrite.desktop",
        "man/man1/cowrite.1.gz",
        "doc/cowrite/copyright",
        "doc/cowrite/changelog.gz",
        "icons/hicolor/256x256/apps/cowrite.png",
    ):
        assert (root / "usr/share" / place).is_file(), place
    control = (root / "DEBIAN/control").read_text()
    assert "@" not in control.replace("cowrite@founders.invalid", "")
    assert re.search(r"^Depends: libc6 \(>= 2\.35\), ", control, re.MULTILINE)
    assert re.search(r"^Installed-Size: \d+$", control, re.MULTILINE)
    sums = (root / "DEBIAN/md5sums").read_text()
    assert "  usr/lib/cowrite/cowrite\n" in sums
    listed = subprocess.run(
        ["dpkg-deb", "--contents", deb], capture_output=True, text=True, check=True
    )
    owners = {line.split()[1] for line in listed.stdout.splitlines()}
    assert owners == {"root/root"}


@needs_dpkg
def test_the_same_program_gives_the_same_deb(onedir: Path, tmp_path: Path):
    one = built(onedir, tmp_path / "one").read_bytes()
    again = shutil.copytree(onedir, tmp_path / "again")
    (again / "cowrite").touch()
    assert built(again, tmp_path / "two").read_bytes() == one


# --- the start of the program ----------------------------------------------------------------------------------------


def test_other_programs_get_the_libraries_of_the_system(monkeypatch: pytest.MonkeyPatch):
    start = script("start", monkeypatch)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/cowrite/_internal")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/usr/local/lib")
    start.restore_environment()
    assert os.environ["LD_LIBRARY_PATH"] == "/usr/local/lib"
    assert "LD_LIBRARY_PATH_ORIG" not in os.environ
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/cowrite/_internal")
    start.restore_environment()
    assert "LD_LIBRARY_PATH" not in os.environ


def test_a_checkout_keeps_its_library_path(monkeypatch: pytest.MonkeyPatch):
    start = script("start", monkeypatch)
    monkeypatch.setenv("LD_LIBRARY_PATH", "/usr/local/lib")
    start.restore_environment()
    assert os.environ["LD_LIBRARY_PATH"] == "/usr/local/lib"
