"""Keeps the Python binding of Qt from reading the source of every module that is imported.

PySide6 reads each for its name, so that modules can switch on ``snake_case`` and the like (``__feature__``). Nothing
here does; it would cost a tenth of the time until the window stands, and 10 MB, since Python keeps what was read.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import PySide6  # noqa: F401  (with it the module below is there)

_FEATURES = "shibokensupport.feature"
_READS = "_mod_uses_pyside"
_USES = ("cowrite", "PySide6")


def spare_sources() -> None:
    """Tell the binding by a module's name what it would look for in its source. Does nothing where it does not look."""
    features: Any = sys.modules.get(_FEATURES)
    if hasattr(features, _READS):
        setattr(features, _READS, _uses_qt)


def _uses_qt(module: ModuleType) -> bool:
    return module.__name__.partition(".")[0] in _USES
