"""Models of families that the layer plan has no word for: PEFT on transformers, slower but the same to the trainer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import AutoModelForCausalLM

from cowrite.engine.networks.quantize import Quantization
from cowrite.personalize.networks.dequantized_weights import as_served
from cowrite.personalize.networks.trainable import LoraShape, Trainable, training_dtype


class PeftTrainable(Trainable):
    """See the module's docstring. ``between`` is called before each layer that has an adapter."""

    def __init__(
        self,
        folder: Path,
        kind: Quantization,
        device: torch.device,
        lora: LoraShape,
        *,
        checkpointing: bool,
    ) -> None:
        super().__init__()
        base = AutoModelForCausalLM.from_pretrained(
            folder,
            dtype=training_dtype(device),
            attn_implementation="sdpa",
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
        ).to(device)
        head = base.get_output_embeddings()
        for module in base.modules():
            if isinstance(module, nn.Linear):
                nf4_head = module is head and kind is Quantization.NF4
                own = Quantization.BF16 if nf4_head else kind
                rounded = as_served(module.weight.detach().to(torch.bfloat16), own, device)
                # A new tensor: the embedding, which may share this one, is not rounded.
                module.weight = nn.Parameter(rounded.to(module.weight), requires_grad=False)
        if checkpointing:
            base.gradient_checkpointing_enable()
            base.enable_input_require_grads()
        layers = list(range(lora.frozen_layers, base.config.num_hidden_layers))
        config = LoraConfig(
            r=lora.rank,
            lora_alpha=lora.alpha,  # type: ignore[arg-type, unused-ignore]
            lora_dropout=lora.dropout,
            target_modules=list(lora.targets),
            layers_to_transform=layers if lora.frozen_layers else None,
            task_type="CAUSAL_LM",
        )
        self._model: Any = get_peft_model(base, config)
        self.layers = base.config.num_hidden_layers
        self._between: Callable[[], None] = lambda: None
        for module in self._model.modules():
            if hasattr(module, "lora_A"):
                module.register_forward_pre_hook(lambda *_: self._between())

    def begin(self, seed: int) -> None:
        """Fresh adapters, as PEFT begins them."""
        torch.manual_seed(seed)
        for name, factor in self.factors():
            if ".lora_A." in name:
                nn.init.kaiming_uniform_(factor, a=5**0.5)
            else:
                nn.init.zeros_(factor)

    def factors(self) -> Iterator[tuple[str, Tensor]]:
        """See :class:`Trainable`."""
        for name, parameter in self._model.named_parameters():
            if ".lora_" in name:
                yield name.replace(".default.", "."), parameter.data

    @contextmanager
    def without_adapter(self) -> Iterator[None]:
        """See :class:`Trainable`."""
        with self._model.disable_adapter():
            yield

    def token_losses(
        self,
        ids: Tensor,
        lengths: Sequence[int],
        at: Tensor,
        *,
        wanted: Tensor | None = None,
        seed: int | None = None,
        between: Callable[[], None] = lambda: None,
    ) -> Tensor:
        """See :class:`Trainable`."""
        self._between = between
        self._model.train(seed is not None)
        if seed is not None:
            torch.manual_seed(seed)
        # Restarted positions and neither a mask nor a cache: only then transformers keeps the texts apart.
        positions = torch.cat([torch.arange(length, device=ids.device) for length in lengths])
        logits = self._model(
            input_ids=ids[None], position_ids=positions[None], use_cache=False
        ).logits[0]
        targets = ids[at] if wanted is None else wanted
        return F.cross_entropy(logits[at - 1].float(), targets, reduction="none")
