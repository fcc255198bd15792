"""A first try of the packaged folder, on every system: ``python packaging/smoke/quick.py dist/cowrite``.

Shows that it starts, that its resources, Qt and torch came along, and that in a fresh home it completes a sentence.
Exit status 0 if it works, else 1.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

PATIENCE_S = 120
NEEDED = ("qt", "torch")


def start(program: Path, home: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program offscreen in an empty home."""
    return subprocess.run(
        [program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
        cwd=home,
        env={
            **os.environ,
            "COWRITE_HOME": home,
            "COWRITE_LANGUAGE": "en",
            "QT_QPA_PLATFORM": "offscreen",
        },
    )


def problems_of(program: Path) -> list[str]:
    """What does not work, one sentence each."""
    with tempfile.TemporaryDirectory() as home:
        version = start(program, home, "--version")
        if version.returncode or not re.fullmatch(
            r"Cowrite \d+\.\d+\.\d+\S*", version.stdout.strip()
        ):
            return [f"--version said {version.stdout!r} {version.stderr!r}"]
        print(version.stdout.strip())
        doctor = start(program, home, "doctor", "--json")
        try:
            findings = json.loads(doctor.stdout)["findings"]
        except (ValueError, KeyError):
            return [f"doctor said {doctor.stdout!r} {doctor.stderr!r}"]
        for finding in findings:
            print(f"{finding['verdict']:<8} {finding['what']:<13} {finding['detail']}")
        fine = {f["what"].lower() for f in findings if f["verdict"] != "problem"}
        return [f"doctor finds a problem with {name}" for name in NEEDED if not has(name, fine)]


def has(name: str, findings: set[str]) -> bool:
    """Whether one of the findings is about ``name``."""
    return any(name in what for what in findings)


def completion_problems(program: Path) -> list[str]:
    """What does not work with the model that comes with the program."""
    with tempfile.TemporaryDirectory() as home:
        completed = start(program, home, "complete", "--text", "Once upon a", "--json")
    try:
        answer = json.loads(completed.stdout)
    except ValueError:
        return [f"complete said {completed.stdout!r} {completed.stderr!r}"]
    print(
        f"“Once upon a” … “{answer['suggestion']}”, {answer['model']} as {answer['quantization']}"
    )
    return [] if answer["candidates"] else ["complete had nothing to say"]


def main() -> int:
    """Try the program in the folder given on the command line."""
    parser = argparse.ArgumentParser(description="Try the packaged program.")
    parser.add_argument("folder", type=Path, help="where the program is, such as dist/cowrite")
    arguments = parser.parse_args()
    program = arguments.folder.resolve() / ("cowrite.exe" if os.name == "nt" else "cowrite")
    if not program.is_file():
        print(f"There is no program {program}.", file=sys.stderr)
        return 1
    problems = problems_of(program)
    if not problems:
        problems = completion_problems(program)
    for problem in problems:
        print(f"PROBLEM: {problem}", file=sys.stderr)
    print("The package works." if not problems else "The package does not work.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
