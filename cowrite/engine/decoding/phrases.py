"""Phrases that an answer may not hold, and phrases of which it must be one; decided byte by byte, token by token."""

from __future__ import annotations

from collections.abc import Iterable

from cowrite.engine.tokens.vocabulary import Vocabulary


class BannedPhrases:
    """None of ``phrases`` ever stands in what is written, however it is divided into tokens."""

    def __init__(self, vocabulary: Vocabulary, phrases: Iterable[str]) -> None:
        self._vocabulary = vocabulary
        self._phrases = sorted({each.encode("utf-8", "replace") for each in phrases if each})
        self._longest = max(map(len, self._phrases), default=0)
        self._whole = {i for each in self._phrases for i in vocabulary.containing(each)}
        self._tails: dict[bytes, list[int]] = {}

    def forbidden(self, written: bytes) -> set[int]:
        """The tokens that would complete a phrase after ``written``."""
        found = set(self._whole)
        end = written[-self._longest :] if self._longest else b""
        for phrase in self._phrases:
            for begun in range(1, min(len(phrase), len(end) + 1)):
                if end.endswith(phrase[:begun]):
                    found.update(self._completing(phrase[begun:]))
        return found

    def stand_in(self, written: bytes) -> bool:
        """Whether one of them is in ``written``."""
        return any(each in written for each in self._phrases)

    def _completing(self, rest: bytes) -> list[int]:
        if rest not in self._tails:
            self._tails[rest] = self._vocabulary.beginning_with(rest)
        return self._tails[rest]


class AllowedPhrases:
    """The answer is one of ``phrases``, each divided as the tokenizer divides it: a model knows it no other way.

    Left out are those that the tokenizer cannot write in ``most_tokens``, and those in which something is ``banned``.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        phrases: Iterable[str],
        banned: BannedPhrases,
        *,
        most_tokens: int,
    ) -> None:
        self._divisions: set[tuple[int, ...]] = set()
        for phrase in phrases:
            data = phrase.encode("utf-8", "replace")
            tokens = vocabulary.encode_inside(phrase)
            says = b"".join(map(vocabulary.bytes_of, tokens))
            is_written = says == data and 0 < len(tokens) <= most_tokens
            if is_written and not banned.stand_in(data):
                self._divisions.add(tuple(tokens))

    def __bool__(self) -> bool:
        return bool(self._divisions)

    def following(self, tokens: tuple[int, ...]) -> set[int]:
        """The tokens that may come after ``tokens``; none at the end of the longest phrase that begins so."""
        at = len(tokens)
        return {each[at] for each in self._divisions if len(each) > at and each[:at] == tokens}

    def is_one(self, tokens: tuple[int, ...]) -> bool:
        """Whether ``tokens`` are a whole phrase."""
        return tokens in self._divisions
