"""Numbers, texts and lists out of a GGUF file's metadata, each of the kind it must be."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cowrite.engine.gguf.header import Value, Values
from cowrite.engine.gguf.keys import damaged, refused

# More than any model has; a damaged number must not become an allocation.
LARGEST_NUMBER = 1 << 31
MOST_LAYERS = 1_000


@dataclass(frozen=True, slots=True)
class Metadata:
    """``values`` of a model of ``architecture``, whose name stands before most keys."""

    architecture: str
    values: Values

    def key(self, name: str) -> str:
        """The whole key of ``name``."""
        return f"{self.architecture}.{name}"

    def has(self, name: str) -> bool:
        """Whether anything is said of ``name``."""
        return self.key(name) in self.values

    def count(self, name: str, default: int | None = None) -> int:
        """A whole number above 0. Raises UserError; without a default also if it is missing."""
        key = self.key(name)
        value = self.values.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise damaged(key)
        if not 0 < value < LARGEST_NUMBER:
            raise damaged(key)
        return value

    def number(self, name: str, default: float | None = None) -> float:
        """A finite number, not below 0. Raises UserError; without a default also if it is missing."""
        key = self.key(name)
        value = self.values.get(key, default)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise damaged(key)
        if not math.isfinite(value) or value < 0:
            raise damaged(key)
        return float(value)

    def text(self, name: str, default: str) -> str:
        """A text. Raises UserError."""
        value = self.values.get(self.key(name), default)
        if not isinstance(value, str):
            raise damaged(self.key(name))
        return value

    def same_in_all_layers(self, name: str, layers: int, default: int | None = None) -> int:
        """A count that may be given layer by layer. Raises UserError if the layers differ."""
        key = self.key(name)
        value = self.values.get(key)
        if not isinstance(value, list):
            return self.count(name, default)
        if len(value) != layers or not value:
            raise damaged(key)
        if any(each != value[0] for each in value):
            raise refused(key)  # layers of different sizes
        return Metadata(self.architecture, {key: value[0]}).count(name)

    def pattern(self, name: str, layers: int) -> list[bool] | None:
        """Yes or no for each layer; None if it is not given as a list. Raises UserError."""
        value: Value | list[Value] | None = self.values.get(self.key(name))
        if not isinstance(value, list):
            return None
        if len(value) != layers or any(each not in (0, 1) for each in value):
            raise damaged(self.key(name))
        return [bool(each) for each in value]
