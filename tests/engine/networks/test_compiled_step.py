"""The compiled step computes what the layers compute, and is not used where it does not."""

from __future__ import annotations

import hashlib
import logging
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_adapter import adapter_tensors, write_adapter
from tiny_model import SENTENCES, make_tiny_model

from cowrite.engine.decoding.draft import MOST_DRAFTED
from cowrite.engine.loading.load import LoadedModel, load_model
from cowrite.engine.networks import (
    compiled,
    compiled_attention,
    compiled_primitives,
    compiled_step,
)
from cowrite.engine.networks.adapter import read_adapter
from cowrite.engine.networks.compiled_step import MOST_TOKENS, CompiledStep, can_follow
from cowrite.engine.networks.decoder import Decoder
from cowrite.engine.networks.layer_plan import LayerPlan
from cowrite.engine.networks.quantize import Quantization

CPU = torch.device("cpu")
COMPILED_FAMILIES = ("llama", "mistral", "qwen2", "qwen3")
OTHERS = {
    "gemma": ("gemma", {}),
    "gemma3": ("gemma3_text", {"layer_types": ["full_attention"] * 2}),
}


pytestmark = pytest.mark.usefixtures("in_fp32")


@pytest.fixture(autouse=True)
def _compiled_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests compile in this process, which keeps it for the next ones."""
    monkeypatch.setattr(compiled_step, "_compiled_once", True)


def load(folder: Path, family: str = "llama", **wishes: object) -> LoadedModel:
    return load_model(make_tiny_model(folder, family=family, **wishes), CPU, Quantization.INT8)


def optimized(model: LoadedModel) -> Decoder:
    assert isinstance(model.network, Decoder)
    for _ in model.network.optimizations():
        pass
    return model.network


@pytest.mark.parametrize("family", COMPILED_FAMILIES)
def test_it_computes_what_the_layers_compute(tmp_path: Path, family: str) -> None:
    model = load(tmp_path / "model", family)
    tokens = model.vocabulary.encode(" ".join(SENTENCES) * 8)[:300]
    with torch.inference_mode():
        expected = model.network(torch.tensor([tokens]))[0].float()
        decoder = optimized(model)
        assert decoder._compiled is not None
        cache = decoder.new_cache()
        got = [decoder(torch.tensor([tokens[:200]]), cache)]
        at = 200
        for size in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1, 44):
            got.append(decoder(torch.tensor([tokens[at : at + size]]), cache))
            at += size
    assert at == cache.length == 300
    cosine = torch.nn.functional.cosine_similarity(expected, torch.cat(got, dim=1)[0].float())
    assert cosine.min() > 0.99
    assert cosine.median() > 0.9995


def test_only_the_last_logits_are_computed_and_going_back_works(tmp_path: Path) -> None:
    model = load(tmp_path / "model")
    decoder = optimized(model)
    with torch.inference_mode():
        cache = decoder.new_cache()
        decoder(torch.arange(40)[None], cache)
        once = decoder(torch.tensor([[5, 6, 7]]), cache)
        cache.rewind(40)
        last = decoder(torch.tensor([[5, 6, 7]]), cache, last=2)
    assert last.shape[:2] == (1, 2)
    torch.testing.assert_close(last, once[:, 1:])


def test_several_rows_are_left_to_the_layers(tmp_path: Path) -> None:
    model = load(tmp_path / "model")
    decoder = optimized(model)
    with torch.inference_mode():
        cache = decoder.new_cache()
        decoder(torch.arange(40)[None], cache)
        forked = cache.fork(3, 40)
        logits = decoder(torch.tensor([[5], [5], [9]]), forked)
        alone = decoder(torch.tensor([[5]]), cache)
    assert torch.nn.functional.cosine_similarity(logits[0], alone[0]).item() > 0.999
    torch.testing.assert_close(logits[0], logits[1])


@pytest.mark.parametrize("case", list(OTHERS))
def test_what_it_cannot_follow_stays_with_torch(tmp_path: Path, case: str) -> None:
    family, wishes = OTHERS[case]
    assert optimized(load(tmp_path / "model", family, **wishes))._compiled is None


def test_beyond_a_window_the_layers_compute(tmp_path: Path) -> None:
    model = load(tmp_path / "model", "mistral", sliding_window=32)
    tokens = torch.randint(0, 300, (1, 60), generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        expected = model.network(tokens)[0].float()
        decoder = optimized(model)
        cache = decoder.new_cache()
        got = torch.cat([decoder(part, cache) for part in tokens.split(2, dim=1)], dim=1)[0]
    assert torch.nn.functional.cosine_similarity(expected, got.float()).min() > 0.99


def test_other_kinds_of_weights_stay_with_torch(tmp_path: Path) -> None:
    model = load_model(make_tiny_model(tmp_path / "model"), CPU, Quantization.BF16)
    assert optimized(model)._compiled is None


def test_a_step_that_computes_something_else_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    read = CompiledStep.read
    monkeypatch.setattr(CompiledStep, "read", lambda *a: read(*a).flip(-1))
    with caplog.at_level(logging.WARNING):
        assert optimized(load(tmp_path / "model"))._compiled is None
    assert "something else" in caplog.text
    caplog.clear()


@pytest.mark.parametrize("command", [[sys.executable, "-c", "raise SystemExit(3)"], ["/no/such"]])
def test_where_it_cannot_be_compiled_torch_computes(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    command: list[str],
) -> None:
    monkeypatch.setattr(compiled_step, "_compiled_once", False)
    monkeypatch.setattr(compiled_step, "_command", lambda: command)
    with caplog.at_level(logging.WARNING):
        decoder = optimized(load(tmp_path / "model"))
    assert decoder._compiled is None
    assert caplog.text.count("could not be compiled") == 1
    caplog.clear()
    with torch.inference_mode():
        assert torch.isfinite(decoder(torch.tensor([[1]]), decoder.new_cache())).all()


def test_giving_up_in_between_leaves_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen
    monkeypatch.setattr(
        compiled_step.subprocess,
        "Popen",
        lambda *a, **k: started.append(popen(*a, **k)) or started[-1],
    )
    monkeypatch.setattr(compiled_step, "_compiled_once", False)
    sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
    monkeypatch.setattr(compiled_step, "_command", lambda: sleeper)
    steps = compiled_step.compile_elsewhere()
    next(steps)
    steps.close()
    assert started[0].returncode is not None


def test_the_command_compiles_for_the_next_process() -> None:
    done = subprocess.run(compiled_step._command(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "Compiled.\n", "")


def test_what_an_interruption_left_half_compiled_is_compiled_afresh(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that crashes on what it finds is followed by one that begins with nothing."""
    monkeypatch.setattr(compiled_step, "_compiled_once", False)
    record = tmp_path / "arguments.txt"
    crash = (
        "import os, sys; open(sys.argv[1], 'a').write(' '.join(sys.argv[2:]) + ';');"
        "sys.argv[2:] or os.abort()"
    )
    monkeypatch.setattr(
        compiled_step, "_command", lambda: [sys.executable, "-c", crash, str(record)]
    )
    for _ in compiled_step.compile_elsewhere():
        pass
    assert record.read_text() == f";{compiled_step.AFRESH};"


