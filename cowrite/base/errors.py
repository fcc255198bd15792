"""The two kinds of error: something the person can act on, and a mistake in the program.

Raise these; never return ``False`` for a failure. The command line prints a :class:`UserError` as
one plain sentence and ends with status 2; the window shows it as a message. Anything else is a bug:
its traceback goes to the log file.
"""

from __future__ import annotations

import errno
import traceback

from cowrite.base.printable import one_line
from cowrite.base.system_reasons import reason_of
from cowrite.localization import sentences, tr


class CowriteError(Exception):
    """Base of every error this program raises on purpose."""


class UserError(CowriteError):
    """A problem of the environment or of the input that the person can act on.

    ``message`` says what happened and ``advice`` what to do next; both are plain sentences without jargon. Names of
    files and models in them are shown without control characters, see :mod:`cowrite.base.printable`.
    """

    def __init__(self, message: str, advice: str = "") -> None:
        self.message = one_line(message)
        self.advice = one_line(advice)
        super().__init__(sentences(self.message, self.advice))

    def __reduce__(self) -> tuple[type[UserError], tuple[str, str]]:
        return type(self), (self.message, self.advice)


def of_the_system(error: OSError) -> UserError:
    """What the system answered about a file, a folder or a disk, as what the person can act on.

    For what nobody nearer to the file has said better.
    """
    name = error.filename if isinstance(error.filename, str) else ""
    reason = reason_of(error)
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            what = (
                tr("The disk is full, so {name} could not be written.", name=name)
                if name
                else tr("The disk is full, so a file could not be written.")
            )
            return UserError(what, tr("Free up disk space and try again."))
        case errno.ENOENT if not name:
            return UserError(
                tr("The folder that this was started in no longer exists."),
                tr("Change to another folder."),
            )
    what = (
        tr("{name} cannot be used ({reason}).", name=name, reason=reason)
        if name
        else tr("The system refused ({reason}).", reason=reason)
    )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return UserError(what, tr("Check that you may read and change it."))
    return UserError(what, tr("Check the name and the disk, and try again."))


class BugError(CowriteError):
    """Something that should be impossible; worth a report."""


def whereabouts(error: BaseException) -> str:
    """Where ``error`` came from, for the log: its kinds and the lines of the program, never its message.

    A message of a library may quote what it was given, and that is what the writer wrote.
    """
    parts: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(parts) < 5:
        trace = "".join(traceback.format_tb(seen.__traceback__))
        parts.append(f"{trace}{type(seen).__module__}.{type(seen).__qualname__}")
        seen = seen.__cause__ or seen.__context__
    return "\nafter\n".join(parts)
