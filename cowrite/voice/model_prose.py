"""What is known of the prose of one model: how often it does what, sample by sample. Numbers and single words, no text.

The program brings this along for its starter model (``resources/voice``, made by ``benchmarks/voice_prose.py``).
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_json
from cowrite.base.records import Count, Name, decode, require_format
from cowrite.localization import tr, tr_noop
from cowrite.voice.traits import Counted, Trait

FORMAT = 1
STARTER = "voice/smollm2-135m-instruct.json.gz"
"""The resource with the starter model's prose."""
FEWEST_SAMPLES = 2
"""In fewer samples a trait is not worth keeping."""
LARGEST_FILE = 16 << 20
"""Bytes, unpacked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProseGroup:
    """Samples of what a model wrote on like occasions; ``name`` says on which.

    ``beside`` are samples of the books of people that it went on from or rewrote; none if nobody's.
    """

    name: str
    samples: tuple[Counted, ...]
    beside: tuple[Counted, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelProse:
    """The prose of the model with that id, called ``name``."""

    model: str
    name: str
    groups: tuple[ProseGroup, ...]

    @property
    def samples(self) -> list[Counted]:
        """Those of all groups."""
        return [each for group in self.groups for each in group.samples]


def write_prose(path: Path, prose: ModelProse) -> None:
    """Write it for :func:`read_prose`; the same prose gives the same bytes. Raises OSError."""
    traits = _kept_traits(prose)
    places = {trait: number for number, trait in enumerate(traits)}
    record = {
        "format": FORMAT,
        "model": prose.model,
        "name": prose.name,
        "traits": traits,
        "groups": [
            {
                "name": group.name,
                "samples": [_row(each, places) for each in group.samples],
                "beside": [_row(each, places) for each in group.beside],
            }
            for group in prose.groups
        ],
    }
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


def read_prose(path: Path) -> ModelProse:
    """What :func:`write_prose` wrote. Raises UserError if it is something else, OSError if it cannot be read."""
    try:
        value = read_json(_unpacked(path.read_bytes()))
        require_format(value, FORMAT)
        stored = decode(value, _Stored)
        groups = tuple(
            ProseGroup(
                name=group.name,
                samples=tuple(_counted(row, stored.traits) for row in group.samples),
                beside=tuple(_counted(row, stored.traits) for row in group.beside),
            )
            for group in stored.groups
        )
    except (SchemaError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UserError(
            tr(
                "{path} does not say how a model writes ({reason}).",
                path=path,
                reason=type(error).__name__,
            ),
            tr("Install Cowrite again."),
        ) from error
    return ModelProse(model=stored.model, name=stored.name, groups=groups)


@dataclass(frozen=True, slots=True, kw_only=True)
class _StoredGroup:
    name: Name
    samples: tuple[tuple[Count, ...], ...]
    beside: tuple[tuple[Count, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    model: Name
    name: Name
    traits: tuple[Annotated[str, Meta(max_length=200)], ...]
    groups: tuple[_StoredGroup, ...]


def _unpacked(data: bytes) -> bytes:
    machine = zlib.decompressobj(wbits=31)
    unpacked = machine.decompress(data, LARGEST_FILE)
    if not machine.eof:
        raise EOFError
    return unpacked


def _kept_traits(prose: ModelProse) -> list[Trait]:
    times = Counter(trait for each in prose.samples for trait in each.traits)
    return sorted(trait for trait, found in times.items() if found >= FEWEST_SAMPLES)


def _row(counted: Counted, places: dict[Trait, int]) -> list[int]:
    """How many words, and then the number of each trait with how often it was found."""
    row = [counted.words]
    for trait, times in sorted(counted.traits.items()):
        if trait in places:
            row += (places[trait], times)
    return row


def _counted(row: Sequence[int], traits: Sequence[Trait]) -> Counted:
    words, pairs = row[0] if row else 0, row[1:]
    if len(pairs) % 2 or any(number >= len(traits) for number in pairs[::2]):
        raise SchemaError("groups", tr_noop("name traits that there are not"))
    return Counted(words, {traits[number]: times for number, times in _pairs(pairs)})


def _pairs(values: Sequence[int]) -> Iterable[tuple[int, int]]:
    return zip(values[::2], values[1::2], strict=True)
