"""What Windows and macOS are given, as far as it can be looked at here: icons, bundle, scripts, workflow."""

from __future__ import annotations

import importlib
import plistlib
import re
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from PySide6.QtGui import QImage

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGING = ROOT / "packaging"
INNO = (PACKAGING / "windows" / "cowrite.iss").read_text("utf-8")
WORKFLOW = (ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8")
PNG = b"\x89PNG\r\n"


@pytest.fixture
def icons(monkeypatch: pytest.MonkeyPatch, qapp: object) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(PACKAGING))
    yield importlib.import_module("icons")
    sys.modules.pop("icons", None)


def test_the_icon_for_windows_has_all_sizes(icons: ModuleType, tmp_path: Path):
    icons.write(tmp_path / "cowrite.ico")
    data = (tmp_path / "cowrite.ico").read_bytes()
    assert struct.unpack_from("<HHH", data) == (0, 1, len(icons.ICO_SIZES))
    for row, size in enumerate(icons.ICO_SIZES):
        *_, length, offset = struct.unpack_from("<BBBBHHII", data, 6 + 16 * row)
        assert QImage.fromData(data[offset : offset + length]).width() == size
    assert offset + length == len(data)
    assert QImage(str(tmp_path / "cowrite.ico")).pixelColor(4, 8).name() == "#2f6f62"


def test_the_icon_for_macos_is_whole(icons: ModuleType, tmp_path: Path):
    icons.write(tmp_path / "cowrite.icns")
    data = (tmp_path / "cowrite.icns").read_bytes()
    assert data[:4] == b"icns"
    assert struct.unpack_from(">I", data, 4)[0] == len(data)
    at, widths = 8, set()
    while at < len(data):
        kind, length = struct.unpack_from(">4sI", data, at)
        widths.add(QImage.fromData(data[at + 8 : at + length]).width())
        assert icons.ICNS_KINDS[QImage.fromData(data[at + 8 : at + length]).width()] == kind
        at += length
    assert widths == set(icons.ICNS_KINDS)


def test_a_picture_is_as_large_as_its_name_says(icons: ModuleType, tmp_path: Path):
    icons.write(tmp_path / "x-48.png")
    assert QImage(str(tmp_path / "x-48.png")).width() == 48
    with pytest.raises(ValueError, match="should end with"):
        icons.write(tmp_path / "x.bmp")


def test_the_bundle_tells_code_from_data(tmp_path: Path):
    """bundle.spec with a stand-in for PyInstaller's BUNDLE."""
    spec = tmp_path / "packaging" / "macos"
    inside = tmp_path / "dist" / "cowrite" / "_internal"
    inside.mkdir(parents=True)
    (tmp_path / "dist" / "cowrite" / "cowrite").touch()
    (inside / "libthing.dylib").write_bytes(b"\xcf\xfa\xed\xferest")
    (inside / "notes.txt").write_text("text")
    (inside / "link.dylib").symlink_to("libthing.dylib")
    (tmp_path / "cowrite").mkdir()
    made: list[tuple[list[tuple[str, str, str]], dict[str, object]]] = []
    code = compile((PACKAGING / "macos" / "bundle.spec").read_text("utf-8"), "bundle.spec", "exec")
    before = list(sys.path)
    exec(code, {"SPECPATH": str(spec), "BUNDLE": lambda rows, **rest: made.append((rows, rest))})
    sys.path[:] = before
    [(rows, rest)] = made
    assert [(place, kind) for place, _, kind in rows] == [
        ("cowrite", "EXECUTABLE"),
        ("libthing.dylib", "BINARY"),
        ("link.dylib", "SYMLINK"),
        ("notes.txt", "DATA"),
    ]
    assert next(source for place, source, _ in rows if place == "link.dylib") == "libthing.dylib"
    assert rest["bundle_identifier"] == "app.cowrite.cowrite"


