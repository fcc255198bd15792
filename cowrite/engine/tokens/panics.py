"""The tokenizers library is written in Rust, and gives up by a panic: for Python that is no Exception.

Unnoticed it would end the engine's thread. A tokenizer of strangers can bring it about, by a pattern that takes too
long on some text, for one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cowrite.base.errors import UserError
from cowrite.localization import tr

_MODULE_OF_PANICS = "pyo3_runtime"  # which nobody can import


@contextmanager
def panics_as_errors() -> Iterator[None]:
    """Let a panic of the library be a UserError."""
    try:
        yield
    except BaseException as error:
        if type(error).__module__ != _MODULE_OF_PANICS:
            raise
        raise UserError(
            tr("The model's tokenizer does not work."), tr("Choose another model.")
        ) from error
