"""One checkout's engine for ``engine_in_turn.py``: a question a line on the input, its milliseconds on the output.

Run as ``python -P _engine_side.py MODEL THREADS`` with the checkout on PYTHONPATH. Says “ready” when the faster kernels
are taken over. Questions: ``turn N``, ``cold``, and ``step N`` for N tokens after 1,000.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import torch

from cowrite.engine.decoding.prefix_cache import PrefixCache
from cowrite.engine.loading.load import load_model
from cowrite.engine.measurement.bench import (
    COLD_TOKENS,
    CONTEXT_TOKENS,
    one_turn,
    repeated,
    word_turns,
)
from cowrite.engine.networks.quantize import Quantization
from cowrite.settings.resources import resource_path


@torch.inference_mode()
def main() -> None:
    """Answer until the input ends."""
    torch.set_num_threads(int(sys.argv[2]))
    model = load_model(Path(sys.argv[1]), torch.device("cpu"), Quantization.INT8)
    began = time.perf_counter()
    for _ in model.network.optimizations():
        pass
    took = time.perf_counter() - began
    turns = word_turns(model, resource_path("calibration.txt").read_text("utf-8"))
    cache, steps = PrefixCache(model), model.network.new_cache()
    cache.read(turns[0], lambda: False)
    context = torch.tensor([repeated(turns[-1], CONTEXT_TOKENS)])
    model.network(context, steps)
    print("ready", took, flush=True)
    for line in sys.stdin:
        what, _, number = line.strip().partition(" ")
        started = time.perf_counter()
        if what == "turn":
            _, ms = one_turn(cache, turns[int(number) % len(turns)])
        elif what == "cold":
            tokens = repeated(turns[-1], COLD_TOKENS)
            int(PrefixCache(model).read(tokens, lambda: False)[0].argmax())
            ms = (time.perf_counter() - started) * 1000
        else:
            steps.rewind(CONTEXT_TOKENS)
            model.network(context[:, : int(number)], steps, last=1)
            ms = (time.perf_counter() - started) * 1000
        print(ms, flush=True)


if __name__ == "__main__":
    main()
