"""Which small changes of a sentence are tried. Most of them are nonsense; the model tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cowrite.tasks.passage.work import WordKnowledge
from cowrite.tasks.repair.edits import Edit, EditKind, Piece
from cowrite.tasks.repair.word_forms import (
    ARTICLES,
    MISSING,
    PREPOSITIONS,
    SUPERFLUOUS,
    is_listed,
    listed_near,
    other_forms,
    written_as,
)

MOST_SUGGESTIONS = 8
MOST_NEAR = 16
_VOWELS = frozenset("aeiou")
_NO_COMMA_AFTER = frozenset(
    ["the", "a", "an", "my", "your", "his", "its", "our", "their", "of", "to", "very"]
)
INFLECTED = frozenset((EditKind.INFLECTION, EditKind.TENSE, EditKind.NUMBER))


class Candidates:
    """The changes that are tried in an English text, or with ``english`` off in any other; ``words`` may be None."""

    def __init__(self, words: WordKnowledge | None, *, english: bool = True) -> None:
        self._words = words
        self._english = english
        self._suggested: dict[str, list[str]] = {}

    def of(self, text: str, pieces: Sequence[Piece]) -> list[Edit]:
        """Those of a sentence, in order; of two that make the same of it, the first."""
        found: dict[str, Edit] = {text: Edit(0, 0, "", EditKind.SPACE)}
        for at, piece in enumerate(pieces):
            if piece.is_fixed:
                continue
            for edit in self._at(text, pieces, at):
                found.setdefault(edit.of(text), edit)
        for edit in self._ending(text, pieces):
            found.setdefault(edit.of(text), edit)
        return list(found.values())[1:]

    def is_unknown(self, word: str) -> bool:
        """Whether the dictionary is there and does not know it."""
        return self._words is not None and len(word) > 1 and not self._words.knows(word)

    def _at(self, text: str, pieces: Sequence[Piece], at: int) -> Iterator[Edit]:
        piece = pieces[at]
        before = pieces[at - 1] if at else None
        if piece.is_word:
            yield from self._spelled(piece)
            yield from _doubled(pieces, at)
            yield from _capital(piece, opens=before is None)
        elif piece.text == "," and self._english:
            yield Edit(piece.start, piece.end, "", EditKind.COMMA)
            for sign in (";", " and"):
                yield Edit(piece.start, piece.end, sign, EditKind.COMMA)
        if not self._english:
            return
        if piece.is_word:
            for form, kind in other_forms(piece.text).items():
                yield Edit(piece.start, piece.end, written_as(form, piece.text), kind)
            yield from _left_out(text, pieces, at)
            yield from _joined(pieces, at)
        if piece.is_word or piece.text.isdigit():
            yield from _put_in(pieces, at)

    def _spelled(self, piece: Piece) -> Iterator[Edit]:
        if self._words is None or not self.is_unknown(piece.text):
            return
        if piece.text not in self._suggested:
            self._suggested[piece.text] = self._meant(piece.text, self._words)
        for each in self._suggested[piece.text]:
            yield Edit(piece.start, piece.end, each, EditKind.SPELLING)
            if self._english and " " not in each:
                for form, kind in other_forms(each).items():
                    if kind in INFLECTED:
                        form = written_as(form, piece.text)
                        yield Edit(piece.start, piece.end, form, EditKind.SPELLING)

    def _meant(self, word: str, words: WordKnowledge) -> list[str]:
        """What the dictionary suggests, and, as it names only a few, what else is a slip away."""
        found = words.suggestions(word)[:MOST_SUGGESTIONS]
        if self._english and word.isalpha():
            found += [written_as(each, word) for each in listed_near(word.lower())[:MOST_NEAR]]
        return list(dict.fromkeys(found))

    def _ending(self, text: str, pieces: Sequence[Piece]) -> Iterator[Edit]:
        if pieces and pieces[-1].is_word and not pieces[-1].is_fixed and len(pieces) > 3:
            yield Edit(pieces[-1].end, pieces[-1].end, ".", EditKind.STOP)
        if (
            len(pieces) > 3
            and pieces[-1].text == ","
            and not pieces[-1].is_fixed
            and pieces[-1].end == len(text)
        ):
            yield Edit(pieces[-1].start, pieces[-1].end, ".", EditKind.STOP)


def _capital(piece: Piece, *, opens: bool) -> Iterator[Edit]:
    """A capital to begin with, and none within a sentence on a word that is no name by the table of forms."""
    first, rest = piece.text[0], piece.text[1:]
    if opens and first.islower():
        yield Edit(piece.start, piece.start + 1, first.upper(), EditKind.CAPITAL)
    elif not opens and first.isupper() and rest.islower() and is_listed(piece.text.lower()):
        yield Edit(piece.start, piece.start + 1, first.lower(), EditKind.CAPITAL)


def _doubled(pieces: Sequence[Piece], at: int) -> Iterator[Edit]:
    after = pieces[at + 1] if at + 1 < len(pieces) else None
    if after and not after.is_fixed and after.text.lower() == pieces[at].text.lower():
        yield Edit(pieces[at].end, after.end, "", EditKind.DOUBLED)


def _left_out(text: str, pieces: Sequence[Piece], at: int) -> Iterator[Edit]:
    piece, lower = pieces[at], pieces[at].text.lower()
    if lower in ARTICLES:
        kind = EditKind.ARTICLE
    elif lower in PREPOSITIONS:
        kind = EditKind.PREPOSITION
    elif lower in SUPERFLUOUS:
        kind = EditKind.SUPERFLUOUS
    else:
        return
    if at + 1 >= len(pieces):
        return
    after = pieces[at + 1]
    if at == 0:
        if after.is_word and not after.is_fixed:
            first = after.text[0].upper()
            yield Edit(piece.start, after.start + 1, first, kind)
    elif text[piece.start - 1] == " ":
        yield Edit(piece.start - 1, piece.end, "", kind)


def _put_in(pieces: Sequence[Piece], at: int) -> Iterator[Edit]:
    piece, before = pieces[at], pieces[at - 1] if at else None
    if before is None or before.end == piece.start or before.is_fixed:
        return
    article = "an " if piece.text[0].lower() in _VOWELS else "a "
    lower = before.text.lower()
    if lower not in ARTICLES:
        for word in ("the ", article):
            yield Edit(piece.start, piece.start, word, EditKind.ARTICLE)
    for word in MISSING:
        if word not in (lower, piece.text.lower()):
            kind = EditKind.PREPOSITION if word in PREPOSITIONS else EditKind.MISSING
            yield Edit(piece.start, piece.start, f"{word} ", kind)
    if before.is_word and lower not in _NO_COMMA_AFTER:
        yield Edit(before.end, before.end, ",", EditKind.COMMA)


def _joined(pieces: Sequence[Piece], at: int) -> Iterator[Edit]:
    """Two words that may be one."""
    before = pieces[at - 1] if at else None
    if before is None or not before.is_word or before.is_fixed:
        return
    together = before.text + pieces[at].text
    if (
        pieces[at].start == before.end + 1
        and pieces[at].text.islower()
        and is_listed(together.lower())
    ):
        yield Edit(before.start, pieces[at].end, together, EditKind.SPACE)
