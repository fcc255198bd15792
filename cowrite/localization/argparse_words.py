"""What argparse says by itself, in the language of the program.

argparse asks gettext's global domain, which knows neither our catalogue nor the preference. It does so through two
names in its module, which Python 3.11 to 3.14 have alike; a message that is not listed here stays English.
"""

from __future__ import annotations

import argparse
from typing import Any

from cowrite.localization.catalogue import tr, tr_noop

MESSAGES = (
    tr_noop("usage: "),
    tr_noop("positional arguments"),
    tr_noop("options"),
    tr_noop("subcommands"),
    tr_noop("show this help message and exit"),
    tr_noop(" (default: %(default)s)"),
    tr_noop("%(prog)s: error: %(message)s\n"),
    tr_noop("%(prog)s: warning: %(message)s\n"),
    tr_noop("argument %(argument_name)s: %(message)s"),
    tr_noop("unrecognized arguments: %s"),
    tr_noop("the following arguments are required: %s"),
    tr_noop("one of the arguments %s is required"),
    tr_noop("not allowed with argument %s"),
    tr_noop("ignored explicit argument %r"),
    tr_noop("ambiguous option: %(option)s could match %(matches)s"),
    tr_noop("unexpected option string: %s"),
    tr_noop("expected one argument"),
    tr_noop("expected at most one argument"),
    tr_noop("expected at least one argument"),
    tr_noop("expected %s argument"),
    tr_noop("expected %s arguments"),
    tr_noop("invalid %(type)s value: %(value)r"),
    tr_noop("invalid choice: %(value)r (choose from %(choices)s)"),
    tr_noop("invalid choice: %(value)r, maybe you meant %(suggestion)r? (choose from %(choices)s)"),
    tr_noop("unknown parser %(parser_name)r (choices: %(choices)s)"),
)
"""What a person can meet; what only says that a parser was made wrongly is not among it."""


def speak_in_argparse() -> None:
    """From now on, every parser of this process looks its words up in the catalogue."""
    words: Any = argparse
    words._ = tr
    words.ngettext = _counted


def _counted(one: str, many: str, count: int) -> str:
    return tr(one if count == 1 else many)
