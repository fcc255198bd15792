"""Where keys of servers are kept: in the system's keyring, or in memory where there is none; never in our files."""

from __future__ import annotations

import logging
from typing import Any

from cowrite.base.errors import UserError
from cowrite.localization import tr

logger = logging.getLogger(__name__)

SERVICE = "cowrite"


class ServerKeys:
    """Keys by the origin of an address, such as “https://example.org:443”. May be asked from any thread."""

    def __init__(self) -> None:
        self._here: dict[str, str] = {}

    def get(self, origin: str) -> str:
        """The key for ``origin``; empty if there is none. Takes a while where the keyring has to be unlocked."""
        if origin in self._here:
            return self._here[origin]
        ring = _keyring()
        if ring is None:
            return ""
        try:
            return ring.get_password(SERVICE, origin) or ""
        except Exception as error:  # backends raise of many kinds
            logger.warning("the keyring cannot be read (%s)", type(error).__qualname__)
            return ""

    def put(self, origin: str, key: str) -> bool:
        """Keep ``key``; False if it is kept until Cowrite ends only."""
        self._here.pop(origin, None)
        ring = _keyring()
        if ring is not None:
            try:
                ring.set_password(SERVICE, origin, key)
                return True
            except Exception as error:
                logger.warning("the keyring cannot be written (%s)", type(error).__qualname__)
        self._here[origin] = key
        return False

    def forget(self, origin: str) -> bool:
        """Keep no key for ``origin``; whether there was one. Raises UserError if the keyring does not let it go."""
        was_here = self._here.pop(origin, None) is not None
        ring = _keyring()
        if ring is None:
            return was_here
        try:
            if ring.get_password(SERVICE, origin) is None:
                return was_here
            ring.delete_password(SERVICE, origin)
        except Exception as error:
            logger.warning("the keyring cannot be changed (%s)", type(error).__qualname__)
            raise UserError(
                tr("The key could not be taken out of the system’s keyring."),
                tr("Unlock the keyring and try again, or remove “cowrite” there."),
            ) from error
        return True


def _keyring() -> Any:
    """The library with a backend that keeps something, or None."""
    try:
        import keyring
        from keyring.backends import fail, null
    except ImportError:
        return None
    try:
        backend = keyring.get_keyring()
    except Exception as error:
        logger.warning("no keyring (%s)", type(error).__qualname__)
        return None
    # One that keeps keys in a readable file is none.
    is_real = not isinstance(backend, fail.Keyring | null.Keyring) and backend.priority >= 1
    return keyring if is_real else None
