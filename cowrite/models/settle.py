"""What is written anew in a model's small files when it is imported, so that the copy says one thing only.

Code that a model's files name is never run, so its names go, and a name has its newest form. And where ``tokenizer_config.json`` says whether a text
begins with a token of its own, that decides, as in transformers, over what ``tokenizer.json`` does.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CONFIGS = ("config.json", "tokenizer_config.json")
CODE = "auto_map"


def settle(folder: Path) -> None:
    """Settle the small files of the model in ``folder``, which has been looked at. Raises OSError."""
    for name in CONFIGS:
        content = _read(folder / name)
        settled = _longrope({key: value for key, value in content.items() if key != CODE})
        if settled != content:
            _write(folder / name, settled)
    _settle_beginning(folder)


def _longrope(config: dict[str, Any]) -> dict[str, Any]:
    """``config`` with the name that longrope has today; Phi-3 was first published with another one."""
    rope = config.get("rope_scaling")
    if config.get("model_type") != "phi3" or not isinstance(rope, dict) or rope.get("type") != "su":
        return config
    return config | {"rope_scaling": rope | {"type": "longrope"}}


def _settle_beginning(folder: Path) -> None:
    config = _read(folder / "tokenizer_config.json")
    wanted, mark = config.get("add_bos_token"), _mark(config.get("bos_token"))
    if not isinstance(wanted, bool) or not mark:
        return
    tokenizer = _read(folder / "tokenizer.json")
    token = _id_of(tokenizer, mark)
    if token is None:
        return
    templates = list(_templates(tokenizer.get("post_processor")))
    adds = any(_begins_with(each, mark) for each in templates)
    if adds == wanted:
        return
    if wanted:
        tokenizer["post_processor"] = _with_beginning(tokenizer.get("post_processor"), mark, token)
    else:
        for each in templates:
            each["single"] = [part for part in each["single"] if _special(part) != mark]
    _write(folder / "tokenizer.json", tokenizer)


def _with_beginning(before: Any, mark: str, token: int) -> dict[str, Any]:
    template = {
        "type": "TemplateProcessing",
        "single": [
            {"SpecialToken": {"id": mark, "type_id": 0}},
            {"Sequence": {"id": "A", "type_id": 0}},
        ],
        "pair": [
            {"SpecialToken": {"id": mark, "type_id": 0}},
            {"Sequence": {"id": "A", "type_id": 0}},
            {"Sequence": {"id": "B", "type_id": 0}},
        ],
        "special_tokens": {mark: {"id": mark, "ids": [token], "tokens": [mark]}},
    }
    if isinstance(before, dict) and before.get("type") == "ByteLevel":
        return {"type": "Sequence", "processors": [before, template]}
    return template


def _templates(processor: Any) -> list[dict[str, Any]]:
    if not isinstance(processor, dict):
        return []
    if processor.get("type") == "Sequence":
        return [found for each in processor.get("processors", []) for found in _templates(each)]
    is_template = processor.get("type") == "TemplateProcessing"
    return [processor] if is_template and isinstance(processor.get("single"), list) else []


def _begins_with(template: dict[str, Any], mark: str) -> bool:
    return bool(template["single"]) and _special(template["single"][0]) == mark


def _special(part: Any) -> str | None:
    special = part.get("SpecialToken") if isinstance(part, dict) else None
    return special.get("id") if isinstance(special, dict) else None


def _id_of(tokenizer: dict[str, Any], mark: str) -> int | None:
    for added in tokenizer.get("added_tokens") or []:
        if isinstance(added, dict) and added.get("content") == mark:
            return int(added["id"])
    model = tokenizer.get("model")
    vocabulary = model.get("vocab") if isinstance(model, dict) else None
    found = vocabulary.get(mark) if isinstance(vocabulary, dict) else None
    return found if isinstance(found, int) else None


def _mark(written: Any) -> str | None:
    """The token in its two forms: its text, or an object with it."""
    text = written.get("content") if isinstance(written, dict) else written
    return text if isinstance(text, str) else None


def _read(path: Path) -> dict[str, Any]:
    """What is in a file; nothing where there is none."""
    content: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return content


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")
