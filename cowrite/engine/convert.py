"""GGUF to safetensors, once, at install. Importing this module imports torch and transformers."""

from __future__ import annotations

import logging
from pathlib import Path

from cowrite.engine.offline import forbid_downloads
from cowrite.errors import UserError

forbid_downloads()

import torch  # noqa: E402
from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig  # noqa: E402
from transformers.utils.logging import disable_progress_bar  # noqa: E402

logger = logging.getLogger(__name__)


def gguf_to_safetensors(gguf: Path, folder: Path) -> None:
    """Write the model in ``gguf`` to ``folder`` as bf16 safetensors with its tokenizer.

    Raises UserError if the file is damaged or of a kind that transformers cannot read.
    """
    disable_progress_bar()  # our own progress is shown instead
    try:
        tokenizer = AutoTokenizer.from_pretrained(
            gguf.parent, gguf_file=gguf.name, local_files_only=True, trust_remote_code=False
        )
        model = AutoModelForCausalLM.from_pretrained(
            gguf.parent,
            gguf_file=gguf.name,
            # Left packed, the weights could neither be saved nor trained.
            quantization_config=GgufConfig(dequantize=True),
            dtype=torch.float32,
            local_files_only=True,
            trust_remote_code=False,
        )
    except OSError as error:
        if error.errno is not None:
            raise  # the disk, not the file
        raise _unreadable() from error
    except (ValueError, KeyError, RuntimeError, AttributeError, IndexError) as error:
        logger.exception("the GGUF file cannot be converted")
        raise _unreadable() from error
    model.to(torch.bfloat16).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _unreadable() -> UserError:
    return UserError(
        "The GGUF file is damaged or of a kind that Cowrite cannot convert.",
        "Choose a Llama, SmolLM, Qwen, Mistral or Gemma model.",
    )
