"""A short run of the fuzz in the suite, the same every time; ``python3 dev.py nightly`` runs the long one."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from fuzz.campaign import fuzz, save
from fuzz.log_readers import own_sessions, read_sessions_and_use
from fuzz.mutations import mutated
from fuzz.reader import Reader
from fuzz.readers import READERS

SEED = 20261128
RUNS = {"rows of the log": 12, "adapter file (zip)": 30, "provenance": 30}


@pytest.mark.parametrize("reader", READERS, ids=lambda each: each.name)
@pytest.mark.expects_warnings
def test_whatever_comes_is_read_or_refused_in_a_sentence(reader: Reader, tmp_path: Path) -> None:
    result = fuzz(reader, SEED, tmp_path, runs=RUNS.get(reader.name, 60))
    assert not result.failures, list(result.failures)
    assert result.runs > result.refused, "not one input was read: the fuzz shows nothing"


def test_a_reader_that_fails_is_found_and_its_input_kept(tmp_path: Path) -> None:
    def read(_folder: Path, data: bytes) -> object:
        return data.decode("ascii")

    result = fuzz(Reader("spoilt", lambda: [b"abc"], read), 1, tmp_path, runs=200)
    assert any("UnicodeDecodeError" in each for each in result.failures)
    kept = save(result, tmp_path / "kept")
    with pytest.raises(UnicodeDecodeError):
        kept[0].read_bytes().decode("ascii")
    assert kept[0].with_name(f"{kept[0].name}.txt").read_text()


def test_the_same_seed_makes_the_same_inputs() -> None:
    def some(seed: int) -> list[bytes]:
        dice = random.Random(seed)
        return [mutated(b'{"a": [1, 2, {"b": "c"}]}\n' * 3, dice) for _ in range(300)]

    assert some(1) == some(1) != some(2)


def test_valid_sessions_are_used_for_all_that_a_log_is_for(tmp_path: Path) -> None:
    found = read_sessions_and_use(tmp_path, own_sessions()[0])
    assert isinstance(found, tuple)
    assert all(part or part is None for part in found)
