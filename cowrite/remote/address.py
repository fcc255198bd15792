"""Where a server is: its address as the writer typed it, and how far away that is.

What counts is the address that is connected to, not the name: a name is looked up once, and the connection goes to just
what was found then. So nobody can let a name of this network mean another place between the look and the connection.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

from cowrite.base.errors import UserError
from cowrite.base.system_reasons import reason_of
from cowrite.localization import tr, tr_noop

_PORTS = {"http": 80, "https": 443}
_EXAMPLE = "http://localhost:8080"
_ADVICE = tr_noop("Write it like {example}.")
LookUp = Callable[[str, int], Iterable[str]]


class Reach(Enum):
    """How far away an address is."""

    THIS_MACHINE = "this machine"
    PRIVATE_NETWORK = "private network"
    INTERNET = "internet"


@dataclass(frozen=True, slots=True)
class Address:
    """``scheme`` is http or https; ``path`` begins with a slash, has none at its end, and is what “/models” follows."""

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def parse(cls, text: str) -> Address:
        """From what the writer typed: http where nothing is said, “/v1” where there is no path. Raises UserError."""
        text = text.strip()
        try:
            parts = urlsplit(text if "://" in text else f"http://{text}")
            host, port = parts.hostname or "", parts.port
            if not host.isascii():
                host = host.encode("idna").decode("ascii")
        except (ValueError, UnicodeError) as error:
            raise _no_address(text) from error
        if parts.scheme not in _PORTS or not host or any(each.isspace() for each in text):
            raise _no_address(text)
        if parts.username is not None or parts.password is not None or parts.query:
            raise UserError(
                tr("An address of a server holds no name, password or question mark."),
                tr("Give the key in its own field."),
            )
        path = parts.path.rstrip("/") or "/v1"
        return cls(parts.scheme, host.lower(), _PORTS[parts.scheme] if port is None else port, path)

    @property
    def origin(self) -> str:
        """Scheme, host and port, by which the writer's consent and the key are kept."""
        return f"{self.scheme}://{self._host_in_url}:{self.port}"

    @property
    def url(self) -> str:
        """All of it."""
        return f"{self.origin}{self.path}"

    @property
    def name(self) -> str:
        """What the status line calls the machine."""
        usual = self.port == _PORTS[self.scheme]
        return self.host if usual else f"{self._host_in_url}:{self.port}"

    @property
    def host_header(self) -> str:
        """What the server is told it was called."""
        usual = self.port == _PORTS[self.scheme]
        return self._host_in_url if usual else f"{self._host_in_url}:{self.port}"

    @property
    def _host_in_url(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host


@dataclass(frozen=True, slots=True)
class Place:
    """An address that was looked up: the ``numbers`` to connect to, and how far the farthest of them is."""

    address: Address
    numbers: tuple[str, ...]
    reach: Reach


def look_up(host: str, port: int) -> list[str]:
    """The numbers of ``host`` by the system. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]


def locate(address: Address, ask: LookUp = look_up) -> Place:
    """Look ``address`` up. Raises UserError if there is nothing of that name."""
    try:
        numbers = tuple(dict.fromkeys(ask(address.host, address.port)))
    except (OSError, UnicodeError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else str(error)
        raise UserError(
            tr("The server “{name}” cannot be found ({reason}).", name=address.name, reason=reason),
            tr("Check its address and the network."),
        ) from error
    if not numbers:
        raise UserError(
            tr("The server “{name}” cannot be found.", name=address.name),
            tr("Check its address and the network."),
        )
    return Place(address, numbers, max(map(reach_of, numbers), key=list(Reach).index))


def reach_of(number: str) -> Reach:
    """How far the address ``number`` is. What is not certainly near counts as far."""
    try:
        found = ipaddress.ip_address(number.partition("%")[0])
    except ValueError:
        return Reach.INTERNET
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if found.is_loopback:
        return Reach.THIS_MACHINE
    is_near = any(found in each for each in _NEAR if each.version == found.version)
    return Reach.PRIVATE_NETWORK if is_near else Reach.INTERNET


_NEAR = tuple(
    ipaddress.ip_network(each)
    for each in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),  # RFC 1918
        *("169.254.0.0/16", "fe80::/10"),  # link-local
        "fc00::/7",  # unique local addresses
    )
)


def require_permission(place: Place, confirmed: Sequence[str]) -> None:
    """Raise UserError unless text may go there: near, or encrypted to an address that the writer confirmed."""
    if place.reach is not Reach.INTERNET:
        return
    name = place.address.name
    if place.address.scheme != "https":
        raise UserError(
            tr("“{name}” is on the internet, and its address is not encrypted.", name=name),
            tr("Use an address that begins with https://."),
        )
    if place.address.origin not in confirmed:
        raise UserError(
            tr(
                "“{name}” is on the internet, and you have not agreed to send text there.",
                name=name,
            ),
            tr("Open “Server on the network…” in the “Suggestions” menu to decide."),
        )


def _no_address(text: str) -> UserError:
    return UserError(
        tr("“{text}” is no address of a server.", text=text), tr(_ADVICE, example=_EXAMPLE)
    )
