"""The C sources compute what they are meant to: compiled for each kind of processor, against plain Python and torch."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import reference_step as reference
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cowrite.engine.networks.compiled_step import MOST_TOKENS
from cowrite.engine.networks.native import library as native
from cowrite.engine.networks.native import names
from cowrite.engine.networks.native.library import (
    Linear,
    NoLibraryError,
    address,
    best_target,
    library,
    linear_structure,
    stack_structure,
)

pytestmark = pytest.mark.skipif(bool(names.missing_targets()), reason="there is no C compiler here")


def usable_targets() -> list[str]:
    """Those that this processor can run."""
    if names.missing_targets():
        return []
    return list(names.targets()[: names.targets().index(best_target()) + 1])


every_target = pytest.mark.parametrize("target", usable_targets())
sizes = st.integers(1, 5)


def multiply(
    target: str, x: NDArray[np.float32], linear: Linear, threads: int = 1
) -> NDArray[np.float32]:
    found = np.full((len(x), linear.weight.shape[1]), np.nan, np.float32)
    structure = linear_structure(linear)
    library(target).cowrite_multiply(
        ctypes.byref(structure), address(x), len(x), address(found), threads
    )
    return found


def made_up_linear(outputs: int, inputs: int, chance: np.random.Generator) -> Linear:
    return Linear(
        chance.integers(-127, 128, (1, outputs, inputs)).astype(np.int8),
        *chance.standard_normal((2, 1, outputs)).astype(np.float32),
        np.empty((1, 0, inputs), np.float32),
        np.empty((1, outputs, 0), np.float32),
    )


@every_target
@given(
    layers=st.integers(1, 2),
    kv_heads=st.integers(1, 2),
    group=st.integers(1, 4),
    half=sizes,
    hidden=st.integers(1, 70),
    intermediate=st.integers(1, 40),
    vocabulary=st.integers(1, 20),
    rank=st.integers(0, 3),
    norms=st.booleans(),
    past=st.integers(0, 150),
    tokens=st.integers(1, MOST_TOKENS),
    threads=st.integers(1, 3),
    seed=st.integers(0, 999),
)
@settings(max_examples=60)
def test_a_step_is_what_plain_python_computes(
    target: str,
    layers: int,
    kv_heads: int,
    group: int,
    half: int,
    hidden: int,
    intermediate: int,
    vocabulary: int,
    rank: int,
    norms: bool,
    past: int,
    tokens: int,
    threads: int,
    seed: int,
) -> None:
    chance = np.random.default_rng(seed)
    plan = reference.made_up_plan(
        layers=layers,
        heads=kv_heads * group,
        kv_heads=kv_heads,
        head_dim=2 * half,
        hidden=hidden,
        intermediate=intermediate,
    )
    stack = reference.made_up_stack(plan, vocabulary, rank, norms=norms, chance=chance)
    room = past + tokens + 3
    kept = reference.to_bf16(chance.standard_normal((2, layers, kv_heads, room, 2 * half)))
    kept[:, :, :, past:] = 0x7FC0  # what was never written is not a number
    angles = chance.uniform(0, 6, (tokens, half))
    cosines = np.tile(np.cos(angles), 2).astype(np.float32)
    sines = np.concatenate([-np.sin(angles), np.sin(angles)], axis=1).astype(np.float32)
    x = chance.standard_normal((tokens, hidden)).astype(np.float32)
    plain_kept = kept.copy()
    expected = reference.step(x, stack, plan, plain_kept, past, (cosines, sines))
    last = 1 + seed % tokens
    logits = np.full((last, vocabulary), np.nan, np.float32)
    structure = stack_structure(stack, plan)
    status = library(target).cowrite_step(
        ctypes.byref(structure),
        address(x),
        tokens,
        address(kept),
        room,
        past,
        address(cosines),
        address(sines),
        0,
        layers,
        last,
        address(logits),
        threads,
    )
    assert status == 0
    # Both round keys and values to bf16, and now and then to different neighbours.
    np.testing.assert_allclose(logits, expected[-last:], rtol=0.02, atol=0.02)
    new = slice(past, past + tokens)
    np.testing.assert_allclose(
        *(reference.from_bf16(each[:, :, :, new]) for each in (kept, plain_kept)),
        rtol=0.02,
        atol=0.02,
    )
    assert np.array_equal(kept[:, :, :, past + tokens :], plain_kept[:, :, :, past + tokens :])
    assert np.array_equal(kept[:, :, :, :past], plain_kept[:, :, :, :past])


@every_target
@given(
    rows=st.integers(1, 13),
    outputs=st.integers(1, 70),
    inputs=st.integers(1, 140),
    threads=st.integers(1, 4),
)
def test_products_of_any_size(
    target: str, rows: int, outputs: int, inputs: int, threads: int
) -> None:
    chance = np.random.default_rng(rows * outputs * inputs)
    x = chance.standard_normal((rows, inputs)).astype(np.float32)
    linear = made_up_linear(outputs, inputs, chance)
    found = multiply(target, x, linear, threads)
    expected = reference.product(x.astype(np.float64), linear, 0)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-2)


@every_target
@given(
    tokens=st.integers(1, MOST_TOKENS),
    past=st.integers(0, 300),
    group=st.integers(1, 4),
    dim=st.sampled_from([2, 16, 20, 64, 100]),
    seed=st.integers(0, 99),
)
@settings(max_examples=60)
def test_attention_is_softmax_attention(
    target: str, tokens: int, past: int, group: int, dim: int, seed: int
) -> None:
    key_heads, room = 2, past + tokens + 5
    generator = torch.Generator().manual_seed(seed)
    queries = torch.randn(tokens, key_heads * group, dim, generator=generator) * 3
    keys, values = torch.randn(2, key_heads, room, dim, generator=generator).bfloat16()
    keys[:, past + tokens :] = values[:, past + tokens :] = torch.inf  # was never written
    plan = reference.made_up_plan(
        layers=1,
        heads=key_heads * group,
        kv_heads=key_heads,
        head_dim=dim,
        hidden=1,
        intermediate=1,
    )
    stack = native.StackStructure(
        heads=plan.heads, key_heads=key_heads, head_dim=dim, scale=plan.attention_scale
    )
    found = np.empty(queries.shape, np.float32)
    bits = [each.view(torch.int16).numpy() for each in (keys, values)]
    status = library(target).cowrite_attend(
        ctypes.byref(stack),
        address(queries.numpy()),
        *map(address, bits),
        room,
        past,
        tokens,
        address(found),
        2,
    )
    assert status == 0
    expected = torch.nn.functional.scaled_dot_product_attention(
        queries.transpose(0, 1),
        *(each[:, : past + tokens].float().repeat_interleave(group, 0) for each in (keys, values)),
        attn_mask=torch.ones(tokens, past + tokens, dtype=torch.bool).tril(past),
        scale=plan.attention_scale,
    )
    torch.testing.assert_close(
        torch.from_numpy(found), expected.transpose(0, 1), rtol=1e-4, atol=1e-4
    )


@every_target
@given(values=st.lists(st.floats(-200, 69, width=32), min_size=1, max_size=50))
def test_the_exponential_is_close(target: str, values: list[float]) -> None:
    x = np.array(values, np.float32)
    found = np.empty_like(x)
    library(target).cowrite_exponential(address(x), len(x), address(found))
    np.testing.assert_allclose(found, np.exp(x.astype(np.float64)), rtol=1e-5, atol=1e-29)


def test_two_callers_at_once_get_what_each_asked_for() -> None:
    chance = np.random.default_rng(1)
    linear = made_up_linear(400, 64, chance)
    inputs = [chance.standard_normal((2, 64)).astype(np.float32) for _ in range(2)]
    alone = [multiply("", x, linear) for x in inputs]
    wrong: list[int] = []

    def call(number: int) -> None:
        for _ in range(200):
            if not np.array_equal(multiply("", inputs[number], linear, 2), alone[number]):
                wrong.append(number)

    callers = [threading.Thread(target=call, args=(number,)) for number in range(2)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert wrong == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_process_that_was_forked_off_computes_too() -> None:
    code = (
        "import os, signal, numpy as np\n"
        "from test_native_step import made_up_linear, multiply\n"
        "chance = np.random.default_rng(1)\n"
        "linear, x = made_up_linear(400, 64, chance), np.ones((2, 64), np.float32)\n"
        "before = multiply('', x, linear, 3)\n"
        "child = os.fork()\n"
        "signal.alarm(60)\n"
        "same = np.array_equal(before, multiply('', x, linear, 3))\n"
        "os._exit(not same) if child == 0 else None\n"
        "raise SystemExit(os.waitpid(child, 0)[1] or not same)"
    )
    command = [sys.executable, "-c", code]
    environ = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path]),
    }
    assert subprocess.run(command, check=False, env=environ).returncode == 0


def test_loading_it_leaves_arithmetic_as_it_is() -> None:
    """-ffast-math, linked in, would have every number below the normal ones be zero from then on, everywhere."""
    code = (
        "import numpy as np\n"
        "from cowrite.engine.networks.native.library import library\n"
        "library()\n"
        "raise SystemExit(float(np.float32(1e-30) * np.float32(1e-10)) == 0.0)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_arrays_that_do_not_lie_one_behind_the_other_are_refused() -> None:
    with pytest.raises(ValueError, match="one behind the other"):
        address(np.ones((4, 4), np.float32)[:, ::2])


def test_where_there_is_no_library_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.cache_clear()
    monkeypatch.setattr(native, "library_path", lambda target: tmp_path / f"step-{target}.so")
    with pytest.raises(NoLibraryError, match=r"There is no step-.*\.so"):
        library()
    for target in names.targets():
        (tmp_path / f"step-{target}.so").write_bytes(b"no library")
    with pytest.raises(NoLibraryError, match="could not be loaded"):
        library()


def test_each_processor_gets_the_best_it_can_run(monkeypatch: pytest.MonkeyPatch) -> None:
    three = ("x86-64-v2", "x86-64-v3", "x86-64-v4")
    monkeypatch.setattr(native, "targets", lambda: three)
    chosen = {}
    for level in range(2, 6):
        least = type("Least", (), {"cowrite_processor_level": lambda self, level=level: level})()
        monkeypatch.setattr(native, "library", lambda target, least=least: least)
        chosen[level] = best_target()
    assert chosen == {2: three[0], 3: three[1], 4: three[2], 5: three[2]}
    least = type("Least", (), {"cowrite_processor_level": lambda self: 1})()
    monkeypatch.setattr(native, "library", lambda target: least)
    with pytest.raises(NoLibraryError, match="older than"):
        best_target()


@pytest.mark.skipif(not Path("/proc/cpuinfo").exists(), reason="only Linux tells")
def test_the_level_is_the_one_that_the_system_tells() -> None:
    if names.targets() == (names.GENERIC,):
        pytest.skip("levels are of x86-64")
    flags = set(Path("/proc/cpuinfo").read_text().split("flags", 1)[1].split("\n", 1)[0].split())
    level = 2
    if {"avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"} <= flags:
        level = 3
        if {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"} <= flags:
            level = 4
    assert best_target() == f"x86-64-v{level}"
