"""The libraries neither fetch anything nor talk to the person."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

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


def test_nothing_is_left_in_the_temporary_folder(tmp_path: Path):
    ask = "from cowrite.engine.offline import forbid_downloads\nforbid_downloads()\nimport bitsandbytes"
    environ = {**os.environ, "TMPDIR": str(tmp_path)}
    environ.pop("TORCHINDUCTOR_CACHE_DIR", None)
    subprocess.run([sys.executable, "-c", ask], env=environ, check=True, timeout=120)
    assert list(tmp_path.iterdir()) == []
