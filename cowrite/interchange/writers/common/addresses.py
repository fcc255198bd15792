"""Where a link may lead in a file that leaves the writer's hands."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit, urlunsplit

_SCHEMES = ("http", "https", "mailto")
# What stands in addresses as it is; programs refuse a file in which something else does.
_AS_IT_IS = "!#$%&'()*+,-./:;=?@[]_~"


def written_address(address: str) -> str | None:
    """``address`` as it may stand in a file, or None if it leads nowhere or is alive (``javascript:``)."""
    address = address.strip()
    if address.startswith("#"):
        return address if len(address) > 1 else None
    try:
        parts = urlsplit(address)
        _ = parts.port  # Raises ValueError for a port that is no number.
        (parts.hostname or "").encode("idna")  # or for a name that no host has
        written = _escaped(address)
        as_uri(written)  # escaped, it may be another name
    except ValueError:
        return None
    if parts.scheme.lower() not in _SCHEMES or not (parts.netloc or parts.path):
        return None
    if parts.scheme.lower() != "mailto" and not parts.hostname:
        return None
    return written


def _escaped(address: str) -> str:
    """Signs that no address has, as %XX; letters of all scripts stay, and so does what was escaped already."""
    address = re.sub("%(?![0-9A-Fa-f]{2})", "%25", address)
    return "".join(
        each if each in _AS_IT_IS or each.isalnum() else quote(each, safe="", errors="replace")
        for each in address
    )


def as_uri(address: str) -> str:
    """An address as of :func:`written_address` in ASCII, as books want it; word processors show it as it was typed."""
    parts = urlsplit(address)
    host = parts.netloc
    if not host.isascii():
        name = (parts.hostname or "").encode("idna").decode()
        port = f":{parts.port}" if parts.port is not None else ""
        host = f"{quote(host[: host.rfind('@') + 1], _AS_IT_IS + '%')}{name}{port}"
    path, query, fragment = (quote(each, _IN_A_PATH) for each in parts[2:])
    return urlunsplit((parts.scheme, host, path, query, fragment))


_IN_A_PATH = _AS_IT_IS.replace("[", "").replace("]", "").replace("#", "") + "%"