def test_to_begin_afresh_deletes_what_was_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = [
        tmp_path / name
        for name in (
            "compiled.step-1.py311.nbi",
            "compiled.step-1.py311.1.nbc",
            "compiled_attention.attend-1.py311.nbi",
        )
    ]
    for path in [*kept, tmp_path / "other.step-1.py311.nbi"]:
        path.touch()
    monkeypatch.setattr(
        compiled, "step", SimpleNamespace(stats=SimpleNamespace(cache_path=tmp_path))
    )
    compiled.forget_compiled()
    assert [path.name for path in tmp_path.iterdir()] == ["other.step-1.py311.nbi"]


def test_what_the_step_calls_is_what_it_was_compiled_with() -> None:
    """numba does not see a change in another file: ``PARTS``, changed in ``compiled.py``, makes it compile anew."""
    parts = hashlib.sha256()
    for module in (compiled_attention, compiled_primitives):
        parts.update(Path(str(module.__file__)).read_text("utf-8").encode())
    assert parts.hexdigest()[:16] == compiled.PARTS


def test_what_is_compiled_beforehand_is_what_is_used(tmp_path: Path) -> None:
    compiled.warm_up()
    optimized(load(tmp_path / "model"))
    assert len(compiled.step.signatures) == 1  # type: ignore[attr-defined]


