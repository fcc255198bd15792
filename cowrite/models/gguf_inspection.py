"""Looks at a GGUF file before anything is converted: of a kind that is computed as its author meant it, and whole."""

from __future__ import annotations

from pathlib import Path

from cowrite.engine.gguf_model import GgufModel, read_gguf_model


def require_supported_gguf(path: Path) -> GgufModel:
    """Read the heads of the model that ``path`` is a file of, all parts of it.

    Raises UserError if one is damaged, cut off or missing, or if anything in the model cannot be carried over.
    """
    return read_gguf_model(path)
