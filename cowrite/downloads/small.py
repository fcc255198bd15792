"""Fetches something small at once, such as a description of what is to be downloaded."""

from __future__ import annotations

import contextlib
import logging

from cowrite.base.errors import UserError
from cowrite.downloads.answers import Sources
from cowrite.downloads.cancellation import Cancellation
from cowrite.downloads.failures import FailureError
from cowrite.downloads.network import INSECURE, Network, host_of, is_loopback
from cowrite.localization import tr

logger = logging.getLogger(__name__)


def fetch_small(
    url: str, name: str, most_bytes: int, network: Network, cancellation: Cancellation
) -> bytes:
    """What is at ``url``. Raises UserError, also for more than ``most_bytes``, and DownloadCancelledError.

    Nobody knows beforehand what it must be, so an open line is refused, except to this machine.
    """
    if url.casefold().startswith(f"{INSECURE}:") and not is_loopback(host_of(url)):
        raise UserError(
            tr("The address {url} is not protected, so what it sends cannot be trusted.", url=url),
            tr("Use an address that begins with https."),
        )
    data = bytearray()
    with contextlib.closing(Sources(network, cancellation)) as sources:
        try:
            with sources.open(url, name, 0) as answer:
                for block in answer.blocks:
                    data += block
                    if len(data) > most_bytes:
                        raise _not_it(url)
        except FailureError as failure:
            logger.info("%s could not be fetched: %s", name, failure)
            # Nothing of it is kept, so that advice of a download would be wrong.
            raise UserError(
                failure.error.message, tr("Check the network connection and try again.")
            ) from failure
    if answer.start or answer.total not in (None, len(data)):
        raise _not_it(url)
    return bytes(data)


def _not_it(url: str) -> UserError:
    return UserError(
        tr("The server {host} sends something else than was asked for.", host=host_of(url)),
        tr("Check the address and try again."),
    )
