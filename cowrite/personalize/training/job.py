"""What a training process is to do: a small JSON file, because a command line shows to everyone on the machine."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from math import prod
from pathlib import Path
from typing import Any

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_json, read_json_file
from cowrite.base.records import Integer, Name, PathText, decode
from cowrite.localization import tr
from cowrite.settings.private_file import write_private

METADATA = "__metadata__"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingJob:
    """``model_dir`` as it is served in ``quantization``; ``files``, ``own_texts`` and the decisions in ``log`` are
    learned from. ``own_texts`` are files and folders; what cannot be read of them is passed over.

    ``excluded`` are ids, paths or folders of documents that must not be. ``work`` keeps the checkpoint and what is
    held out for the evaluation; the finished adapter appears in ``staging``. ``changes`` are “key=value” settings.
    An ``attended`` run stops when whoever started it goes away.
    """

    model_id: Name
    model_dir: PathText
    quantization: Name
    work: PathText
    staging: PathText
    files: tuple[PathText, ...] = ()
    own_texts: tuple[PathText, ...] = ()
    log: PathText = ""
    excluded: tuple[PathText, ...] = ()
    since_ms: Integer = 0
    imported: bool = False
    changes: tuple[Name, ...] = ()
    device: Name = "auto"
    attended: bool = False

    def write(self, path: Path) -> None:
        """Store it, for this person's eyes only. Raises OSError."""
        write_private(path, json.dumps(asdict(self)).encode())

    @classmethod
    def read(cls, path: Path) -> TrainingJob:
        """What :meth:`write` stored. Raises UserError for anything else."""
        try:
            return decode(read_json_file(path), cls, only_known=True)
        except (OSError, SchemaError) as error:
            raise UserError(
                tr("The training instructions cannot be read."), tr("Start the training again.")
            ) from error


def parameters_of(folder: Path) -> int:
    """About how many weights the model has, as the heads of its files say; two bytes each where one cannot be read."""
    return sum(map(_parameters_in, folder.glob("*.safetensors")))


def _parameters_in(file: Path) -> int:
    try:
        with file.open("rb") as opened:
            head = read_json(opened.read(int.from_bytes(opened.read(8), "little")))
        tensors = decode(head, dict[str, Any])
        return sum(prod(each["shape"]) for name, each in tensors.items() if name != METADATA)
    except (OSError, SchemaError, KeyError, TypeError, OverflowError, MemoryError):
        return file.stat().st_size // 2
