"""Goes through the tokens of a document: groups, where their text goes, and how it looks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from cowrite.interchange.manuscript import Blocks, Change, ChangeKind, Inline, LineBreak, Run
from cowrite.interchange.options import ReadOptions
from cowrite.interchange.readers.common.budget import Budget
from cowrite.interchange.readers.common.pictures import PictureStore
from cowrite.interchange.readers.rtf import refusals
from cowrite.interchange.readers.rtf.changes import change_of
from cowrite.interchange.readers.rtf.document_tables import DocumentTables
from cowrite.interchange.readers.rtf.fields import Field
from cowrite.interchange.readers.rtf.state import Characters, Destination, ParagraphLook, State
from cowrite.interchange.readers.rtf.story import Story
from cowrite.interchange.readers.rtf.table_reader import TableReader
from cowrite.interchange.readers.rtf.text import TextDecoder
from cowrite.interchange.readers.rtf.tokens import Token, TokenKind, Tokens
from cowrite.interchange.report import Report
from cowrite.localization import tr

MOST_GROUPS = 3_000
MOST_TOKENS = 5_000_000
_NO_DIGITS = re.compile(rb"[^0-9A-Fa-f]")
MOST_CHARACTERS = 20_000_000

End = Callable[[], None]
Word = Callable[["Interpreter", "int | None"], None]


@dataclass(slots=True)
class _Group:
    """A group that is open: the state around it, and what is done at its end."""

    around: State
    lasts: list[End] = field(default_factory=list)
    ends: list[End] = field(default_factory=list)


@dataclass(slots=True)
class PictureGroup:
    """A picture that is being read."""

    is_supported: bool = False
    digits: bytearray = field(default_factory=bytearray)
    data: bytes = b""

    def bytes(self) -> bytes:
        """The picture itself."""
        if self.data:
            return self.data
        digits = _NO_DIGITS.sub(b"", self.digits)
        return bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii"))


@dataclass
class Found:
    """What was found beside the body."""

    notes: dict[str, Blocks] = field(default_factory=dict)
    title: str = ""
    author: str = ""


class Interpreter:
    """Reads one document. :mod:`.words` and :mod:`.destinations` say what its words do."""

    def __init__(
        self,
        data: bytes,
        options: ReadOptions,
        report: Report,
        words: dict[str, Word],
        starred: dict[str, Word],
    ) -> None:
        self.options = options
        self.report = report
        self.tables = DocumentTables()
        self.table_reader = TableReader(self.tables)
        self.pictures = PictureStore(report)
        self.found = Found()
        self.state = State()
        self.budget = Budget()
        self.stories = [Story(self.budget)]
        self.fields: list[Field] = []
        self.picture: PictureGroup | None = None
        self.counters: dict[tuple[int, int], int] = {}
        self.list_mark: list[str] | None = None
        self.comment_author: list[str] = []
        self.property_name = ""
        self.description = ""
        self._tokens = Tokens(data)
        self._words = words
        self._starred_words = starred
        self._groups: list[_Group] = []
        self._decoder = TextDecoder()
        self._skip = 0
        self._is_starred = False
        self._last_change: ChangeKind | None = None

    @property
    def story(self) -> Story:
        """The text that is being built."""
        return self.stories[-1]

    def run(self) -> None:
        """Read to the brace that closes the document. Raises UserError if it does not come."""
        for _ in range(MOST_TOKENS):
            token = self._tokens.next()
            match token.kind:
                case TokenKind.TEXT:
                    self._bytes(token.data, is_raw=True)
                case TokenKind.WORD:
                    self._word(token)
                case TokenKind.CODES:
                    self._bytes(token.data, is_raw=False)
                case TokenKind.OPEN:
                    self._open()
                case TokenKind.CLOSE:
                    self._close()
                    if not self._groups:
                        return
                case TokenKind.SIGN:
                    self._sign(token.name)
                case TokenKind.END:
                    raise refusals.cut_off()
        raise refusals.too_large()

    @property
    def has_lost_characters(self) -> bool:
        """Whether bytes were no characters of their encoding."""
        return self._decoder.lost

    # --- groups ---

    def _open(self) -> None:
        self.flush()
        self._skip = 0
        self._is_starred = False
        if len(self._groups) >= MOST_GROUPS:
            raise refusals.too_deep()
        self._groups.append(_Group(self.state))
        self.state = self.state.inner()
        self.table_reader.begin_group(self.state.destination)

    def _close(self) -> None:
        self.flush()
        self._skip = 0
        self._is_starred = False
        if len(self._groups) <= 1:
            self._groups.clear()  # the document ends, in the state in which it is
            return
        group = self._groups[-1]
        for last in group.lasts:
            last()
        self._groups.pop()
        self.table_reader.end_group(group.around.destination, self.state.destination)
        self.state = group.around
        for end in reversed(group.ends):
            end()

    def at_end(self, end: End, last: End | None = None) -> None:
        """Have something done when the group has ended; ``last`` while its state still holds."""
        if self._groups:
            self._groups[-1].ends.append(end)
            if last is not None:
                self._groups[-1].lasts.append(last)

    def put(self, text: str) -> None:
        """Characters that something in the document stands for."""
        self._decoder.add(text)

    def go(self, destination: Destination) -> None:
        """The text of this group goes elsewhere, unless it goes nowhere already."""
        if self.state.destination is not Destination.NOWHERE:
            self.state.destination = destination

    def collect(self) -> list[str]:
        """The text of this group goes into a list that is returned."""
        self.state.collected = []
        self.go(Destination.COLLECTED)
        return self.state.collected

    def begin_story(self) -> Story:
        """The text of this group is one of its own. To be ended by :meth:`end_story`."""
        self.stories.append(Story(self.budget))
        self.state.characters = Characters(font=self.tables.default_font)
        self.state.paragraph = ParagraphLook()
        self.state.link = None
        self.state.destination = Destination.TEXT
        return self.stories[-1]

    def end_story(self) -> Blocks:
        """The blocks of the story that was begun last."""
        return self.stories.pop().finish()

    # --- words and signs ---

    def _word(self, token: Token) -> None:
        name, number = token.name, token.number
        if name == "bin":
            self._binary(max(number or 0, 0))
            return
        is_starred, self._is_starred = self._is_starred, False
        if self.state.destination is Destination.NOWHERE:
            return
        if name == "u" and number is not None:
            self._unicode(number)
            return
        character = _CHARACTERS.get(name)
        if self._skip and character is not None:
            self._skip -= 1
            return
        self._skip = 0
        if character is not None:
            self._decoder.add(character)
            return
        self.flush()
        if self.table_reader.word(self.state.destination, name, number):
            return
        handler = self._starred_words.get(name)
        if handler is None and is_starred:
            self.state.destination = Destination.NOWHERE
            return
        handler = handler or self._words.get(name)
        if handler is not None:
            handler(self, number)

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self._is_starred = True
        elif self._skip:
            self._skip -= 1
        elif self.state.destination is Destination.NOWHERE:
            return
        elif sign in "{}\\" and self._decoder.ends_in_half:
            self._bytes(sign.encode("ascii"), is_raw=True)
        elif sign in _SIGNS:
            self._decoder.add(_SIGNS[sign])
        elif sign in ("\n", "\r", "\r\n"):
            self.flush()
            self._words["par"](self, None)

    def _binary(self, size: int) -> None:
        data = self._tokens.take(size)
        if self._skip:
            self._skip -= 1
        elif self.picture is not None and self.state.destination is Destination.PICTURE:
            self.picture.data = data

    # --- text ---

    def _bytes(self, data: bytes, *, is_raw: bool) -> None:
        if self._skip:
            skipped = min(self._skip, len(data))
            self._skip -= skipped
            data = data[skipped:]
            if not data:
                return
        destination = self.state.destination
        if destination is Destination.NOWHERE:
            return
        if destination is Destination.PICTURE:
            if self.picture is not None and self.picture.is_supported:
                self.picture.digits += data
            return
        encoding, font = self.tables.encoding_of_characters(self.state.characters)
        self._decoder.add_bytes(data, encoding, font)
        while is_raw and self._decoder.ends_in_half:
            second = self._tokens.take_second_byte()
            if not second:
                break
            self._decoder.add_bytes(second, encoding, font)
        if self._decoder.size > MOST_CHARACTERS:
            raise refusals.too_large()

    def _unicode(self, number: int) -> None:
        self._skip = self.state.stand_ins
        self._decoder.add_code(number, self.tables.encoding_of(self.state.characters.font)[1])

    def flush(self) -> None:
        """Put the characters that have gathered where they belong."""
        text = self._decoder.take()
        if not text:
            return
        state = self.state
        match state.destination:
            case Destination.TEXT:
                self._text(text)
            case Destination.COLLECTED if state.collected is not None:
                state.collected.append(text)
            case destination:
                self.table_reader.text(destination, text)

    def _text(self, text: str) -> None:
        characters = self.state.characters
        if characters.hidden:
            if text.strip():
                self.report.leave_out(tr("hidden text"))
            return
        if text.strip():
            if characters.raised:
                self.report.leave_out(tr("superscript and subscript"))
            if characters.underlined and self.state.link is None:
                self.report.leave_out(tr("underlining"))
            if characters.capitals:
                self.report.leave_out(tr("capitals and small capitals by format"))
        run = Run(text, characters.marks(), self.state.link)
        self.add(run)

    def add(self, inline: Inline) -> None:
        """A piece of text, unless it was deleted."""
        change = self.change()
        if self.is_deleted:
            return
        if change is not None and isinstance(inline, (Run, LineBreak)):
            inline = replace(inline, change=change)
        self.story.add(inline)

    @property
    def is_deleted(self) -> bool:
        """Whether what comes next was deleted, and deletions are accepted."""
        return self.state.characters.deleted and not self.options.keep_changes

    def change(self) -> Change | None:
        """The tracked change of what comes next, if they are kept; otherwise it is counted as accepted."""
        characters = self.state.characters
        change = change_of(characters, self.tables)
        kind = change.kind if change else None
        if kind is not None and kind is not self._last_change:
            is_kept = self.options.keep_changes
            counts = self.report.kept if is_kept else self.report.accepted
            if is_kept:
                counts[tr("tracked change")] += 1
            else:
                counts[tr("deletion") if kind is ChangeKind.DELETED else tr("insertion")] += 1
        self._last_change = kind
        return change if self.options.keep_changes else None


_CHARACTERS = {
    "tab": " ", "emdash": "—", "endash": "–", "emspace": "\u2003", "enspace": "\u2002", "qmspace": "\u2005",
    "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "zwj": "\u200d", "zwnj": "\u200c",
    "zwbo": "\u200b", "zwnbo": "\u2060", "ltrmark": "\u200e", "rtlmark": "\u200f",
}  # fmt: skip
_SIGNS = {"~": "\u00a0", "_": "\u2011", "-": "\u00ad", "{": "{", "}": "}", "\\": "\\", "\t": " "}
