"""Writes the manual page from what the program's own parsers say: every command with every option.

    python packaging/linux/man_page.py > cowrite.1

The date is that of SOURCE_DATE_EPOCH, so that the same program gives the same page.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PACKAGING = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(PACKAGING), str(PACKAGING.parent)]

from build_date import build_time  # noqa: E402

from cowrite import __version__  # noqa: E402
from cowrite.__main__ import COMMANDS, window_parser  # noqa: E402
from cowrite.cli.dispatch import command_parser, load_command  # noqa: E402

FILES = (
    ("~/.config/cowrite/", "Settings."),
    ("~/.local/share/cowrite/", "Models, the decision log, what was learned, earlier versions."),
    ("~/.local/state/cowrite/log/", "The error log; it contains nothing of your texts."),
)
ENVIRONMENT = (
    ("COWRITE_HOME", "One folder for all that is kept; the same as --home."),
    (
        "APPIMAGE_EXTRACT_AND_RUN",
        "Only in the AppImage: if it is set, unpack instead of mounting.",
    ),
)
EXIT_STATUS = (
    ("0", "Success."),
    ("1", "A mistake of Cowrite itself; details are in the error log."),
    ("2", "A problem that you can fix; one sentence says how."),
    ("130", "Interrupted."),
)


def roff(text: str) -> str:
    """``text`` as roff reads it: nothing in it is a request or an escape."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("\n", " ")
    return "\\&" + escaped if escaped[:1] in {".", "'"} else escaped


def tagged(rows: Iterator[tuple[str, str]] | tuple[tuple[str, str], ...]) -> Iterator[str]:
    """A list of terms with their explanations."""
    for term, text in rows:
        yield ".TP"
        yield f".B {roff(term)}"
        yield roff(text)


def leaves(
    parser: argparse.ArgumentParser, help_text: str = ""
) -> Iterator[tuple[argparse.ArgumentParser, str]]:
    """The parsers below ``parser`` that take no further command, each with its help."""
    groups = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    if not groups:
        yield parser, help_text
    for group in groups:
        helps = {choice.dest: choice.help or "" for choice in group._choices_actions}
        for name, child in group.choices.items():
            yield from leaves(child, helps.get(name, ""))


def options(parser: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
    """Arguments and options of one parser."""
    formatter = argparse.HelpFormatter(parser.prog)
    for action in parser._actions:
        if action.help is not argparse.SUPPRESS and action.dest != "help":
            explained = formatter._expand_help(action).strip() if action.help else ""
            yield formatter._format_action_invocation(action), explained


def command_section(name: str) -> Iterator[str]:
    """One command, with all that belong to it."""
    top = command_parser(name, load_command(name))
    for parser, help_text in leaves(top, top.description or ""):
        yield f".SS {roff(parser.prog)}"
        yield roff(sentence(parser.description or help_text))
        yield from tagged(options(parser))


def sentence(text: str) -> str:
    """``text`` with a capital and a full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def page() -> Iterator[str]:
    """The lines of the page."""
    window = window_parser()
    day = time.strftime("%Y-%m-%d", time.gmtime(build_time()))
    yield f'.TH COWRITE 1 "{day}" "Cowrite {__version__}" "User Commands"'
    yield ".SH NAME"
    yield "cowrite \\- text editor that works with a language model on your own computer"
    yield ".SH SYNOPSIS"
    yield "\\fBcowrite\\fR [\\fIOPTION\\fR]... [\\fIFILE\\fR]..."
    yield ".br"
    yield "\\fBcowrite\\fR \\fICOMMAND\\fR [\\fIARGUMENT\\fR]..."
    yield ".SH DESCRIPTION"
    yield roff(window.description or "")
    yield "When you pause, a few grey words stand after the caret: what might come next."
    yield "Tab accepts a word of them, Esc dismisses them. Nothing you write leaves your computer."
    yield ".SH OPTIONS"
    yield from tagged(options(window))
    yield ".SH COMMANDS"
    yield "Every command has \\-\\-help and takes \\-\\-home."
    yield roff("To open a file that is named like a command, give its folder too, as in ./log.")
    for name in COMMANDS:
        yield from command_section(name)
    for heading, rows in (
        ("EXIT STATUS", EXIT_STATUS),
        ("ENVIRONMENT", ENVIRONMENT),
        ("FILES", FILES),
    ):
        yield f".SH {heading}"
        yield from tagged(rows)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    print("\n".join(page()))