def test_compiling_needs_no_torch() -> None:
    code = "import sys, cowrite.engine.networks.compiled; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_loops_come_without_scipy_which_stays_there_for_others() -> None:
    code = (
        "import sys\n"
        "from cowrite.engine.networks.compiled_step import _without_scipy\n"
        "with _without_scipy():\n"
        "    import numba.np.arraymath\n"
        "    from cowrite.engine.networks import compiled\n"
        "compiled.warm_up()\n"
        "is_loaded = 'scipy' in sys.modules\n"
        "import scipy.linalg\n"
        "sys.exit(is_loaded)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@given(st.lists(st.floats(-200, 0, width=32), min_size=1, max_size=50))
def test_the_exponential_is_close(values: list[float]) -> None:
    x = np.array(values, np.float32)
    found = [compiled_attention.exponential(value) for value in x]
    np.testing.assert_allclose(found, np.exp(x.astype(np.float64)), rtol=1e-5, atol=1e-30)


@given(
    new=st.integers(1, MOST_TOKENS),
    past=st.integers(0, 300),
    group=st.integers(1, 4),
    seed=st.integers(0, 99),
)
@settings(deadline=None, max_examples=60)
def test_attention_is_softmax_attention(new: int, past: int, group: int, seed: int) -> None:
    key_heads, dim, room = 2, 16, past + new + 5
    generator = torch.Generator().manual_seed(seed)
    queries = torch.randn(new, key_heads * group, dim, generator=generator) * 3
    keys, values = torch.randn(2, key_heads, room, dim, generator=generator).bfloat16()
    keys[:, past + new :] = values[:, past + new :] = torch.inf  # room that was never written
    found = np.empty(queries.shape, np.float32)
    bits = (each.view(torch.int16).numpy().view(np.uint16) for each in (keys, values))
    compiled_attention.attend(queries.numpy(), *bits, past, new, 0.25, found)
    seen = torch.ones(new, past + new, dtype=torch.bool).tril(past)
    expected = torch.nn.functional.scaled_dot_product_attention(
        queries.transpose(0, 1),
        *(each[:, : past + new].float().repeat_interleave(group, 0) for each in (keys, values)),
        attn_mask=seen,
        scale=0.25,
    )
    torch.testing.assert_close(
        torch.from_numpy(found), expected.transpose(0, 1), rtol=1e-4, atol=1e-4
    )


@given(rows=st.integers(1, 7), outputs=st.integers(1, 9), inputs=st.integers(1, 80))
@settings(deadline=None, max_examples=40)
def test_products_of_any_size(rows: int, outputs: int, inputs: int) -> None:
    generator = np.random.default_rng(rows * outputs * inputs)
    x = generator.standard_normal((rows, inputs)).astype(np.float32)
    weight = generator.integers(-127, 128, (outputs, inputs)).astype(np.int8)
    scale, bias = generator.standard_normal((2, outputs)).astype(np.float32)
    found = np.full((rows, outputs), np.nan, np.float32)
    compiled.multiply(x, weight, scale, bias, found)
    expected = x @ weight.astype(np.float32).T * scale + bias
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-2)


def test_the_most_tokens_are_whole_groups_of_rows_and_a_draft_fits() -> None:
    assert MOST_TOKENS % compiled_attention.ROWS == 0
    assert MOST_DRAFTED < MOST_TOKENS
    assert compiled_step.MOST_HEAD_DIM == compiled_attention.MOST_HEAD_DIM


def test_a_plan_of_layers_that_see_differently_is_not_followed() -> None:
    plan = LayerPlan.from_config(
        {
            "model_type": "qwen3",
            "num_hidden_layers": 2,
            "hidden_size": 64,
            "num_attention_heads": 4,
            "rms_norm_eps": 1e-5,
            "layer_types": ["sliding_attention", "full_attention"],
            "use_sliding_window": True,
            "sliding_window": 8,
        }
    )
    assert plan is not None
    assert not can_follow(plan)


def in_small_steps(model: LoadedModel, tokens: list[int]) -> torch.Tensor:
    cache = model.network.new_cache()
    with torch.inference_mode():
        parts = [
            model.network(torch.tensor([tokens[at : at + 3]]), cache)[0] for at in range(0, 30, 3)
        ]
    return torch.cat(parts).float()


@pytest.mark.parametrize("early", [True, False], ids=["before compiling", "after"])
def test_an_adapter_is_computed_swapped_and_taken_away(tmp_path: Path, early: bool) -> None:
    some = {n: t for n, t in adapter_tensors(rank=8, seed=3).items() if ".layers.1." in n}
    folders = [
        write_adapter(tmp_path / "one", lora_alpha=2),
        write_adapter(tmp_path / "two", seed=2, lora_alpha=2),
        write_adapter(tmp_path / "some layers", rank=8, tensors=some, lora_alpha=4),
    ]
    plain, model = load(tmp_path / "a"), load(tmp_path / "b")
    tokens = list(range(1, 31))  # the first one of the vocabulary has an empty embedding
    if early:
        model.network.use_adapter(read_adapter(folders[0]))
    assert optimized(model)._compiled is not None
    for folder in [*folders, None]:
        adapter = read_adapter(folder) if folder else None
        plain.network.use_adapter(adapter)
        model.network.use_adapter(adapter)
        cosine = torch.nn.functional.cosine_similarity(
            in_small_steps(plain, tokens), in_small_steps(model, tokens)
        )
        assert cosine.min() > 0.98
        assert cosine.median() > 0.9995
