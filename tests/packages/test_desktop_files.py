"""What a Linux desktop is told of the program: desktop file, metainfo, icons, manual page, changelog, copyright."""

from __future__ import annotations

import gzip
import importlib
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

from cowrite import __version__
from cowrite.__main__ import COMMANDS

ROOT = Path(__file__).resolve().parent.parent.parent
LINUX = ROOT / "packaging" / "linux"


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(LINUX))
    monkeypatch.syspath_prepend(str(LINUX.parent))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795910400")
    before = set(sys.modules)
    path = list(sys.path)
    yield importlib.import_module("share_files")
    sys.path[:] = path
    for name in {"share_files", "changelog", "icons", "man_page", "build_date"} - before:
        sys.modules.pop(name, None)


@pytest.fixture
def share(module: ModuleType, tmp_path: Path, qapp: object) -> Path:
    module.write(tmp_path)
    return tmp_path / "usr" / "share"


def accepted(tool: str, *arguments: str | Path) -> None:
    """Whether a checker of the system finds nothing; skipped with one line where it is not installed."""
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    done = subprocess.run([tool, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr


def test_the_manual_page_names_every_command_and_every_option(share: Path):
    page = gzip.decompress((share / "man/man1/cowrite.1.gz").read_bytes()).decode()
    readable = page.replace("\\-", "-")
    for name in COMMANDS:
        assert f".SS cowrite {name}" in readable
    for wanted in ("cowrite models import", "cowrite log erase", "--install-model", "--candidates"):
        assert wanted in readable
    assert "Cowrite " + __version__ in page
    assert '"2026-11-29"' in page


def test_the_manual_page_is_accepted(share: Path, tmp_path: Path):
    plain = tmp_path / "cowrite.1"
    plain.write_bytes(gzip.decompress((share / "man/man1/cowrite.1.gz").read_bytes()))
    accepted("groff", "-man", "-Kutf8", "-Tutf8", "-ww", "-z", plain)


def test_the_desktop_file_is_accepted(share: Path):
    accepted("desktop-file-validate", share / "applications/cowrite.desktop")


def test_the_desktop_file_opens_texts_and_markdown():
    text = (LINUX / "cowrite.desktop").read_text("utf-8")
    assert "MimeType=text/plain;text/markdown;" in text
    assert "Exec=cowrite %F\n" in text


def test_the_metainfo_is_accepted(share: Path):
    [file] = (share / "metainfo").iterdir()
    accepted("appstreamcli", "validate", "--no-net", "--no-color", file)


def test_the_metainfo_tells_this_version_and_starts_the_desktop_file(share: Path):
    [file] = (share / "metainfo").iterdir()
    root = ElementTree.parse(file).getroot()
    release = root.find("releases/release")
    assert release is not None
    assert release.get("version") == __version__
    launched = root.findtext("launchable")
    assert (share / "applications" / str(launched)).is_file()
    assert file.name == f"{root.findtext('id')}.metainfo.xml"


def test_icons_have_the_sizes_their_folders_say(share: Path):
    from PySide6.QtGui import QImage

    drawn = sorted(share.glob("icons/hicolor/*x*/apps/cowrite.png"))
    assert len(drawn) >= 8
    for file in drawn:
        image = QImage(str(file))
        assert f"{image.width()}x{image.height()}" == file.parent.parent.name
        centre = image.pixelColor(image.width() // 8, image.height() // 2)
        assert centre.name() == "#2f6f62"


def test_the_same_source_gives_the_same_bytes(module: ModuleType, share: Path, tmp_path: Path):
    again = tmp_path / "again"
    for file in module.write(again):
        relative = file.relative_to(again / "usr" / "share")
        assert file.read_bytes() == (share / relative).read_bytes()
        assert file.stat().st_mtime == 1795910400


def test_the_changelog_is_in_the_form_of_debian(share: Path, tmp_path: Path):
    text = gzip.decompress((share / "doc/cowrite/changelog.gz").read_bytes()).decode()
    assert text.startswith(f"cowrite ({__version__}) unstable; urgency=medium\n\n  * ")
    assert "\n -- The Cowrite founders <" in text
    assert "  Sun, 29 Nov 2026 " in text
    assert "**" not in text
    file = tmp_path / "changelog"
    file.write_text(text, "utf-8")
    accepted("dpkg-parsechangelog", "-l", file)


def test_released_versions_keep_their_dates(module: ModuleType):
    text = "# Changelog\n\n## 1.2.0 - 2027-02-03\n\n- *One* `thing`\n  more.\n\n## [1.1.0] 2026-01-05\n\n- Two.\n"
    written = module.changelog.debian(text, 0)
    assert written == (
        "cowrite (1.2.0) unstable; urgency=medium\n\n  * One thing more.\n\n"
        f" -- {module.changelog.MAINTAINER}  Wed, 03 Feb 2027 00:00:00 +0000\n\n"
        "cowrite (1.1.0) unstable; urgency=medium\n\n  * Two.\n\n"
        f" -- {module.changelog.MAINTAINER}  Mon, 05 Jan 2026 00:00:00 +0000\n"
    )


def test_a_heading_that_is_no_version_is_refused(module: ModuleType):
    with pytest.raises(ValueError, match=r"should be “1\.2\.3"):
        module.changelog.debian("## Soon\n\n- x\n", 0)


def test_the_copyright_speaks_of_all_that_has_a_licence_of_its_own():
    text = (LINUX / "copyright").read_text("utf-8")
    assert text.startswith(
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
    )
    stanzas = text.split("\n\n")
    used = {
        line.removeprefix("License: ")
        for s in stanzas
        if s.startswith("Files:")
        for line in s.splitlines()
        if line.startswith("License: ")
    }
    explained = {
        s.splitlines()[0].removeprefix("License: ") for s in stanzas if s.startswith("License:")
    }
    assert used == explained
    for licensed in (ROOT / "resources").rglob("*LICENSE*"):
        folder = licensed.parent.relative_to(ROOT)
        assert str(folder) in text
