"""Verification, before a model counts as installed, that the engine computes what its author meant.

The files hold every tensor that transformers' class of the kind has, in its shape, and no other; and a short text gives
the same logits through the engine's forward pass as through transformers, on the weights as the engine reads them (in
bf16). Both compute in fp32: rounding is measured elsewhere, and could hide a wrong formula here or be taken for one.

A short text shows little of positions far apart and nothing of windows. Therefore it is read twice, the second time as
if its second half stood thousands of tokens behind the first; and windows are narrowed, in both, to a few tokens.
Importing this module imports transformers.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from cowrite.base.errors import UserError
from cowrite.engine.loading.load import fill_transformers, read_decoder
from cowrite.engine.loading.model_config import read_model_config
from cowrite.engine.loading.reference import (
    EMBEDDING,
    HEAD,
    NotFiniteError,
    Reference,
    reference_config,
)
from cowrite.engine.loading.weights import Weights
from cowrite.engine.networks.decoder import Decoder
from cowrite.engine.networks.fallback import TransformersNetwork
from cowrite.engine.networks.key_value_cache import KeyValueCache
from cowrite.engine.networks.layer_plan import LayerPlan
from cowrite.engine.networks.network import Network
from cowrite.engine.networks.quantize import Quantization
from cowrite.engine.tokens.vocabulary import Vocabulary
from cowrite.localization import tr, tr_noop

logger = logging.getLogger(__name__)

# The least cosine between the logits at any one position; two right computations in fp32 differ by about 1e-6.
LEAST_COSINE = 0.999
TOKENS = 48
WINDOW = 12
# How the text comes to the engine the first time: many tokens, a few, or one, which are computed in different ways.
PARTS = (30, 1, 5, 12)
# The second half of the text stands so far away, or at the end of what the model reads if that is nearer. Beyond, two
# right ways to compute an angle in fp32 begin to differ.
FAR_TOKENS = 8192
TEXT = (
    "The lamps along the harbour were still burning when the first boat came in, and nobody had yet "
    "counted the crates. “Nine,” said the old man; his daughter wrote it down, in blue ink, on page 317."
)
AGAIN = tr_noop("Download the model again, or choose another model.")


def prove(model_dir: Path, on_part: Callable[[float], None] = lambda _: None) -> float:
    """The least cosine found; ``on_part`` is told which part (0 to 1) is done.

    Raises UserError, with a sentence that says what is wrong, unless it is at least LEAST_COSINE.
    """
    try:
        least = _prove(model_dir, on_part)
    except NotFiniteError as error:
        raise UserError(
            tr("The model's “{error}” holds values that are no numbers.", error=error), tr(AGAIN)
        ) from error
    except (UserError, OSError):
        raise
    except MemoryError as error:
        raise UserError(
            tr("There is not enough free memory to check the model; nothing was installed."),
            tr("Close other programs, or choose a smaller model."),
        ) from error
    except (
        Exception
    ) as error:  # whatever the libraries raise about a model that they cannot compute
        logger.exception("the model cannot be compared with the reference")
        raise UserError(
            tr(
                "The model's files do not fit together: it could not be computed. Nothing was installed."
            ),
            tr(AGAIN),
        ) from error
    if math.isnan(least):
        raise UserError(
            tr("What Cowrite computes with this model are no numbers. Nothing was installed."),
            tr(AGAIN),
        )
    if least < LEAST_COSINE:
        logger.error("the model computes something else: cosine %.6f", least)
        raise UserError(
            tr(
                "What Cowrite computes with this model is not what its author meant (agreement {least:.3f} of "
                "1). Nothing was installed.",
                least=least,
            ),
            tr("Choose another model. If this one works elsewhere, please report it."),
        )
    return least


def _prove(model_dir: Path, on_part: Callable[[float], None]) -> float:
    config = read_model_config(model_dir)
    plan = LayerPlan.from_config(config)
    weights = Weights(model_dir)
    reference = Reference(_narrowed(reference_config(model_dir)), weights)
    _require_tensors(reference, weights)
    ids = _prompt(model_dir, weights.shape(EMBEDDING)[0])
    settings = reference_config(model_dir)
    if plan is not None and {each.window for each in plan.sights} - {
        0,
        getattr(settings, "sliding_window", 0),
    }:
        return 0.0
    passes = [torch.arange(TOKENS), _far(settings)]
    ours = _our_logits(model_dir, plan, ids, passes)
    on_part(0.4)
    reference.on_module = lambda part: on_part(0.4 + 0.6 * part)
    theirs = _their_logits(reference, ids, passes, settings)
    cosines = [F.cosine_similarity(a, b, dim=-1) for a, b in zip(ours, theirs, strict=True)]
    # Not Python's min, which passes over what is no number.
    least = float(torch.cat(cosines).min())
    logger.info("the model was proved: least cosine %.7f", least)
    on_part(1.0)
    return least


# --- the tensors -----------------------------------------------------------------------------------------------------


def _require_tensors(reference: Reference, weights: Weights) -> None:
    """Every tensor is there in its shape, and none beside them. Raises UserError that names the first that is not."""
    wanted, tied = reference.shapes, reference.tied
    for name in sorted(wanted):
        if name in weights:
            found = weights.shape(name)
            if found != wanted[name]:
                raise UserError(
                    tr(
                        "The model's “{name}” is {found}, and its config.json describes {wanted}.",
                        name=name,
                        found=_shape(found),
                        wanted=_shape(wanted[name]),
                    ),
                    tr(AGAIN),
                )
        elif not (name == HEAD and tied):
            raise UserError(tr("The model's files lack “{name}”.", name=name), tr(AGAIN))
    left = sorted(set(weights) - set(wanted))
    if left:
        raise UserError(
            tr(
                "The model's files hold “{left}”, which a model of this kind does not have.",
                left=left[0][:80],
            ),
            tr("Choose another model."),
        )
    if tied and HEAD in weights and not torch.equal(weights[HEAD], weights[EMBEDDING]):
        raise UserError(
            tr(
                "The model's config.json says that its output layer is its embedding, but its files hold an "
                "output layer of its own (“{head}”).",
                head=HEAD,
            ),
            tr("Choose another model, or another form of this one."),
        )


def _shape(shape: Sequence[int]) -> str:
    return " × ".join(map(str, shape)) or tr("one number")


# --- the text --------------------------------------------------------------------------------------------------------


def _prompt(model_dir: Path, rows: int) -> Tensor:
    """TOKENS ids of a text as the engine reads it, each of which has a row.

    Raises UserError if a token that is not an added one has none; of those, published models have some that only a
    larger model of the family uses, and they are never read.
    """
    vocabulary = Vocabulary.load(model_dir)
    if vocabulary.learned > rows:
        raise UserError(
            tr(
                "The model's tokenizer has {learned} tokens, but the model has only {rows}.",
                learned=vocabulary.learned,
                rows=rows,
            ),
            tr(AGAIN),
        )
    read = vocabulary.encode(TEXT)
    if not read:
        raise UserError(
            tr(
                "The model's tokenizer has no tokens for plain text, so the model cannot continue one."
            ),
            tr("Choose another model."),
        )
    ids = [*vocabulary.beginning, *read]
    more = [at * 7919 % rows for at in range(TOKENS)]  # for a tokenizer that takes whole sentences
    return torch.tensor([*ids, *more][:TOKENS])


def _far(settings: Any) -> Tensor:
    """Positions of which the second half is far from the first: also beyond where a model begins to stretch them."""
    ropes = _ropes(settings)
    first = max((each.get("original_max_position_embeddings") or 0 for each in ropes), default=0)
    most = settings.max_position_embeddings
    if any(each.get("rope_type") == "dynamic" for each in ropes):
        first, most = most, 2 * most
    end = max(TOKENS, min(most, max(FAR_TOKENS, 2 * first)))
    half = TOKENS // 2
    return torch.cat([torch.arange(half), torch.arange(end - (TOKENS - half), end)])


def _ropes(settings: Any) -> list[dict[str, Any]]:
    rope = getattr(settings, "rope_parameters", None) or {}
    nested = [each for each in rope.values() if isinstance(each, dict)]
    return nested or [rope]


# --- the two computations --------------------------------------------------------------------------------------------


def _narrowed(settings: Any) -> Any:
    if getattr(settings, "sliding_window", None):
        settings.sliding_window = min(settings.sliding_window, WINDOW)
    return settings


@torch.inference_mode()
def _our_logits(
    model_dir: Path, plan: LayerPlan | None, ids: Tensor, passes: Sequence[Tensor]
) -> list[Tensor]:
    """``(T, V)`` for each of ``passes``, by the network that the engine would use."""
    cpu = torch.device("cpu")
    network: Network
    if plan is not None:
        narrow = plan.looking_back(WINDOW)
        network = read_decoder(narrow, model_dir, cpu, Quantization.BF16, torch.float32).eval()
        near, far = passes
        return [_by_decoder(network, ids, near, PARTS), _by_decoder(network, ids, far, (TOKENS,))]
    settings = _narrowed(reference_config(model_dir))
    network = fill_transformers(model_dir, cpu, Quantization.BF16, settings).eval()
    # Everything behind the embedding is computed in the type of what comes out of it.
    embedding: torch.nn.Module = network.model.get_input_embeddings()  # type: ignore[operator]
    embedding.register_forward_hook(lambda _module, _ids, embedded: embedded.float())
    near, far = passes
    return [_by_transformers(network, ids), _at_once(network, ids, far)]


def _by_decoder(network: Decoder, ids: Tensor, positions: Tensor, sizes: Sequence[int]) -> Tensor:
    cache = KeyValueCache(network.plan, torch.float32, network.device)
    parts = zip(torch.split(ids, list(sizes)), torch.split(positions, list(sizes)), strict=True)
    return torch.cat([network.read(some[None], cache, positions=at)[0] for some, at in parts])


def _by_transformers(network: TransformersNetwork, ids: Tensor) -> Tensor:
    cache = network.new_cache()
    return torch.cat([network(some[None], cache)[0] for some in torch.split(ids, list(PARTS))])


def _at_once(network: TransformersNetwork, ids: Tensor, positions: Tensor) -> Tensor:
    output = network.model(
        input_ids=ids[None],
        position_ids=positions[None],
        attention_mask=torch.ones_like(ids[None]),
        use_cache=False,
    )
    logits: Tensor = output.logits[0]
    return logits


def _their_logits(
    reference: Reference, ids: Tensor, passes: Sequence[Tensor], settings: Any
) -> list[Tensor]:
    """As :func:`_our_logits`, by transformers; in one pass, unless positions depend on the longest text in it."""
    if any(each.get("rope_type") in ("dynamic", "longrope") for each in _ropes(settings)):
        return [reference.logits(ids[None], positions[None])[0] for positions in passes]
    return list(reference.logits(ids.expand(len(passes), -1), torch.stack(list(passes))))
