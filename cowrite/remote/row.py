"""A ghost made from what a server says: the same rule of confidence and the same cut as the engine here.

The engine here chooses among all tokens of a vocabulary. A server tells the most probable ones alone, so what depends
on the others is worked out from these.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace

from cowrite.base.sentences import CLOSERS, LONGEST_ABBREVIATION, ends_sentence, needs_no_space
from cowrite.base.words import count_words, is_unspaced, starts_without_space
from cowrite.engine.messages import Candidate, CompletionRequest, Token
from cowrite.remote.dialects import Piece

# How much of its probability a beginning keeps until its word has ended; measured for the engine here.
_KEPT_BY_WHOLE, _KEPT_BY_PART = 0.9, 0.3
_LEAST = 1e-12
_LAST_WORD = re.compile(r" ?[^\W_]+\Z| ?[^\w\s]\Z| +\Z")


def divided(before: str) -> tuple[str, str]:
    """What the server is to read of ``before``, and the end of it that is chosen again, as by the engine here.

    What is typed of a word rarely begins with the tokens that the whole word will have.
    """
    if len(before) > 1 and is_unspaced(before[-1]):
        return before[:-1], before[-1]
    found = _LAST_WORD.search(before)
    if found is None or found.start() == 0:
        return before, ""
    start = found.start()
    if before[start] == " " and before[start:].isspace():
        start = len(before) - 1  # only the last space belongs to the next word
    return before[:start], before[start:]


class GhostRow:
    """One candidate while it grows. ``pending`` is what is typed of it and no piece has written yet."""

    def __init__(self, request: CompletionRequest, pending: str = "") -> None:
        self.request = request
        self.pending = self._typed = pending
        self.written = ""
        """All that was chosen, with what was typed: what the server has to read to go on from here."""
        self.text = ""
        self.tokens: list[Token] = []
        self.done = self.is_cut = False
        self._word_logprob = self._held = 0.0

    def choose(self, piece: Piece) -> Piece | None:
        """What comes next: ``piece``, one of the others in its place, or None if nothing fits what was typed."""
        if self.pending:
            return self._agreeing(piece)
        if not self._is_after_word or self.request.temperature > 0.0 or not piece.others:
            return piece
        ended = _share_ended(piece.others)
        best = max(piece.others.items(), key=lambda each: each[1])
        longest = max((p for t, p in piece.others.items() if _goes_on(t)), default=-math.inf)
        if _goes_on(best[0]) and ended > math.exp(longest):
            others = {t: p for t, p in piece.others.items() if t and not _goes_on(t)}
            if others:
                name, value = max(others.items(), key=lambda each: each[1])
                return Piece(name, value, piece.others)
        return piece

    def take(self, piece: Piece) -> None:
        """Add ``piece``, or end before it."""
        new, logprob = piece.text, (piece.logprob if piece.logprob is not None else 0.0)
        logprob += self._held
        if not new:  # half a character
            self._held = logprob
            return
        self._held = 0.0
        if self._is_after_word and not _goes_on(new):
            logprob = self._end_word(piece, logprob)
        if self._has_enough(new):
            if new[0] == " " and not self.text[-1:].isspace():
                self.tokens.append(Token(text=" ", logprob=logprob))
            self.done = True
            return
        self.written += new
        covered = min(len(self.pending), len(new))
        self.pending, new = self.pending[covered:], new[covered:]
        if "\ufffd" in new:
            self.done = self.is_cut = True
            return
        self._add(new, logprob)

    def _add(self, new: str, logprob: float) -> None:
        request = self.request
        ended = "\n" in new and not request.multiline
        if ended:
            new = new[: new.index("\n")]
        begins = bool(self.text.strip()) and (
            new[:1].isspace() or len(self.text) in starts_without_space(self.text + new)
        )
        self._word_logprob = logprob + (0.0 if begins else self._word_logprob)
        self.text += new
        self.tokens.append(Token(text=new, logprob=logprob))
        hopeless = self._word_logprob < request.min_word_logprob
        self.is_cut = hopeless or len(self.tokens) >= request.max_tokens
        has_more = is_unspaced(self.text) and count_words(self.text) > request.max_words
        self.done = ended or self.is_cut or has_more

    def end(self, finish: str) -> None:
        """The server has ended the answer."""
        self.done = True
        self.is_cut = self.is_cut or finish == "length"

    def copy(self) -> GhostRow:
        """Another that begins as this one."""
        other = GhostRow(self.request, self._typed)
        other.pending, other.written, other.text = self.pending, self.written, self.text
        other.tokens, other._word_logprob = list(self.tokens), self._word_logprob
        return other

    def candidate(self) -> Candidate:
        """The row as it is now."""
        return Candidate(
            text="".join(token.text for token in self.tokens),
            logprob=sum(token.logprob for token in self.tokens),
            tokens=tuple(self.tokens),
            is_cut=self.is_cut,
        )

    def beginnings(self, piece: Piece) -> list[Piece]:
        """What may come in the place of ``piece`` and agrees with what was typed, the most promising first."""
        all_ = {**piece.others, piece.text: piece.logprob if piece.logprob is not None else 0.0}
        fitting = {text: value for text, value in all_.items() if text and self._fits(text)}
        if not fitting:
            return []
        whole = math.log(max(_LEAST, sum(map(math.exp, fitting.values())))) if self.pending else 0.0
        found = [
            Piece(text, value - min(0.0, whole), piece.others) for text, value in fitting.items()
        ]
        return sorted(found, key=lambda each: -self._promise(each))

    # --- choosing ---

    def _agreeing(self, piece: Piece) -> Piece | None:
        if self.request.temperature > 0.0:
            return piece if self._fits(piece.text) else None
        return next(iter(self.beginnings(piece)), None)

    def _fits(self, text: str) -> bool:
        return text.startswith(self.pending) or (bool(text) and self.pending.startswith(text))

    def _promise(self, piece: Piece) -> float:
        kept = _KEPT_BY_PART if len(piece.text) < len(self.pending) else _KEPT_BY_WHOLE
        return (piece.logprob or 0.0) + math.log(kept)

    @property
    def _is_after_word(self) -> bool:
        """Whether the last character belongs to a word that a space or a mark would end."""
        last = (self.text or self._typed)[-1:]
        is_begun = bool(self.text.strip()) or self._typed[-1:].isalnum()
        return (
            not self.pending
            and bool(self.tokens)
            and is_begun
            and last.isalnum()
            and not is_unspaced(last)
        )

    def _end_word(self, piece: Piece, logprob: float) -> float:
        """That the word ends is a part of the word's probability, not of what comes after it."""
        if not piece.others:
            return logprob
        ended = max(_share_ended(piece.others), math.exp(min(0.0, logprob)))
        of_end = math.log(max(_LEAST, ended))
        last = self.tokens[-1]
        self.tokens[-1] = replace(last, logprob=last.logprob + of_end)
        return min(0.0, logprob - of_end)

    def _has_enough(self, new: str) -> bool:
        if self.pending:
            return False
        request = self.request
        if request.one_sentence and self.text.strip():
            before = request.before[-LONGEST_ABBREVIATION:]
            follows = new[:1]
            if ends_sentence(before + self.text) and follows not in CLOSERS:
                return follows.isspace() or needs_no_space(self.text)
        return new[:1].isspace() and len(self.text.split()) >= request.max_words


def _goes_on(text: str) -> bool:
    """Whether a token that writes ``text`` right after a letter goes on with its word, as “'t” does after “don”."""
    return bool(text) and not text[0].isspace() and (text[0].isalnum() or text[1:2].isalnum())


def _share_ended(others: Mapping[str, float]) -> float:
    """How probable it is, of 1, that the word has ended; of what is not told, half goes on with it."""
    going_on = sum(math.exp(p) for text, p in others.items() if _goes_on(text))
    ended = sum(math.exp(p) for text, p in others.items() if not _goes_on(text))
    return min(1.0, ended + max(0.0, 1.0 - going_on - ended) / 2)
