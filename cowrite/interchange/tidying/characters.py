"""Which characters a manuscript holds, and which addresses."""

from __future__ import annotations

import re
from urllib.parse import quote

from cowrite.interchange.manuscript import Link

_FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_BLANKS = re.compile("[\t\n\r\x0b\x0c]")
_LINE_ENDS = re.compile("\r\n?")
_EMPTY_LINES = re.compile(r"\n\s*\n")
_SAFE = re.compile(r"https?://[^/?#\s]|mailto:[^\s]|#[^\s]", re.IGNORECASE)
_SCHEME = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.-]+:")
_PICTURE = re.compile(r"\s*https?://", re.IGNORECASE)
_NO_LABEL = re.compile(r"[^\w.-]+")
_NO_LANGUAGE = re.compile(r"[^\w.+#-]+")


def cleaned(text: str) -> str:
    """``text`` on one line, without the characters that no XML may hold."""
    return _BLANKS.sub(" ", _FORBIDDEN.sub("", text))


def cleaned_lines(text: str) -> str:
    r"""The same for lines, which end with ``\n``; tabs stay."""
    text = _LINE_ENDS.sub("\n", text).replace("\x0b", "\n").replace("\x0c", "\n")
    return _FORBIDDEN.sub("", text).strip("\n")


def phrase(text: str) -> str:
    """On one line, without needless blanks: a title, a description."""
    return " ".join(each for each in cleaned(text).split(" ") if each).strip()


def comment_text(text: str, *, one_line: bool) -> str:
    """What can stand in a comment of either kind."""
    text = re.sub("--+>", "-- >", text.replace("%%", "% %").replace("%%", "% %"))
    if one_line:
        return phrase(text)
    lines = (line.strip() for line in cleaned_lines(text).split("\n"))
    return _EMPTY_LINES.sub("\n", "\n".join(lines)).strip()


def is_safe_address(address: str) -> bool:
    """Whether a link may lead there: http, https, mailto, or a place in the text. Readers say what else there was."""
    return _SAFE.match(cleaned(address).strip()) is not None


def safe_link(link: Link | None) -> Link | None:
    """The link with its address on one line, or None if it may not lead there."""
    if link is None or not is_safe_address(link.address):
        return None
    address = "".join(
        quote(each) if each.isspace() else each for each in cleaned(link.address).strip()
    )
    return Link(address, phrase(link.title))


def picture_source(source: str) -> str:
    """Where a picture lies: in the manuscript, beside the text or in the web; empty for anywhere else."""
    source = cleaned(source).strip()
    if _SCHEME.match(source) and not _PICTURE.match(source):
        return ""
    return source


def label_of(label: str) -> str:
    """A note's label as it can be written in the text."""
    return _NO_LABEL.sub("-", cleaned(label)).strip("-") or "note"


def code_language(language: str) -> str:
    """The name of a programming language, one word."""
    return _NO_LANGUAGE.sub("", cleaned(language).strip().split(" ")[0])
