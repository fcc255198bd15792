"""Looks at a model's files before anything loads them: a known kind, whole, and nothing that would run is ever read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_json_file
from cowrite.base.printable import one_line
from cowrite.base.records import Count, Name, decode
from cowrite.base.system_reasons import reason_of
from cowrite.localization import tr
from cowrite.models.config_check import require_computable
from cowrite.models.kinds import SUPPORTED_KINDS, kinds_advice, unsupported
from cowrite.models.names import is_plain_name
from cowrite.models.safetensors_header import (
    quantized_elsewhere,
    read_safetensors_header,
)

# Formats that run code when they are read. They are never read or copied; they lie beside the weights of many models.
PICKLE_SUFFIXES = frozenset(
    {".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib", ".npz", ".h5", ".keras", ".msgpack", ".nemo"}
)  # fmt: skip
WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"
SMALL_FILES = (
    "config.json",
    "generation_config.json",
    TOKENIZER,
    "tokenizer_config.json",
    "special_tokens_map.json",
    "chat_template.jinja",
)
"""What is taken of a model beside its weights."""
# What stands for it in models of before 2024; read by cowrite.engine.gguf.older_tokenizer.
OLDER_TOKENIZER_FILES = ("tokenizer.model", "vocab.json", "merges.txt", "added_tokens.json")
INDEX = "model.safetensors.index.json"
# Under which keys a config.json says that the weights are quantized already; the second is MLX's.
QUANTIZED_KEYS = ("quantization_config", "quantization", "compression_config")
LARGEST_JSON_BYTES = 200_000_000  # the largest tokenizers have some 35 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """What a file must be: size in bytes and SHA-256."""

    size: Count
    sha256: Name


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
        raise UserError(tr("{what} is missing.", what=what), advice) from error
    except OSError as error:
        raise UserError(
            tr("{what} cannot be read ({reason}).", what=what, reason=reason_of(error)),
            advice,
        ) from error
    if size < expected.size:
        raise UserError(tr("{what} is incomplete.", what=what), advice)
    if size > expected.size or not path.is_file():
        raise UserError(tr("{what} was altered: it is not the original file.", what=what), advice)


def require_file(path: Path, expected: FileRecord, what: str, advice: str) -> None:
    """Raise UserError, naming ``what``, unless ``path`` is exactly as ``expected``. Reads all of it."""
    require_size(path, expected, what, advice)
    try:
        found = file_record(path)
    except OSError as error:
        raise UserError(
            tr("{what} cannot be read ({reason}).", what=what, reason=reason_of(error)),
            advice,
        ) from error
    if found != expected:
        raise UserError(tr("{what} was altered: it is not the original file.", what=what), advice)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFiles:
    """A model in Hugging Face's layout that was looked at: its config, its weights, and how many those are."""

    config: dict[str, Any]
    weights: tuple[Path, ...]
    parameters: int


def require_safe_model(folder: Path) -> ModelFiles:
    """Check a folder with a model in Hugging Face's layout. Raises UserError.

    Only what would be read is looked at: other forms of the weights and programs that lie in the folder are of no
    concern, since they are neither copied nor run.
    """
    if not (folder / "config.json").exists() and (others := sorted(folder.glob("*.gguf"))):
        raise UserError(
            tr("The folder has no config.json; it holds {name}.", name=one_line(others[0].name)),
            tr("Import that file instead of its folder."),
        )
    config = _read_json(folder / "config.json", tr("The model's config.json"))
    _require_supported(config)
    _require_tokenizer(folder, str(config["model_type"]))
    weights, shards = _weights(folder)
    tensors = {path: read_safetensors_header(path) for path in weights}
    for tensor, path in shards.items():
        if tensor not in tensors[path]:
            raise UserError(
                tr(
                    "{name} is missing a part of the model ({tensor}).",
                    name=path.name,
                    tensor=tensor[:80],
                ),
                tr("Download the model again."),
            )
    _require_each_once(tensors)
    require_computable(config)
    parameters = sum(sum(each.values()) for each in tensors.values())
    if not parameters:
        raise UserError(tr("The model has no weights."), tr("Download the model again."))
    return ModelFiles(config=config, weights=tuple(weights), parameters=parameters)


def require_known_config(folder: Path) -> None:
    """Raise UserError unless the config.json in ``folder`` is of a model that the engine computes."""
    config = _read_json(folder / "config.json", tr("The model's config.json"))
    _require_supported(config)
    require_computable(config)


