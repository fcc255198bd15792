"""The head of a Markdown file: what it says of the text, in lines of YAML between ``---``."""

from __future__ import annotations

import re

from cowrite.interchange.manuscript import Metadata
from cowrite.markdown.lines import (
    LONGEST_FRONT_MATTER,
    begins_with_front_matter,
    is_front_matter_end,
)

_FIELD = re.compile(r"(title|author|language|lang)[ \t]*:[ \t]+(\S.*?)[ \t]*$", re.IGNORECASE)
_AUTHORS = re.compile(r"authors?[ \t]*:[ \t]*(?:\[(.*)\][ \t]*)?$", re.IGNORECASE)
_ITEM = re.compile(r"[ \t]*-[ \t]+(\S.*?)[ \t]*$")
_PAIR = re.compile(r"[\w-]+:\s")
_COMMENT = re.compile(r"\s#.*$")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)")
_NAMED = {"n": " ", "t": " ", "r": " ", "0": "", "_": "\u00a0"}
_NOT_PLAIN = re.compile(
    r"[-?:,\[\]{}#&*!|>'\"%@`\s]|.*(?::\s|\s#|:$|\s$)"
    r"|(?:true|false|yes|no|on|off|null|~|[-+.\d][\d_.,:eExXoa-fA-F+-]*)$",
    re.IGNORECASE,
)


def read_head(text: str) -> tuple[Metadata, str]:
    """What the head of a text says, and the text without it. Values of more than one line stay lines,
    unless they are a list of authors.
    """
    lines = text.split("\n")
    if not begins_with_front_matter(lines.__getitem__, len(lines)):
        return Metadata(), text
    end = next(
        n for n in range(1, min(len(lines), LONGEST_FRONT_MATTER)) if is_front_matter_end(lines[n])
    )
    fields: dict[str, str] = {}
    others: list[str] = []
    taken = 0
    for number, line in enumerate(lines[1:end], 1):
        if number < taken:
            continue
        authors, behind = _authors(lines, number, end)
        if authors and "author" not in fields:
            fields["author"], taken = authors, behind
            continue
        found = _FIELD.match(line)
        goes_on = lines[number + 1][:1] in (" ", "\t")
        name = "" if found is None else found[1].lower().replace("language", "lang")
        value = None if found is None or goes_on or name in fields else _value(found[2])
        if value is None:
            others.append(line)
        else:
            fields[name] = value
    return (
        Metadata(
            fields.get("title", ""), fields.get("author", ""), fields.get("lang", ""), tuple(others)
        ),
        "\n".join(lines[end + 1 :]),
    )


def _authors(lines: list[str], number: int, end: int) -> tuple[str, int]:
    """The names in a list of authors that begins in a line, and the line behind it; none if it is no such list."""
    found = _AUTHORS.match(lines[number])
    if found is None:
        return "", 0
    behind = number + 1
    if found[1]:
        written = re.findall(r'"(?:[^"\\]|\\.)*"|[^,\s][^,]*', found[1])
    else:
        written = []
        while behind < end and (item := _ITEM.match(lines[behind])):
            written.append(item[1])
            behind += 1
    is_over = behind >= end or lines[behind][:1] not in (" ", "\t", "-")
    names = [None if _PAIR.match(each) else _value(each.strip()) for each in written]
    known = [each for each in names if each]
    if not is_over or not known or len(known) < len(names):
        return "", 0
    return ", ".join(known), behind


def _value(written: str) -> str | None:
    """A scalar, or None for what is none."""
    if written[0] == '"' and (found := re.match(r'"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$', written)):
        return _ESCAPE.sub(_unescaped, found[1])
    if written[0] == "'" and (found := re.match(r"'((?:[^']|'')*)'\s*(?:#.*)?$", written)):
        return found[1].replace("''", "'")
    if written[0] in "[{|>&*!#%@`":
        return None
    return _COMMENT.sub("", written).strip()


def _unescaped(found: re.Match[str]) -> str:
    letters = found[1]
    if len(letters) > 1:
        return chr(int(letters[1:], 16))
    return _NAMED.get(letters, letters)


def head_of(metadata: Metadata) -> str:
    """The head as lines, with an empty line behind it; empty if there is nothing to say."""
    fields = (("title", metadata.title), ("author", metadata.author), ("lang", metadata.language))
    lines = [f"{name}: {_written(value)}" for name, value in fields if value]
    lines += [line for line in metadata.front_matter if not is_front_matter_end(line)]
    while lines and not lines[0].strip():
        del lines[0]
    return "\n".join(["---", *lines, "---", "", ""]) if lines else ""


def _written(value: str) -> str:
    if not _NOT_PLAIN.match(value):
        return value
    if '"' not in value and "\\" not in value:
        return f'"{value}"'
    return "'" + value.replace("'", "''") + "'"
