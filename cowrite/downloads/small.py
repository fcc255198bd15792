"""A small answer, such as a list of files: read at once, nothing of it is kept on disk."""

from __future__ import annotations

import contextlib

from cowrite.downloads.answers import Sources
from cowrite.downloads.cancellation import Cancellation
from cowrite.downloads.failures import FailureError, Scope, broken_off, unusable
from cowrite.downloads.network import Network


def fetch_bytes(
    url: str,
    name: str,
    most_bytes: int,
    *,
    network: Network | None = None,
    cancellation: Cancellation | None = None,
) -> bytes:
    """What is at ``url``, which a person knows as ``name``; at most ``most_bytes``.

    Raises UserError, and DownloadCancelledError.
    """
    network = network or Network()
    cancellation = cancellation or Cancellation()
    failures = 0
    with contextlib.closing(Sources(network, cancellation)) as sources:
        while True:
            try:
                return _once(sources, url, name, most_bytes)
            except FailureError as failure:
                failures += 1
                if failure.scope is not Scope.TRY or failures >= min(network.attempts, 3):
                    raise failure.error from failure
                cancellation.sleep(network.wait_s(failures))


def _once(sources: Sources, url: str, name: str, most_bytes: int) -> bytes:
    with sources.open(url, name, 0) as answer:
        data = b""
        for block in answer.blocks:
            data += block
            if len(data) > most_bytes:
                raise unusable(url, Scope.SOURCE)
    if answer.total not in (None, len(data)):
        raise broken_off(url)
    return data