def test_the_rights_that_macos_is_asked_for_can_be_read():
    rights = plistlib.loads((PACKAGING / "macos" / "entitlements.plist").read_bytes())
    assert rights == {"com.apple.security.cs.disable-library-validation": True}


def test_the_script_for_macos_says_where_it_works():
    script = PACKAGING / "macos" / "make_dmg.sh"
    subprocess.run(["bash", "-n", script], check=True)
    if sys.platform != "darwin":
        done = subprocess.run([script, "python"], capture_output=True, text=True)
        assert done.returncode == 1
        assert done.stderr.startswith("make_dmg.sh needs macOS")


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="shellcheck is not installed")
def test_shellcheck_finds_nothing():
    done = subprocess.run(
        ["shellcheck", PACKAGING / "macos" / "make_dmg.sh"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_the_installer_for_windows_asks_for_no_administrator_and_deletes_no_data():
    assert "PrivilegesRequired=lowest" in INNO
    deleted = re.findall(r"(?m)^Type: .*$", INNO)
    assert deleted == ['Type: filesandordirs; Name: "{app}\\_internal"']
    for file in re.findall(r'"\.\.\\\.\.\\(.*?)"|=\.\.\\\.\.\\(.*)', INNO):
        name = next(filter(None, file)).replace("\\", "/")
        assert name.split("/")[0] in {"build", "dist"} or (ROOT / name).exists()


def test_the_workflow_can_be_read_and_its_files_are_there():
    jobs = yaml.safe_load(WORKFLOW)["jobs"]
    systems = {each["name"] for each in jobs["build"]["strategy"]["matrix"]["include"]}
    assert systems == {"linux", "windows", "macos"}
    assert "--draft" in WORKFLOW
    for script in re.findall(r"packaging[\\/][\w\\/]+\.\w+", WORKFLOW):
        assert (ROOT / script.replace("\\", "/")).is_file()


def test_the_workflow_has_no_secret_in_it():
    values = re.findall(r"(?m)^ +(?:CERTIFICATE|COWRITE_\w+|GH_TOKEN)\w*: (.*)$", WORKFLOW)
    assert len(values) >= 8
    assert all(re.fullmatch(r"\$\{\{ (secrets|vars|github)\.\w+ \}\}", each) for each in values)
    assert "://" not in WORKFLOW


@pytest.mark.parametrize(
    ("platform", "is_there"), [("linux", False), ("win32", True), ("darwin", True)]
)
def test_reading_aloud_needs_qt_only_where_qt_reads(
    monkeypatch: pytest.MonkeyPatch, platform: str, is_there: bool
):
    monkeypatch.syspath_prepend(str(PACKAGING))
    wanted = importlib.import_module("package_env").requirements(platform)
    sys.modules.pop("package_env", None)
    assert any(each.startswith("PySide6-Addons") for each in wanted) is is_there


@pytest.mark.parametrize(
    ("place", "is_cut"),
    [
        ("PySide6/plugins/texttospeech/qtexttospeech_winrt.dll", False),
        ("PySide6/plugins/texttospeech/qtexttospeech_mock.dll", True),
        ("PySide6/Qt/plugins/texttospeech/libqtexttospeech_darwin.dylib", False),
        ("PySide6/Qt/plugins/multimedia/libffmpegmediaplugin.dylib", True),
        ("PySide6/avcodec-61.dll", True),
        ("PySide6/Qt6Multimedia.dll", False),
        ("PySide6/QtTextToSpeech.abi3.so", False),
    ],
)
def test_what_reads_aloud_stays_and_films_go(
    monkeypatch: pytest.MonkeyPatch, place: str, is_cut: bool
):
    monkeypatch.syspath_prepend(str(PACKAGING))
    cuts = importlib.import_module("parts").Cuts.read(PACKAGING / "cuts.toml")
    sys.modules.pop("parts", None)
    assert any(cut.has(place) for cut in cuts.cuts) is is_cut
