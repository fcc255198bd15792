"""Two models at once: what their own sizes say, and a sentence where they do not fit together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cowrite.base.errors import UserError
from cowrite.models.fitting import Machine
from cowrite.models.installed_shape import require_room_beside, shape_of_installed
from cowrite.models.store import InstalledModel, Manifest

CONFIG = {
    "hidden_size": 2048, "num_attention_heads": 16, "num_key_value_heads": 8, "head_dim": 128,
    "num_hidden_layers": 28, "intermediate_size": 6144, "vocab_size": 151_936,
    "tie_word_embeddings": True,
}  # fmt: skip
NO_HEADS = {**CONFIG, "num_attention_heads": 0, "head_dim": None}
SMALL, LARGE = 6_000_000_000, 64_000_000_000


def model(folder: Path, name: str, parameters: int, config: object) -> InstalledModel:
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    manifest = Manifest(
        id=name.lower(), name=name, licence="", source="", parameters=parameters, files={},
        quantization={},
    )  # fmt: skip
    return InstalledModel(path=folder, manifest=manifest)


@pytest.mark.parametrize("config", [{}, [], {**CONFIG, "hidden_size": "wide"}, NO_HEADS])
def test_a_config_without_sizes_is_made_up_for_by_the_number_of_weights(
    tmp_path: Path, config: object
):
    found = shape_of_installed(model(tmp_path / "a", "A", 1_700_000_000, config))
    assert found.hidden == 2048


def test_two_models_fit_or_it_is_said_of_the_second(tmp_path: Path):
    first = model(tmp_path / "a", "Small", 1_700_000_000, CONFIG)
    second = model(tmp_path / "b", "Large", 1_700_000_000, CONFIG)
    require_room_beside(first, second, Machine(memory=LARGE, bandwidth=40e9))
    with pytest.raises(UserError, match=r"“Large”, does not fit here beside “Small”: .* GB"):
        require_room_beside(first, second, Machine(memory=SMALL, bandwidth=40e9))


def test_a_card_and_the_processor_each_hold_one(tmp_path: Path):
    first = model(tmp_path / "a", "Small", 1_700_000_000, CONFIG)
    machine = Machine(
        memory=LARGE, bandwidth=40e9, card="A card", card_memory=24_000_000_000, card_bandwidth=9e11
    )
    require_room_beside(first, first, machine)
