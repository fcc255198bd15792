"""Whether files that somebody drops are a model that could be imported: by their names, without reading them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

CONFIG = "config.json"


def importable(paths: Sequence[Path]) -> bool:
    """Whether ``paths`` are one model: a GGUF file, or a folder in Hugging Face's layout."""
    if len(paths) != 1:
        return False
    path = paths[0]
    try:
        if path.is_dir():
            return (path / CONFIG).is_file() and any(path.glob("*.safetensors"))
        return path.suffix.lower() == ".gguf" and path.is_file()
    except OSError:
        return False
