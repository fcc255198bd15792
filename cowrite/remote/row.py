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
# Nobody knows from a few tokens that no other goes on: 0.02 of 20 told tokens was right within 0.02. See RESULTS.md.
_UNSURE = 0.02
# As servers write the tokens that end an answer.
_CONTROL = re.compile(r"</?\w+>|<\|.*\|>")
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
        self.first_word: float | None = None
        """The natural-log probability of the first word, once something else has begun."""
        self.rivals: list[Piece] = []
        """The other beginnings that agree with what was typed, the most promising first."""
        self.remaining = 0.0
        self._word_logprob = self._held = 0.0

    def choose(self, piece: Piece) -> Piece | None:
        """What comes next: ``piece``, one of the others in its place, or None if nothing fits what was typed."""
        if self.pending:
            return self._agreeing(piece)
        if self.request.temperature > 0.0 or not piece.others:
            return piece
        piece = _most_probable(piece)
        if not self._is_after_word:
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
        if self._is_begun and not (self._is_after_word and _goes_on(new)):
            if self._is_after_word:
                logprob = self._end_word(piece, logprob)
            if self.first_word is None:
                self.first_word = sum(token.logprob for token in self.tokens)
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

    def may_lose_to(self, rival: Piece) -> bool:
        """Whether a beginning may still make a more probable first word (see ``engine/decoding/first_word.py``)."""
        return self._promise(rival, self._typed) - self.remaining > self._outcome

    def beats(self, other: GhostRow) -> bool:
        """Whether its first word is the more probable one."""
        return self._outcome > other._outcome

    def instead_of(self, other: GhostRow, rival: Piece) -> GhostRow:
        """This row, begun with ``rival`` after it was found out how far ``other`` agrees with what was typed."""
        self.take(rival)
        self._add_to_last(-other.remaining)
        self.remaining = other.remaining
        return self

    @property
    def is_certain(self) -> bool:
        """Whether no other beginning is looked at any more."""
        if not self.rivals:
            return True
        return self.first_word is not None and not self.may_lose_to(self.rivals[0])

    @property
    def _outcome(self) -> float:
        if self.pending:  # no word begins so and goes on as it was typed
            return -math.inf
        whole = sum(token.logprob for token in self.tokens)
        return whole if self.first_word is None else self.first_word

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
        fitting = self._fitting(piece)
        agreed = _logarithm_of_sum(fitting) if self.pending else 0.0
        found = [Piece(text, value - agreed, piece.others) for text, value in fitting.items()]
        return sorted(found, key=lambda each: -self._promise(each, self.pending))

    # --- choosing ---

    def _agreeing(self, piece: Piece) -> Piece | None:
        if self.request.temperature > 0.0:
            return piece if self._fits(piece.text) else None
        found = self.beginnings(piece)
        if not self.written:
            self.rivals = found[1:]
        elif found and self.tokens:
            self._discount(_logarithm_of_sum(self._fitting(piece)))
        return next(iter(found), None)

    def _fitting(self, piece: Piece) -> dict[str, float]:
        all_ = {**piece.others, piece.text: piece.logprob if piece.logprob is not None else 0.0}
        return {text: value for text, value in all_.items() if text and self._fits(text)}

    def _discount(self, agreed: float) -> None:
        """Of what was chosen only so much was meant to go on as typed: as ``CandidateRow`` of the engine here."""
        so_far = math.exp(min(0.0, sum(token.logprob for token in self.tokens)))
        kept = max(math.exp(agreed), _LEAST)
        remaining = math.log(max(1.0 - so_far * (1.0 - kept), kept))
        self._add_to_last(math.log(kept) - remaining)
        self.remaining += remaining

    def _add_to_last(self, logprob: float) -> None:
        if self.tokens:
            last = self.tokens[-1]
            self.tokens[-1] = replace(last, logprob=last.logprob + logprob)
            self._word_logprob += logprob

    def _fits(self, text: str) -> bool:
        return text.startswith(self.pending) or (bool(text) and self.pending.startswith(text))

    def _promise(self, piece: Piece, pending: str) -> float:
        kept = _KEPT_BY_PART if len(piece.text) < len(pending) else _KEPT_BY_WHOLE
        return (piece.logprob or 0.0) + math.log(kept)

    @property
    def _is_begun(self) -> bool:
        """Whether something stands that a word or a mark would end."""
        has_text = bool(self.text.strip()) or self._typed[-1:].isalnum()
        return has_text and not self.pending and bool(self.tokens)

    @property
    def _is_after_word(self) -> bool:
        """Whether the last character belongs to a word that a space or a mark would end."""
        last = (self.text or self._typed)[-1:]
        return self._is_begun and last.isalnum() and not is_unspaced(last)

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


def _most_probable(piece: Piece) -> Piece:
    """``piece``, or what is more probable in its place: some servers make words that were used less probable."""
    text, value = max(piece.others.items(), key=lambda each: each[1])
    is_more = piece.logprob is not None and value > piece.logprob
    is_text = text and "\ufffd" not in text and not _CONTROL.fullmatch(text)
    return Piece(text, value, piece.others) if is_more and is_text else piece


def _logarithm_of_sum(logprobs: Mapping[str, float]) -> float:
    return min(0.0, math.log(max(_LEAST, sum(map(math.exp, logprobs.values())))))


def _share_ended(others: Mapping[str, float]) -> float:
    """How probable it is, of 1, that the word has ended; of what is not told as much goes on with it as of the rest."""
    going_on = sum(math.exp(p) for text, p in others.items() if _goes_on(text))
    ended = sum(math.exp(p) for text, p in others.items() if not _goes_on(text))
    share = (ended + _UNSURE) / (ended + going_on + 2 * _UNSURE)
    return min(1.0, ended + max(0.0, 1.0 - going_on - ended) * share)
