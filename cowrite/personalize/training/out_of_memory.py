"""Whether an error says that memory could not be had. Knows torch's words, and does not import it."""

from __future__ import annotations

import errno

# torch's own words, on processors and cards; all that oneDNN says; and a thread that got no stack.
_WORDS = (
    "allocate memory",
    "out of memory",
    "not enough memory",
    "could not create a primitive",
    "can't start new thread",
)


def is_out_of_memory(error: BaseException) -> bool:
    """For errors of Python, of the system, and of torch, where only the words tell."""
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM  # its words hold the names of files
    return isinstance(error, MemoryError) or any(words in str(error) for words in _WORDS)
