"""How much of what was learned is used: as much as leaves the model as good at everybody else's text as it was.

Between the model as it is and the model as it was trained lie models that keep most of the gain and forget a fraction
(Wortsman et al. 2022, "Robust fine-tuning of zero-shot models", arXiv 2109.01903). For a low-rank adapter those are the
same adapter with smaller factors B, so that nothing is trained again: ``W + s (alpha / r) B A``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from torch import Tensor

from cowrite.personalize.networks.trainable import Trainable

# The greatest first.
SCALES = (1.0, 0.85, 0.7, 0.5, 0.35, 0.25, 0.18, 0.12)


def scaled(factors: Mapping[str, Tensor], scale: float) -> dict[str, Tensor]:
    """The adapter that adds ``scale`` times what ``factors`` adds."""
    return {
        name: factor * scale if ".lora_B." in name else factor for name, factor in factors.items()
    }


def harmless_scale(
    model: Trainable, factors: Mapping[str, Tensor], general_loss: Callable[[], float]
) -> float:
    """The greatest of SCALES with which general text is no harder than without an adapter.

    ``general_loss`` computes the loss of ``model`` as it is, in nats per token. The evaluation allows a little, on
    another text than this one: that is the margin. If none is harmless the weakest is returned; the evaluation will see
    that. ``model`` is left with the adapter of that scale.
    """
    with model.without_adapter():
        allowed = general_loss()
    for scale in SCALES:
        model.set_factors(scaled(factors, scale))
        if general_loss() <= allowed:
            return scale
    return SCALES[-1]
