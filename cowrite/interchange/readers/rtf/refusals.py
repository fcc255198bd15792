"""The sentences with which an RTF is refused."""

from __future__ import annotations

from cowrite.base.errors import UserError
from cowrite.localization import tr


def no_rtf() -> UserError:
    """It does not begin as every RTF does."""
    return UserError(
        tr("This file is no RTF document, whatever its name says."),
        tr("Open it in the program that made it, and save it as RTF or DOCX."),
    )


def cut_off() -> UserError:
    """Its last group is not closed."""
    return UserError(
        tr("This RTF document was cut off: its end is missing."),
        tr("Look for another copy of it, or open and save it in a word processor."),
    )


def too_large() -> UserError:
    """More than a text of this world."""
    return UserError(
        tr("This RTF document is larger than what can be read safely."),
        tr("If you trust it, split it in a word processor and try the pieces."),
    )


def too_deep() -> UserError:
    """Thousands of groups in each other."""
    return UserError(
        tr("The groups of this RTF document are nested too deeply to be read safely."),
        tr("Save it anew in a word processor and try that copy."),
    )
