"""An adapter as one file: there and back unaltered, and nothing else gets in."""

from __future__ import annotations

import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from support.adapters import BASE

from cowrite.base.errors import UserError
from cowrite.personalize.adapters import adapter_zip
from cowrite.personalize.adapters.adapter_manifest import MANIFEST, WEIGHTS
from cowrite.personalize.adapters.adapter_zip import export_adapter, import_adapter
from cowrite.personalize.adapters.registry import LOCK, AdapterRegistry, StoredAdapter

Add = Callable[..., StoredAdapter]


@pytest.fixture
def exported(add: Add, tmp_path: Path) -> Path:
    target = tmp_path / "mine.zip"
    export_adapter(add(), target)
    return target


@pytest.fixture
def elsewhere(tmp_path: Path) -> AdapterRegistry:
    return AdapterRegistry(tmp_path / "elsewhere")


def take_in(registry: AdapterRegistry, source: Path) -> StoredAdapter:
    return import_adapter(registry, source, lambda folder, name: None)


def rewritten(source: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(source) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    target = source.with_name("changed.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target


def test_there_and_back(
    registry: AdapterRegistry, elsewhere: AdapterRegistry, exported: Path
) -> None:
    original = registry.get(registry.ids()[0])
    seen: list[set[str]] = []
    found = import_adapter(
        elsewhere,
        exported,
        lambda folder, name: seen.append({path.name for path in folder.iterdir()}),
    )
    assert found.manifest == original.manifest
    assert seen == [{MANIFEST, *original.manifest.files}]
    assert elsewhere.usable(found.id, BASE) == found
    assert elsewhere.active(BASE.model) == ""
    assert stat.S_IMODE(exported.stat().st_mode) == 0o600
    with pytest.raises(UserError, match="already"):
        take_in(elsewhere, exported)
    assert elsewhere.ids() == [found.id]


def test_nothing_is_written_over_and_nothing_damaged_leaves(
    registry: AdapterRegistry, exported: Path, tmp_path: Path
) -> None:
    adapter = registry.get(registry.ids()[0])
    with pytest.raises(UserError, match=r"mine\.zip already"):
        export_adapter(adapter, exported)
    (adapter.path / WEIGHTS).write_bytes(b"gone bad")
    with pytest.raises(UserError, match="damaged"):
        export_adapter(adapter, tmp_path / "other.zip")
    with pytest.raises(UserError, match="damaged"):
        export_adapter(adapter, tmp_path / "no" / "folder.zip")
    assert not (tmp_path / "other.zip").exists()


def with_manifest(packed: dict[str, bytes], **changes: object) -> None:
    packed[MANIFEST] = json.dumps(json.loads(packed[MANIFEST]) | changes).encode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda files: files.update({"../evil.txt": b"x"}), "no adapter has"),
        (lambda files: files.update({"/etc/evil": b"x"}), "no adapter has"),
        (lambda files: files.update({"pytorch_model.bin": b"x"}), "no adapter has"),
        (lambda files: files.update({"sub/": b""}), "no adapter has"),
        (lambda files: files.update({"report.html": b"x"}), "other files"),
        (lambda files: files.pop(MANIFEST), "no manifest"),
        (lambda files: files.pop(WEIGHTS), "other files"),
        (lambda files: files.update({WEIGHTS: files[WEIGHTS][:-1] + b"?"}), "not the original file"),
        (lambda files: files.update({MANIFEST: b"{"}), "cannot be read"),
        (lambda files: with_manifest(files, id="../x"), "cannot be read"),
        (lambda files: with_manifest(files, format=2), "newer version of Cowrite"),
        (lambda files: with_manifest(files, files={}), "cannot be read"),
        (lambda files: files.update({MANIFEST: b" " * (17 << 20)}), "too large"),
    ],
)  # fmt: skip
def test_anything_else_is_refused_and_leaves_nothing(
    elsewhere: AdapterRegistry,
    exported: Path,
    change: Callable[[dict[str, bytes]], None],
    said: str,
) -> None:
    with pytest.raises(UserError, match=said):
        take_in(elsewhere, rewritten(exported, change))
    assert elsewhere.ids() == []
    assert {path.name for path in elsewhere.folder.glob("*")} <= {LOCK}


@pytest.mark.parametrize("content", [b"", b"no archive", None])
def test_what_is_no_archive_is_refused(
    elsewhere: AdapterRegistry, exported: Path, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "odd.zip"
    path.write_bytes(exported.read_bytes()[:-40] if content is None else content)
    with pytest.raises(UserError, match="damaged or not an exported adapter"):
        take_in(elsewhere, path)
    with pytest.raises(UserError, match=r"none\.zip"):
        take_in(elsewhere, tmp_path / "none.zip")


def test_no_more_is_unpacked_than_the_archive_says(
    elsewhere: AdapterRegistry, exported: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bomb: it says that a file is small, and it never ends."""
    bomb = rewritten(exported, lambda files: files.update({WEIGHTS: b"\0" * (8 << 20)}))
    written: list[int] = []
    real = adapter_zip._extract

    def lying(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, limit: int) -> None:
        if member.filename == WEIGHTS:
            limit = 3 << 20
        try:
            real(archive, member, target, limit)
        finally:
            written.append(target.stat().st_size)

    monkeypatch.setattr(adapter_zip, "_extract", lying)
    monkeypatch.setattr(adapter_zip, "_MOST_RATIO", 100_000)
    with pytest.raises(UserError, match="damaged"):
        take_in(elsewhere, bomb)
    assert max(written) <= 3 << 20


def test_what_the_engine_refuses_is_not_taken_in(
    elsewhere: AdapterRegistry, exported: Path
) -> None:
    def refuse(_: Path, name: str) -> None:
        raise UserError("It holds numbers that are not finite.")

    with pytest.raises(UserError, match="not finite"):
        import_adapter(elsewhere, exported, refuse)
    assert elsewhere.ids() == []
