"""Model files made up for tests, without torch: right in form, without sense. And tools that only pretend."""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cowrite.downloads.progress import DownloadProgress, DownloadState
from cowrite.models.catalogue import CatalogueEntry, WheelSource
from cowrite.models.store import InstalledModel, Measured
from cowrite.models.tools import Tools

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
    """A whole GGUF model of one layer and two tokens, all of whose weights are 0 but those of the last tensor."""
    numbers = {
        "block_count": 1,
        "context_length": 8,
        "embedding_length": 2,
        "feed_forward_length": 2,
    }
    numbers |= {"attention.head_count": 1, "attention.head_count_kv": 1}
    texts = {"general.architecture": kind, "tokenizer.ggml.model": "gpt2"}
    texts |= {"tokenizer.ggml.pre": "smollm"} | (values or {})
    entries = [_text(key) + struct.pack("<I", 8) + _text(value) for key, value in texts.items()]
    entries += [
        _text(f"{kind}.{key}") + struct.pack("<II", 4, number) for key, number in numbers.items()
    ]
    entries.append(_text(f"{kind}.attention.layer_norm_rms_epsilon") + struct.pack("<If", 6, 1e-5))
    entries.append(_text("tokenizer.ggml.tokens") + _texts("a", "b"))
    entries.append(_text("tokenizer.ggml.merges") + _texts())
    entries.append(_text("tokenizer.ggml.token_type") + struct.pack("<IIQii", 9, 5, 2, 1, 1))
    norms = ("attn_norm", "ffn_norm")
    squares = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
    shapes = {"output_norm": (2,)} | {f"blk.0.{name}": (2,) for name in norms}
    shapes |= {f"blk.0.{name}": (2, 2) for name in squares} | {"token_embd": (2, 2)}
    head = b"GGUF" + struct.pack("<IQQ", 3, len(shapes), len(entries)) + b"".join(entries)
    for number, (name, shape) in enumerate(shapes.items()):
        size = struct.pack(f"<I{len(shape)}Q", len(shape), *shape)
        head += _text(f"{name}.weight") + size + struct.pack("<IQ", 0, 32 * number)
    data = b"\0" * 32 * (len(shapes) - 1) + b"0123456789abcdef"
    return head + b"\0" * (-len(head) % 32) + data


def _text(content: str) -> bytes:
    return struct.pack("<Q", len(content.encode())) + content.encode()


def _texts(*contents: str) -> bytes:
    return struct.pack("<IIQ", 9, 8, len(contents)) + b"".join(map(_text, contents))


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
    exam_problem: str = ""

    def tools(self) -> Tools:
        return Tools(
            fetch=self._fetch,
            convert=self._convert,
            prove=self._prove,
            measure=self._measure,
            examine=self._examine,
            free_disk=lambda _: self.free_disk,
            free_memory=lambda: self.free_memory,
        )

    def _begin(self, step: str) -> None:
        self.before.get(step, lambda: None)()

    def _fetch(self, source: WheelSource, tell: Callable[[DownloadProgress], None]) -> Path:
        size = self.wheel.stat().st_size
        for count in (size // 2, size):
            tell(
                DownloadProgress(
                    state=DownloadState.DOWNLOADING, part="toy", bytes_done=count, bytes_total=size
                )
            )
            if count < size:
                self._begin("fetch")
        return self.wheel

    def _convert(self, gguf_file: Path, folder: Path, on_part: Callable[[float], None]) -> None:
        (folder / "config.json").write_text(json.dumps(CONFIG))
        on_part(0.5)
        self._begin("convert")
        write_model(folder)

    def _prove(self, folder: Path, on_part: Callable[[float], None]) -> None:
        on_part(0.5)
        self._begin("prove")
        on_part(1.0)

    def _examine(self, _model: InstalledModel, on_task: Callable[[str, float], None]) -> str:
        on_task("shorten", 0.0)
        self._begin("examine")
        on_task("repair", 0.5)
        return self.exam_problem

    def _measure(self, folder: Path) -> dict[str, tuple[Measured, ...]]:
        self._begin("measure")
        return self.measured
