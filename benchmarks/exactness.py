"""Does our own decoding step compute what transformers computes, and what does serving in int8 cost?

Logits of single steps at many places of a text, read token by token as when a suggestion is made, against transformers
in fp32 on the same weights, the model's own or what int8 leaves of them; beside it transformers in bf16, which
is what we multiply in where the processor does; and the perplexity of what is served against the unquantized weights.
"""

from __future__ import annotations

import math
import statistics

import torch
from _common import ROOT, STARTER_MODEL, Report, existing_file, home_with_model, make_parser

from cowrite.engine.decoding.prefix_cache import PrefixCache
from cowrite.engine.loading.load import LoadedModel, load_model
from cowrite.engine.networks.decoder import Decoder
from cowrite.engine.networks.quantize import Quantization, rounded_to_int8
from cowrite.engine.offline import forbid_downloads
from cowrite.models.store import ModelStore

STEPS = 48
WINDOW = 256


def step_logits(model: LoadedModel, tokens: list[int]) -> torch.Tensor:
    """Logits after each of the last STEPS tokens, read one at a time: ``(STEPS, V)``."""
    cache = PrefixCache(model)
    cache.read(tokens[:-STEPS], lambda: False)
    return torch.stack([cache.append([token]).float() for token in tokens[-STEPS:]])


def perplexity_of_steps(model: LoadedModel, tokens: list[int]) -> float:
    """Perplexity of ``tokens`` read in passes of three, which is how the kernels for few rows are used."""
    cache = PrefixCache(model)
    losses: list[float] = []
    logits, _ = cache.read(tokens[:1], lambda: False)
    for start in range(1, len(tokens), 3):
        group = tokens[start : start + 3]
        after = cache.append_draft(group[:1], group[1:])
        before = torch.cat([logits[None], after[:-1]]).float()
        losses += torch.nn.functional.cross_entropy(
            before, torch.tensor(group), reduction="none"
        ).tolist()
        logits = after[-1]
    return math.exp(statistics.mean(losses))


def rounded_as_served(model: torch.nn.Module) -> torch.nn.Module:
    """``model`` with every linear layer rounded to int8 and back, as served."""
    for module in model.modules():
        if isinstance(module, torch.nn.Linear):
            weight, scale = rounded_to_int8(module.weight)
            same = weight.float() * scale.bfloat16().float()[:, None]
            module.weight = torch.nn.Parameter(
                same
            )  # a new one: the output layer's may be the embedding's
    return model


@torch.inference_mode()
def main() -> None:
    """Measure and print."""
    parser = make_parser(__doc__ or "")
    parser.add_argument(
        "--text", type=existing_file, default=ROOT / "resources" / "calibration.txt", metavar="FILE"
    )
    arguments = parser.parse_args()
    forbid_downloads()
    from transformers import AutoModelForCausalLM

    cpu = torch.device("cpu")
    with home_with_model(arguments.models_dir) as home:
        folder = ModelStore(home / "data" / "models").get(STARTER_MODEL).path
        exact = load_model(folder, cpu, Quantization.BF16)
        served = load_model(folder, cpu, Quantization.INT8)
        list(served.network.optimizations())
        tokens = exact.vocabulary.encode(arguments.text.read_text("utf-8"))[:1_000]
        reference = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
        in_bf16 = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16)
        in_int8 = rounded_as_served(
            AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
        )
        cosines: dict[str, list[float]] = {
            "own step, same weights": [],
            "as served": [],
            "as served, same int8 weights": [],
        }
        rounded: list[float] = []
        for start in range(0, len(tokens) - WINDOW + 1, WINDOW):
            window = tokens[start : start + WINDOW]
            ids = torch.tensor([window])
            expected = reference(input_ids=ids).logits[0, -STEPS:]
            theirs = in_bf16(input_ids=ids).logits[0, -STEPS:].float()
            rounded += torch.nn.functional.cosine_similarity(expected, theirs).tolist()
            own_logits, served_logits = (step_logits(model, window) for model in (exact, served))
            same = in_int8(input_ids=ids).logits[0, -STEPS:]
            pairs = (expected, own_logits), (expected, served_logits), (same, served_logits)
            for values, pair in zip(cosines.values(), pairs, strict=True):
                values += torch.nn.functional.cosine_similarity(*pair).tolist()
        base, quantized = (perplexity_of_steps(model, tokens) for model in (exact, served))
    own, as_served, same_int8 = cosines.values()
    kind = exact.network.dtype if isinstance(exact.network, Decoder) else ""
    rows = [
        ("own step against transformers, least cosine", f"{min(own):.5f}", "goal >= 0.9995"),
        ("the same, median", f"{statistics.median(own):.5f}", ""),
        ("transformers in bf16 against itself in fp32, least", f"{min(rounded):.5f}", ""),
        ("the same, median", f"{statistics.median(rounded):.5f}", ""),
        ("int8 as served against transformers in fp32 on it, least", f"{min(same_int8):.5f}", ""),
        ("the same, median", f"{statistics.median(same_int8):.5f}", ""),
        ("against the weights before int8, median", f"{statistics.median(as_served):.5f}", ""),
        ("perplexity of the bf16 weights", f"{base:.3f}", ""),
        ("perplexity as served", f"{quantized:.3f}", ""),
        ("served against bf16, %", f"{100 * (quantized / base - 1):+.2f}", "goal <= +2"),
    ]
    Report(
        title="Exactness of the decoding step",
        rows=rows,
        samples=cosines | {"transformers in bf16": rounded},
        notes=[f"the own step's layers multiply in {kind}"],
    ).show(arguments.json)


if __name__ == "__main__":
    main()
