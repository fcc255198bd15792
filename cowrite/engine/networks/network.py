"""What the token loop needs of a neural network, whichever way it is computed: logits, and a cache that can go back.

Two networks exist: :class:`cowrite.engine.networks.decoder.Decoder`, written for one writer's short requests, and
:class:`cowrite.engine.networks.fallback.TransformersNetwork` for families of models that the former does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Protocol

from torch import Tensor, nn

from cowrite.base.errors import UserError
from cowrite.engine.networks.adapter import Adapter
from cowrite.engine.networks.sampling import Sampling
from cowrite.localization import tr

# What was read after a token of its own accord, and the logits ``(1 + len, V)`` after that token and each of them.
Ahead = tuple[list[int], Tensor]


class Cache(Protocol):
    """Keys and values of the tokens that were read."""

    @property
    def length(self) -> int:
        """How many tokens it holds in each row."""
        ...

    def rewind(self, length: int) -> None:
        """Keep the first ``length`` tokens."""
        ...

    def fork(self, rows: int, length: int) -> Cache:
        """A copy with the first ``length`` tokens in each of ``rows`` rows; made from a cache of one row."""
        ...

    @property
    def nbytes(self) -> int:
        """Memory it takes, in bytes."""
        ...

    @property
    def can_put_back(self) -> bool:
        """Whether single tokens can be copied and put back."""
        ...

    def token_at(self, position: int) -> Tensor | None:
        """A copy of what it holds of one token; None unless it :attr:`can_put_back`."""
        ...

    def put_back(self, saved: Tensor) -> None:
        """Hold one token more, of which ``saved`` is a copy that was made at this position."""
        ...


class Network(nn.Module):
    """A causal language model without its tokenizer."""

    def new_cache(self) -> Cache:
        """A cache that holds nothing."""
        raise NotImplementedError

    def optimizations(self) -> Iterator[None]:
        """Each step makes the network a little faster, in a fraction of a second; the results stay the same."""
        yield from ()

    def release(self, reason: str) -> None:
        """Free what was prepared to be faster, because weights changed place or memory is short. Done again later."""

    def ahead(self, token: int, cache: Cache, most: int, choice: Sampling) -> Ahead | None:  # noqa: ARG002
        """Read ``token`` and then what it would choose itself, ``most`` tokens together or fewer, without looking up.

        For a cache of one row. None where that is no faster than :meth:`forward`; nothing was read then.
        """
        return None

    def use_adapter(self, adapter: Adapter | None) -> None:
        """Compute with ``adapter`` from now on, or with none; caches that were filled before are worth nothing.

        Raises UserError if it does not fit; then nothing changed.
        """
        if adapter is not None:
            raise UserError(
                tr("This kind of model cannot use what was learned from you."),
                tr("Choose a model of another family; Llama, SmolLM, Mistral, Qwen and Gemma can."),
            )

    def reading(
        self,
        ids: Tensor,
        cache: Cache,
        *,
        last: int = 0,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Generator[None, None, Tensor]:
        """As :meth:`forward`, and yields where other caches may be read before it goes on.

        Given up at such a place, ``cache`` holds what it held before.
        """
        yield from ()
        logits: Tensor = self(ids, cache, last=last, cancelled=cancelled)
        return logits

    def forward(
        self,
        ids: Tensor,
        cache: Cache | None = None,
        *,
        last: int = 0,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Tensor:
        """Read ``ids (B, T)`` after what ``cache`` holds, and keep them there: ``logits (B, T, V)``.

        With ``last`` only the logits of so many last positions are computed: ``(B, last, V)``. May raise Cancelled
        once ``cancelled()``; the cache then holds what it held before.
        """
        raise NotImplementedError
