"""Log-probabilities of CoAuthor's suggestions under a model of ours, kept in a file so that they are computed once.

One line of the file per request: a digest of what was scored and, for each suggestion, the natural-log probabilities of
its first tokens. It holds no word of the data.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from pathlib import Path

import torch

from cowrite.engine.decoding.prefix_cache import PrefixCache
from cowrite.engine.loading.load import LoadedModel, load_model
from cowrite.engine.networks.adapter import read_adapter
from cowrite.engine.networks.quantize import Quantization

CONTEXT_TOKENS = 120
# The window's start moves in steps, as in the editor, so that a session's next request finds most of it read.
STEP_TOKENS = 360
SUGGESTION_TOKENS = 8

Scores = list[list[float]]


class Scorer:
    """Scores suggestions with the model in ``model_dir``, on one thread, with the adapter in a folder or none."""

    def __init__(self, model_dir: Path, adapter: Path | None = None) -> None:
        torch.set_num_threads(1)
        self._model: LoadedModel = load_model(model_dir, torch.device("cpu"), Quantization.INT8)
        for _ in self._model.network.optimizations():
            pass
        if adapter is not None:
            self._model.network.use_adapter(read_adapter(adapter))
        self._cache = PrefixCache(self._model)

    @torch.inference_mode()
    def score(self, context: str, suggestions: Sequence[str]) -> Scores:
        """For each suggestion, the log-probabilities of its first SUGGESTION_TOKENS tokens after ``context``."""
        encode = self._model.vocabulary.encode
        written = context.rstrip(" ")
        space = " " if written != context else ""
        prefix = _window(encode(written)) or [self._model.start_token]
        rows = [
            encode(space + each)[:SUGGESTION_TOKENS] or [self._model.start_token]
            for each in suggestions
        ]
        first, _ = self._cache.read(prefix, lambda: False)
        width = max(map(len, rows))
        ids = torch.tensor([row + [0] * (width - len(row)) for row in rows])
        forked = self._cache.fork(len(rows))
        logits = self._model.network(ids[:, :-1], forked) if width > 1 else None
        scores = []
        for number, row in enumerate(rows):
            before = first[None] if logits is None else torch.cat([first[None], logits[number]])
            values = before[: len(row)].float().log_softmax(-1)
            picked = values.gather(1, torch.tensor(row)[:, None])[:, 0]
            scores.append([round(value, 3) for value in picked.tolist()])
        return scores


def _window(tokens: list[int]) -> list[int]:
    surplus = len(tokens) - CONTEXT_TOKENS
    return tokens[surplus // STEP_TOKENS * STEP_TOKENS :] if surplus > 0 else tokens


def key_of(context: str, suggestions: Sequence[str]) -> str:
    """What tells one request from another in the file of scores."""
    text = json.dumps([context, list(suggestions)])
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def read_scores(path: Path | None) -> dict[str, Scores]:
    """The scores in ``path``, by key; none if there is no file yet. A line that was written by half is left out."""
    found: dict[str, Scores] = {}
    if path is None or not path.is_file():
        return found
    for line in path.read_text("utf-8").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        found[entry["key"]] = entry["logprobs"]
    return found


def score_into(
    path: Path, model_dir: Path, requests: Sequence[tuple[str, Sequence[str]]], minutes: float
) -> int:
    """Score those of ``requests`` that are not in ``path`` yet, in this order, for some minutes; how many were."""
    known = read_scores(path)
    scorer = Scorer(model_dir)
    deadline = time.monotonic() + minutes * 60
    count = 0
    with path.open("a", encoding="utf-8") as file:
        for context, suggestions in requests:
            key = key_of(context, suggestions)
            if key in known:
                continue
            if time.monotonic() > deadline:
                break
            known[key] = scorer.score(context, suggestions)
            file.write(json.dumps({"key": key, "logprobs": known[key]}) + "\n")
            count += 1
    return count
