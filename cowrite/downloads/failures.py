"""What goes wrong with a download, what of it passes, and what a person is told."""

from __future__ import annotations

from enum import Enum, auto

from cowrite.base.errors import UserError
from cowrite.downloads.network import host_of
from cowrite.localization import sentences, tr

_NO_ENTRY, _NEEDS_PROXY_LOGIN, _TOO_MANY = (401, 402, 403, 451), 407, 429
_GONE = (404, 410)
_PASSING = (408, 425, _TOO_MANY)
_SERVERS_FAULT = 500


class Scope(Enum):
    """What a failure concerns: this one try, this source, or whatever would be tried."""

    TRY = auto()
    SOURCE = auto()
    EVERYTHING = auto()


class FailureError(Exception):
    """One try failed; ``error`` is what to say if no other brings more, ``wait_s`` how long the server asks to wait."""

    def __init__(self, error: UserError, scope: Scope = Scope.TRY, wait_s: float = 0.0) -> None:
        super().__init__(str(error))
        self.error = error
        self.scope = scope
        self.wait_s = wait_s


def kept(message: str) -> UserError:
    """``message``, and that the next try goes on where this one ended."""
    return UserError(
        message,
        tr("Check the network connection and try again. What has arrived is kept."),
    )


def unreachable(url: str) -> FailureError:
    """There is no connection to the server."""
    return FailureError(kept(tr("The server {host} cannot be reached.", host=host_of(url))))


def silent(url: str) -> FailureError:
    """The server sends nothing any more."""
    return FailureError(kept(tr("The server {host} does not answer.", host=host_of(url))))


def broken_off(url: str) -> FailureError:
    """The connection ended before all was there."""
    return FailureError(
        kept(tr("The connection to the server {host} was lost.", host=host_of(url)))
    )


def not_certified(url: str) -> FailureError:
    """The server does not prove that it is the one it should be."""
    return FailureError(
        UserError(
            tr(
                "The connection to the server {host} is not secure: its certificate cannot be checked.",
                host=host_of(url),
            ),
            tr("Check the date of this computer, and whether a proxy or a filter is in between."),
        ),
        Scope.SOURCE,
    )


def proxy_refuses() -> FailureError:
    """The proxy wants something that it does not get."""
    return FailureError(
        UserError(
            tr("The proxy does not let the download through."),
            tr("Check the proxy in the settings, with its name and password."),
        ),
        Scope.EVERYTHING,
    )


def not_secure(url: str) -> FailureError:
    """A server sends on to an address that may not be believed."""
    return FailureError(
        UserError(
            tr(
                "The server {host} sends the download on to an insecure address.", host=host_of(url)
            ),
            tr("Choose another source."),
        ),
        Scope.SOURCE,
    )


def unusable(url: str, scope: Scope = Scope.TRY) -> FailureError:
    """The server says something that makes no sense."""
    return FailureError(
        UserError(
            tr("The server {host} gave an unusable answer.", host=host_of(url)),
            tr("Try again later, or choose another source. What has arrived is kept."),
        ),
        scope,
    )


def another_file(url: str, name: str) -> FailureError:
    """What the server has under the name is longer or shorter than what was promised."""
    return FailureError(
        UserError(
            tr(
                "{name} on the server {host} is not the expected file.",
                name=name,
                host=host_of(url),
            ),
            tr("Try again later, or choose another source."),
        ),
        Scope.SOURCE,
    )


def damaged(url: str, name: str) -> FailureError:
    """All of it came, and it is not what was promised."""
    return FailureError(
        UserError(
            tr(
                "{name} arrived damaged from the server {host}, and was not used.",
                name=name,
                host=host_of(url),
            ),
            tr("Try again later, or choose another source."),
        ),
        Scope.SOURCE,
    )


def not_readable(path: str, reason: str) -> FailureError:
    """A source is a file on this machine, and it cannot be read."""
    return FailureError(
        UserError(
            tr("{path} cannot be read ({reason}).", path=path, reason=reason),
            tr("Check that the file or the drive is there, and try again."),
        ),
        Scope.SOURCE,
    )


def of_status(status: int, url: str, name: str, retry_after: str = "") -> FailureError:
    """The server answered with ``status`` instead of the file."""
    host = host_of(url)
    if status == _NEEDS_PROXY_LOGIN:
        return proxy_refuses()
    if status in _NO_ENTRY:
        return FailureError(
            UserError(
                tr("The server {host} does not give {name} to everyone.", host=host, name=name),
                tr(
                    "Its publisher may ask for an account or a consent. Fetch it with a browser and import it "
                    "from a file, or choose another source."
                ),
            ),
            Scope.SOURCE,
        )
    if status in _GONE:
        return FailureError(
            UserError(
                tr("The server {host} does not have {name}.", host=host, name=name),
                tr("Choose another source."),
            ),
            Scope.SOURCE,
        )
    if status in _PASSING or status >= _SERVERS_FAULT:
        said = (
            tr("The server {host} asks to wait.", host=host)
            if status == _TOO_MANY
            else tr("The server {host} has a problem (status {status}).", host=host, status=status)
        )
        wait_s = float(retry_after) if retry_after.isascii() and retry_after.isdigit() else 0.0
        advice = tr("Try again later. What has arrived is kept.")
        return FailureError(UserError(said, advice), wait_s=wait_s)
    return unusable(url, Scope.SOURCE)


def again_in(failure: FailureError, seconds: float) -> str:
    """What is said while the next try waits."""
    return sentences(
        failure.error.message, tr("Trying again in {seconds:.0f} s.", seconds=max(seconds, 1))
    )
