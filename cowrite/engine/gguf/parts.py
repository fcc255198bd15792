"""A model in GGUF, in one file or in several that lie beside each other.

llama.cpp's gguf-split calls the parts ``NAME-00001-of-00003.gguf`` and so on. The first has all the metadata; every
part says which one it is, of how many, and how many tensors all have together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.system_reasons import reason_of
from cowrite.engine.gguf.header import (
    GgufError,
    GgufHeader,
    GgufTensor,
    Value,
    Values,
    read_gguf_header,
    without_controls,
)
from cowrite.localization import tr, tr_noop

# A part is not looked for beyond this number: a damaged count must not keep us busy.
MOST_PARTS = 1_000
_PART_NAME = re.compile(
    r"(?P<name>.+)-(?P<number>\d{5})(?P<rest>-of-(?P<count>\d{5})\.gguf)", re.IGNORECASE | re.DOTALL
)
_NUMBER, _COUNT, _TENSORS = "split.no", "split.count", "split.tensors.count"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gguf:
    """A whole model: the metadata of its first part, and the tensors of all parts by name."""

    paths: tuple[Path, ...]
    values: Values
    tensors: dict[str, GgufTensor]

    @property
    def parameters(self) -> int:
        """How many weights there are in all."""
        return sum(tensor.weights for tensor in self.tensors.values())

    @property
    def name(self) -> str:
        """What the files are called, without an ending and without the number of a part."""
        return without_controls(_plain_stem(self.paths[0])) or "model"

    def text(self, key: str) -> str:
        """The text stored under ``key`` on one line and without control characters, or an empty one."""
        value = self.values.get(key, "")
        return without_controls(value) if isinstance(value, str) else ""


def read_gguf(path: Path) -> Gguf:
    """Read the heads of all files of the model that ``path`` is one of. Raises UserError."""
    header = _read(path)
    count = _count_of(header)
    parts = [header] if count <= 1 else [_read(each) for each in _paths_of(path, count)]
    if count > 1:
        _require_one_model(parts, count)
    declared = parts[0].values.get(_TENSORS)
    if declared is not None and declared != sum(len(part.tensors) for part in parts):
        raise UserError(
            tr(
                "{shown} does not hold as many tensors as the model has: a part is missing.",
                shown=_shown(path),
            ),
            tr("Download the model again, with all its parts."),
        )
    tensors: dict[str, GgufTensor] = {}
    for part in parts:
        for tensor in part.tensors:
            if tensor.name in tensors:
                raise _foreign(part.path)
            tensors[tensor.name] = tensor
    if not tensors:
        raise UserError(
            tr("{shown} holds no model, only a vocabulary.", shown=_shown(path)),
            tr(ADVICE_ANOTHER_FILE),
        )
    return Gguf(paths=tuple(part.path for part in parts), values=parts[0].values, tensors=tensors)


ADVICE_ANOTHER_FILE = tr_noop(
    "Take another GGUF file of the model, or its folder in safetensors format if it has one."
)


def _read(path: Path) -> GgufHeader:
    try:
        return read_gguf_header(path)
    except GgufError as error:
        raise UserError(
            tr("{shown} is damaged or incomplete ({error}).", shown=_shown(path), error=error),
            tr("Download the file again."),
        ) from error
    except OSError as error:
        raise UserError(
            tr(
                "{shown} cannot be read ({reason}).",
                shown=_shown(path),
                reason=reason_of(error),
            )
        ) from error


def _count_of(header: GgufHeader) -> int:
    """In how many files the model is, as this one says."""
    count = header.values.get(_COUNT, 1)
    if type(count) is not int or not 0 <= count <= MOST_PARTS:
        raise UserError(
            tr(
                "{shown} is damaged ({count} makes no sense).",
                shown=_shown(header.path),
                count=_COUNT,
            ),
            tr("Download the file again."),
        )
    return count


def _paths_of(path: Path, count: int) -> list[Path]:
    """The files of all parts, by their number. Raises UserError if one is missing."""
    if not _PART_NAME.fullmatch(path.name) and path.is_symlink():
        path = path.resolve()  # a link to a part may have any name
    named = _PART_NAME.fullmatch(path.name)
    if named is None or int(named["count"]) != count:
        raise UserError(
            tr(
                "{shown} is a part of a model in {count} files and was renamed, so that the other parts cannot "
                "be found.",
                shown=_shown(path),
                count=count,
            ),
            tr(
                "Put all parts into one folder under the names that they were published with, ending in "
                "-00001-of-{count:05}.gguf and so on.",
                count=count,
            ),
        )
    stem, rest = named["name"], named["rest"]
    paths = [path.with_name(f"{stem}-{i:05}{rest}") for i in range(1, count + 1)]
    missing = [_shown(each) for each in paths if not each.is_file()]
    if missing:
        more = tr(" and {count} more", count=len(missing) - 3) if len(missing) > 3 else ""
        raise UserError(
            tr(
                "{shown} is a part of a model in {count} files; missing: {missing}{more}.",
                shown=_shown(path),
                count=count,
                missing=", ".join(missing[:3]),
                more=more,
            ),
            tr("Download the missing parts into the same folder, and import any one of them."),
        )
    return paths


def _require_one_model(parts: list[GgufHeader], count: int) -> None:
    """Raise UserError unless ``parts`` are those of one model, each in its place."""
    first = parts[0]
    tensors = first.values.get(_TENSORS)
    for number, part in enumerate(parts):
        same = {_COUNT: count, _NUMBER: number, _TENSORS: tensors}
        said = {key: part.values.get(key) for key in same}
        # Later parts repeat nothing, or what the first one says.
        foreign = any(
            key not in first.values or not _equal(first.values[key], value)
            for key, value in part.values.items()
            if key != _NUMBER
        )
        if said != same or foreign:
            raise _foreign(part.path)


def _foreign(path: Path) -> UserError:
    return UserError(
        tr(
            "{shown} is not the part that its name says, or belongs to another model.",
            shown=_shown(path),
        ),
        tr("Download all parts of the model again, into a folder of their own."),
    )


def _equal(one: Value | list[Value], other: Value | list[Value]) -> bool:
    return type(one) is type(other) and one == other


def _plain_stem(path: Path) -> str:
    named = _PART_NAME.fullmatch(path.name)
    return named["name"] if named else path.stem


def _shown(path: Path) -> str:
    return without_controls(path.name)
