"""Folders that are no model, or that somebody made to do harm: a sentence each, nothing installed, nothing left behind.

What is wrong with GGUF files is in ``tests/engine/gguf``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from made_up_model import MEASURED, PLENTY, with_header
from tiny_hf import WEIGHTS, Tensors, edit_config, edit_tensors, make

from cowrite.base.errors import UserError
from cowrite.cli.installing.tools import real_tools
from cowrite.engine.offline import forbid_downloads
from cowrite.models.install import Installer
from cowrite.models.staging import LOCK
from cowrite.models.store import ModelStore
from cowrite.settings.paths import Paths

forbid_downloads()

import torch  # noqa: E402

Break = Callable[[Path], object]
TOKENIZER = "tokenizer.json"
# What belongs into a log and not into a sentence.
TECHNICAL = re.compile(
    r"Error|Exception|Traceback|0x[0-9a-f]{6}|[\x00-\x1f\x7f]|<class|nan\b|None\b"
)


def written(name: str, data: bytes) -> Break:
    return lambda folder: (folder / name).write_bytes(data)


def config(**values: Any) -> Break:
    return lambda folder: edit_config(folder, **values)


def tensors(change: Callable[[Tensors], Tensors | None]) -> Break:
    return lambda folder: edit_tensors(folder, change)


def tokenizer(change: Callable[[dict[str, Any]], object]) -> Break:
    def edit(folder: Path) -> None:
        stored = json.loads((folder / TOKENIZER).read_text("utf-8"))
        change(stored)
        (folder / TOKENIZER).write_text(json.dumps(stored), "utf-8")

    return edit


def head(change: Callable[[dict[str, Any]], object]) -> Break:
    """Change what the first tensor of the weights is said to be."""

    def edit(folder: Path) -> None:
        content = (folder / WEIGHTS).read_bytes()
        (size,) = struct.unpack("<Q", content[:8])
        header = json.loads(content[8 : 8 + size])
        change(header[min(header.keys() - {"__metadata__"})])
        (folder / WEIGHTS).write_bytes(with_header(header, content[8 + size :]))

    return edit


def cut(folder: Path) -> None:
    content = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(content[: len(content) // 2])


def filled(value: float) -> Callable[[Tensors], None]:
    """One weight in the middle of the model is ``value``."""

    def change(found: Tensors) -> None:
        name = next(name for name in found if name.endswith("up_proj.weight"))
        found[name][0, 0] = value

    return change


def as_type(dtype: torch.dtype) -> Callable[[Tensors], Tensors]:
    return lambda found: {name: each.to(dtype) for name, each in found.items()}


def without_first(found: Tensors) -> Tensors:
    return dict(list(found.items())[1:])


def replaced(name: str, put: Callable[[Path], object]) -> Break:
    def change(folder: Path) -> None:
        (folder / name).unlink()
        put(folder / name)

    return change


def split_by(pattern: str) -> Break:
    cut_at = {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated"}
    return tokenizer(lambda stored: stored.update(pre_tokenizer=cut_at | {"invert": False}))


BROKEN: dict[str, Break] = {
    # Weights
    "cut off": cut,
    "empty weights": written(WEIGHTS, b""),
    "a head of an exabyte": written(WEIGHTS, struct.pack("<Q", 1 << 60) + b"{}"),
    "a head that is no JSON": written(WEIGHTS, struct.pack("<Q", 4) + b"abcd"),
    "wrong counts": head(lambda entry: entry["shape"].insert(0, 2)),
    "wrong type": head(lambda entry: entry.update(dtype="F32")),
    "a place before the file": head(lambda entry: entry.update(data_offsets=[-8, 0])),
    "whole numbers": tensors(as_type(torch.int32)),
    "eight bits": tensors(as_type(torch.float8_e4m3fn)),
    "a weight that is no number": tensors(filled(float("nan"))),
    "a weight that is infinite": tensors(filled(float("inf"))),
    "weights too large to compute": tensors(filled(3e38)),
    "a tensor is missing": tensors(without_first),
    "a tensor too many": tensors(lambda found: {**found, "evil": torch.zeros(2, 2)}),
    # What it says of itself
    "no width": config(hidden_size=...),
    "a billion layers": config(num_hidden_layers=10**9),
    "less than no layer": config(num_hidden_layers=-1),
    "a number in words": config(num_hidden_layers="three"),
    "no heads": config(num_attention_heads=0),
    "heads that do not divide": config(num_attention_heads=3),
    "a head of a billion": config(head_dim=10**9),
    "two billion tokens": config(vocab_size=2**31),
    "an endless context": config(max_position_embeddings=10**18),
    "a function by name": config(hidden_act="__import__"),
    "an end that is a word": config(eos_token_id=["a"]),
    "a list": written("config.json", b"[]"),
    "another encoding": written("config.json", "{}".encode("utf-16")),
    "nested without end": written("config.json", b'{"a":' * 100_000),
    "a number without end": written("config.json", b'{"hidden_size":' + b"9" * 100_000 + b"}"),
    # The tokenizer
    "no merges": tokenizer(lambda stored: stored["model"].pop("merges")),
    "merges of nothing": tokenizer(lambda stored: stored["model"]["merges"].append(["a", "zz"])),
    "no tokens": tokenizer(lambda stored: stored["model"].update(vocab={}, merges=[])),
    "a token without a row": tokenizer(lambda stored: stored["model"]["vocab"].update(zz=10**6)),
    "an unknown kind of tokenizer": tokenizer(lambda stored: stored["model"].update(type="Evil")),
    "a tokenizer without end": written(TOKENIZER, b"[" * 100_000),
    "an empty tokenizer": written(TOKENIZER, b""),
    "a table that is none": tokenizer(
        lambda stored: stored.update(
            normalizer={"type": "Precompiled", "precompiled_charsmap": "AAAA"}
        )
    ),
    "a pattern that is none": split_by("(("),
    "a pattern that takes for ever": split_by(r"(.+.+)+[^\s\S]"),
    "a folder in its place": replaced(TOKENIZER, Path.mkdir),
    "a list of its settings": written("tokenizer_config.json", b"[]"),
}
if os.name == "posix":
    BROKEN |= {
        "weights that wait for a writer": replaced(WEIGHTS, os.mkfifo),
        "weights that are themselves": replaced(WEIGHTS, lambda path: path.symlink_to(path)),
        "weights without end": replaced(WEIGHTS, lambda path: path.symlink_to("/dev/zero")),
    }


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("sound") / "model", "llama")


@pytest.mark.parametrize("kind", BROKEN)
def test_it_is_refused_in_a_sentence_and_leaves_nothing(
    sound: Path, tmp_path: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(sound, folder)
    BROKEN[kind](folder)
    before = _listed(folder)
    store, real = ModelStore(tmp_path / "models"), real_tools(Paths.find(tmp_path / "home"))
    tools = replace(
        real,
        measure=lambda _: MEASURED,
        free_disk=lambda _: PLENTY,
        free_memory=lambda: PLENTY,
    )
    with pytest.raises(UserError) as refused:
        Installer(store, tools).import_path(folder)
    message, advice = refused.value.message, refused.value.advice
    assert not TECHNICAL.search(message + advice)
    assert message.endswith(".")
    assert advice.endswith(".")
    assert _listed(store.folder) <= {(LOCK, 0)}
    assert _listed(folder) == before


def _listed(folder: Path) -> set[tuple[str, int]]:
    return {(path.name, path.lstat().st_size) for path in folder.glob("*")}
