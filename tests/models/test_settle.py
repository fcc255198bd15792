"""What is written anew in the small files of an import; and what is not: tokenizer.json says how a text begins."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tiny_model import byte_level_tokenizer
from tokenizers import Tokenizer, processors

from cowrite.engine.offline import forbid_downloads
from cowrite.engine.tokens.vocabulary import Vocabulary
from cowrite.models.settle import settle

forbid_downloads()

from transformers import AutoTokenizer  # noqa: E402

BOS = "<|endoftext|>"
TEMPLATE = processors.TemplateProcessing(single=f"{BOS} $A", special_tokens=[(BOS, 0)])
BYTES = processors.ByteLevel(trim_offsets=False)
PROCESSORS = {
    "none": None,
    "bytes": BYTES,
    "template": TEMPLATE,
    "both": processors.Sequence([BYTES, TEMPLATE]),
}


def write(folder: Path, processor: Any, **config: Any) -> Path:
    folder.mkdir()
    tokenizer: Tokenizer = byte_level_tokenizer()
    if processor is not None:
        tokenizer.post_processor = processor
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {"tokenizer_class": "PreTrainedTokenizerFast"} | config
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    return folder


@pytest.mark.parametrize("processor", PROCESSORS)
@pytest.mark.parametrize("kind", ["PreTrainedTokenizerFast", "LlamaTokenizer", "GemmaTokenizer"])
@pytest.mark.parametrize("wanted", [True, False, None])
def test_a_text_begins_as_transformers_lets_it_begin(
    tmp_path: Path, processor: str, kind: str, wanted: bool | None
):
    """Of tokenizer.json and add_bos_token in tokenizer_config.json, the former decides, there and here."""
    said = {} if wanted is None else {"add_bos_token": wanted}
    folder = write(
        tmp_path / "m", PROCESSORS[processor], bos_token=BOS, tokenizer_class=kind, **said
    )
    theirs = AutoTokenizer.from_pretrained(folder)("a").input_ids
    settle(folder)
    ours = Vocabulary.load(folder)
    assert [*ours.beginning, *ours.encode("a")] == theirs


def test_names_of_code_go_and_longrope_gets_its_name(tmp_path: Path):
    folder = write(tmp_path / "m", None, auto_map={"AutoTokenizer": ["x.Y", None]})
    rope = {"type": "su", "short_factor": [1.0], "long_factor": [2.0]}
    config = {"model_type": "phi3", "auto_map": {"AutoConfig": "x.Y"}, "rope_scaling": rope}
    (folder / "config.json").write_text(json.dumps(config))
    settle(folder)
    settled = {"model_type": "phi3", "rope_scaling": rope | {"type": "longrope"}}
    assert json.loads((folder / "config.json").read_text()) == settled
    assert "auto_map" not in (folder / "tokenizer_config.json").read_text()


def test_nothing_is_written_where_nothing_is_settled(tmp_path: Path):
    folder = write(tmp_path / "m", TEMPLATE, bos_token=BOS, add_bos_token=True)
    (folder / "config.json").write_text('{"model_type":   "llama"}')
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    settle(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
