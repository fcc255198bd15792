"""A name from data becomes one file in the folder, on every system, and never another's."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.settings.file_names import LONGEST_BYTES, FileNames, safe_file_name

HOSTILE = [
    "../../x", "/etc/passwd", "..", ".", "", "\0", "a/b\\c", "C:\\x", "con", "NUL.txt", "aux", "LPT1", "com¹",
    ".hidden", "trailing. ", " ", "a\nb\x1b[31m", "\u202egpj", "x" * 5000, "ü" * 200, "😀" * 100, "\ud800",
    "a:b?*<>|\"", "-rf", "e\u0301", "é", "É", "ſ", "s", "ß", "SS", "ﬁ", "fi",
]  # fmt: skip
NAMES = st.sampled_from(HOSTILE) | st.text(st.characters(), max_size=40)


@given(NAMES)
def test_it_is_one_part_that_every_system_takes(name: str) -> None:
    safe = safe_file_name(name)
    assert safe == Path(safe).name == safe.strip(" .")
    assert 0 < len(safe.encode()) <= LONGEST_BYTES + 1
    assert (not set(safe) & set('/\\:*?"<>|') and safe.isprintable()) or not safe.isascii()
    assert safe.partition(".")[0].lower() not in {"con", "prn", "aux", "nul", "com1", "lpt1"}
    assert safe_file_name(name) == safe == unicodedata.normalize("NFC", safe)


@pytest.mark.parametrize("name", ["own", "session-1", "3f2a", "Brief an Anna", "日本語", "a.b-c_d"])
def test_ordinary_names_stay(name: str) -> None:
    assert safe_file_name(name) == name


@given(st.lists(NAMES, max_size=20, unique=True))
def test_no_two_records_get_one_file(names: list[str]) -> None:
    given_names = FileNames()
    made = [given_names.of(name) for name in names]
    folded = {unicodedata.normalize("NFKD", each).casefold() for each in made}
    assert len(folded) == len(names)
    assert [given_names.of(name) for name in names] == made


def test_all_hostile_names_become_files_inside(tmp_path: Path) -> None:
    names = FileNames()
    inside = tmp_path / "inside"
    inside.mkdir()
    for name in HOSTILE:
        (inside / f"{names.another(name)}.jsonl").write_text(ascii(name))
    assert len(list(inside.iterdir())) == len(HOSTILE)
    assert list(tmp_path.iterdir()) == [inside]
