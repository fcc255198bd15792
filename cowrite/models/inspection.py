"""Looks at a model's files before anything loads them: known kind, whole, and nothing in them that could run."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cowrite.errors import UserError
from cowrite.models.names import is_plain_name
from cowrite.models.safetensors_header import read_safetensors_header

# Decoder-only kinds that transformers has itself and that the engine computes like transformers does (tested):
# the class that config.json names, and the type that goes with it.
SUPPORTED_KINDS = {
    "LlamaForCausalLM": "llama",
    "MistralForCausalLM": "mistral",
    "Qwen2ForCausalLM": "qwen2",
    "Qwen3ForCausalLM": "qwen3",
    "SmolLM3ForCausalLM": "smollm3",
    "Phi3ForCausalLM": "phi3",
    "GraniteForCausalLM": "granite",
    "GemmaForCausalLM": "gemma",
    "Gemma3ForCausalLM": "gemma3_text",
}
KINDS_ADVICE = "Choose a Llama, SmolLM, Qwen, Mistral, Gemma or Phi-3 model."

# Formats that run code when they are read, and programs.
RUNNABLE_SUFFIXES = frozenset(
    {".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib", ".npy", ".npz", ".h5", ".keras",
     ".msgpack", ".dill", ".mar", ".nemo", ".py", ".pyc", ".so", ".dll", ".dylib", ".exe"}
)  # fmt: skip
WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"
LARGEST_JSON_BYTES = 200_000_000  # the largest tokenizers have some 35 MB


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


def require_size(path: Path, expected: FileRecord, what: str, advice: str) -> None:
    """Raise UserError, naming ``what``, unless ``path`` is a file as long as ``expected``."""
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise UserError(f"{what} is missing.", advice) from error
    except OSError as error:
        raise UserError(f"{what} cannot be read ({error.strerror or error}).", advice) from error
    if size < expected.size:
        raise UserError(f"{what} is incomplete.", advice)
    if size > expected.size or not path.is_file():
        raise UserError(f"{what} was altered: it is not the original file.", advice)


def require_file(path: Path, expected: FileRecord, what: str, advice: str) -> None:
    """Raise UserError, naming ``what``, unless ``path`` is exactly as ``expected``. Reads all of it."""
    require_size(path, expected, what, advice)
    try:
        found = file_record(path)
    except OSError as error:
        raise UserError(f"{what} cannot be read ({error.strerror or error}).", advice) from error
    if found != expected:
        raise UserError(f"{what} was altered: it is not the original file.", advice)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFiles:
    """A model in Hugging Face's layout that was looked at: its config, its weights, and how many those are."""

    config: dict[str, Any]
    weights: tuple[Path, ...]
    parameters: int


def require_safe_model(folder: Path) -> ModelFiles:
    """Check a folder with a model in Hugging Face's layout. Raises UserError."""
    config = _read_json(folder / "config.json", "The model's config.json")
    _refuse_programs(folder)
    _require_supported(config)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        if name == "tokenizer.json" or (folder / name).exists():
            _refuse_own_code(_read_json(folder / name, f"The model's {name}"))
    weights, shards = _weights(folder)
    tensors = {path: read_safetensors_header(path) for path in weights}
    for tensor, path in shards.items():
        if tensor not in tensors[path]:
            raise UserError(
                f"{path.name} is missing a part of the model.", "Download the model again."
            )
    parameters = sum(sum(each.values()) for each in tensors.values())
    if not parameters:
        raise UserError("The model has no weights.", "Download the model again.")
    return ModelFiles(config=config, weights=tuple(weights), parameters=parameters)


def _refuse_programs(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in RUNNABLE_SUFFIXES:
            raise UserError(
                f"The model's folder holds {path.name}, a kind of file that can run programs.",
                "Cowrite imports models in safetensors format only. "
                "If the folder has the safetensors files too, move the other file out of it.",
            )


def _refuse_own_code(config: dict[str, Any]) -> None:
    if "auto_map" in config:
        raise UserError(
            "The model requires program code of its own, which Cowrite never runs.", KINDS_ADVICE
        )


def _require_supported(config: dict[str, Any]) -> None:
    _refuse_own_code(config)
    architectures = config.get("architectures")
    kind = architectures[0] if isinstance(architectures, list) and architectures else "unknown"
    wanted_type = SUPPORTED_KINDS.get(kind) if isinstance(kind, str) else None
    if wanted_type is None or config.get("model_type") != wanted_type:
        raise UserError(
            f"The model is of the kind {str(kind)[:60]}, which Cowrite does not support.",
            KINDS_ADVICE,
        )
    if config.get("quantization_config"):
        raise UserError(
            "The model is already quantized in a format that Cowrite cannot read.",
            "Download the original model or a GGUF file of it.",
        )


def _weights(folder: Path) -> tuple[list[Path], dict[str, Path]]:
    """The files with the weights; for a model in several, also in which one each tensor is."""
    if not (folder / INDEX).exists():
        if not (folder / WEIGHTS).is_file():
            raise UserError(
                f"The model has no weights in safetensors format ({WEIGHTS} is missing).",
                "Cowrite supports no other format.",
            )
        return [folder / WEIGHTS], {}
    names = _read_json(folder / INDEX, f"The model's {INDEX}").get("weight_map")
    if not isinstance(names, dict) or not names:
        raise UserError(f"The model's {INDEX} is damaged.", "Download the model again.")
    for name in names.values():
        if not is_plain_name(name) or not name.endswith(".safetensors"):
            raise UserError(
                f"The model's {INDEX} names a file outside the model's folder or of another kind.",
                "Do not use this model; download it from its publisher.",
            )
    shards = {tensor: folder / name for tensor, name in names.items()}
    for path in shards.values():
        if not path.is_file():
            raise UserError(
                f"The model's file {path.name} is missing.", "Download the model again."
            )
    return sorted(set(shards.values())), shards


def _read_json(path: Path, what: str) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST_JSON_BYTES:
            raise ValueError("too long")
        content = json.loads(path.read_text("utf-8"))
        if not isinstance(content, dict):
            raise ValueError("not an object")
    except FileNotFoundError as error:
        raise UserError(
            f"{what} is missing.", "The folder must contain a complete model."
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise UserError(f"{what} cannot be read.", "Download the model again.") from error
    return content
