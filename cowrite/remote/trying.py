"""Looks at a server before anything is written to it: is it there, which models has it, how fast does it answer."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from cowrite.remote.address import (
    Address,
    LookUp,
    Place,
    Reach,
    locate,
    look_up,
    require_permission,
)
from cowrite.remote.asking import Asker
from cowrite.remote.choice import ServerChoice
from cowrite.remote.client import ServerClient
from cowrite.remote.engine import chosen_model


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """``milliseconds`` is how long one word took, and ``models`` are all that the server has; ``model`` answered."""

    address: Address
    reach: Reach
    models: tuple[str, ...]
    model: str
    milliseconds: float
    gives_probabilities: bool


def place_of(address: str, ask: LookUp = look_up) -> Place:
    """Where ``address`` is; nothing is sent. Raises UserError."""
    return locate(Address.parse(address), ask)


def try_server(choice: ServerChoice, key: str = "", ask: LookUp = look_up) -> Trial:
    """Ask the server for one word; takes as long as that takes. Raises UserError that says what is the matter."""
    place = place_of(choice.address, ask)
    require_permission(place, choice.confirmed)
    return asyncio.run(_tried(choice, place, key))


async def _tried(choice: ServerChoice, place: Place, key: str) -> Trial:
    client = ServerClient(place, key)
    try:
        models = await client.models()
        asker = Asker(client, chosen_model(choice.model, models, place.address.name))
        # The first answer of some servers waits for the model to be loaded.
        await asker.gives_probabilities()
        started = time.perf_counter()
        gives = await asker.gives_probabilities()
        milliseconds = (time.perf_counter() - started) * 1000
    finally:
        await client.close()
    return Trial(
        address=place.address,
        reach=place.reach,
        models=models,
        model=asker.model,
        milliseconds=milliseconds,
        gives_probabilities=gives,
    )
