"""Text to tokens and tokens to bytes, at the level of bytes.

A token need not end at the end of a character or of a word. Everything that decides what may
stand at the caret therefore works on bytes: which tokens begin with what the writer already typed
(token healing), and when a character is complete.

What is read is what the text says, byte for byte: every reading is compared with the text. Where a tokenizer reads
something else (a mark that steers the model, the stand-in for a space typed by a person), that part is spelled with
other tokens; where it cannot write a character at all, the number of bytes that a token stands for is still known.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

from tokenizers import AddedToken, Encoding, Tokenizer

from cowrite.base.errors import UserError
from cowrite.engine.tokens.panics import panics_as_errors
from cowrite.engine.tokens.token_text import (
    SPACE_MARK,
    ModelNumbers,
    TokenText,
    is_byte_level,
    texts_of,
)
from cowrite.localization import tr

# Tokens of these kinds cannot say where a space was.
_WITHOUT_SPACES = frozenset({"WordPiece", "WordLevel"})
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACE_MARKS = re.compile(f"({SPACE_MARK}+)")
# What is put before a text whose beginning is not to be read as the beginning of a text.
_OPENINGS = ("\n", "\0", ";")


class Vocabulary:
    """The tokens of one model. ``tokens[i]`` is what token ``i`` writes, or None if it writes nothing.

    ``control`` are the tokens that steer the model, such as the end of a text; ``ends`` those that end a text by the
    model's configuration. Ids may have gaps, and need not be as many as the ``rows`` of the embedding.
    """

    def __init__(self, tokenizer: Tokenizer, texts: TokenText, numbers: ModelNumbers) -> None:
        self._tokenizer = tokenizer
        self._added = texts.added
        self._is_byte_level = is_byte_level(tokenizer)
        self.rows = len(texts.tokens) if numbers.rows is None else numbers.rows
        self.tokens = texts.tokens
        self.control = texts.control
        self.ends = frozenset(i for i in numbers.ends if i < self.rows)
        # What a token says when a text is read; nothing where a text is not to be read as this token.
        self._said = [
            b"" if i in texts.withheld else text or b"" for i, text in enumerate(self.tokens)
        ]
        # By the number of logits; a task has no time to look through all tokens.
        self._never_chosen: dict[int, list[int]] = {}
        written = {i: text for i, text in enumerate(self._said) if text}
        self._sorted_ids = sorted(written, key=written.__getitem__)
        self._sorted_bytes = [written[i] for i in self._sorted_ids]
        # The control tokens that the tokenizer puts before a text by itself, such as “<s>”; for many models none.
        self.beginning = tuple(i for i in _tokens_before(tokenizer) if i < self.rows)
        # The space that some tokenizers put before a text.
        probe = b"".join(self._said[i] for i in tokenizer.encode("a", add_special_tokens=False).ids)
        self._opening = probe.removesuffix(b"a") if probe.endswith(b"a") else b""

    @classmethod
    def load(cls, model_dir: Path) -> Vocabulary:
        """Read ``tokenizer.json``. Raises UserError if it is missing or of a kind that is not understood."""
        with panics_as_errors():
            return cls._loaded(model_dir)

    @classmethod
    def _loaded(cls, model_dir: Path) -> Vocabulary:
        try:
            tokenizer = Tokenizer.from_file(str(model_dir / "tokenizer.json"))
        except Exception as error:  # the tokenizers library raises bare Exception
            raise UserError(
                tr("The model's tokenizer cannot be read."), tr("Install the model again.")
            ) from error
        if type(tokenizer.model).__name__ in _WITHOUT_SPACES:
            raise UserError(
                tr(
                    "The model's tokenizer does not keep spaces, so the model cannot continue a text."
                ),
                tr("Choose another model."),
            )
        numbers = ModelNumbers.of(model_dir)
        texts = texts_of(tokenizer, numbers)
        _read_all_as_text(tokenizer, texts)
        return cls(tokenizer, texts, numbers)

    def encode(self, text: str) -> list[int]:
        """Token ids of ``text``, without control tokens at its ends; none of them is what a person typed either."""
        return self._read(text)[0]

    def encode_with_sizes(self, text: str) -> tuple[list[int], list[int]]:
        """As :meth:`encode`, and how many bytes of ``text`` in UTF-8 each token stands for.

        The sizes always add up to the size of the text, also where the tokenizer puts a space before it or cannot write
        all of it. A lone surrogate counts as three bytes.
        """
        ids, ends = self._read(text)
        whole = len(text.encode("utf-8", "surrogatepass"))
        if ends is not None:
            sizes = _sizes_by_ends(text, ends)
        else:
            sizes = [len(self._said[i]) for i in ids]
            if sum(sizes) > whole:
                sizes[0] -= len(self._opening)
        if sizes:
            sizes[-1] += whole - sum(sizes)
        return ids, sizes

    def encode_inside(self, text: str) -> list[int]:
        """Token ids of ``text`` where it does not begin a text: without the space that some tokenizers put there."""
        text = _without_surrogates(text)
        if not self._opening:
            return self.encode(text)
        return self._read_inside(text) or self._read_in_segments(text, inside=True)

    def bytes_of(self, token: int) -> bytes:
        """What ``token`` writes; empty for a control token."""
        return (self.tokens[token] if token < len(self.tokens) else None) or b""

    def id_of(self, token: str) -> int | None:
        """The id of the control token written ``token``, or None."""
        found = self._tokenizer.token_to_id(token)
        return found if found in self.control else None

    @cached_property
    def marks(self) -> dict[str, int]:
        """The tokens that a prompt may steer the model with, by what is written for them; no text is read as one."""
        ids = [*self.control, *(i for i in self._added if i < self.rows and not self._said[i])]
        names = ((self._tokenizer.id_to_token(i), i) for i in ids)
        return {name: i for name, i in names if name}

    def beginning_with(self, prefix: bytes) -> list[int]:
        """Every token that begins with ``prefix``."""
        first = bisect_left(self._sorted_bytes, prefix)
        beyond = _next_prefix(prefix)
        last = bisect_left(self._sorted_bytes, beyond) if beyond else len(self._sorted_bytes)
        return self._sorted_ids[first:last]

    def containing(self, part: bytes) -> list[int]:
        """Every token that has ``part`` somewhere in it."""
        pairs = zip(self._sorted_ids, self._sorted_bytes, strict=True)
        return [i for i, written in pairs if part in written]

    def breaking(self, begun: bytes) -> set[int]:
        """The tokens that make no UTF-8 after ``begun``, the first bytes of a character; b"" between two characters."""
        if not begun:
            return self._breaking
        first, last = (
            bisect_left(self._sorted_bytes, b"\x80"),
            bisect_left(self._sorted_bytes, b"\xc0"),
        )
        inside = zip(self._sorted_ids[first:last], self._sorted_bytes[first:last], strict=True)
        return {*self._sorted_ids} - {i for i, written in inside if _is_begun(begun + written)}

    def prepare(self) -> None:
        """Look through all tokens now for what is asked of them later, when somebody waits; some 40 ms."""
        self.breaking(b"")

    @cached_property
    def _breaking(self) -> set[int]:
        pairs = zip(self._sorted_ids, self._sorted_bytes, strict=True)
        return {i for i, written in pairs if not _is_begun(written)}

    def never_chosen(self, rows: int) -> list[int]:
        """Those of ``rows`` logits that are neither text nor a control token, and must not be chosen."""
        if rows not in self._never_chosen:
            said, marks = self._said, self.control | self.ends
            self._never_chosen[rows] = [
                i for i in range(rows) if i not in marks and not (i < len(said) and said[i])
            ]
        return self._never_chosen[rows]

    def starting_with(self, prefix: bytes) -> list[int]:
        """Every token that can stand where ``prefix`` is already written.

        These are the tokens that begin with ``prefix`` and those that are a beginning of it, so that several tokens may
        spell it out. Never empty for a byte-level vocabulary, which has every single byte.
        """
        ids = self.beginning_with(prefix)
        for length in range(1, len(prefix)):
            part = prefix[:length]
            at = bisect_left(self._sorted_bytes, part)
            while at < len(self._sorted_bytes) and self._sorted_bytes[at] == part:
                ids.append(self._sorted_ids[at])
                at += 1
        return ids

    # --- reading ---

    def _read(self, text: str) -> tuple[list[int], list[int] | None]:
        """Token ids; and where each ends in ``text`` if they do not say it byte for byte, else None."""
        text = _without_surrogates(text)
        if SPACE_MARK in text and not self._is_byte_level:
            return self._read_with_space_marks(text), None
        encoding = self._encoded(text)
        ids: list[int] = encoding.ids
        data = text.encode()
        if self._says(ids) in (data, self._opening + data):
            return ids, None
        if self._opening:
            in_segments = self._read_in_segments(text, inside=False)
            if self._says(in_segments) in (data, self._opening + data):
                return in_segments, None
        repaired = list(self._repaired(text, ids, encoding.offsets))
        ids = [i for i, _ in repaired]
        is_whole = self._says(ids) in (data, self._opening + data)
        return ids, None if is_whole else [end for _, end in repaired]

    def _repaired(
        self, text: str, ids: Sequence[int], offsets: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[int, int]]:
        """Each token with its end in ``text``; those that say something else are replaced by others where possible."""
        for i, (start, end) in zip(ids, offsets, strict=True):
            span = text[start:end]
            said = self._said[i] if i < len(self._said) else b""
            # A token is wrong that says nothing, was taken out of the text with what is around it, or is named there.
            named = i in self._added or (
                not self._is_byte_level and self._tokenizer.id_to_token(i) == span
            )
            wrong = not said or (named and said not in (span.encode(), b" " + span.encode()))
            spelled = self._spelled(span) if wrong and span else [i]
            if spelled:
                yield from ((each, end) for each in spelled)
            elif i < self.rows:
                yield i, end  # the tokenizer's mark for what it cannot write

    def _read_inside(self, text: str) -> list[int]:
        """``text`` as it is read within another; empty if that cannot be found out."""
        data = text.encode()
        for attempt in (text, text.removeprefix(" ")):
            ids = self._raw(attempt)
            if self._says(ids) == data:
                return ids
        for opening in _OPENINGS:
            ids = self._raw(opening + text)
            for at in range(1, len(ids)):
                if self._says(ids[at:]) == data:
                    return ids[at:]
        return []

    def _read_in_segments(self, text: str, *, inside: bool) -> list[int]:
        """A tokenizer that puts a space before a text does so after each added token too; here it does not."""
        encoding = self._encoded(text)
        ids, at = list[int](), 0
        for i, (start, end) in [
            *zip(encoding.ids, encoding.offsets, strict=True),
            (None, (len(text),) * 2),
        ]:
            if i is not None and i not in self._added:
                continue
            between = text[at:start]
            if between:
                raw = self._raw(between)
                is_said = self._says(raw) == self._opening + between.encode()
                first = raw if is_said and not at and not inside else []
                ids += first or self._read_inside(between) or self._spelled(between) or raw
            if i is not None:
                span = text[start:end]
                ids += [i] if self._said[i] == span.encode() else self._spelled(span)
            at = end
        return ids

    def _raw(self, text: str) -> list[int]:
        return self._encoded(text).ids

    def _encoded(self, text: str) -> Encoding:
        with panics_as_errors():
            return self._tokenizer.encode(text, add_special_tokens=False)

    def _read_with_space_marks(self, text: str) -> list[int]:
        """SentencePiece would read its stand-in for a space, typed by a person, as a space."""
        ids: list[int] = []
        for number, part in enumerate(_SPACE_MARKS.split(text)):
            if part.startswith(SPACE_MARK):
                ids += self._spelled(part) or self._unknown
            elif part:
                ids += self.encode_inside(part) if number else self.encode(part)
        return ids

    def _spelled(self, text: str) -> list[int]:
        """``text`` in the longest tokens that say it, from left to right; empty if there are none for a part of it."""
        data, ids, at = text.encode(), list[int](), 0
        while at < len(data):
            end = next((e for e in range(len(data), at, -1) if data[at:e] in self._by_bytes), None)
            if end is None:
                return []
            ids.append(self._by_bytes[data[at:end]])
            at = end
        return ids

    @cached_property
    def learned(self) -> int:
        """One more than the largest id of a token that was learned from texts, not added to the vocabulary."""
        ids = self._tokenizer.get_vocab(with_added_tokens=True).values()
        return max({*ids} - self._added, default=-1) + 1

    @cached_property
    def _by_bytes(self) -> dict[bytes, int]:
        """A token for each text; of several, a real one rather than one that stands for a byte."""
        is_byte = {
            i for i in self._sorted_ids if (self._tokenizer.id_to_token(i) or "")[:3] == "<0x"
        }
        in_order = sorted(self._sorted_ids, key=lambda i: i not in is_byte and i not in self._added)
        return {self._said[i]: i for i in in_order}

    @cached_property
    def _unknown(self) -> list[int]:
        name = getattr(self._tokenizer.model, "unk_token", None)
        found = self._tokenizer.token_to_id(name) if isinstance(name, str) else None
        return [found] if found is not None and found < self.rows else []

    def _says(self, ids: Sequence[int]) -> bytes:
        try:
            return b"".join(map(self._said.__getitem__, ids))
        except IndexError:
            return b""


def _is_begun(data: bytes) -> bool:
    """Whether ``data`` is UTF-8, or would be with more bytes after it."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    return True


