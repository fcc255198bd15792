"""The libraries neither fetch anything nor talk to the person."""

from __future__ import annotations

import subprocess
import sys

ASK = """
from cowrite.engine.offline import forbid_downloads
forbid_downloads()
from transformers import AutoConfig
from transformers.utils import logging
logging.get_logger("transformers.models").warning("a remark")
longrope = {"rope_type": "longrope", "short_factor": [1.0], "long_factor": [1.0],
            "original_max_position_embeddings": 8}
AutoConfig.for_model("llama", rope_scaling=longrope, max_position_embeddings=16)
print(logging.is_progress_bar_enabled())
"""


def test_what_a_library_remarks_is_not_printed():
    done = subprocess.run(
        [sys.executable, "-c", ASK], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.split() == ["False"]
    assert done.stderr == ""
