"""``cowrite count``: how long a text is."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from cowrite.base.text_counts import CJK_PER_MINUTE, WORDS_PER_MINUTE, count_text
from cowrite.cli.texts import read_text
from cowrite.localization import tr, tr_noop, trp
from cowrite.markdown.counted import counted_text
from cowrite.markdown.kinds import is_markdown
from cowrite.settings.paths import Paths, with_home

HELP = tr_noop(
    "Count the words and characters of a text and estimate how long it takes to read: "
    "{words} words or {characters} Chinese characters a minute. A Chinese character counts as a word, "
    "punctuation does not. Of a Markdown text only the prose is counted: no code, addresses, front matter or comments."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.description = tr(HELP, words=WORDS_PER_MINUTE, characters=CJK_PER_MINUTE)
    parser.add_argument("file", metavar="FILE", type=Path, help=tr("text to count"))
    parser.add_argument("--json", action="store_true", help=tr("print JSON"))


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Print the counts."""
    file = with_home(arguments.file)
    text = read_text(file, paths)
    counts = count_text(counted_text(text, markdown=is_markdown(file)))
    if arguments.json:
        print(json.dumps({**asdict(counts), "minutes": round(counts.minutes, 2)}, indent=2))
        return 0
    rows = [
        (trp("after a number", "words"), counts.words),
        (trp("after a number", "characters"), counts.characters),
        (tr("without spaces"), counts.characters_without_spaces),
        (tr("Chinese and Japanese characters"), counts.cjk_characters),
    ]
    width = max(len(f"{number:,}") for _, number in rows)
    for name, number in rows:
        print(f"{number:>{width},}  {name}")
    minutes = tr("minutes to read")
    print(f"{counts.minutes:>{width}.1f}  {minutes}")
    return 0
