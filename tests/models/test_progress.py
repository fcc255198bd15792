"""What the installing process prints and the window reads."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.base.errors import UserError
from cowrite.models.progress import (
    InstallPhase,
    InstallProgress,
    failed,
    install_command,
    parse_progress,
    progress_in,
)

WORKING = list(InstallPhase)[:4]


@given(
    st.builds(
        InstallProgress,
        phase=st.sampled_from(InstallPhase),
        fraction=st.floats(0, 1),
        bytes_done=st.integers(0, 1 << 50),
        bytes_total=st.integers(0, 1 << 50),
        message=st.text(),
        advice=st.text(),
    )
)
def test_a_line_says_everything(progress: InstallProgress):
    line = progress.to_json()
    assert "\n" not in line
    assert parse_progress(line) == progress


@pytest.mark.parametrize(
    "line",
    ["", "Warning: x", "{}", "[]", "7", "null", '{"phase": "dancing"}', "[" * 100_000,
     '{"phase": "done"}', '{"phase": "done", "fraction": "x"}', '{"phase": "done", "fraction": 1, "b": 2}',
     '{"phase": ["done"], "fraction": 1}', '{"phase": "done", "fraction": 1, "message": 7}'],
)  # fmt: skip
def test_a_line_that_is_not_ours_is_passed_over(line: str):
    assert parse_progress(line) is None


@given(st.text())
def test_no_line_is_an_error(line: str):
    parse_progress(line)


@given(st.sampled_from(WORKING), st.floats(-1, 2), st.floats(-1, 2))
def test_the_bar_only_grows(phase: InstallPhase, one: float, other: float):
    early, late = sorted((one, other))
    assert progress_in(phase, early).fraction <= progress_in(phase, late).fraction
    following = list(InstallPhase)[WORKING.index(phase) + 1]
    assert 0 <= progress_in(phase, late).fraction <= progress_in(following).fraction <= 1


def test_a_failure_has_words_and_advice():
    progress = failed(UserError("The disk is full.", "Free up disk space."))
    assert progress.phase is InstallPhase.FAILED
    assert (progress.message, progress.advice) == ("The disk is full.", "Free up disk space.")


def test_the_child_is_this_very_program(tmp_path: Path):
    assert install_command("toy") == [
        sys.executable, "-m", "cowrite", "models", "install", "toy", "--json",
    ]  # fmt: skip
    home = ["--home", str(tmp_path)]
    assert install_command("toy", tmp_path) == [
        sys.executable, "-m", "cowrite", *home, "models", "install", "toy", "--json",
    ]  # fmt: skip


def test_a_packaged_program_calls_itself(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/cowrite/cowrite")
    assert install_command("toy") == ["/opt/cowrite/cowrite", "models", "install", "toy", "--json"]
