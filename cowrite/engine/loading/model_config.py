"""The ``config.json`` of an installed model: looked at when it was installed, and it may have been altered since."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cowrite.base.json_values import read_json_file
from cowrite.base.records import decode

SENSELESS = (ValueError, KeyError, TypeError, AttributeError, OverflowError)
"""What using a config raises that makes no sense."""


def read_model_config(model_dir: Path) -> dict[str, Any]:
    """What ``config.json`` says. Raises OSError, or ValueError if it is no object of JSON."""
    return decode(read_json_file(model_dir / "config.json", tolerant=True), dict[str, Any])
