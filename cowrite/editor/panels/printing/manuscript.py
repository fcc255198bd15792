"""A text as it is to be read on paper: headings, paragraphs, scene breaks, notes, pictures. Knows no widgets.

Left out is what the writer noted for nobody else: comments, front matter, and every mark of Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from markdown_it.token import Token

from cowrite.localization import trp
from cowrite.markdown.kinds import TextKind
from cowrite.markdown.parser import is_east_asian, make_parser
from cowrite.markdown.spans import spans

SCENE_BREAK = "* * *"
WRAPPED = 50, 100
"""Between so many characters are the lines of a paragraph that was wrapped by a program."""
_PLAIN_BREAK = re.compile(r"\s*(?:(?:[*#~_-]\s*){3,}|[*#⁂§]|\*\s+\*)\s*$")
_TAG = re.compile(r"<[^>]*>")
_BETWEEN_LINES = re.compile(r"[^\n]+|(?<=\n)(?=\n)")
_TITLE = re.compile(
    r"\A---[ \t]*\n(?:(?!---|\.\.\.).*\n)*?title:[ \t]*(?P<title>.+?)[ \t]*\n", re.IGNORECASE
)
_UNWANTED = frozenset({TextKind.COMMENT, TextKind.FRONT_MATTER})


class BlockKind(Enum):
    """What a block is, which says how it is set."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    QUOTE = "quote"
    ITEM = "item"
    CODE = "code"
    TABLE_ROW = "row of a table"
    SCENE_BREAK = "scene break"
    NOTE = "note"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class Run:
    """Letters that look alike."""

    text: str
    strong: bool = False
    emphasis: bool = False
    strike: bool = False
    code: bool = False
    raised: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One paragraph, heading or the like. ``level`` is that of a heading, or how deep a list or quotation stands.

    ``marker`` stands before it, as the bullet of a list. ``gap`` is whether an empty line stands before it.
    ``picture`` is the address of a picture, which has no runs.
    """

    kind: BlockKind
    runs: tuple[Run, ...] = ()
    level: int = 0
    marker: str = ""
    gap: bool = False
    picture: str = ""

    @property
    def text(self) -> str:
        """All of it without its looks."""
        return "".join(run.text for run in self.runs)


def no_pictures(_source: str) -> bool:
    """Whether there is a picture at that address: where there are none at all."""
    return False


def read_manuscript(
    text: str, *, markdown: bool, has_picture: Callable[[str], bool] = no_pictures
) -> list[Block]:
    """The blocks of a text whose lines end in ``\\n``.

    A picture stands by itself, after the paragraph it is in; if there is none, its description stands in the line.
    """
    if not markdown:
        return list(_plain(text))
    return _Reader(has_picture).read(_without_notes_to_self(text))


def title_of(text: str, *, markdown: bool) -> str:
    """The title that the front matter gives; empty if none does."""
    found = _TITLE.match(text) if markdown else None
    return found["title"].strip("\"'") if found else ""


def own_title(blocks: Sequence[Block]) -> bool:
    """Whether the text begins with its title: with the only heading of the first level."""
    tops = [
        at for at, each in enumerate(blocks) if (each.kind, each.level) == (BlockKind.HEADING, 1)
    ]
    return tops == [0]


def chapter_level(blocks: Sequence[Block]) -> int:
    """The level of the headings that begin chapters: the first, or the second under a title of the text's own."""
    return 2 if own_title(blocks) else 1


def _plain(text: str) -> Iterator[Block]:
    """Each line is a paragraph, as it is on the page; an empty one is a gap."""
    gap = False
    for line in text.split("\n"):
        if not line.strip():
            gap = True
            continue
        is_break = _PLAIN_BREAK.match(line) is not None
        kind = BlockKind.SCENE_BREAK if is_break else BlockKind.PARAGRAPH
        yield Block(kind=kind, runs=(Run(line.strip() if is_break else line.rstrip()),), gap=gap)
        gap = False


def _without_notes_to_self(text: str) -> str:
    """Without comments and front matter; a line of which nothing else is left goes with them."""
    kept: list[str] = []
    for span in spans(text, markdown=True):
        piece = text[span.start : span.end]
        kept.append(_BETWEEN_LINES.sub("\0", piece) if span.kind in _UNWANTED else piece)
    lines = "".join(kept).split("\n")
    left = [line for line in lines if "\0" not in line or line.replace("\0", "").strip()]
    return "\n".join(left).replace("\0", "")


