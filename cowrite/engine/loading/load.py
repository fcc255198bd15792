"""A model folder becomes a quantized model in memory, one tensor at a time.

Models of the Llama family are read straight into :class:`cowrite.engine.networks.decoder.Decoder`. For any other
family the
model is built by transformers without memory first and filled layer by layer. Either way the peak is the quantized size
and one layer, not the whole model in full precision; and transformers, which takes seconds to import, is imported only
when it is needed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from cowrite.base.errors import UserError
from cowrite.engine.loading.model_config import SENSELESS, read_model_config
from cowrite.engine.loading.weights import Weights
from cowrite.engine.networks.cuda_graph import graph_steps
from cowrite.engine.networks.decoder import Decoder
from cowrite.engine.networks.layer import Layer
from cowrite.engine.networks.layer_plan import LayerPlan
from cowrite.engine.networks.network import Network
from cowrite.engine.networks.quantize import (
    Int8Linear,
    Quantization,
    multiplies_bf16,
    quantized_linear,
)
from cowrite.engine.out_of_memory import is_out_of_memory
from cowrite.engine.tokens.vocabulary import Vocabulary
from cowrite.localization import tr

if TYPE_CHECKING:
    from cowrite.engine.networks.fallback import TransformersNetwork

logger = logging.getLogger(__name__)

EMBEDDING = "model.embed_tokens"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedModel:
    """A causal language model ready to compute: ``network(ids (B, T)) -> logits (B, T, V)``."""

    network: Network
    vocabulary: Vocabulary
    device: torch.device
    quantization: Quantization
    start_token: int
    stop_tokens: frozenset[int]
    context_tokens: int


def load_model(model_dir: Path, device: torch.device, quantization: Quantization) -> LoadedModel:
    """Load the model in ``model_dir``. Raises UserError if a file is missing, damaged or of an unsupported kind.

    Raises MemoryError, or what torch raises in its place, if there is no room for it.
    """
    try:
        config = read_model_config(model_dir)
        plan = LayerPlan.from_config(config)
        network: Network
        if plan is not None:
            network = read_decoder(plan, model_dir, device, quantization)
        else:
            network = fill_transformers(model_dir, device, quantization)
    except (OSError, SafetensorError, *SENSELESS) as error:
        if is_out_of_memory(error):  # a file that cannot be mapped is not damaged
            raise MemoryError(str(error)) from error
        logger.exception("loading the model failed")
        raise UserError(
            tr("The model's files are damaged or of a kind that Cowrite does not support."),
            tr("Run “cowrite models verify”, and reinstall the model if it finds a problem."),
        ) from error
    network.eval()
    network.requires_grad_(False)
    vocabulary = Vocabulary.load(model_dir)
    return LoadedModel(
        network=network,
        vocabulary=vocabulary,
        device=device,
        quantization=quantization,
        start_token=_start_token(vocabulary, config.get("bos_token_id")),
        stop_tokens=vocabulary.ends | vocabulary.control,
        context_tokens=_context_tokens(config),
    )


def _context_tokens(config: Mapping[str, Any]) -> int:
    """How many tokens are read at most: so many that the positions of what was read never change afterwards.

    Longrope turns all tokens otherwise once a text is longer than those the model was first trained on; what the cache
    holds would be wrong from there on.
    """
    most = int(config.get("max_position_embeddings", 2048))
    rope = config.get("rope_scaling") or config.get("rope_parameters") or {}
    kind = rope.get("rope_type") or rope.get("type")
    if kind == "longrope" or (config.get("model_type") == "phi3" and kind in ("su", "yarn")):
        first = config.get("original_max_position_embeddings")
        first = first or rope.get("original_max_position_embeddings")
        return min(most, int(first)) if first else most
    return most


def _start_token(vocabulary: Vocabulary, bos: object) -> int:
    """What stands before an empty page: the mark between documents, as in pre-training, or else the model's own start.

    Models tuned for conversation name the start of a chat turn as their first token, which is not how prose begins.
    """
    between_documents = vocabulary.id_of("<|endoftext|>")
    if between_documents is not None:
        return between_documents
    if isinstance(bos, int) and 0 <= bos < vocabulary.rows:
        return bos
    return min(vocabulary.control | vocabulary.ends, default=0)


# --- the Llama family ------------------------------------------------------------------------------------------------


def read_decoder(
    plan: LayerPlan,
    model_dir: Path,
    device: torch.device,
    quantization: Quantization,
    dtype: torch.dtype | None = None,
) -> Decoder:
    """The model in ``model_dir`` as ``plan`` says, multiplied in ``dtype`` or in what suits the device.

    Raises KeyError or ValueError if a tensor is missing, or has no place.
    """
    weights = Weights(model_dir)
    layers = _Layers(plan, weights, device, quantization)
    has_head = not plan.tied or "lm_head.weight" in weights
    decoder = Decoder(
        plan,
        embedding=weights.embedding(EMBEDDING, device),
        layers=[layers.read(number) for number in range(plan.layers)],
        norm=layers.norm("model.norm"),
        head=layers.head("lm_head" if has_head else EMBEDDING),
        dtype=dtype or compute_dtype(device),
    )
    weights.require_all_used()
    decoder.small_steps = graph_steps(decoder)
    return decoder


@dataclass(frozen=True, slots=True)
class _Layers:
    """The layers of a model of the Llama family, as they are named in its files."""

    plan: LayerPlan
    weights: Weights
    device: torch.device
    quantization: Quantization

    def read(self, number: int) -> Layer:
        """One layer. Raises KeyError or ValueError as :func:`read_decoder`."""
        linear, norm = self.linear, self.norm
        at = f"model.layers.{number}"
        attention, mlp = f"{at}.self_attn", f"{at}.mlp"
        has_norms, has_more = self.plan.normalizes_heads, self.plan.normalizes_outputs
        before_mlp = "pre_feedforward_layernorm" if has_more else "post_attention_layernorm"
        return Layer(
            qkv=linear(f"{attention}.q_proj", f"{attention}.k_proj", f"{attention}.v_proj"),
            output=linear(f"{attention}.o_proj"),
            gate_up=linear(f"{mlp}.gate_proj", f"{mlp}.up_proj"),
            down=linear(f"{mlp}.down_proj"),
            attention_norm=norm(f"{at}.input_layernorm"),
            mlp_norm=norm(f"{at}.{before_mlp}"),
            attended_norm=norm(f"{at}.post_attention_layernorm") if has_more else None,
            thought_norm=norm(f"{at}.post_feedforward_layernorm") if has_more else None,
            query_norm=norm(f"{attention}.q_norm") if has_norms else None,
            key_norm=norm(f"{attention}.k_norm") if has_norms else None,
        )

    def linear(self, *names: str) -> nn.Module:
        """Several linear layers of the file as one, its rows one after the other."""
        weights = self.weights
        biases = [weights[f"{name}.bias"] for name in names if f"{name}.bias" in weights]
        bias = torch.cat(biases) if biases else None
        kind = self.quantization
        if kind is Quantization.INT8 and all(weights.is_int8(f"{name}.weight") for name in names):
            return self._int8(names, bias)
        weight = torch.cat([weights[f"{name}.weight"] for name in names])
        return quantized_linear(weight, bias, kind, self.device)

    def head(self, name: str) -> nn.Module:
        """The output layer, whose weights may be those of the embedding."""
        kind = _kind_for(self.quantization, is_head=True)
        if kind is Quantization.INT8 and self.weights.is_int8(f"{name}.weight"):
            return self._int8([name], None)
        return quantized_linear(self.weights[f"{name}.weight"], None, kind, self.device)

    def _int8(self, names: Sequence[str], bias: Tensor | None) -> nn.Module:
        """Layers that are in int8 already; copied, because what is read is a view of the whole file."""
        parts = [self.weights.int8(f"{name}.weight") for name in names]
        rounded, scale = (torch.cat(each).to(self.device) for each in zip(*parts, strict=True))
        return Int8Linear.of_rounded(rounded, scale, None if bias is None else bias.to(self.device))

    def norm(self, name: str) -> Tensor:
        """The factors of a norm, in float32."""
        return self.weights[f"{name}.weight"].to(self.device, torch.float32) + self.plan.norm_offset


def compute_dtype(device: torch.device) -> torch.dtype:
    """What is multiplied in: bf16 where the device does that, fp32 elsewhere."""
    return torch.float32 if device.type == "cpu" and not multiplies_bf16() else torch.bfloat16


# --- any other family ------------------------------------------------------------------------------------------------


def fill_transformers(
    model_dir: Path, device: torch.device, quantization: Quantization, config: Any = None
) -> TransformersNetwork:
    """The model in ``model_dir`` in transformers' own class, by ``config`` or by what the folder says.

    Raises ValueError if a tensor is missing, or has no place.
    """
    from transformers import AutoConfig, AutoModelForCausalLM

    from cowrite.engine.networks.fallback import TransformersNetwork, without_weights

    if config is None:
        config = AutoConfig.from_pretrained(
            model_dir, local_files_only=True, trust_remote_code=False
        )
    with without_weights():
        module = AutoModelForCausalLM.from_config(
            config, dtype=torch.bfloat16, attn_implementation="sdpa", trust_remote_code=False
        )
    _fill(module, model_dir, device, quantization)
    return TransformersNetwork(module)


def _fill(
    module: nn.Module, model_dir: Path, device: torch.device, quantization: Quantization
) -> None:
    """Put real tensors in place of every tensor of ``module`` that has none yet."""
    head = module.get_output_embeddings()  # type: ignore[operator]
    weights = Weights(model_dir)
    for name in weights:
        owner_name, _, leaf = name.rpartition(".")
        owner = module.get_submodule(owner_name)
        if owner._parameters.get(leaf) is None and owner._buffers.get(leaf) is None:
            raise ValueError(f"{name} has no place")
        tensor = weights[name]
        if isinstance(owner, nn.Linear):
            if leaf == "weight":
                bias = weights[f"{owner_name}.bias"] if owner.bias is not None else None
                kind = _kind_for(quantization, is_head=owner is head)
                _replace(module, owner_name, quantized_linear(tensor, bias, kind, device))
        elif leaf in owner._parameters:
            setattr(owner, leaf, nn.Parameter(tensor.to(device), requires_grad=False))
        else:
            owner.register_buffer(leaf, tensor.to(device), persistent=False)
    _tie_head(module, quantization, device)
    for child in (
        module.modules()
    ):  # what is computed rather than stored, such as the frequencies of positions
        for leaf, buffer in child.named_buffers(recurse=False):
            child._buffers[leaf] = buffer.to(device)
    empty = [name for name, tensor in _all_tensors(module) if tensor.is_meta]
    if empty:
        raise ValueError(f"{len(empty)} tensors are missing from the model's files: {empty[:3]}")


def _kind_for(quantization: Quantization, *, is_head: bool) -> Quantization:
    """The output layer decides between words that differ little; four bits there cost more than they save."""
    return Quantization.BF16 if is_head and quantization is Quantization.NF4 else quantization


def _replace(module: nn.Module, name: str, layer: nn.Module) -> None:
    parent_name, _, leaf = name.rpartition(".")
    setattr(module.get_submodule(parent_name), leaf, layer)


def _tie_head(module: nn.Module, quantization: Quantization, device: torch.device) -> None:
    """Give a model whose output layer shares the input embedding an output layer of its own kind."""
    head = module.get_output_embeddings()  # type: ignore[operator]
    if not isinstance(head, nn.Linear) or not head.weight.is_meta:
        return
    if not module.config.tie_word_embeddings:  # type: ignore[union-attr]
        return  # missing, and counted with whatever else is
    embedding = module.get_input_embeddings().weight  # type: ignore[operator]
    if embedding.is_meta:
        return  # missing, and counted with whatever else is
    names = [name for name, candidate in module.named_modules() if candidate is head]
    kind = _kind_for(quantization, is_head=True)
    _replace(module, names[0], quantized_linear(embedding.data, None, kind, device))


def _all_tensors(module: nn.Module) -> Iterator[tuple[str, Tensor]]:
    yield from module.named_parameters()
    yield from module.named_buffers()
