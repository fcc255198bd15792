"""``cowrite count``: how long a text is."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from cowrite.base.text_counts import CJK_PER_MINUTE, WORDS_PER_MINUTE, count_text
from cowrite.cli.texts import read_text
from cowrite.markdown.counted import counted_text
from cowrite.markdown.kinds import is_markdown
from cowrite.settings.paths import Paths, with_home

HELP = (
    "Count the words and characters of a text and estimate how long it takes to read: "
    f"{WORDS_PER_MINUTE} words or {CJK_PER_MINUTE} Chinese characters a minute. A Chinese character counts as a word, "
    "punctuation does not. What a reader of a Markdown text never sees is left out: front matter, comments, addresses."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("file", metavar="FILE", type=Path, help="text to count")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Print the counts."""
    file = with_home(arguments.file)
    text = read_text(file, paths)
    counts = count_text(counted_text(text, markdown=is_markdown(file)))
    if arguments.json:
        print(json.dumps({**asdict(counts), "minutes": round(counts.minutes, 2)}, indent=2))
        return 0
    rows = [
        ("words", counts.words),
        ("characters", counts.characters),
        ("without spaces", counts.characters_without_spaces),
        ("Chinese and Japanese characters", counts.cjk_characters),
    ]
    width = max(len(f"{number:,}") for _, number in rows)
    for name, number in rows:
        print(f"{number:>{width},}  {name}")
    print(f"{counts.minutes:>{width}.1f}  minutes to read")
    return 0