@dataclass(slots=True)
class _Reader:
    """Goes through the tokens of markdown-it-py once."""

    has_picture: Callable[[str], bool]
    blocks: list[Block] = field(default_factory=list)
    notes: list[Block] = field(default_factory=list)
    _quotes: int = 0
    _lists: list[int | None] = field(default_factory=list)
    """Of each list around: the number of the next item, None if it has bullets."""
    _marker: str = ""
    _note: str | None = None
    _row: list[str] | None = None
    _numbers: dict[str, int] = field(default_factory=dict)
    _pictures: list[str] = field(default_factory=list)
    """Of the paragraph that is being read."""

    def read(self, text: str) -> list[Block]:
        heading = 0
        for token in make_parser().parse(text):
            match token.type:
                case "heading_open":
                    heading = int(token.tag[1:])
                case "heading_close":
                    heading = 0
                case "inline" if self._row is not None:
                    cell = "".join(run.text for run in self._runs(token.children or (), keep=False))
                    self._row.append(cell.replace("\t", " "))
                case "inline" if heading:
                    self._heading(token, heading)
                case "inline":
                    self._paragraph(token)
                case "hr" | "fence" | "code_block" | "html_block":
                    self._alone(token)
                case _:
                    self._container(token)
        if not self.notes:
            return self.blocks
        above = Block(kind=BlockKind.HEADING, runs=(Run(trp("footnotes", "Notes")),), level=2)
        return [*self.blocks, above, *self.notes]

    def _alone(self, token: Token) -> None:
        """What has nothing in it that would have looks of its own."""
        if token.type == "hr":
            self._put(Block(kind=BlockKind.SCENE_BREAK, runs=(Run(SCENE_BREAK),)))
        elif token.type == "html_block":
            bare = " ".join(_TAG.sub("", token.content).split())
            if bare:
                self._put(self._block((Run(bare),)))
        else:
            for line in token.content.rstrip("\n").split("\n"):
                self._put(Block(kind=BlockKind.CODE, runs=(Run(line or " ", code=True),)))

    def _container(self, token: Token) -> None:
        match token.type:
            case "blockquote_open":
                self._quotes += 1
            case "blockquote_close":
                self._quotes -= 1
            case "bullet_list_open":
                self._lists.append(None)
            case "ordered_list_open":
                self._lists.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "list_item_open":
                number = self._lists[-1]
                self._marker = "•" if number is None else f"{number}."
                self._lists[-1] = None if number is None else number + 1
            case "footnote_reference_open":
                self._note = str(token.meta["label"])
            case "footnote_reference_close":
                self._note = None
            case "tr_open":
                self._row = []
            case "tr_close":
                self._put(Block(kind=BlockKind.TABLE_ROW, runs=(Run("\t".join(self._row or ())),)))
                self._row = None
                self._put_pictures()

    def _heading(self, token: Token, level: int) -> None:
        runs = tuple(self._runs(token.children or (), keep=False))
        if "".join(run.text for run in runs).strip():
            self._put(Block(kind=BlockKind.HEADING, runs=runs, level=level))
        elif not self._pictures:  # a lone “#” is how many mark a new scene
            self._put(Block(kind=BlockKind.SCENE_BREAK, runs=(Run(SCENE_BREAK),)))
        self._put_pictures()

    def _paragraph(self, token: Token) -> None:
        lines: list[list[Run]] = [[]]
        for run in self._runs(token.children or (), keep=not _is_wrapped(token.content)):
            if run.text == "\n":
                lines.append([])
            else:
                lines[-1].append(run)
        for number, runs in enumerate(lines):
            if any(run.text.strip() for run in runs):
                self._put(self._block(tuple(runs), follows=number > 0))
        self._put_pictures()

    def _block(self, runs: tuple[Run, ...], *, follows: bool = False) -> Block:
        marker, self._marker = self._marker, ""
        depth = len(self._lists)
        if self._note is not None:
            number = self._number(self._note)
            first = not any(each.marker == f"{number}." for each in self.notes)
            return Block(kind=BlockKind.NOTE, runs=runs, marker=f"{number}." if first else "")
        if depth:
            return Block(kind=BlockKind.ITEM, runs=runs, level=depth + self._quotes, marker=marker)
        if self._quotes:
            return Block(kind=BlockKind.QUOTE, runs=runs, level=self._quotes, gap=not follows)
        return Block(kind=BlockKind.PARAGRAPH, runs=runs)

    def _put_pictures(self) -> None:
        depth = len(self._lists) + self._quotes
        for source in self._pictures:
            self._put(Block(kind=BlockKind.PICTURE, picture=source, level=depth))
        self._pictures = []

    def _put(self, block: Block) -> None:
        (self.notes if self._note is not None else self.blocks).append(block)

    def _runs(self, tokens: Sequence[Token], *, keep: bool) -> Iterator[Run]:
        """The looks of what stands in a line; a line break that stays is a run of its own."""
        look = Run("")
        for at, token in enumerate(tokens):
            match token.type:
                case "text" | "text_special":
                    yield replace(look, text=token.content)
                case "strong_open" | "strong_close":
                    look = replace(look, strong=token.nesting > 0)
                case "em_open" | "em_close":
                    look = replace(look, emphasis=token.nesting > 0)
                case "s_open" | "s_close":
                    look = replace(look, strike=token.nesting > 0)
                case "code_inline":
                    yield replace(look, text=token.content, code=True)
                case "hardbreak":
                    yield Run("\n")
                case "softbreak":
                    yield Run("\n" if keep else _joint(tokens, at))
                case "footnote_ref":
                    label = str(token.meta["label"])
                    yield replace(look, text=str(self._number(label)), raised=True)
                case "image" if self.has_picture(source := str(token.attrs.get("src", ""))):
                    self._pictures.append(source)
                case "image":
                    yield replace(look, text=token.content)
                case _:
                    pass

    def _number(self, label: str) -> int:
        return self._numbers.setdefault(label, len(self._numbers) + 1)


def _joint(tokens: Sequence[Token], at: int) -> str:
    """What stands between two lines that are one: a space, and nothing in a script that has none."""
    before = tokens[at - 1].content[-1:] if at else ""
    after = tokens[at + 1].content[:1] if at + 1 < len(tokens) else ""
    is_asian = before and after and is_east_asian(before) and is_east_asian(after)
    return "" if is_asian else " "


def _is_wrapped(content: str) -> bool:
    """Whether the lines of a paragraph were broken by a program, so that they are one; a writer's own breaks stay."""
    lines = content.split("\n")[:-1]
    shortest, longest = WRAPPED
    return bool(lines) and all(shortest <= len(line) <= longest for line in lines)
