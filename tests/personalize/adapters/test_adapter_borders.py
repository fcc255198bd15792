"""Adapters that were altered: refused by their name, with the field; and none hides the others in a list."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from fuzz.adapter_readers import adapter_files, adapter_zips, manifest_of, zipped
from safetensors.torch import load, save

from cowrite.__main__ import main
from cowrite.settings.paths import Paths

Files = dict[str, bytes]


def import_status(paths: Paths, content: bytes, tmp_path: Path) -> int:
    file = tmp_path / "a.zip"
    file.write_bytes(content)
    return main(["adapters", "import", str(file)])


def with_manifest(change: Callable[[dict[str, Any]], object]) -> bytes:
    files = adapter_files()
    stored = json.loads(manifest_of(files))
    change(stored)
    return zipped(files, json.dumps(stored).encode())


def with_config(**settings: object) -> bytes:
    files = adapter_files()
    config = json.loads(files["adapter_config.json"]) | settings
    files["adapter_config.json"] = json.dumps(config).encode()
    return zipped(files, manifest_of(files))


def with_tensors(change: Callable[[torch.Tensor], torch.Tensor]) -> bytes:
    files = adapter_files()
    tensors = load(files["adapter_model.safetensors"])
    files["adapter_model.safetensors"] = save({n: change(t) for n, t in tensors.items()})
    return zipped(files, manifest_of(files))


def test_the_unaltered_one_is_taken_in(paths: Paths, tmp_path: Path) -> None:
    for content in adapter_zips():
        assert import_status(paths, content, tmp_path) == 0
        assert main(["adapters", "remove", "mine-1"]) == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("created_ms", value) for value in (10**20, -(10**17), -1, 1e12, True, None, "5", 10**16)),
        *(("id", value) for value in ("../x", "", "con", "A", "a" * 65, "\ud800", "base", 5, "nul")),
        *(("previous", value) for value in ("../x", "\n", 5, None)),
        *(("base", value) for value in ({}, [], {"model": 5, "sha256": ""}, {"model": "\ud800", "sha256": ""})),
        *(("documents", value) for value in ({}, [5], ["\ud800"], ["a\0"], None)),
        *(("events", value) for value in ({}, {"first_ms": 10**20, "last_ms": 0}, {"first_ms": True, "last_ms": 0})),
        *(("files", value) for value in ({}, [], {"../x": {"size": 1, "sha256": "0" * 64}})),
        *(("scores", value) for value in ([], None, {"base": {"perplexity": 1e999}})),
        *(("quantization", value) for value in (5, None, "x" * 5000)),
        *(("format", value) for value in (True, 0, "1", 1.0, None)),
    ],
)  # fmt: skip
def test_a_manifest_with_a_wrong_field_is_refused_and_says_which(
    paths: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, value: Any
) -> None:
    content = with_manifest(lambda stored: stored.update({name: value}))
    assert import_status(paths, content, tmp_path) == 2
    assert f"“{name}" in capsys.readouterr().err
    assert main(["adapters", "list"]) == 0


@pytest.mark.parametrize(
    "settings",
    [
        {"lora_alpha": value} for value in (1e308, -1, 10**30, True, "8", None, [], 1e6)
    ] + [{"r": value} for value in (0, -4, 10**30, True, 4.0, "4", None, 513)]
    + [{"use_dora": True}, {"peft_type": 5}, {"rank_pattern": {"q": 5}}, {"bias": []}],
)  # fmt: skip
def test_a_rank_or_alpha_that_is_absurd_is_refused_by_the_adapters_own_name(
    paths: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: dict[str, object]
) -> None:
    assert import_status(paths, with_config(**settings), tmp_path) == 2
    said = capsys.readouterr().err
    assert "“mine-1” cannot be used" in said
    assert ".staging" not in said


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.to(torch.float8_e4m3fn),
        lambda t: t.to(torch.int64),
        lambda t: t.to(torch.bool),
        lambda t: t * float("nan"),
        lambda t: t * float("inf"),
        lambda t: t * 1e30,
        lambda t: t.double() * 1e300,
        lambda t: t.flatten(),
        lambda t: t[None],
        lambda t: t[:0],
    ],
    ids=["float8", "int", "bool", "nan", "inf", "1e30", "1e300", "flat", "deep", "empty"],
)
def test_tensors_that_are_no_matrices_of_usable_numbers_are_refused(
    paths: Paths,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    change: Callable[[torch.Tensor], torch.Tensor],
) -> None:
    assert import_status(paths, with_tensors(change), tmp_path) == 2
    assert "“mine-1” cannot be used" in capsys.readouterr().err


def entry(name: bytes, flags: int = 0x800) -> bytes:
    return struct.pack(
        "<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 0, 20, 0, flags, 0, 0, 0, 0, 0, 0, len(name), 0, 0, 0, 0, 0, 0
    ) + name  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [b"\xff\xfemanifest", b"../manifest.json", b"/manifest.json", b"a\0b", b"manifest.json/", b"MANIFEST.JSON", b""],
)  # fmt: skip
def test_names_in_the_archive_that_no_adapter_has(
    paths: Paths, tmp_path: Path, name: bytes
) -> None:
    content = entry(name)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(content), 0, 0)
    assert import_status(paths, content + end, tmp_path) == 2


def test_links_twice_the_same_name_and_bombs(paths: Paths, tmp_path: Path) -> None:
    files = adapter_files()
    link = zipfile.ZipInfo("manifest.json")
    link.external_attr = 0o120777 << 16
    for content in (
        _archive([(link, b"/etc/passwd")]),
        _archive([(zipfile.ZipInfo("manifest.json"), manifest_of(files))] * 2),
        _archive([(zipfile.ZipInfo("manifest.json"), b" " * (15 << 20))], zipfile.ZIP_DEFLATED),
        b"",
        b"PK\x05\x06" + b"\0" * 18,
    ):
        assert import_status(paths, content, tmp_path) == 2
    assert not list(paths.adapters_dir.glob(".staging*"))


def _archive(members: list[tuple[zipfile.ZipInfo, bytes]], how: int = zipfile.ZIP_STORED) -> bytes:
    import warnings

    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", how) as archive:
        warnings.simplefilter("ignore")  # that a name is there twice is what is tried
        for info, content in members:
            archive.writestr(info, content, how)
    return out.getvalue()


@pytest.mark.parametrize(
    "manifest",
    [b"", b"{", b"\xff", b"[" * 100_000, b"null", b'{"created_ms": 100000000000000000000}', b"\0"],
    ids=["empty", "cut", "bytes", "deep", "null", "huge", "nul"],
)
def test_a_damaged_adapter_is_listed_as_damaged_beside_the_good_one(
    paths: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str], manifest: bytes
) -> None:
    assert import_status(paths, adapter_zips()[0], tmp_path) == 0
    damaged = paths.adapters_dir / "other-1"
    damaged.mkdir()
    (damaged / "manifest.json").write_bytes(manifest)
    (paths.adapters_dir / "active.json").write_bytes(manifest)
    capsys.readouterr()
    assert main(["adapters", "list"]) == 0
    assert "mine-1  whether it is in use cannot be read" in capsys.readouterr().out
    (paths.adapters_dir / "active.json").unlink()
    assert main(["adapters", "list"]) == 0
    out = capsys.readouterr().out
    assert "mine-1  not in use" in out
    assert "other-1  damaged" in out
