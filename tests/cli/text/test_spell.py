"""``cowrite spell``: places in the file, languages, and what cannot be checked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cowrite.__main__ import main


def spell(
    capsys: pytest.CaptureFixture[str], home: Path, *arguments: str
) -> list[dict[str, object]]:
    assert main(["spell", "--home", str(home), *arguments, "--json"]) == 0
    rows: list[dict[str, object]] = json.loads(capsys.readouterr().out)
    return rows


@pytest.mark.parametrize(
    ("newline", "mark"),
    [("\n", ""), ("\r\n", ""), ("\r", ""), ("\r\n", "\ufeff"), ("\n", "\ufeff")],
)
def test_places_are_those_in_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], newline: str, mark: str
) -> None:
    raw = mark + newline.join(["# The secnd day 🦊", "", "A `fxo` saw the wrold.", "", "Teh end."])
    file = tmp_path / "chapter.md"
    file.write_bytes(raw.encode())
    rows = spell(capsys, tmp_path / "home", str(file), "--language", "en_US")
    assert [row["word"] for row in rows] == ["secnd", "wrold", "Teh"]
    for row in rows:
        assert raw[row["start"] : row["end"]] == row["word"]  # type: ignore[misc]
    assert "world" in rows[1]["suggestions"]  # type: ignore[operator]


def test_for_people_it_says_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.txt"
    file.write_text("All is fine here.\nThe wrold turns.\n", "utf-8")
    assert main(["spell", str(file), "--home", str(tmp_path / "home")]) == 0
    assert capsys.readouterr().out.startswith("2:5: wrold (world")


def test_own_words_are_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = tmp_path / "home" / "config" / "words.txt"
    words.parent.mkdir(parents=True)
    words.write_text("gnarp\n", "utf-8")
    file = tmp_path / "a.txt"
    file.write_text("The gnarp slept. The gnarl woke. The gnorp ate.", "utf-8")
    rows = spell(capsys, tmp_path / "home", str(file), "--language", "en_GB")
    assert [row["word"] for row in rows] == ["gnorp"]


@pytest.mark.parametrize("arguments", [["nowhere.md"], ["a.txt", "--language", "xx_XX"]])
def test_what_cannot_be_checked_is_said(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("Words.", "utf-8")
    assert main(["spell", *arguments, "--json", "--home", str(tmp_path / "home")]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("cowrite: There is no ")


def test_an_empty_text_has_no_mistakes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "empty.md"
    file.write_bytes(b"")
    assert spell(capsys, tmp_path / "home", str(file)) == []
