"""What the writer is told wherever it says that nothing leaves the computer, while a server of theirs is in use."""

from __future__ import annotations

from cowrite.base.errors import UserError
from cowrite.localization import tr
from cowrite.remote.address import Address
from cowrite.remote.choice import ServerChoice, Use
from cowrite.settings.preferences import Preferences


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
        return tr(
            "You use a model on the server “{name}”: the text before the caret, and passages with what stands around "
            "them, are sent there. Private windows, and files where nothing is suggested, are never sent.",
            name=name,
        )
    return tr(
        "You use a model on the server “{name}”: passages with what stands around them are sent there. Private "
        "windows, and files where nothing is suggested, are never sent.",
        name=name,
    )
