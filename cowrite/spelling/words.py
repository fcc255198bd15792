"""The words of a text, as a reader takes them, and the form of each that a dictionary is asked for.

An apostrophe within a word belongs to it, whichever sign it is; a soft hyphen and its like do not count; accents are
composed; the parts of a compound are words of their own. What is no word to be judged is left out: numbers and what has
digits in it, abbreviations with full stops, single letters, addresses, names of files, identifiers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from cowrite.base.words import is_unspaced
from cowrite.spelling.dialect import dialect_of
from cowrite.spelling.supplement import supplement

APOSTROPHES = "'’ʼ＇‘‛"
_HYPHENS = "-\u2010\u2011"
_UNSEEN = "\u00ad\u200c\u200d\u2060\ufeff"
_LETTER = rf"[^\W_][\u0300-\u036f{_UNSEEN}]*"
_PART = rf"(?:{_LETTER})+(?:[{APOSTROPHES}](?:{_LETTER})+)*"
_TOKEN = re.compile(
    # Addresses, names of files, tags: not prose, also where no Markdown says so.
    r"(?P<other>(?:[a-zA-Z][a-zA-Z+.\-]*://|www\.|mailto:)[^\s<>\"”]+"
    r"|[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+"
    r"|(?<![\w/])(?:~|\.{1,2})?/[\w.\-]+(?:/[\w.\-]*)+"
    r"|[\w\-]+(?:\.[\w\-]+)*\.(?:com|org|net|edu|gov|io|info|uk|de|fr|html?|php|pdf|docx?|odt|txt|md|jpe?g|png|py|js|json|exe|zip)\b"
    r"|[#@][^\W\d]\w+"
    r"|\w*[^\W_]_+[^\W_]\w*)"
    rf"|(?P<abbreviation>(?<![\w{APOSTROPHES}])(?:[^\W\d_]\.){{2,}}[^\W\d_]?(?!\w)|(?<!\w)[^\W\d_](?:\.[^\W\d_])+(?!\w))"
    rf"|(?P<compound>{_PART}(?:[{_HYPHENS}]{_PART})+)"
    rf"|(?P<word>{_PART})"
)
# “Ka-may-ha-may-ah”: a word by its syllables.
_SYLLABLES = re.compile(rf"\w{{1,4}}(?:[{_HYPHENS}]\w{{1,4}}){{2,}}")
_QUOTES = re.compile('["“„«”»]')
_BEGIN_SPEECH = frozenset("“„«")
_SPLIT = re.compile(f"[{_HYPHENS}]")
_TO_FORM = str.maketrans(dict.fromkeys(APOSTROPHES, "'") | dict.fromkeys(_UNSEEN, None))
_LIGATURES = re.compile("[\ufb00-\ufb06]")
# What may stand between the end of a sentence, or nothing, and its first word.
_OPENING = " \t|\"'“‘„«»‹›([{*_~#>-–—\u00a0\\"
_TITLE = re.compile(
    r"(?:^|[^\w])(?:Mrs?|Ms|Dr|St|Messrs|Mme|Mlle|Prof|Rev|Hon|Capt|Col|Gen|Lt|Sgt|Sir|Esq|[^\W\d_])\Z"
)
_LONGEST_TITLE = 8


@dataclass(frozen=True, slots=True)
class Word:
    """From ``start`` to ``end`` stands a word; ``form`` is what a dictionary is asked for.

    ``opens`` says that it is the first of its sentence, where a capital letter says nothing; ``prefix`` that it is
    a part of a compound and not the last; ``before_apostrophe`` that an apostrophe follows: it may stand for a letter.
    ``spoken`` is what stands between quotation marks; ``dialect`` that somebody is written there as they are heard.
    """

    start: int
    end: int
    form: str
    opens: bool = False
    prefix: bool = False
    before_apostrophe: bool = False
    spoken: bool = False
    dialect: bool = False


def words_of(text: str, start: int = 0, end: int | None = None) -> Iterator[Word]:
    """The words between two places of ``text``, in order; places in its own units."""
    end = len(text) if end is None else end
    voice = _Voice(text, start, end)
    for match in _TOKEN.finditer(text, start, end):
        if match["word"] is not None:
            yield from _plain(text, match.start(), match.end(), voice, prefix=False)
        elif match["compound"] is not None and not _SYLLABLES.fullmatch(match["compound"]):
            at = match.start()
            for cut in _SPLIT.finditer(text, match.start(), match.end()):
                yield from _plain(text, at, cut.start(), voice, prefix=True)
                at = cut.end()
            yield from _plain(text, at, match.end(), voice, prefix=False)


class _Voice:
    """Who speaks at a place of a text, asked from one place to a later one."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text = text
        self._at, self._end, self._last = start, end, start
        self.spoken = self._is_dense = self._has_marks = False

    @property
    def dialect(self) -> bool:
        """Whether it is somebody who is written as they speak."""
        return self._is_dense or (self.spoken and self._has_marks)

    def move(self, place: int) -> None:
        """Be right for ``place``."""
        text = self._text
        if place >= self._last:
            start = max(text.rfind("\n", self._at, place) + 1, self._at)
            self._last = text.find("\n", place, self._end)
            if self._last < 0:
                self._last = self._end
            self.spoken = False
            self._is_dense, self._has_marks = dialect_of(text[start : self._last])
            self._at = start
        for sign in _QUOTES.findall(text, self._at, place):
            self.spoken = not self.spoken if sign == '"' else sign in _BEGIN_SPEECH
        self._at = place


def form_of(text: str) -> str:
    """What a dictionary is asked for: composed, with straight apostrophes, without what cannot be seen."""
    form = text.translate(_TO_FORM)
    if form.isascii():
        return form
    if _LIGATURES.search(form):
        form = _LIGATURES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), form)
    return unicodedata.normalize("NFC", form)


def _plain(text: str, start: int, end: int, voice: _Voice, *, prefix: bool) -> Iterator[Word]:
    form = form_of(text[start:end])
    if len(form) < 2 or not form.replace("'", "").isalpha() or is_unspaced(form):
        return
    after = end < len(text) and text[end] in APOSTROPHES
    quoted = start and text[start - 1] in APOSTROPHES and not text[start - 2 : start - 1].isalnum()
    if quoted and form.lower() in supplement("elisions"):
        return
    voice.move(start)
    yield Word(start, end, form, _opens(text, start), prefix, after, voice.spoken, voice.dialect)


def _opens(text: str, start: int) -> bool:
    at = start - 1
    while at >= 0 and text[at] in _OPENING:
        # A word right after an opening quotation mark begins what somebody says.
        if text[at] in '"“„«' and at + 1 == start:
            return True
        at -= 1
    if at < 0 or text[at] in "!?…:\n":
        return True
    return text[at] == "." and not _TITLE.search(text, max(0, at - _LONGEST_TITLE), at)
