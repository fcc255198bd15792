"""The model that made-up adapters belong to, and what promotion would know of them."""

from __future__ import annotations

from cowrite.personalize.adapters.adapter_manifest import AdapterManifest, Base

BASE = Base("toy", "0" * 64)
DAY_MS = 86_400_000


def facts(day: int = 0, base: Base = BASE) -> AdapterManifest:
    """What promotion would know of an adapter made on that day."""
    return AdapterManifest(
        id="", created_ms=day * DAY_MS, base=base, quantization="int8", documents=("d1", "d2"),
        first_ms=5, last_ms=9, settings={"rank": 4}, scores={"perplexity": 20.5},
    )  # fmt: skip
