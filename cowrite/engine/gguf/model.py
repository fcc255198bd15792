"""A GGUF model with all that is needed to convert it, checked without reading a weight."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cowrite.engine.gguf.config import GgufPlan, plan_of
from cowrite.engine.gguf.parts import Gguf, read_gguf
from cowrite.engine.gguf.tensors import Target, targets_of
from cowrite.engine.gguf.vocabulary import GgufVocabulary, vocabulary_of


@dataclass(frozen=True, slots=True, kw_only=True)
class GgufModel:
    """The files as they are, and what they become."""

    gguf: Gguf
    plan: GgufPlan
    targets: list[Target]
    vocabulary: GgufVocabulary

    @property
    def parameters(self) -> int:
        """How many weights there are in all."""
        return self.gguf.parameters

    @property
    def name(self) -> str:
        """What the files are called, without an ending and without the number of a part."""
        return self.gguf.name

    def text(self, key: str) -> str:
        """The text stored under ``key`` on one line and without control characters, or an empty one."""
        return self.gguf.text(key)


def read_gguf_model(path: Path) -> GgufModel:
    """The model that ``path`` is a file of. Raises UserError unless all of it can be carried over."""
    gguf = read_gguf(path)
    plan = plan_of(gguf)
    return GgufModel(
        gguf=gguf,
        plan=plan,
        targets=targets_of(gguf, plan),
        vocabulary=vocabulary_of(gguf.values),
    )
