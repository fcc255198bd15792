"""Which server the writer chose, and for what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from cowrite.engine.messages import Lane
from cowrite.settings.preferences import Preferences


class Use(Enum):
    """What the server is for; the value is what stands in the settings."""

    OFF = "off"
    PASSAGES = "passages"
    ALL = "all"

    @property
    def lanes(self) -> frozenset[Lane]:
        """The work that it takes off the model on this computer."""
        match self:
            case Use.OFF:
                return frozenset()
            case Use.PASSAGES:
                return frozenset({Lane.PASSAGE})
            case Use.ALL:
                return frozenset({Lane.INLINE, Lane.PASSAGE})


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerChoice:
    """``address`` as it was typed; ``model`` is empty for the first that the server has.

    ``confirmed`` are the addresses on the internet to which the writer agreed to send text.
    """

    address: str
    model: str = ""
    use: Use = Use.PASSAGES
    confirmed: tuple[str, ...] = ()

    @classmethod
    def of(cls, chosen: Preferences) -> ServerChoice | None:
        """What the settings say; None where no server is to be used."""
        use = Use(chosen.server_use)
        if use is Use.OFF or not chosen.server:
            return None
        return cls(
            address=chosen.server,
            model=chosen.server_model,
            use=use,
            confirmed=chosen.server_confirmed,
        )
