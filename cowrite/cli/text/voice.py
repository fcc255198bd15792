"""``cowrite voice``: how far each chapter of a text is from its writer's own texts towards a model's prose."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.printable import lines
from cowrite.cli.chosen import chosen_preferences
from cowrite.cli.texts import read_text
from cowrite.console import say
from cowrite.decisions.database.log_file import NoLogError
from cowrite.documents.identity import Identities
from cowrite.localization import tr, tr_noop
from cowrite.markdown.kinds import is_markdown
from cowrite.personalize.data.own_texts import find_own_texts
from cowrite.provenance.own_lines import typed_lines
from cowrite.provenance.store import known_text
from cowrite.settings.paths import Paths, with_home
from cowrite.settings.resources import resource_path
from cowrite.voice.habits import name_of, sentence_of
from cowrite.voice.line import ALARM, ENOUGH_OWN_WORDS
from cowrite.voice.model_prose import STARTER, read_prose
from cowrite.voice.reading import ChapterReading, VoiceReading, own_samples, read_voice
from cowrite.voice.traits import Counted

HELP = tr_noop(
    "Say how far each chapter of a text is from your own texts (0) towards a model's prose (1), and "
    "which words and habits moved it. Your own texts are those named by --own, those chosen to learn "
    "from, and what you typed in this text in Cowrite. It compares you with yourself: it does not "
    "find out who wrote a text."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("file", metavar="F", type=Path, help=tr("a text or Markdown file"))
    parser.add_argument(
        "--own",
        metavar="T",
        type=Path,
        nargs="+",
        help=tr("texts that you wrote without a model (default: those chosen to learn from)"),
    )
    parser.add_argument("--json", action="store_true", help=tr("print JSON"))


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Print a line for each chapter."""
    file = with_home(arguments.file)
    text = read_text(file, paths)
    own = _own_texts(arguments.own, file, paths)
    typed = _typed(file.absolute(), text, paths)
    reading = read_voice(
        text,
        own,
        read_prose(resource_path(STARTER)),
        markdown=is_markdown(file),
        own_lines=typed.__contains__,
    )
    if reading.line is None:
        raise UserError(tr(reading.problem))
    if arguments.json:
        print(json.dumps(_as_json(file, reading), ensure_ascii=False, indent=2))
        return 0
    for row in _rows(reading):
        print(lines(row) if sys.stdout.isatty() else row)
    return 0


def _own_texts(named: list[Path] | None, file: Path, paths: Paths) -> list[Counted]:
    """The samples of the writer's own texts, without those of ``file``. Raises UserError for one that is not there."""
    files = named
    if files is None:
        found = find_own_texts(chosen_preferences(paths).own_texts)
        for missing in found.missing:
            say(tr("{missing} is not there any more, and is passed over.", missing=missing))
        files = [*found.files]
    this = os.path.realpath(file)
    samples: list[Counted] = []
    for path in map(with_home, files):
        if os.path.realpath(path) != this:
            samples += own_samples(read_text(path, paths), markdown=is_markdown(path))
            if sum(each.words for each in samples) > ENOUGH_OWN_WORDS:
                break
    return samples


def _typed(path: Path, text: str, paths: Paths) -> frozenset[int]:
    """The lines of ``text`` that are known to have been typed."""
    try:
        known = known_text(paths.decision_log, Identities(paths.identities_file).of(path), text)
    except NoLogError:
        return frozenset()
    except UserError as error:
        say(tr("What was typed in this text is not known. {error}", error=error))
        return frozenset()
    return typed_lines(text, known.ranges) if known else frozenset()


def _as_json(file: Path, reading: VoiceReading) -> dict[str, object]:
    return {
        "file": str(file),
        "model": reading.model,
        "own_words": reading.own_words,
        "alarm": ALARM,
        "chapters": [_chapter_json(each) for each in reading.chapters],
    }


def _chapter_json(each: ChapterReading) -> dict[str, object]:
    return {
        "title": each.chapter.title,
        "first_line": each.chapter.first + 1,
        "last_line": each.chapter.last,
        "words": each.words,
        "place": None if each.place is None else round(each.place, 4),
        "alarm": each.is_alarming,
        "problem": each.problem,
        "habits": [
            {
                "name": name_of(habit.trait),
                "times": habit.times,
                "own": round(habit.own, 1),
                "model": round(habit.model, 1),
                "moved": round(habit.moved, 4),
            }
            for habit in each.habits
        ],
    }


def _rows(reading: VoiceReading) -> Iterable[str]:
    """For people: the place of each chapter, what it is called, and what moved it."""
    yield (
        tr(
            "0.00 is your own texts ({own_words:,} words), 1.00 the prose of {model}; above {alarm:.2f} a "
            "chapter is marked with !",
            own_words=reading.own_words,
            model=reading.model,
            alarm=ALARM,
        )
    )
    for each in reading.chapters:
        title = each.chapter.title or tr(
            "Lines {first} to {last}", first=each.chapter.first + 1, last=each.chapter.last
        )
        if each.place is None:
            yield f"  -     {title}: {tr(each.problem)}"
            continue
        yield f"{'!' if each.is_alarming else ' '} {each.place:.2f}  {title}"
        for habit in each.habits[:3]:
            yield f"          {sentence_of(habit)}"
