"""One candidate while it grows: which tokens it takes, and where it ends."""

from __future__ import annotations

import codecs
import math
from dataclasses import dataclass, field, replace

from cowrite.base.sentences import CLOSERS, LONGEST_ABBREVIATION, ends_sentence, needs_no_space
from cowrite.base.words import count_words, is_unspaced, starts_without_space
from cowrite.engine.decoding.choice import ChosenToken
from cowrite.engine.decoding.word_ends import goes_on
from cowrite.engine.loading.load import LoadedModel
from cowrite.engine.messages import Candidate, CompletionRequest, Token

# No probability is less, so that each has a logarithm.
_LEAST_KEPT = 1e-300


@dataclass(slots=True)
class CandidateRow:
    """One candidate while it grows. ``pending`` is what the writer already ``typed`` of the word and no token writes.

    ``chosen`` are all its tokens; ``spelled`` those that write what was typed, ``begun`` those since the beginning of
    the last word. ``first_word`` is the natural-log probability that the first word is as it stands and ends there,
    None until something else has begun;
    ``remaining`` that of all beginnings which are not known to disagree with what was typed.
    """

    pending: bytes
    number: int = 0
    decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace")
    )
    tokens: list[Token] = field(default_factory=list)
    text: str = ""
    typed: bytes = b""
    spelled: tuple[int, ...] = ()
    begun: tuple[int, ...] = ()
    chosen: tuple[int, ...] = ()
    word_logprob: float = 0.0
    first_word: float | None = None
    remaining: float = 0.0
    own: float = 0.0
    done: bool = False
    is_cut: bool = False

    def take(
        self, choice: ChosenToken | None, model: LoadedModel, request: CompletionRequest
    ) -> None:
        """Add ``choice``, or end here: at a control token, with enough words, or with no token that fits."""
        written = model.vocabulary.bytes_of(choice.token) if choice else b""
        choice = choice and self._at_word_end(choice, written)
        if choice is None or choice.token in model.stop_tokens:
            self.done = True
            return
        if self._has_enough(written, request):
            # That a space follows is part of the word: whoever takes the word takes the space.
            space = Token(text=" ", logprob=choice.logprob) if written[:1] == b" " else None
            self.tokens += [space] if space and not self.text[-1:].isspace() else []
            self.done = True
            return
        covered = min(len(self.pending), len(written))
        if self.pending:
            self._discount(choice)
            self.spelled += (choice.token,)
        self.pending = self.pending[covered:]
        new = self.decoder.decode(written[covered:])
        if "\ufffd" in new:  # the model began a character and wrote something else
            self.done = self.is_cut = True
            return
        ended = "\n" in new and not request.multiline
        if ended:
            new = new[: new.index("\n")]
        begins_word = bool(self.text.strip()) and _begins_word(self.text, new)
        self.word_logprob = choice.logprob + (0.0 if begins_word else self.word_logprob)
        self.begun = (choice.token,) if begins_word else (*self.begun, choice.token)
        self.text += new
        self.tokens.append(Token(text=new, logprob=choice.logprob))
        self.chosen += (choice.token,)
        self.own = choice.own
        hopeless = self.word_logprob < request.min_word_logprob
        self.is_cut = hopeless or len(self.tokens) >= request.max_tokens
        # Where no space ends a word, the beginning of the next one does.
        self.done = ended or self.is_cut or _has_more_words(self.text, request.max_words)

    @property
    def last(self) -> int:
        """The last token; any one of a row that ended before its first."""
        return self.chosen[-1] if self.chosen else 0

    def _at_word_end(self, choice: ChosenToken, written: bytes) -> ChosenToken:
        """``choice`` as it is after a word, if it begins something else.

        That the word ends is a part of the word's probability, not of what comes after it: “light” is as probable as
        that it is no “lighthouse”.
        """
        is_begun = bool(self.text.strip()) or self.typed[-1:].isalnum()
        if self.pending or not self.tokens or not is_begun or (choice.ended and goes_on(written)):
            return choice
        self._add_to_last(choice.ended)
        if self.first_word is None:
            self.first_word = sum(token.logprob for token in self.tokens)
        return replace(choice, logprob=choice.logprob - choice.ended, ended=0.0)

    def _discount(self, choice: ChosenToken) -> None:
        """Of the tokens so far, only so much was meant to go on as it was typed as the model says of ``choice``.

        “ imag” is as probable as all words that begin so; after “ imagi” only those count that go on with an “i”, and
        all other beginnings become more probable for it. What the writer's own words said was of this word already.
        """
        if not self.spelled or choice.agreed >= 0.0:
            return
        so_far = math.exp(min(0.0, sum(token.logprob for token in self.tokens)))
        kept = max(self.own + (1.0 - self.own) * math.exp(choice.agreed), _LEAST_KEPT)
        # Never less than what was kept of this one; a difference of two numbers near 1 may come to nothing.
        remaining = math.log(max(1.0 - so_far * (1.0 - kept), kept))
        self._add_to_last(math.log(kept) - remaining)
        self.word_logprob += math.log(kept) - remaining
        self.remaining += remaining

    def renormalize(self, remaining: float) -> None:
        """Only so much of all beginnings (a natural-log probability) is known to be left, by what another row found."""
        self._add_to_last(-remaining)
        self.word_logprob -= remaining
        self.remaining += remaining

    def _add_to_last(self, logprob: float) -> None:
        last = self.tokens[-1]
        self.tokens[-1] = replace(last, logprob=last.logprob + logprob)

    def _has_enough(self, written: bytes, request: CompletionRequest) -> bool:
        """Whether ``written`` would begin a word, or a sentence, more than was asked for."""
        if self.pending:
            return False
        if request.one_sentence and self._is_sentence(request.before, written):
            return True
        return written[:1].isspace() and len(self.text.split()) >= request.max_words

    def _is_sentence(self, before: str, written: bytes) -> bool:
        """Whether the text ends a sentence, of which ``written`` is no part."""
        if not self.text.strip() or not ends_sentence(before[-LONGEST_ABBREVIATION:] + self.text):
            return False
        follows = written.decode(errors="ignore")[:1]
        return follows not in CLOSERS and (follows.isspace() or needs_no_space(self.text))

    def copy(self) -> CandidateRow:
        """Another row that begins as this one; nothing of it is decoded by half."""
        return replace(
            self,
            decoder=codecs.getincrementaldecoder("utf-8")("replace"),
            tokens=list(self.tokens),
        )

    def candidate(self) -> Candidate:
        """The row as it is now."""
        return Candidate(
            text="".join(token.text for token in self.tokens),
            logprob=sum(token.logprob for token in self.tokens),
            tokens=tuple(self.tokens),
            is_cut=self.is_cut,
        )


def _begins_word(text: str, new: str) -> bool:
    """Whether ``new`` after ``text`` begins another word."""
    return new[:1].isspace() or len(text) in starts_without_space(text + new)


def _has_more_words(text: str, count: int) -> bool:
    """Whether ``text`` of a script without spaces has more than ``count`` words."""
    return is_unspaced(text) and count_words(text) > count
