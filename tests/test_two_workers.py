"""What keeps the tests apart, and together, when they run in two workers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from two_workers import printable, together

ROOT = Path(__file__).resolve().parent.parent
TESTS = """
import logging
import os
from pathlib import Path
import pytest

@pytest.mark.parametrize("number", range(4))
def test_where(number):
    logging.getLogger().warning("half a character: \\udcff")
    with open(os.environ["NOTED"], "a") as noted:
        noted.write(f"{Path(__file__).parent.name}/{Path(__file__).name} {os.getpid()}\\n")
"""


def test_what_uses_a_display_is_together_and_the_tests_of_a_file_are() -> None:
    assert together("tests/desktop/test_tour.py::test_a[1]") == together(
        "tests/desktop/test_monkey.py::b"
    )
    assert together("tests/cli/test_texts.py::a") == together("tests/cli/test_texts.py::b")
    assert together("tests/cli/test_texts.py::a") != together("tests/cli/test_exports.py::a")


def test_halves_of_characters_are_written_out() -> None:
    report = {"sections": [("log", "a \udcff 😀")], "when": "call", "n": 1.5}
    assert printable(report) == {"sections": [("log", "a \\udcff 😀")], "when": "call", "n": 1.5}


def test_two_workers_run_whole_files_and_all_of_the_desktop_is_with_one(tmp_path: Path) -> None:
    for name in ("desktop/test_a.py", "desktop/test_b.py", "other/test_c.py", "other/test_d.py"):
        file = tmp_path / "tests" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(TESTS, "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    noted = tmp_path / "noted"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "two_workers", "-p", "no:cacheprovider"]
    workers = ["--numprocesses=2", "--dist=loadfile", "--no-loadscope-reorder"]
    environ = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
    environ |= {"PYTHONPATH": str(ROOT / "tests"), "NOTED": str(noted)}
    done = subprocess.run(
        [*command, *workers, "tests"], cwd=tmp_path, env=environ, capture_output=True, text=True
    )
    assert "16 passed" in done.stdout, done.stdout + done.stderr
    lines = [line.split() for line in noted.read_text().splitlines()]
    by_file = {file: {pid for each, pid in lines if each == file} for file, _ in lines}
    assert all(len(pids) == 1 for pids in by_file.values())
    assert by_file["desktop/test_a.py"] == by_file["desktop/test_b.py"]
