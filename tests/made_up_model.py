"""Model files made up for tests, without torch: right in form, without sense. And tools that only pretend."""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cowrite.models.catalogue import CatalogueEntry, WheelSource
from cowrite.models.install import Tools
from cowrite.models.store import Measured

MEMBER = "toy/toy.gguf"
PLENTY = 1 << 40
CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "vocab_size": 3,
    "hidden_size": 2,
    "intermediate_size": 2,
    "num_hidden_layers": 1,
    "num_attention_heads": 1,
    "max_position_embeddings": 8,
}


def safetensors(tensors: dict[str, bytes] | None = None, **changes: object) -> bytes:
    """A safetensors file of BF16 tensors, a byte of each given twice; ``changes`` go into the header as they are."""
    header: dict[str, object] = {}
    data = b""
    for name, content in (tensors or {"embed": b"abcdef", "head": b"ghi"}).items():
        offsets = [len(data), len(data) + 2 * len(content)]
        header[name] = {"dtype": "BF16", "shape": [len(content)], "data_offsets": offsets}
        data += content + content
    return with_header(header | changes, data)


def with_header(header: object, data: bytes) -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def gguf(kind: str = "llama", values: dict[str, str] | None = None) -> bytes:
    """A GGUF file with one small tensor of four weights."""

    def text(content: str) -> bytes:
        return struct.pack("<Q", len(content.encode())) + content.encode()

    entries = {"general.architecture": kind, **(values or {})}
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, len(entries) + 1)
    for key, value in entries.items():
        head += text(key) + struct.pack("<I", 8) + text(value)
    tokens = b"".join(text(each) for each in ("a", "b"))
    head += text("tokenizer.ggml.tokens") + struct.pack("<IIQ", 9, 8, 2) + tokens
    head += text("token_embd.weight") + struct.pack("<IQIQ", 1, 4, 0, 0)
    return head + b"\0" * (-len(head) % 32) + b"0123456789abcdef"


def write_model(folder: Path, **files: bytes) -> Path:
    """A folder in Hugging Face's layout. ``files`` replace the usual ones, two underscores standing for a point."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(CONFIG))
    (folder / "tokenizer.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(safetensors())
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_bytes(content)
    return folder


def write_shards(folder: Path, weight_map: dict[str, str]) -> Path:
    """A model whose weights are in two files, with an index that says ``weight_map``."""
    write_model(folder)
    (folder / "model.safetensors").unlink()
    (folder / "a.safetensors").write_bytes(safetensors({"embed": b"abcdef"}))
    (folder / "b.safetensors").write_bytes(safetensors({"head": b"ghi"}))
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": weight_map}))
    return folder


def write_wheel(path: Path, member: bytes | None = None, name: str = MEMBER) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, gguf() if member is None else member)
    return path


def entry_of(wheel: Path, member: bytes | None = None, **changes: object) -> CatalogueEntry:
    """A catalogue entry that describes ``wheel``; ``changes`` make it lie."""
    inner = gguf() if member is None else member
    source = {
        "package": "toy",
        "version": "1.0",
        "size": wheel.stat().st_size,
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "member": MEMBER,
        "member_size": len(inner),
        "member_sha256": hashlib.sha256(inner).hexdigest(),
    }
    return CatalogueEntry(
        id="toy",
        name="Toy",
        description="A toy.",
        licence="CC0",
        parameters=9,
        memory_mb=1,
        disk_bytes=1000,
        source=WheelSource(**(source | changes)),  # type: ignore[arg-type]
    )


MEASURED = {
    "cpu": (
        Measured(kind="int8", loss_increase_pct=0.1, tokens_per_s=40.0),
        Measured(kind="nf4", loss_increase_pct=25.0, tokens_per_s=50.0),
    )
}


@dataclass
class PretendTools:
    """Tools that do what real ones do, on made-up files. ``before[step]`` runs at the beginning of a step."""

    wheel: Path
    before: dict[str, Callable[[], None]] = field(default_factory=dict)
    measured: dict[str, tuple[Measured, ...]] = field(default_factory=lambda: dict(MEASURED))
    free_disk: int = PLENTY
    free_memory: int = PLENTY

    def tools(self) -> Tools:
        return Tools(
            fetch=self._fetch,
            convert=self._convert,
            prove=self._prove,
            measure=self._measure,
            free_disk=lambda _: self.free_disk,
            free_memory=lambda: self.free_memory,
        )

    def _begin(self, step: str) -> None:
        self.before.get(step, lambda: None)()

    def _fetch(self, source: WheelSource, staging: Path, on_bytes: Callable[[int], None]) -> Path:
        target = staging / "toy.whl"
        content = self.wheel.read_bytes()
        target.write_bytes(content[: len(content) // 2])
        on_bytes(len(content) // 2)
        self._begin("fetch")
        target.write_bytes(content)
        on_bytes(len(content))
        return target

    def _convert(self, gguf_file: Path, folder: Path, on_part: Callable[[float], None]) -> None:
        (folder / "config.json").write_text(json.dumps(CONFIG))
        on_part(0.5)
        self._begin("convert")
        write_model(folder)

    def _prove(self, folder: Path, on_part: Callable[[float], None]) -> None:
        on_part(0.5)
        self._begin("prove")
        on_part(1.0)

    def _measure(self, folder: Path) -> dict[str, tuple[Measured, ...]]:
        self._begin("measure")
        return self.measured
