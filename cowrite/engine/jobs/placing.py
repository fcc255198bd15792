"""Where a model is loaded when memory is short: on the card, there with less context, or else on the processor."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable
from dataclasses import dataclass

import torch

from cowrite.base.errors import UserError, whereabouts
from cowrite.engine.decoding.completer import Completer
from cowrite.engine.networks.decoder import Decoder
from cowrite.engine.out_of_memory import is_out_of_memory
from cowrite.localization import tr

logger = logging.getLogger(__name__)

SHORT_PROMPT_TOKENS = 512
# Beside the keys and values: what a chunk takes while it is read, and room to generate into.
AT_WORK_BYTES = 256 * 2**20
Load = Callable[[torch.device], Completer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A loaded model, and a sentence if it is not as it was to be."""

    completer: Completer
    notice: str = ""


def place(load: Load, target: torch.device) -> Placed:
    """Load on ``target``. Where a card's memory ends, the context is shortened first; then the processor is used.

    Raises UserError if the main memory is too small as well.
    """
    if target.type != "cpu":
        placed = _on_card(load, target)
        if placed is not None:
            return placed
        free_device_memory()
        notice = tr("The graphics card has too little free memory; using the processor.")
        return Placed(completer=on_processor(load), notice=notice)
    return Placed(completer=on_processor(load))


def _on_card(load: Load, target: torch.device) -> Placed | None:
    """None where there is no room for it; then nothing holds any of it."""
    try:
        completer = load(target)
        return Placed(completer=completer, notice=_shortened_if_needed(completer))
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        logger.info("the card has too little memory for the model: %s", whereabouts(error))
        return None


def on_processor(load: Load) -> Completer:
    """Load on the processor. Raises UserError where the memory is not enough for that."""
    try:
        return load(torch.device("cpu"))
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        raise UserError(
            tr("The model needs more memory than is free; your text is safe."),
            tr("Close other programs, or choose a smaller model in “Suggestions › Models…”."),
        ) from error


def _shortened_if_needed(completer: Completer) -> str:
    """Read less of a text where the card has no room for the whole context; what is said of that.

    Raises what says that memory is out where not even that is there.
    """
    try:
        reserve(completer, completer.max_prompt_tokens)
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        logger.info("the card has too little memory for the whole context")
    else:
        return ""
    free_device_memory()
    reserve(completer, SHORT_PROMPT_TOKENS)
    completer.max_prompt_tokens = SHORT_PROMPT_TOKENS
    return tr(
        "The graphics card has little free memory: suggestions take less of the preceding text into account."
    )


def reserve(completer: Completer, tokens: int) -> None:
    """See whether so many ``tokens`` of context find room beside the model: have the memory, and give it back."""
    network = completer.model.network
    kept = 0
    if isinstance(network, Decoder):
        plan = network.plan
        kept = 4 * plan.layers * plan.kv_heads * plan.head_dim * tokens
    torch.empty(kept + AT_WORK_BYTES, dtype=torch.uint8, device=completer.model.device)


def short_context_notice() -> str:
    """What is said while less of a text is read."""
    return tr("Memory is low: suggestions take less of the preceding text into account.")


def free_device_memory() -> None:
    """Give back what nothing refers to any more."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
