"""Whether an error says that memory could not be had. Knows torch's words, and does not import it."""

from __future__ import annotations

import errno

# torch's own words, on processors and cards; the code of cuBLAS; all that oneDNN says; and a thread that got no stack.
_WORDS = (
    "allocate memory",
    "out of memory",
    "not enough memory",
    "ALLOC_FAILED",
    "could not create a primitive",
    "can't start new thread",
)


def is_out_of_memory(error: BaseException) -> bool:
    """For errors of Python, of the system, and of torch, where only the words tell."""
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM  # its words hold the names of files
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    return any(words in str(error) for words in _WORDS)
