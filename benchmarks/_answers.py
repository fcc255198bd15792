"""The engine's answers, remembered in a file, so that a policy can be tried again in seconds.

An answer is kept under all that decides it: the text around the caret, the model, the adapter, and the text that the
n-grams had learned. The engine is asked with generous bounds, and the answer is cut to those that were asked for, as
the token loop itself would have cut it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sqlite3
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, cast

from _common import STARTER_MODEL

from cowrite.engine.messages import Candidate, CompletionRequest, CompletionResult, Timings, Token

MAX_WORDS = 4
MAX_TOKENS = 4 + 4 * MAX_WORDS
MIN_WORD_LOGPROB = math.log(0.05)
CERTAIN = math.log(0.9)
# What a question has had from the beginning; other fields count where they are not left as they are by default.
_ALWAYS = frozenset(
    (
        *("before", "after", "max_words", "max_tokens", "candidates"),
        *("multiline", "one_sentence", "min_word_logprob", "temperature", "seed", "is_private"),
    )
)
_KNOWS_NEXT = any(field.name == "likely_next" for field in fields(CompletionResult))

Ask = Callable[[CompletionRequest], CompletionResult]
Learn = Callable[[str, str], None]


class Answers:
    """Answers from ``file``, or from the engine that ``open_engine`` gives (what it asks, and how it learns)."""

    def __init__(
        self, file: Path, identity: str, open_engine: Callable[[], tuple[Ask, Learn]]
    ) -> None:
        self._identity = identity
        self._open_engine = open_engine
        self._engine: tuple[Ask, Learn] | None = None
        self._document, self._text, self._text_hash = "", "", ""
        self._told: str | None = None
        self._known: dict[str, CompletionResult] = {}
        self.computed = 0
        self._database = sqlite3.connect(file, timeout=60, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=OFF")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, answer TEXT, inferred INTEGER)"
        )

    def learn(self, document_id: str, text: str) -> None:
        """What the n-grams know from now on; the engine is told when it is asked next."""
        self._document, self._text = document_id, text
        self._text_hash = hashlib.sha1(text.encode()).hexdigest()

    def __call__(self, request: CompletionRequest) -> CompletionResult:
        """The answer to ``request``."""
        if request.candidates > 1 or request.max_words > MAX_WORDS:
            return self._remembered(request)
        if request.min_word_logprob < MIN_WORD_LOGPROB:
            return self._remembered(request)
        return trimmed(self._remembered(generous(request)), request)

    def knows(self, request: CompletionRequest) -> bool:
        """Whether the file has the answer."""
        return self._read(self._key(generous(request))) is not None

    def infer(self, request: CompletionRequest, result: CompletionResult) -> None:
        """Keep ``result`` as the answer to ``request``, which nobody was asked."""
        self._write(self._key(generous(request)), result, inferred=True)

    def _remembered(self, request: CompletionRequest) -> CompletionResult:
        key = self._key(request)
        found = self._read(key)
        if found is not None:
            return found
        if self._engine is None:
            self._engine = self._open_engine()
        ask, learn = self._engine
        if self._told != self._text_hash:
            learn(self._document, self._text)
            self._told = self._text_hash
        result = ask(request)
        self.computed += 1
        return self._write(key, result, inferred=False)

    def _key(self, request: CompletionRequest) -> str:
        values = {
            field.name: value
            for field in fields(request)
            if (value := getattr(request, field.name)) != field.default or field.name in _ALWAYS
        }
        said = json.dumps([self._identity, self._text_hash, values], sort_keys=True)
        return hashlib.sha1(said.encode()).hexdigest()

    def _read(self, key: str) -> CompletionResult | None:
        if key in self._known:
            return self._known[key]
        row = self._database.execute("SELECT answer FROM answers WHERE key = ?", (key,)).fetchone()
        if row is not None:
            self._known[key] = _from_json(json.loads(row[0]))
        return self._known.get(key)

    def _write(self, key: str, result: CompletionResult, *, inferred: bool) -> CompletionResult:
        """Keep it; what is kept is rounded, so it is returned as it will be read."""
        written = _as_json(result)
        self._known[key] = _from_json(written)
        self._database.execute(
            "INSERT OR REPLACE INTO answers VALUES (?, ?, ?)",
            (key, json.dumps(written), int(inferred)),
        )
        return self._known[key]


def open_answers(models_dir: Path, file: Path | None) -> Answers:
    """Answers of the starter model without an adapter on the processor; kept in memory if no file is given."""

    def open_engine() -> tuple[Ask, Learn]:
        from cowrite.engine.jobs.runtime import Runtime
        from cowrite.models.store import ModelStore

        installed = ModelStore(models_dir).quick_check(STARTER_MODEL)
        runtime = Runtime.open(
            installed.path,
            model_id=installed.id,
            device="cpu",
            quantizations=installed.quantizations("auto"),
        )
        while runtime.optimize():
            pass
        return cast(Ask, runtime.complete), runtime.ngrams.learn

    return Answers(file or Path(":memory:"), f"{STARTER_MODEL} cpu", open_engine)


def engine_ms_of(said: str) -> float | None:
    """The type of ``--engine-ms``: milliseconds until an answer, None for those that this machine takes."""
    if said == "real":
        return None
    try:
        found = float(said)
    except ValueError:
        found = math.nan
    if not found > 0:
        raise argparse.ArgumentTypeError("it takes milliseconds above 0, or “real”.")
    return found


def generous(request: CompletionRequest) -> CompletionRequest:
    """The same question with bounds that hold all that any rule asks for."""
    return replace(
        request, max_words=MAX_WORDS, max_tokens=MAX_TOKENS, min_word_logprob=MIN_WORD_LOGPROB
    )


def trimmed(result: CompletionResult, request: CompletionRequest) -> CompletionResult:
    """``result`` as it would be with the bounds of ``request``: see ``engine/decoding/candidate_row.py``."""
    return replace(
        result, candidates=tuple(_trimmed(candidate, request) for candidate in result.candidates)
    )


def _trimmed(candidate: Candidate, request: CompletionRequest) -> Candidate:
    tokens: list[Token] = []
    text, word_logprob, is_cut = "", 0.0, candidate.is_cut
    for token in candidate.tokens:
        begins_word = bool(text.strip()) and token.text[:1].isspace()
        if begins_word and len(text.split()) >= request.max_words:
            if token.text[:1] == " " and not text[-1:].isspace():
                tokens.append(Token(text=" ", logprob=token.logprob))
            is_cut = False
            break
        word_logprob = token.logprob + (0.0 if begins_word else word_logprob)
        text += token.text
        tokens.append(token)
        if word_logprob < request.min_word_logprob or len(tokens) >= request.max_tokens:
            is_cut = True
            break
    return Candidate(
        text="".join(token.text for token in tokens),
        logprob=sum(token.logprob for token in tokens),
        tokens=tuple(tokens),
        is_cut=is_cut,
    )


def after_typing(result: CompletionResult, character: str) -> CompletionResult | None:
    """The answer at the next place, if the first word of this one is certain and ``character`` goes on in it."""
    candidate = result.candidates[0] if result.candidates else None
    if candidate is None or not candidate.text.startswith(character) or not character.isalnum():
        return None
    word = candidate.text.split(" ", 1)[0]
    if candidate.text[:1].isspace() or len(word) < 2 or not word[1].isalnum():
        return None
    logprob, length = 0.0, 0
    for token in candidate.tokens:
        if length >= len(word):
            break
        logprob, length = logprob + token.logprob, length + len(token.text)
    if logprob < CERTAIN:
        return None
    first, *rest = candidate.tokens
    begun = Token(text=first.text[1:], logprob=first.logprob)
    tokens = (begun, *rest) if begun.text else tuple(rest)
    remaining = replace(
        candidate,
        text=candidate.text[1:],
        tokens=tokens,
        logprob=sum(token.logprob for token in tokens),
    )
    more = {"likely_next": ((word[1], math.exp(logprob)),)} if _KNOWS_NEXT else {}
    return replace(result, candidates=(remaining,), **more)


def _as_json(result: CompletionResult) -> dict[str, Any]:
    return {
        "about": [result.model, result.adapter, result.device, result.quantization],
        "ms": [round(result.timings.prefill, 2), round(result.timings.total, 2)],
        "next": [list(each) for each in getattr(result, "likely_next", ())],
        "candidates": [
            [each.is_cut, [[token.text, round(token.logprob, 5)] for token in each.tokens]]
            for each in result.candidates
        ],
    }


def _from_json(value: dict[str, Any]) -> CompletionResult:
    model, adapter, device, quantization = map(str, value["about"])
    prefill, total = (float(str(each)) for each in value["ms"])
    candidates = []
    for is_cut, pairs in value["candidates"]:
        tokens = tuple(Token(text=text, logprob=logprob) for text, logprob in pairs)
        candidates.append(
            Candidate(
                text="".join(token.text for token in tokens),
                logprob=sum(token.logprob for token in tokens),
                tokens=tokens,
                is_cut=bool(is_cut),
            )
        )
    more = {"likely_next": tuple(map(tuple, value["next"]))} if _KNOWS_NEXT else {}
    return CompletionResult(
        candidates=tuple(candidates),
        model=model,
        adapter=adapter,
        device=device,
        quantization=quantization,
        timings=Timings(prefill=prefill, total=total),
        **more,
    )
