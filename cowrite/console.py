"""Error messages of last resort, and the standard streams that carry them, whatever they are connected to.

Whoever knows what was going on says it better and earlier. What comes as far as this is a file, a disk or a stream that
the person can do something about, or a mistake of ours, which is left alone.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import sys
from typing import Any, NoReturn

from cowrite.base.errors import UserError, of_the_system
from cowrite.base.printable import one_line
from cowrite.base.system_reasons import reason_of
from cowrite.localization import current, tr
from cowrite.localization.argparse_words import speak_in_argparse
from cowrite.localization.columns import columns_of, wrapped
from cowrite.localization.languages import ENGLISH

speak_in_argparse()


class PlainHelp(argparse.HelpFormatter):
    """Help in lines that fit, also where a character takes two columns."""

    def format_help(self) -> str:
        """All of it; a heading in Chinese ends in a colon of its own."""
        text = super().format_help()
        return text if _is_english() else re.sub(r"(?m)^(.*[^\x00-\x7f]):$", r"\1：", text)

    def _format_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None) -> str:
        words = tr("usage: ") if prefix is None else prefix
        blank = " " * columns_of(words)
        return super()._format_usage(usage, actions, groups, blank).replace(blank, words, 1)

    def _split_lines(self, text: str, width: int) -> list[str]:
        return super()._split_lines(text, width) if _is_english() else wrapped(text, width)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if _is_english():
            return super()._fill_text(text, width, indent)
        return "\n".join(indent + line for line in wrapped(text, width - len(indent)))


class PlainHelpWithParagraphs(argparse.RawDescriptionHelpFormatter, PlainHelp):
    """The same, with descriptions as they are."""


def _is_english() -> bool:
    return current() == ENGLISH


class PlainParser(argparse.ArgumentParser):
    """A parser that quotes what it cannot read, such as a file's name, without control characters."""

    def __init__(self, *, formatter_class: Any = PlainHelp, **options: Any) -> None:
        super().__init__(formatter_class=formatter_class, **options)

    def format_help(self) -> str:
        """Help whose headings end as the language ends them, which argparse leaves to nobody."""
        text = super().format_help()
        if not _is_english():
            for group in self._action_groups:
                text = text.replace(f"\n{group.title}:\n", f"\n{group.title}：\n")
        return text

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and end with status 2."""
        super().error(one_line(message))


class OutputError(OSError):
    """Standard output did not take what was printed."""


def as_user_error(error: Exception) -> UserError | None:
    """What to tell the person of ``error``; None where it is a mistake of ours."""
    if isinstance(error, UserError):
        return error
    if isinstance(error, OutputError):
        drop_output()
        return UserError(
            tr("What was to be printed could not be written ({reason}).", reason=reason_of(error)),
            tr("Check where the output goes."),
        )
    if isinstance(error, MemoryError):
        return UserError(
            tr("There is too little memory."), tr("Close other programs and try again.")
        )
    if isinstance(error, OSError):
        return of_the_system(error)
    if "sqlite3" in sys.modules:
        import sqlite3

        from cowrite.decisions.database.sqlite_errors import describe_log_error

        if isinstance(error, sqlite3.Error):
            return describe_log_error(error)
    return None


def prepare_streams() -> None:
    """See to it that printing never fails for what is printed, and that there is something to print to.

    A terminal or file that does not know a character gets its number. A stream that was closed before the start is
    nowhere: otherwise the next file that is opened would take its place, and what is printed would go there.
    """
    # In this order they take the numbers that were given up.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
        elif mode == "w" and isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def can_print(text: str) -> bool:
    """Whether both streams for output have all of its characters."""
    try:
        for stream in (sys.stdout, sys.stderr):
            text.encode(stream.encoding or "utf-8")
    except (AttributeError, LookupError, UnicodeError):
        return False
    return True


def say(text: str) -> None:
    """Print a message for people, on one line and without control characters; silently where there is no stream."""
    with contextlib.suppress(OSError, ValueError):
        print(one_line(text), file=sys.stderr, flush=True)  # noqa: T201


def show_progress(text: str, end: str = "\n") -> None:
    """Print how far something is on standard error; a stream that takes nothing must not end what it is about."""
    with contextlib.suppress(OSError, ValueError):
        print(text, end=end, file=sys.stderr, flush=True)  # noqa: T201


def flush_output() -> None:
    """Write out what was printed. Raises BrokenPipeError if nobody reads, OutputError if it cannot be written."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(error.errno, error.strerror) from error


def drop_output() -> None:
    """Let what was printed and cannot be written go: Python would try again when it ends, and complain."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
