"""Whether an error says that memory could not be had. Knows torch's words, and does not import it."""

from __future__ import annotations

# The second is all that oneDNN says, the third is a thread's stack.
_WORDS = ("memory", "could not create a primitive", "can't start new thread")


def is_out_of_memory(error: BaseException) -> bool:
    """For errors of Python, of the system, and of torch on processors and cards, where only the words tell."""
    return isinstance(error, MemoryError) or any(words in str(error) for words in _WORDS)
