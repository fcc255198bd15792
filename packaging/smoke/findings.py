"""What a smoke test found: one line a step while it runs, problems, and figures as JSON at the end."""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LONGEST = 1500


class Findings:
    """Problems and figures of one run. A problem ends a step, not the run."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.problems: list[str] = []
        self.skipped: list[str] = []
        self.figures: dict[str, float] = {}
        self.passed: list[str] = []

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """One step. Whatever is raised in it is a problem of this step."""
        began = time.monotonic()
        before = len(self.problems)
        try:
            yield
        except Exception as error:  # a package can fail in every way
            where = traceback.extract_tb(error.__traceback__)[-1]
            said = f"{error}" or type(error).__name__
            if not isinstance(error, AssertionError):
                said = (
                    f"{type(error).__name__}: {said} ({Path(where.filename).name}:{where.lineno})"
                )
            self.problem(f"{name}: {said}")
        if len(self.problems) == before:
            self.passed.append(name)
            print(f"  ok       {name} ({time.monotonic() - began:.1f} s)", flush=True)

    def problem(self, text: str) -> None:
        """Something that does not work."""
        self.problems.append(text[:LONGEST])
        print(f"  PROBLEM  {text[:LONGEST]}", file=sys.stderr, flush=True)

    def skip(self, name: str, reason: str, *, allowed: bool) -> None:
        """A step that cannot be taken on this machine: a problem where all of them have to be (at night)."""
        if not allowed:
            self.problem(f"{name}: {reason}")
            return
        self.skipped.append(f"{name}: {reason}")
        print(f"  skipped  {name}: {reason}", flush=True)

    def figure(self, name: str, value: float, unit: str) -> None:
        """A measured number, named with its unit."""
        self.figures[f"{name}_{unit}"] = round(value, 2)
        print(f"  figure   {name.replace('_', ' ')}: {value:.2f} {unit}", flush=True)

    def to_json(self) -> dict[str, object]:
        """All of it."""
        return {
            "title": self.title,
            "problems": self.problems,
            "skipped": self.skipped,
            "figures": self.figures,
            "passed": self.passed,
        }


def write_json(path: Path, runs: list[Findings]) -> None:
    """Every run, in its order."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps([run.to_json() for run in runs], indent=1, ensure_ascii=False), "utf-8"
    )
