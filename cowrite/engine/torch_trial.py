"""Whether the torch that is first on the path can be imported here, and computes on the card it finds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cowrite.engine.offline import forbid_downloads


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTorch:
    """``folder`` is the one on the path that it is in; ``card`` is empty where it finds none."""

    version: str
    folder: Path
    card: str
    is_right: bool


def import_torch() -> FoundTorch:
    """Import it into this process. Raises what the import or the card's driver raises."""
    forbid_downloads()
    import torch

    card, is_right = "", True
    if torch.cuda.is_available():
        card = torch.cuda.get_device_name(0)
        numbers = torch.arange(4.0, device="cuda")
        is_right = float((numbers @ numbers).item()) == 14.0
    folder = Path(str(torch.__file__)).parent.parent
    return FoundTorch(version=str(torch.__version__), folder=folder, card=card, is_right=is_right)
