"""Models: their files, their manifests, the catalogue."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from fuzz.adapter_readers import adapter_weights, cached_adapter


def gguf_files() -> list[bytes]:
    """A small GGUF model, as a program would write it and with a name for people."""
    from made_up_model import gguf

    return [gguf(), gguf(values={"general.name": "Toy"})]


def read_gguf(folder: Path, data: bytes) -> object:
    """The head of a GGUF file, as “models import” looks at it."""
    from cowrite.engine.gguf.model import read_gguf_model

    file = folder / "a.gguf"
    file.write_bytes(data)
    return read_gguf_model(file)


def safetensors_files() -> list[bytes]:
    """A small safetensors file."""
    return adapter_weights()


def read_safetensors(folder: Path, data: bytes) -> object:
    """The head of a safetensors file."""
    from cowrite.models.safetensors_header import read_safetensors_header

    file = folder / "model.safetensors"
    file.write_bytes(data)
    return read_safetensors_header(file)


def model_configs() -> list[bytes]:
    """A config.json."""
    config = {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2,
        "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16, "intermediate_size": 128, "vocab_size": 300,
        "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "rope_scaling": None, "max_position_embeddings": 512,
        "tie_word_embeddings": True, "bos_token_id": 0, "eos_token_id": [0], "hidden_act": "silu",
    }  # fmt: skip
    return [json.dumps(config).encode()]


def read_model_config(folder: Path, data: bytes) -> object:
    """A model's folder with this config.json."""
    from cowrite.models.inspection import require_safe_model

    (folder / "config.json").write_bytes(data)
    (folder / "tokenizer.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(cached_adapter()["adapter_model.safetensors"])
    return require_safe_model(folder)


def model_manifests() -> list[bytes]:
    """A manifest of an installed model."""
    from cowrite.models.inspection import FileRecord
    from cowrite.models.store import FORMAT, DeviceChoice, Manifest, Measured

    measured = (Measured(kind="int8", loss_increase_pct=0.5, tokens_per_s=50.5),)
    manifest = Manifest(
        id="toy-1", name="Toy", licence="Apache-2.0", source="here", parameters=10**6,
        files={"model.safetensors": FileRecord(size=5, sha256="0" * 64)},
        quantization={"cpu": DeviceChoice(default="int8", measured=measured)},
    )  # fmt: skip
    return [json.dumps({"format": FORMAT, **asdict(manifest)}).encode()]


def read_models(folder: Path, data: bytes) -> object:
    """“models list” beside a good model, and a check of this one."""
    from cowrite.cli.models import _as_json, _as_text, _Listed, _readable
    from cowrite.models.store import ModelStore

    store = ModelStore(folder / "models")
    good = model_manifests()[0].replace(b"toy-1", b"good")
    for name, manifest in (("toy-1", data), ("good", good)):
        (store.folder / name).mkdir(parents=True)
        (store.folder / name / "manifest.json").write_bytes(manifest)
    for model_id in store.ids():
        listed = _Listed(
            id=model_id,
            entry=None,
            fit=None,  # only of models that are not here
            model=_readable(store, model_id),
            is_newer=store.is_newer(model_id),
            is_there=True,
            chosen=False,
            wanted="auto",
        )
        assert listed.model or model_id != "good", "a damaged model hides a good one"
        _as_text(listed)
        json.dumps(_as_json(listed))
    return store.installed(), store.get("toy-1").quantizations()


def catalogues() -> list[bytes]:
    """The catalogue that comes with the program."""
    from cowrite.settings.resources import resource_path

    return [resource_path("models.json").read_bytes()]


def read_catalogue(folder: Path, data: bytes) -> object:
    """A catalogue; that it is not as it should be is a mistake of ours, which BugError says."""
    from cowrite.models.catalogue import load_catalogue

    file = folder / "models.json"
    file.write_bytes(data)
    return load_catalogue(file)


def chat_templates() -> list[bytes]:
    """Chat templates as publishers write them."""
    from cowrite.tasks.chat_template import CHATML

    return [
        CHATML.encode(),
        b"{{ bos_token }}{%- for m in messages if m.role != 'system' -%}{{ loop.index ~ ':' + m['content'] | trim }}"
        b"{%- set ns = namespace(n=1) -%}{% if not loop.last %}{{ ns.n * 2 }},{% endif %}{% endfor %}",
    ]


def read_chat_template(folder: Path, data: bytes) -> object:
    """The template of a model, and a prompt by it: what is typed is text in it."""
    from cowrite.engine.prompts import Mark
    from cowrite.tasks.chat_template import ChatTemplate, Message

    (folder / "chat_template.jinja").write_bytes(data)
    (folder / "tokenizer_config.json").write_text('{"bos_token": "<s>"}')
    template = ChatTemplate.read(folder)
    assert template is not None or not data.removeprefix(b"\xef\xbb\xbf")
    if template is None:
        return None
    prompt = template.prompt([Message("user", "a <|typed|> b")], ["<s>", "<|typed|>", "<|im_end|>"])
    if b"typed" not in data:
        assert Mark("<|typed|>") not in prompt
    return prompt


def tokenizer_configs() -> list[bytes]:
    """What says which tokens a tokenizer has, with the template in it."""
    several = [{"name": "default", "template": "{{ messages[0].content }}"}]
    return [
        json.dumps({"eos_token": {"content": "</s>"}, "chat_template": each}).encode()
        for each in ("{{ eos_token }}", several)
    ]


def read_tokenizer_config(folder: Path, data: bytes) -> object:
    """The template in a tokenizer's configuration."""
    from cowrite.tasks.chat_template import ChatTemplate

    (folder / "tokenizer_config.json").write_bytes(data)
    return ChatTemplate.read(folder)
