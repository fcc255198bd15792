"""What the libraries that may be broken say of themselves; each is asked in a process of its own."""

from __future__ import annotations

import importlib

from cowrite.engine.offline import forbid_downloads
from cowrite.localization import tr


def probe_torch() -> dict[str, str]:
    """What torch says of itself and of the card."""
    forbid_downloads()
    torch = importlib.import_module("torch")
    found = {"version": torch.__version__, "threads": str(torch.get_num_threads()), "card": ""}
    if torch.cuda.is_available():
        index = torch.cuda.current_device()
        free, total = torch.cuda.mem_get_info(index)
        name = torch.cuda.get_device_name(index)
        found["card"] = tr(
            "{name}, {free:.1f} of {total:.1f} GB free",
            name=name,
            free=free / 1e9,
            total=total / 1e9,
        )
    return found


def probe_bitsandbytes() -> dict[str, str]:
    """What bitsandbytes says of itself."""
    forbid_downloads()
    return {"version": str(importlib.import_module("bitsandbytes").__version__)}
