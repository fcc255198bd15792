"""Keeps the machine-learning libraries off the network, and what they print off the terminal.

Must run before torch or transformers are imported.
"""

from __future__ import annotations

import os
import tempfile

OFFLINE_VARIABLES = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
    # bitsandbytes may fetch native code at run time if the package `kernels` is importable.
    "USE_HUB_KERNELS": "0",
    # transformers may ask the hub for a safetensors version of a model in another format.
    "DISABLE_SAFETENSORS_CONVERSION": "1",
    # Several tokenizer threads gain nothing for one short text and take the cores from the window.
    "TOKENIZERS_PARALLELISM": "false",
    # What transformers remarks about a model, and its progress, is for programmers; what matters is raised.
    "TRANSFORMERS_VERBOSITY": "critical",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    # bitsandbytes has torch compile some of its functions, which takes a compiler of C++ on this machine, and minutes.
    "TORCH_COMPILE_DISABLE": "1",
}


def forbid_downloads() -> None:
    """Set the variables for this process and its children. Idempotent, and stronger than the caller's environment."""
    os.environ.update(OFFLINE_VARIABLES)
    # Only importing bitsandbytes makes the folder that torch would compile in: let it be one that is there.
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = tempfile.gettempdir()