def _read_all_as_text(tokenizer: Tokenizer, texts: TokenText) -> None:
    """Let ``tokenizer`` read the names of control tokens as text, all of a text, and always alike."""
    added = tokenizer.get_added_tokens_decoder()
    # What is called special is not looked for.
    tokenizer.encode_special_tokens = True
    hidden = [
        AddedToken(each.content, special=True)
        for i, each in added.items()
        if not each.special and (i in texts.withheld or not texts.tokens[i])
    ]
    tokenizer.add_special_tokens(hidden)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    if getattr(tokenizer.model, "dropout", None) is not None:
        tokenizer.model.dropout = None


def _without_surrogates(text: str) -> str:
    """Half a character is none that a tokenizer takes; U+FFFD has as many bytes."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def _sizes_by_ends(text: str, ends: Sequence[int]) -> list[int]:
    """The bytes of ``text`` up to each end that were not before another."""
    sizes, at = [], 0
    for end in ends:
        sizes.append(len(text[at:end].encode("utf-8", "surrogatepass")))
        at = max(at, end)
    return sizes


def _next_prefix(prefix: bytes) -> bytes:
    """The smallest byte string greater than every string that begins with ``prefix``; empty if there is none."""
    stripped = prefix.rstrip(b"\xff")
    return stripped[:-1] + bytes([stripped[-1] + 1]) if stripped else b""


def _tokens_before(tokenizer: Tokenizer) -> tuple[int, ...]:
    """What ``tokenizer`` puts before a text; what it puts after one is no concern of ours."""
    plain = tokenizer.encode("a", add_special_tokens=False).ids
    whole = tokenizer.encode("a", add_special_tokens=True).ids
    for at in range(len(whole) - len(plain) + 1):
        if whole[at : at + len(plain)] == plain:
            return tuple(whole[:at])
    return ()
