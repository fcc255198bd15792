"""The sentences with which a file is refused; one for each thing that can be wrong with it."""

from __future__ import annotations

from cowrite.base.errors import UserError
from cowrite.localization import tr


def empty(kind: str) -> UserError:
    """There is not a byte in it."""
    return UserError(
        tr("This file is empty, so it is no {kind} document.", kind=kind),
        tr("Look for an earlier copy of it."),
    )


def of_another_kind(kind: str) -> UserError:
    """Its ending says something that its bytes do not."""
    return UserError(
        tr("This file is no {kind} document, whatever its name says.", kind=kind),
        tr("Open it in the program that made it, and save it as {kind}.", kind=kind),
    )


def damaged(kind: str) -> UserError:
    """It is of that kind, but something is missing or wrong in it."""
    return UserError(
        tr("This {kind} document is damaged or was cut off, so it cannot be read.", kind=kind),
        tr("Look for another copy of it, or repair it in the program that made it."),
    )


def protected(kind: str) -> UserError:
    """It can only be opened with a password."""
    return UserError(
        tr("This {kind} document is protected with a password.", kind=kind),
        tr("Remove the password in the program that made it, save it and try again."),
    )


def too_large(kind: str) -> UserError:
    """It unpacks to more than a text of this world."""
    return UserError(
        tr("This {kind} document unpacks to more than can be read safely.", kind=kind),
        tr("If you trust it, split it in the program that made it and try the pieces."),
    )


def unsafe(kind: str) -> UserError:
    """It declares entities, which no program that writes texts does."""
    return UserError(
        tr("This {kind} document holds declarations that are not safe to read.", kind=kind),
        tr("Save it anew in a word processor and try that copy."),
    )


def too_deep(kind: str) -> UserError:
    """Its elements stand in each other hundreds of times."""
    return UserError(
        tr("This {kind} document is nested too deeply to be read safely.", kind=kind),
        tr("Save it anew in a word processor and try that copy."),
    )


def old_word() -> UserError:
    """A file of Word 97 to 2003."""
    return UserError(
        tr("This is a document in the format of old versions of Word (DOC)."),
        tr("Open it in Word or LibreOffice, save it as DOCX and try that copy."),
    )
