"""``cowrite check``: places in the file, kinds, and what is no prose."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cowrite.__main__ import main

TEXT = "He stayed due to the fact that it rained.\r\n\r\nThen “Come in, he said.\r\n"


def checked(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, object]]:
    assert main(["check", *arguments, "--json"]) == 0
    rows: list[dict[str, object]] = json.loads(capsys.readouterr().out)
    return rows


def test_places_are_those_in_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "story.txt"
    file.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    raw = "\ufeff" + TEXT
    rows = checked(capsys, str(file))
    assert [row["kind"] for row in rows] == ["quote", "filler"]
    assert [raw[row["start"] : row["end"]] for row in rows] == ["“Come", "due to the fact that"]  # type: ignore[misc]
    assert [row["text"] for row in rows] == ["“Come", "due to the fact that"]


def test_only_the_kinds_that_are_wanted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "story.txt"
    file.write_text(TEXT, "utf-8")
    assert [row["kind"] for row in checked(capsys, str(file), "--kinds", "filler")] == ["filler"]


def test_for_people_lines_and_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "story.md"
    file.write_text("`due to the fact that`\n\n" + TEXT, "utf-8", newline="")
    assert main(["check", str(file)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "5:6: quote: A quotation is opened here and not closed.",
        "3:11: filler: “due to the fact that” can be shorter: “because”.",
    ]


def test_what_cannot_be_read_is_said_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(tmp_path / "none.txt")]) == 2
    assert "none.txt" in capsys.readouterr().err
