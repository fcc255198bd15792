"""Errors that say there was no memory, as they are worded where it happened."""

from __future__ import annotations

import errno
import os

import pytest
import torch

from cowrite.engine.out_of_memory import is_out_of_memory


def test_torch_says_it_in_words() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(1 << 60, dtype=torch.uint8)
    assert is_out_of_memory(caught.value)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError(), True),
        (OSError(errno.ENOMEM, os.strerror(errno.ENOMEM)), True),
        (RuntimeError("could not create a primitive"), True),
        (RuntimeError("CUDA out of memory. Tried to allocate 2 GiB"), True),
        (RuntimeError("unable to mmap 9 bytes from file <m>: Cannot allocate memory (12)"), True),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), False),
        (OSError(errno.ENOENT, "No such file", "/home/ann/out of memory.txt"), False),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), False),
    ],
)
def test_others_are_told_apart(error: Exception, expected: bool) -> None:
    assert is_out_of_memory(error) is expected
