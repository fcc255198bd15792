"""GGUF to safetensors, once, at install. Importing this module imports torch and transformers."""

from __future__ import annotations

import errno
import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cowrite.engine.gguf_header import read_gguf_header
from cowrite.engine.offline import forbid_downloads
from cowrite.errors import UserError

forbid_downloads()
os.environ.setdefault("TQDM_DISABLE", "1")  # our own progress is shown instead of the libraries'

import torch  # noqa: E402
from tokenizers import Tokenizer, pre_tokenizers  # noqa: E402
from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig  # noqa: E402
from transformers.utils.logging import disable_progress_bar  # noqa: E402

logger = logging.getLogger(__name__)

# Vocabularies that were learned with every digit by itself, by the name llama.cpp gives to their way of splitting
# (src/llama-vocab.cpp). transformers 5.24 does not know these names and joins white space before a digit to it,
# so that “\n\n1” is read as tokens that the model never saw there.
SINGLE_DIGITS = frozenset({"smollm", "starcoder", "refact", "command-r", "codeshell", "exaone"})

# How a library written in Rust reports that the disk or the quota is full: the system's own numbers.
_DISK_IS_FULL = re.compile(r"os error (28|112|122|69)\b")


def gguf_to_safetensors(
    gguf: Path, folder: Path, on_part: Callable[[float], None] = lambda _: None
) -> None:
    """Write the model in ``gguf`` to ``folder`` as bf16 safetensors with its tokenizer.

    ``on_part`` gets how much is done, 0 to 1. Raises UserError if the file is damaged or of a kind that
    transformers cannot read, OSError if the disk fails.
    """
    disable_progress_bar()
    with _unreadable_means_damaged():
        tokenizer = _read_tokenizer(gguf)
        on_part(0.2)
        model = _read_model(gguf)
        on_part(0.9)
    tokenizer.model_max_length = model.config.max_position_embeddings
    with _disk_errors_as_oserror():
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
    on_part(1.0)


def _read_tokenizer(gguf: Path) -> Any:
    tokenizer = AutoTokenizer.from_pretrained(
        gguf.parent, gguf_file=gguf.name, local_files_only=True, trust_remote_code=False
    )
    if read_gguf_header(gguf).text("tokenizer.ggml.pre") in SINGLE_DIGITS:
        split_digits(tokenizer.backend_tokenizer)
    return tokenizer


def split_digits(tokenizer: Tokenizer) -> None:
    """Let ``tokenizer`` take every digit by itself before it splits words."""
    digits = pre_tokenizers.Digits(individual_digits=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([digits, tokenizer.pre_tokenizer])


def _read_model(gguf: Path) -> Any:
    return AutoModelForCausalLM.from_pretrained(
        gguf.parent,
        gguf_file=gguf.name,
        # Left packed, the weights could neither be saved nor trained.
        quantization_config=GgufConfig(dequantize=True),
        # Each tensor is unpacked exactly and then rounded, so this equals rounding a whole fp32 model.
        dtype=torch.bfloat16,
        local_files_only=True,
        trust_remote_code=False,
    )


@contextmanager
def _unreadable_means_damaged() -> Iterator[None]:
    """What transformers raises about a file it cannot make sense of is a fault of the file, whatever its type."""
    try:
        yield
    except MemoryError as error:
        raise UserError(
            "There is not enough free memory to convert the model; nothing was installed.",
            "Close other programs, or choose a smaller model.",
        ) from error
    except Exception as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk, not the file
        logger.exception("the GGUF file cannot be converted")
        raise UserError(
            "The GGUF file is damaged or of a kind that Cowrite cannot convert.",
            "Choose a Llama, SmolLM, Qwen, Mistral or Phi-3 model.",
        ) from error


@contextmanager
def _disk_errors_as_oserror() -> Iterator[None]:
    """The libraries that write have errors of their own, in which only the text says that the disk is full."""
    try:
        yield
    except Exception as error:
        if _DISK_IS_FULL.search(str(error)):
            raise OSError(errno.ENOSPC, "No space left on device") from error
        raise