def _require_supported(config: dict[str, Any]) -> None:
    architectures = config.get("architectures")
    kind = architectures[0] if isinstance(architectures, list) and architectures else "unknown"
    wanted_type = SUPPORTED_KINDS.get(kind) if isinstance(kind, str) else None
    if wanted_type is None and "auto_map" in config:
        raise UserError(
            tr(
                "The model ({kind}) requires program code of its own, which Cowrite never runs.",
                kind=str(kind)[:60],
            ),
            kinds_advice(str(kind)),
        )
    if wanted_type is None:
        raise unsupported(str(kind))
    if config.get("model_type") != wanted_type:
        raise UserError(
            tr(
                "The model's config.json says that it is {kind} and that it is {other}, which does not go "
                "together.",
                kind=str(kind)[:60],
                other=str(config.get("model_type"))[:60],
            ),
            tr("Download the model again."),
        )
    if any(config.get(key) for key in QUANTIZED_KEYS):
        raise quantized_elsewhere()


def _require_tokenizer(folder: Path, model_type: str) -> None:
    """That ``tokenizer.json`` is there, or an older form of it that can be converted.

    Code that a tokenizer's files name is not run, as with the model's.
    """
    for name in ("tokenizer.json", "tokenizer_config.json"):
        if (folder / name).exists():
            _read_json(folder / name, tr("The model's {name}", name=name), repetitions=True)
    if (folder / "tokenizer.json").exists():
        return
    from cowrite.engine.gguf.older_tokenizer import older_form_in, read_older_vocabulary

    if older_form_in(folder) is None:
        _read_json(folder / "tokenizer.json", tr("The model's {name}", name="tokenizer.json"))
    read_older_vocabulary(folder, model_type)


def _weights(folder: Path) -> tuple[list[Path], dict[str, Path]]:
    """The files with the weights; for a model in several, also in which one each tensor is.

    Where a folder has both, the one file is taken, as transformers does; unless the index names it as one of several.
    """
    has_index, has_one = (folder / INDEX).is_file(), (folder / WEIGHTS).is_file()
    if not has_index and not has_one:
        raise _no_weights(folder)
    names = _weight_map(folder) if has_index else {}
    if has_one and WEIGHTS not in names.values():
        return [folder / WEIGHTS], {}
    shards = {tensor: folder / name for tensor, name in names.items()}
    for path in shards.values():
        if not path.is_file():
            raise UserError(
                tr("The model's file {name} is missing.", name=path.name),
                tr("Download the model again."),
            )
    return sorted(set(shards.values())), shards


def _weight_map(folder: Path) -> dict[str, str]:
    names = _read_json(folder / INDEX, tr("The model's {index}", index=INDEX)).get("weight_map")
    if not isinstance(names, dict) or not names:
        raise UserError(
            tr("The model's {index} is damaged.", index=INDEX), tr("Download the model again.")
        )
    for name in names.values():
        if not is_plain_name(name) or not name.endswith(".safetensors"):
            raise UserError(
                tr(
                    "The model's {index} names a file outside the model's folder or of another kind.",
                    index=INDEX,
                ),
                tr("Do not use this model; download it from its publisher."),
            )
    return names


def _no_weights(folder: Path) -> UserError:
    """What to say of a folder without safetensors, by what lies there instead."""
    pickles = sorted(path for path in folder.iterdir() if path.suffix.lower() in PICKLE_SUFFIXES)
    if pickles:
        return UserError(
            tr(
                "The model's weights are in {name}, a kind of file that can run programs.",
                name=pickles[0].name,
            ),
            tr(
                "Cowrite never reads such files. Download the model in safetensors format or as a GGUF file."
            ),
        )
    others = sorted(folder.glob("*.safetensors"))
    if others:
        return UserError(
            tr(
                "The model's {weights} is missing; {name} is of another form.",
                weights=WEIGHTS,
                name=others[0].name,
            ),
            tr("Download the whole model in Hugging Face's layout."),
        )
    return UserError(
        tr(
            "The model has no weights in safetensors format ({weights} is missing).",
            weights=WEIGHTS,
        ),
        tr("Download the model in safetensors format or as a GGUF file."),
    )


def _require_each_once(tensors: Mapping[Path, Mapping[str, int]]) -> None:
    seen: dict[str, Path] = {}
    for path, names in tensors.items():
        for name in names:
            if name in seen:
                raise UserError(
                    tr(
                        "The model has “{name}” twice: in {first} and in {second}.",
                        name=name[:80],
                        first=seen[name].name,
                        second=path.name,
                    ),
                    tr("Download the model again."),
                )
            seen[name] = path


def _read_json(path: Path, what: str, *, repetitions: bool = False) -> dict[str, Any]:
    try:
        content = read_json_file(path, LARGEST_JSON_BYTES, tolerant=repetitions)
        return decode(content, dict[str, Any])
    except FileNotFoundError as error:
        raise UserError(
            tr("{what} is missing.", what=what), tr("The folder must contain a complete model.")
        ) from error
    except (OSError, SchemaError) as error:
        raise UserError(
            tr("{what} cannot be read.", what=what), tr("Download the model again.")
        ) from error
