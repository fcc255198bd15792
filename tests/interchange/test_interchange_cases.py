"""The command on files that other programs made and other converters got wrong.

They and the program that judges are kept outside of this repository, in the folder that COWRITE_CASES names. Small
files of our own stand beside the tests of each kind.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("COWRITE_CASES", ROOT / "there-are-none")) / "interchange"
EXPECTED = FOLDER / "expected.json"
CASES = (
    [case["id"] for case in json.loads(EXPECTED.read_text(encoding="utf-8"))["cases"]]
    if EXPECTED.is_file()
    else []
)


@pytest.mark.skipif(not CASES, reason="COWRITE_CASES names no folder with files of others")
@pytest.mark.parametrize("case", CASES)
def test_the_files_of_others(case: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(FOLDER / "check.py"), "--only", case, sys.executable, "-m", "cowrite"],
        env=os.environ | {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert done.returncode == 0, done.stdout + done.stderr
