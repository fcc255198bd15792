"""Looks at a model's files before anything loads them: known kind, whole, and nothing in them that could run."""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cowrite.errors import UserError

# Decoder-only architectures that transformers has itself and whose layers are plain linear ones.
SUPPORTED_ARCHITECTURES = frozenset(
    {
        "LlamaForCausalLM",
        "MistralForCausalLM",
        "Qwen2ForCausalLM",
        "Qwen3ForCausalLM",
        "GemmaForCausalLM",
        "Gemma2ForCausalLM",
        "Gemma3ForCausalLM",
        "SmolLM3ForCausalLM",
    }
)
# Formats that run code when they are read.
PICKLE_SUFFIXES = frozenset({".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib", ".py"})
LARGEST_HEADER_BYTES = 100_000_000
_DTYPE_BYTES = {
    "F64": 8, "I64": 8, "U64": 8, "F32": 4, "I32": 4, "U32": 4, "F16": 2, "BF16": 2, "I16": 2,
    "U16": 2, "I8": 1, "U8": 1, "BOOL": 1, "F8_E4M3": 1, "F8_E5M2": 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """What a file must be: size in bytes and SHA-256."""

    size: int
    sha256: str


def file_record(path: Path) -> FileRecord:
    """Measure and hash ``path``. Raises OSError."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return FileRecord(size=path.stat().st_size, sha256=digest)


def require_file(path: Path, expected: FileRecord, what: str) -> None:
    """Raise UserError, naming ``what``, unless ``path`` is exactly as ``expected``."""
    advice = "Install the model again."
    try:
        size = path.stat().st_size
        if size < expected.size:
            raise UserError(f"{what} is not complete: a part of it is missing.", advice)
        if size > expected.size or file_record(path).sha256 != expected.sha256:
            raise UserError(f"{what} was altered: it is not the file that it should be.", advice)
    except FileNotFoundError as error:
        raise UserError(f"{what} is missing.", advice) from error
    except OSError as error:
        raise UserError(f"{what} cannot be read ({error.strerror or error}).", advice) from error


def require_safe_model(folder: Path) -> dict[str, Any]:
    """Check a folder with a model in Hugging Face's layout; its config. Raises UserError."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in PICKLE_SUFFIXES:
            raise UserError(
                f"The model holds {path.name}, a kind of file that can run programs.",
                "Cowrite takes models in safetensors form only.",
            )
    config = _read_json(folder / "config.json", "The model's config.json")
    if "auto_map" in config:
        raise UserError(
            "The model brings program code of its own, which Cowrite never runs.",
            "Choose a model of a standard kind, such as Llama, Qwen, Mistral or Gemma.",
        )
    architectures = config.get("architectures") or ["unknown"]
    if architectures[0] not in SUPPORTED_ARCHITECTURES:
        raise UserError(
            f"The model is of the kind {architectures[0]}, which Cowrite does not support.",
            "Choose a Llama, SmolLM, Qwen, Mistral or Gemma model.",
        )
    _read_json(folder / "tokenizer.json", "The model's tokenizer.json")
    weights = sorted(folder.glob("*.safetensors"))
    if not weights:
        raise UserError(
            "The model has no weights in safetensors form.", "Cowrite takes no other form."
        )
    for path in weights:
        require_safetensors(path)
    return config


def require_safetensors(path: Path) -> None:
    """Check that the header of a safetensors file describes exactly the bytes that follow. Raises UserError."""
    try:
        _check_safetensors(path)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(
            f"{path.name} is damaged or is no safetensors file.", "Get the file again."
        ) from error


def _check_safetensors(path: Path) -> None:
    size = path.stat().st_size
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", _exactly(file.read(8), 8))
        if length > min(LARGEST_HEADER_BYTES, size - 8):
            raise ValueError("the header is longer than the file")
        header = json.loads(_exactly(file.read(length), length))
    end = 0
    tensors = [value for name, value in header.items() if name != "__metadata__"]
    for tensor in sorted(tensors, key=lambda each: each["data_offsets"][0]):
        first, last = tensor["data_offsets"]
        count = _DTYPE_BYTES[tensor["dtype"]]
        for dimension in tensor["shape"]:
            count *= dimension
        if first != end or last - first != count:
            raise ValueError("the tensors do not lie one after another")
        end = last
    if 8 + length + end != size:
        raise ValueError("the file has another length than its header says")


def _exactly(data: bytes, length: int) -> bytes:
    if len(data) != length:
        raise ValueError("the file ends too soon")
    return data


def _read_json(path: Path, what: str) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
        if not isinstance(content, dict):
            raise ValueError("not an object")
    except FileNotFoundError as error:
        raise UserError(f"{what} is missing.", "The folder must hold a whole model.") from error
    except (OSError, ValueError) as error:
        raise UserError(f"{what} cannot be read.", "Get the model again.") from error
    return content
