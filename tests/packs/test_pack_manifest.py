"""What a pack says of itself is believed only where it makes sense, and only for this machine and this program."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from support.made_up_packs import described, make_pack

from cowrite.base.errors import UserError
from cowrite.packs.manifest import (
    FILE,
    PackManifest,
    program_torch,
    read_manifest,
    require_fitting,
)
from cowrite.packs.sources import source_at, source_from
from cowrite.settings.newer_data import NewerDataError


@pytest.fixture
def manifest(tmp_path: Path) -> PackManifest:
    return described(make_pack(tmp_path / "pack"))


def as_bytes(manifest: PackManifest, **changes: object) -> bytes:
    return json.dumps({**asdict(manifest), **changes}).encode()


def test_what_is_written_is_read(manifest: PackManifest) -> None:
    assert read_manifest(as_bytes(manifest)) == manifest


def changed_file(manifest: PackManifest, **changes: object) -> list[dict[str, object]]:
    first, *rest = [asdict(file) for file in manifest.files]
    return [{**first, **changes}, *rest]


def test_each_thing_that_cannot_be_is_refused(manifest: PackManifest) -> None:
    bad: list[dict[str, object]] = [
        {"name": "../gpu"},
        {"version": "1/2"},
        {"files": []},
        {"files": [asdict(file) for file in (*manifest.files, *manifest.files)]},
        {"files": changed_file(manifest, name="../a.whl")},
        {"files": changed_file(manifest, name="a.exe")},
        {"files": changed_file(manifest, sha256="abc")},
        {"files": changed_file(manifest, size=-1)},
        {"files": changed_file(manifest, url="ftp://example.org/a.whl")},
        {"files": changed_file(manifest, size=50_000_000_000)},
        {"unpacked_bytes": 50_000_000_000},
        {"left_out": ["../*"]},
        {"left_out": ["a*"] * 101},
        {"format": 0},
        {"more": 1},
    ]
    for changes in bad:
        with pytest.raises(UserError, match="cannot be read"):
            read_manifest(as_bytes(manifest, **changes))
    for data in (b"", b"{}", b"[]", as_bytes(manifest)[:-9]):
        with pytest.raises(UserError, match="cannot be read"):
            read_manifest(data)


def test_a_newer_one_is_left_to_a_newer_program(manifest: PackManifest) -> None:
    with pytest.raises(NewerDataError):
        read_manifest(as_bytes(manifest, format=2))


def test_a_pack_for_another_machine_or_program_is_refused(manifest: PackManifest) -> None:
    require_fitting(manifest, program_torch())
    require_fitting(replace(manifest, torch=f"{program_torch()}+cu130"), program_torch())
    for changes in ({"system": "win-amd64"}, {"python": "cp399"}):
        with pytest.raises(UserError, match="another system"):
            require_fitting(replace(manifest, **changes), program_torch())
    with pytest.raises(UserError, match="another version of Cowrite"):
        require_fitting(manifest, "1.0")


def test_where_wheels_are(manifest: PackManifest, tmp_path: Path) -> None:
    first = manifest.files[0]
    beside = source_at(str(tmp_path / "pack"))
    assert beside.addresses(first) == ((tmp_path / "pack" / first.name).as_uri(),)
    published = replace(first, url="https://example.org/x.whl")
    (tmp_path / "pack" / first.name).unlink()
    assert beside.addresses(published) == ("https://example.org/x.whl",)
    fetched = source_from(f"https://example.net/gpu/{FILE}", as_bytes(manifest))
    assert fetched.addresses(published, "https://mirror.example/") == (
        f"https://mirror.example/{first.name}",
        f"https://example.net/gpu/{first.name}",
        "https://example.org/x.whl",
    )


def test_a_place_without_a_pack_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no pack in the folder"):
        source_at(str(tmp_path))
    with pytest.raises(UserError, match="cannot be read"):
        source_at(str(tmp_path / "nothing.json"))
