"""What the writer is told wherever it says that nothing leaves the computer, while a server of theirs is in use."""

from __future__ import annotations

from cowrite.base.errors import UserError
from cowrite.localization import sentences, tr, tr_noop
from cowrite.remote.address import Address
from cowrite.remote.choice import ServerChoice, Use
from cowrite.settings.preferences import Preferences

MADE_HERE = tr_noop(
    "Suggestions in the middle of a line are made by a model on this computer alone."
)
REPAIRED_HERE = tr_noop("“Repair” is done by the model on this computer, if there is one.")


def where_text_goes(chosen: Preferences) -> str:
    """What is sent and where, as sentences; empty if nothing ever leaves this computer by the settings."""
    choice = ServerChoice.of(chosen) if chosen.assistance else None
    if choice is None:
        return ""
    try:
        name = Address.parse(choice.address).name
    except UserError:
        return ""
    return sent_to(name, choice.use)


def sent_to(name: str, use: Use) -> str:
    """What is sent to the server ``name``, and what is not."""
    if use is Use.ALL:
        sent = tr(
            "You use a model on the server “{name}”: the text before the caret, and passages with what stands around "
            "them, are sent there. Private windows, and files where nothing is suggested, are never sent.",
            name=name,
        )
        return sentences(sent, tr(MADE_HERE), tr(REPAIRED_HERE))
    sent = tr(
        "You use a model on the server “{name}”: passages with what stands around them are sent there. Private "
        "windows, and files where nothing is suggested, are never sent.",
        name=name,
    )
    return sentences(sent, tr(REPAIRED_HERE))
