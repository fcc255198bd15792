"""``cowrite spell``: list the words of a text that are misspelled."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.printable import lines
from cowrite.cli.texts import FilePlaces, read_file
from cowrite.localization import listed, tr, tr_noop
from cowrite.markdown.kinds import is_markdown
from cowrite.markdown.spans import prose
from cowrite.settings.paths import Paths
from cowrite.spelling.cast import Cast
from cowrite.spelling.checker import Checker
from cowrite.spelling.dictionary import Dictionary
from cowrite.spelling.installed import dictionaries, find_language
from cowrite.spelling.languages import detected
from cowrite.spelling.prose import masked
from cowrite.spelling.suggestions import suggestions
from cowrite.spelling.texts import Misspelling, misspellings
from cowrite.spelling.word_lists import own_words
from cowrite.spelling.words import words_of

HELP = tr_noop("List the words of a text that are misspelled, with what may have been meant.")
PREFERRED = "en_US"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("file", metavar="F", type=Path, help=tr("a text or Markdown file"))
    parser.add_argument(
        "--language",
        metavar="L",
        help=tr("the language of the text, such as en_GB (default: found out from its words)"),
    )
    parser.add_argument(
        "--json", action="store_true", help=tr("print places and suggestions as JSON")
    )


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Check the text and print what is misspelled."""
    available = dictionaries(paths.dictionaries_dir)
    loaded = read_file(arguments.file, paths)
    text = loaded.text
    ranges = [(each.start, each.end) for each in prose(text, markdown=is_markdown(arguments.file))]
    words = masked(text, ranges)
    checker = Checker(_dictionary(arguments.language, available, words, paths.dictionaries_dir))
    found, cast = misspellings(
        text,
        ranges,
        checker,
        own_words(paths.words_file),
        one_region=arguments.language is not None,
    )
    offered = _suggestions(found, checker, cast)
    if arguments.json:
        places = FilePlaces(loaded)
        rows = [
            {
                "start": places.in_file(each.start),
                "end": places.in_file(each.end),
                "word": each.text,
                "suggestions": offered[each.text],
            }
            for each in found
        ]
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    for row in _rows(text, found, offered):
        print(lines(row) if sys.stdout.isatty() else row)
    return 0


def _dictionary(
    language: str | None, available: Mapping[str, Path], text: str, folder: Path
) -> Dictionary:
    """That of ``language``, or of the one that the text is in. Raises UserError if there is none."""
    if language is not None:
        name = find_language(language, available)
        if name is None:
            raise UserError(
                tr("There is no dictionary for “{language}”.", language=language),
                tr(
                    "There are {available}. Others (a .dic and an .aff file) can be put into {folder}.",
                    available=listed(available),
                    folder=folder,
                ),
            )
        return Dictionary(available[name])
    return Dictionary(available[detected(words_of(text), available, PREFERRED) or PREFERRED])


def _suggestions(
    found: Sequence[Misspelling], checker: Checker, cast: Cast
) -> dict[str, list[str]]:
    return {
        text: suggestions(text, checker, cast)
        for text in dict.fromkeys(each.text for each in found)
    }


def _rows(
    text: str, found: Sequence[Misspelling], offered: Mapping[str, Sequence[str]]
) -> list[str]:
    """For people: line and column from 1, the word, and what may have been meant."""
    rows = []
    for each in found:
        line = text.count("\n", 0, each.start) + 1
        column = each.start - (text.rfind("\n", 0, each.start) + 1) + 1
        meant = ", ".join(offered[each.text])
        rows.append(f"{line}:{column}: {each.text}" + (f" ({meant})" if meant else ""))
    return rows
