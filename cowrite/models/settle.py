"""What is written anew in a model's small files when it is imported, so that the copy says one thing only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CONFIGS = ("config.json", "tokenizer_config.json")
CODE = "auto_map"


def settle(folder: Path) -> None:
    """Settle the small files of the model in ``folder``, which has been looked at. Raises OSError.

    Code that a model's files name is never run, so its names go; and longrope gets the name it has today.
    """
    for name in CONFIGS:
        path = folder / name
        if not path.is_file():
            continue
        content = json.loads(path.read_text("utf-8"))
        settled = _longrope({key: value for key, value in content.items() if key != CODE})
        if settled != content:
            text = json.dumps(settled, ensure_ascii=False, indent=2)
            path.write_text(text + "\n", "utf-8")


def _longrope(config: dict[str, Any]) -> dict[str, Any]:
    """Phi-3 was first published with another name for it, which transformers no longer reads."""
    rope = config.get("rope_scaling")
    if config.get("model_type") != "phi3" or not isinstance(rope, dict) or rope.get("type") != "su":
        return config
    return config | {"rope_scaling": rope | {"type": "longrope"}}
