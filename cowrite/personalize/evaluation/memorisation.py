"""Whether an adapter repeats what it learned from, word for word: greedy continuations of texts it has never seen.

Importing this module imports torch and numpy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch

from cowrite.engine.decoding.prefix_cache import PrefixCache
from cowrite.engine.loading.load import LoadedModel

# A continuation has to be longer than the run that is too long.
CONTINUED_TOKENS = 80
PROMPT_TOKENS = 128


def longest_copied_run(
    model: LoadedModel,
    prompts: Sequence[str],
    learned: Sequence[str],
    cancelled: Callable[[], bool] = lambda: False,
) -> int:
    """The longest run of tokens that the model, continuing ``prompts``, takes from one of ``learned``.

    Raises Cancelled soon after ``cancelled()``.
    """
    texts = [np.asarray(model.vocabulary.encode(text), np.int64) for text in learned]
    longest = 0
    for prompt in prompts:
        continued = _continued(model, prompt, cancelled)
        longest = max([longest, *(longest_common_run(continued, text) for text in texts)])
    return longest


def longest_common_run(tokens: Sequence[int], text: np.typing.NDArray[np.int64]) -> int:
    """The longest run that ``tokens`` and ``text`` share."""
    # At each place of the text, how long the run is that ends there.
    runs = np.zeros(len(text) + 1, np.int64)
    longest = 0
    for token in tokens:
        runs[1:] = np.where(text == token, runs[:-1] + 1, 0)
        longest = max(longest, int(runs.max()))
    return longest


@torch.inference_mode()
def _continued(model: LoadedModel, prompt: str, cancelled: Callable[[], bool]) -> list[int]:
    cache = PrefixCache(model)
    beginning = list(model.vocabulary.beginning) or [model.start_token]
    tokens = beginning + model.vocabulary.encode(prompt)[-PROMPT_TOKENS:]
    logits, _ = cache.read(tokens, cancelled)
    continued: list[int] = []
    for _ in range(CONTINUED_TOKENS):
        token = int(logits.argmax())
        if token in model.stop_tokens:
            break
        continued.append(token)
        logits = cache.append([token], cancelled)
    return continued
