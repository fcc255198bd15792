"""The files of the command line: what can be read is opened, and what cannot is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from cowrite.base.errors import UserError
from cowrite.documents.files_to_open import check_files


def test_no_files_are_no_problem() -> None:
    assert check_files([]).loaded == ()


def test_one_good_file_is_enough(tmp_path: Path) -> None:
    good = tmp_path / "good"
    good.write_text("x")
    opening = check_files([tmp_path / "missing", good])
    assert [each.path for each in opening.loaded] == [good]
    assert len(opening.problems) == 1
    with pytest.raises(UserError):
        check_files([tmp_path / "missing"])
