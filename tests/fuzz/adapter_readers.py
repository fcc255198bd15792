"""Adapters: as one file, in the registry, and each of their files."""

from __future__ import annotations

import io
import json
import zipfile
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fuzz.reader import T0


def adapter_files() -> dict[str, bytes]:
    from made_up_adapter import write_adapter

    with TemporaryDirectory() as made:
        folder = write_adapter(
            Path(made) / "a", tensors=_small_tensors(), target_modules=["q_proj"]
        )
        return {path.name: path.read_bytes() for path in folder.iterdir()}


def _small_tensors() -> Any:
    import numpy
    from made_up_adapter import tensor_name

    ones = numpy.ones((4, 8), dtype=numpy.float32)
    return {tensor_name(0, "q_proj", "A"): ones, tensor_name(0, "q_proj", "B"): ones.T.copy()}


def manifest_of(files: dict[str, bytes]) -> bytes:
    records = {n: {"size": len(d), "sha256": sha256(d).hexdigest()} for n, d in files.items()}
    stored = {
        "format": 1, "id": "mine-1", "created_ms": T0, "base": {"model": "toy", "sha256": "0" * 64},
        "quantization": "int8",
        "documents": ["d1", "/tmp/a.txt"], "events": {"first_ms": 5, "last_ms": T0}, "settings": {"rank": 4},
        "scores": {"base": {"perplexity": 20.5}, "candidate": {"perplexity": 19.5}}, "files": records, "previous": "",
    }  # fmt: skip
    return json.dumps(stored).encode()


def adapter_zips() -> list[bytes]:
    """Exported adapters, stored and packed."""
    files = adapter_files()
    return [
        zipped(files, manifest_of(files), how) for how in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    ]


def zipped(files: dict[str, bytes], manifest: bytes, how: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, content in {"manifest.json": manifest, **files}.items():
            archive.writestr(zipfile.ZipInfo(name), content, how)
    return out.getvalue()


def read_adapter_zip(folder: Path, data: bytes) -> object:
    """As “adapters import” and then “adapters list”."""
    from cowrite.engine.networks.adapter import read_adapter
    from cowrite.personalize.adapters.adapter_zip import import_adapter
    from cowrite.personalize.adapters.registry import AdapterRegistry

    file = folder / "a.zip"
    file.write_bytes(data)
    registry = AdapterRegistry(folder / "adapters")
    import_adapter(registry, file, lambda made, name: read_adapter(made, name) and None)
    return list_adapters(registry)


def adapter_manifests() -> list[bytes]:
    """One manifest."""
    return [manifest_of(adapter_files())]


def read_registry(folder: Path, data: bytes) -> object:
    """A registry with one good adapter and one whose manifest is ``data``: the good one stays in the list."""
    from cowrite.personalize.adapters.registry import AdapterRegistry

    registry = AdapterRegistry(folder / "adapters")
    files = cached_adapter()
    for name, manifest in (("mine-1", manifest_of(files)), ("mine-2", data)):
        place = registry.folder / name
        place.mkdir(parents=True)
        (place / "manifest.json").write_bytes(manifest)
        for each, content in files.items():
            (place / each).write_bytes(content)
    rows = list_adapters(registry)
    assert rows[0][0]["state"] == "not in use", "a damaged adapter hides a good one"
    return rows


def adapter_pointers() -> list[bytes]:
    """Which adapter is in use."""
    stored = {"format": 1, "models": {"toy": {"active": "mine-1", "history": ["", "mine-1"]}}}
    return [json.dumps(stored).encode()]


def read_pointers(folder: Path, data: bytes) -> object:
    """What is in use, and the way back."""
    from cowrite.personalize.adapters.adapter_manifest import Base
    from cowrite.personalize.adapters.registry import AdapterRegistry

    registry = AdapterRegistry(folder / "adapters")
    registry.folder.mkdir()
    (registry.folder / "active.json").write_bytes(data)
    base = Base("toy", "0" * 64)
    list_adapters(registry)
    return registry.history("toy"), registry.before(base)


def list_adapters(registry: Any) -> list[tuple[dict[str, Any], str]]:
    """What “adapters list” prints, and what the window shows."""
    from cowrite.cli.adapters import _as_text, _row
    from cowrite.editor.panels.personalization.adapter_history import day_and_time, read_history

    rows = [_row(registry, each) for each in registry.ids()]
    for version in read_history(registry, "toy").versions:
        day_and_time(version.created_ms)
    return [(row, _as_text(row)) for row in rows]


_ADAPTER: dict[str, bytes] = {}


def cached_adapter() -> dict[str, bytes]:
    if not _ADAPTER:
        _ADAPTER.update(adapter_files())
    return _ADAPTER


def adapter_configs() -> list[bytes]:
    """One adapter_config.json."""
    return [adapter_files()["adapter_config.json"]]


def read_adapter_config(folder: Path, data: bytes) -> object:
    """An adapter with these settings."""
    return _adapter_with(folder, "adapter_config.json", data)


def adapter_weights() -> list[bytes]:
    """One adapter_model.safetensors."""
    return [adapter_files()["adapter_model.safetensors"]]


def read_adapter_weights(folder: Path, data: bytes) -> object:
    """An adapter with these weights."""
    return _adapter_with(folder, "adapter_model.safetensors", data)


def _adapter_with(folder: Path, name: str, data: bytes) -> object:
    from cowrite.engine.networks.adapter import read_adapter

    for each, content in cached_adapter().items():
        (folder / each).write_bytes(content)
    (folder / name).write_bytes(data)
    return read_adapter(folder)
