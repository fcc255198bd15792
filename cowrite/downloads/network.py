"""How the network is reached: proxy, patience, and which addresses are believed."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from cowrite.base.errors import UserError
from cowrite.localization import tr
from cowrite.settings.preferences import Preferences

SECURE, INSECURE, FROM_DISK = "https", "http", "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """``proxy`` is a URL; empty for that of the system or the environment. Times are in seconds.

    A connection that is silent for ``silence_s`` is given up and opened again. After ``attempts`` in a row that brought
    nothing the download fails; between them it waits ``first_wait_s``, then twice that, up to ``longest_wait_s``.
    """

    proxy: str = ""
    connect_s: float = 15.0
    silence_s: float = 30.0
    attempts: int = 6
    first_wait_s: float = 1.0
    longest_wait_s: float = 30.0

    def wait_s(self, failures: int) -> float:
        """How long to wait after so many failures in a row."""
        return float(min(self.first_wait_s * 2 ** min(failures - 1, 16), self.longest_wait_s))


def network_of(preferences: Preferences) -> Network:
    """As the person wants it."""
    return Network(proxy=preferences.download_proxy)


def require_proxy(proxy: str) -> None:
    """Raise UserError if ``proxy`` is no address of one that can be used."""
    if not host_in(proxy, SECURE, INSECURE):
        raise bad_proxy()


def bad_proxy() -> UserError:
    """The proxy of the settings, or of the environment, is of a kind that cannot be used."""
    return UserError(
        tr("The proxy for downloads cannot be used."),
        tr("Write it as in “http://proxy.example:8080”."),
    )


def host_of(url: str) -> str:
    """The name to show of where ``url`` leads."""
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url


def host_in(address: str, *schemes: str) -> str:
    """The host of an address that is whole and of one of ``schemes``; empty for any other."""
    try:
        parts = urlsplit(address)
        has_port = parts.port != 0
    except ValueError:
        return ""
    is_one_word = address.isprintable() and " " not in address
    is_it = is_one_word and has_port and parts.scheme in schemes
    return (parts.hostname or "") if is_it else ""


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine."""
    if host.casefold() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def may_lead_to(before: str, after: str) -> bool:
    """Whether a server may send on from the URL ``before`` to ``after``: never to an open line from a protected one."""
    try:
        old, new = urlsplit(before), urlsplit(after)
        hosts = old.hostname or "", new.hostname or ""
    except ValueError:
        return False
    if not hosts[1]:
        return False
    if new.scheme == SECURE:
        return True
    if new.scheme != INSECURE or old.scheme != INSECURE:
        return False
    return hosts[0] == hosts[1] or all(map(is_loopback, hosts))
