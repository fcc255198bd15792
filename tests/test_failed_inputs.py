"""Inputs that failed once: each is a folder with a ``repro.py`` that exits with 0 if the program does right.

They are kept outside of this repository, in the folder that COWRITE_CASES names, and need the starter model.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CASES = Path(os.environ.get("COWRITE_CASES", ROOT / "there-are-none"))
SCRIPTS = sorted(CASES.glob("[0-9]*/repro.py"))


@pytest.mark.skipif(not SCRIPTS, reason="COWRITE_CASES names no folder with failed inputs")
@pytest.mark.starter_model
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.parent.name)
def test_what_failed_once_is_right(script: Path, starter_model_dir: Path) -> None:
    environment = os.environ | {
        "COWRITE_SRC": str(ROOT),
        "COWRITE_BIN": str(Path(sys.executable).with_name("cowrite")),
        "COWRITE_MODEL": str(starter_model_dir),
    }
    done = subprocess.run(
        [sys.executable, script],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert done.returncode == 0, done.stdout + done.stderr
