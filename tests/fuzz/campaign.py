"""Feeds each reader mutated inputs for a while, and counts what became of them."""

from __future__ import annotations

import hashlib
import logging
import random
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path

from fuzz.mutations import mutated
from fuzz.reader import Reader
from fuzz.readers import emptied, errors_of

LONGEST_S = 30.0
MOST_SAVED = 20


@dataclass
class Result:
    """How many inputs a reader was given, how many it refused, and what it did that it must not, each once."""

    reader: str
    runs: int = 0
    refused: int = 0
    slowest_s: float = 0.0
    failures: dict[str, bytes] = field(default_factory=dict)
    """By what went wrong and where: an input that makes it happen."""


def fuzz(reader: Reader, seed: int, folder: Path, *, seconds: float = 0, runs: int = 0) -> Result:
    """Give ``reader`` mutated inputs for ``seconds``, or ``runs`` of them, the same for the same ``seed``."""
    dice = random.Random(f"{seed} {reader.name}")
    seeds, result = reader.seeds(), Result(reader.name)
    end = time.monotonic() + seconds
    logging.disable(logging.CRITICAL)
    try:
        while result.runs < runs or (not runs and time.monotonic() < end):
            # The first are the valid ones: whatever refuses those shows nothing.
            first = result.runs < len(seeds)
            data = seeds[result.runs] if first else mutated(dice.choice(seeds), dice)
            _one(reader, data, emptied(folder / "work"), result, valid=first)
    finally:
        logging.disable(logging.NOTSET)
    return result


def _one(reader: Reader, data: bytes, folder: Path, result: Result, *, valid: bool) -> None:
    began = time.monotonic()
    result.runs += 1
    try:
        reader.read(folder, data)
    except errors_of(reader) as error:
        result.refused += 1
        _check_sentence(str(error), data, result)
        if valid:
            result.failures.setdefault(f"a valid input was refused: {error}", data)
    except Exception as error:
        result.failures.setdefault(_where(error), data)
    took = time.monotonic() - began
    result.slowest_s = max(result.slowest_s, took)
    if took > LONGEST_S:
        result.failures.setdefault(f"took longer than {LONGEST_S:g} s", data)


def _check_sentence(sentence: str, data: bytes, result: Result) -> None:
    """What is said has no control characters in it, and can be printed."""
    try:
        sentence.encode()
    except UnicodeEncodeError:
        result.failures.setdefault("an error with half a character", data)
    if any(ord(each) < 32 or 127 <= ord(each) < 160 for each in sentence):
        result.failures.setdefault(f"an error with control characters: {sentence!a}", data)


def _where(error: Exception) -> str:
    frames = [
        f for f in traceback.extract_tb(error.__traceback__) if "cowrite" in Path(f.filename).parts
    ]
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    return f"{type(error).__name__} at {place}: {ascii(str(error))[:100]}"


def save(result: Result, folder: Path) -> list[Path]:
    """Keep the failing inputs below ``folder``, each with what went wrong."""
    saved = []
    for what, data in list(result.failures.items())[:MOST_SAVED]:
        name = "".join(c if c.isalnum() else "-" for c in result.reader)
        file = folder / f"{name}-{hashlib.sha256(data).hexdigest()[:10]}"
        folder.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        file.with_name(f"{file.name}.txt").write_text(what + "\n")
        saved.append(file)
    return saved
