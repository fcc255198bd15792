"""The same GGUF file here and in llama.cpp: do both compute the same, and read the same text as the same tokens?

Tiny files of random weights, one for each architecture and each way to stretch positions, and some that are odd; each
is converted as an import does. The figure is the cosine of the logits, over all positions of one prompt: of
transformers on the converted folder in fp32, which shows the conversion alone, and of the program's own forward pass in
bf16. Needs llama-cpp-python, which is no part of the program: ``pip install llama-cpp-python``. It is compiled then,
which takes ten minutes on two cores. Without it, this ends with status 2.

``--vocabularies`` also reads real vocabularies with texts and their tokens, as llama.cpp has them in its ``models``.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from _common import ROOT, Report, existing_folder, make_parser

sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import torch  # noqa: E402
from gguf import GGMLQuantizationType, TokenType  # noqa: E402
from made_up_gguf import (  # noqa: E402
    ARCHITECTURES,
    LINEAR,
    LLAMA3,
    LONG,
    YARN,
    MadeUp,
    reference,
    write_gguf,
)
from tokenizers import Tokenizer  # noqa: E402
from transformers import AutoModelForCausalLM  # noqa: E402

from cowrite.base.errors import UserError  # noqa: E402
from cowrite.engine.gguf.convert import gguf_to_safetensors  # noqa: E402
from cowrite.engine.gguf.header import read_gguf_header  # noqa: E402
from cowrite.engine.gguf.tokenizer import tokenizer_of  # noqa: E402
from cowrite.engine.gguf.vocabulary import vocabulary_of  # noqa: E402
from cowrite.engine.loading.load import load_model  # noqa: E402
from cowrite.engine.networks.quantize import Quantization  # noqa: E402

TOKENS = 300
CONTEXT = 512
GOAL = 0.999
PLAIN = {"rope_type": "default"}
TEXTS = (
    "the hen in the heather",
    " two  spaces,\n\nan empty line and 1234 digits",
    "naïve “quotes” … 漢字 and 🐈‍⬛",
    "He'll don't I'M 12 345.6\r\n\ttab",
    "a~~b <|user|> c",
    "",
)


@dataclass(frozen=True, slots=True)
class Found:
    """What came of one file; None where the own engine cannot load it."""

    converted: float
    engine: float | None
    same_tokens: int


def cases() -> dict[str, MadeUp]:
    """The files by name."""
    found: dict[str, MadeUp] = {}
    for architecture in ARCHITECTURES:
        ropes: dict[str, Any] = {"plain": PLAIN}
        if architecture != "phi3":
            ropes["linear"] = LINEAR
        if architecture not in ("phi3", "gemma3"):
            ropes["yarn"] = YARN
        if architecture in ("llama", "mistral3", "granite"):
            ropes["llama3"] = LLAMA3
        if architecture in ("llama", "mistral3", "granite", "phi3"):
            ropes["longrope"] = LONG
        for name, rope in ropes.items():
            found[f"{architecture}, {name}"] = MadeUp(architecture=architecture, rope=rope)
    user = [("~~", TokenType.USER_DEFINED), ("<|user|>", TokenType.CONTROL)]
    odd = {
        "llama, untied": MadeUp(architecture="llama", config={"tie_word_embeddings": False}),
        "llama, biases": MadeUp(architecture="llama", config={"attention_bias": True, "mlp_bias": True}),
        "llama, heads of another size": MadeUp(architecture="llama", config={"head_dim": 24}),
        "llama, added tokens": MadeUp(architecture="llama", extra_tokens=user),
        "llama, in two parts": MadeUp(architecture="llama", parts=2),
        "qwen3, heads of another size": MadeUp(architecture="qwen3", config={"head_dim": 32}),
        "gemma3, soft cap": MadeUp(architecture="gemma3", config={"final_logit_softcapping": 5.0}),
        "gemma, added tokens": MadeUp(architecture="gemma", extra_tokens=user),
        "phi3, part of each head turned": MadeUp(
            architecture="phi3", rope=PLAIN | {"partial_rotary_factor": 0.5}
        ),
    }  # fmt: skip
    for kind in (GGMLQuantizationType.Q8_0, GGMLQuantizationType.Q4_0, GGMLQuantizationType.BF16):
        odd[f"llama, {kind.name}"] = MadeUp(architecture="llama", quantization=kind)
    for pre in (
        "gpt-2",
        "smollm",
        "qwen2",
        "tekken",
        "gpt-4o",
        "deepseek-v3",
        "default",
        "seed-coder",
    ):
        odd[f"llama, split as {pre}"] = MadeUp(
            architecture="llama", keys={"tokenizer.ggml.pre": pre}
        )
    return found | odd


def compare(made: MadeUp, folder: Path) -> Found:
    """Write, convert and compute one file on both sides."""
    model = reference(made)
    gguf = write_gguf(folder / "model.gguf", made, model)
    converted = folder / "converted"
    converted.mkdir()
    gguf_to_safetensors(gguf, converted)
    drawn = torch.Generator().manual_seed(1)
    ids = torch.randint(3, 250, (TOKENS,), generator=drawn).tolist()
    theirs, tokens = _elsewhere(gguf, ids)
    folder_model = AutoModelForCausalLM.from_pretrained(converted, dtype=torch.float32).eval()
    with torch.inference_mode():
        exact = folder_model(input_ids=torch.tensor([ids]), use_cache=False).logits[0]
        try:
            network = load_model(converted, torch.device("cpu"), Quantization.BF16).network
            own = network(torch.tensor([ids]))[0].float()
        except UserError:
            own = None
    tokenizer = Tokenizer.from_file(str(converted / "tokenizer.json"))
    mine = [tokenizer.encode(text).ids for text in TEXTS]
    same = sum(a == b for a, b in zip(mine, tokens, strict=True))
    return Found(_cosine(exact, theirs), None if own is None else _cosine(own, theirs), same)


def read_vocabularies(folder: Path) -> list[tuple[str, str, str]]:
    """How many of llama.cpp's own texts become the tokens that it has written down, for each vocabulary."""
    rows = []
    for file in sorted(folder.glob("ggml-vocab-*.gguf")):
        texts, numbers = (file.with_name(file.name + ending) for ending in (".inp", ".out"))
        if not texts.exists():
            continue
        try:
            tokenizer = tokenizer_of(vocabulary_of(read_gguf_header(file).values))
        except UserError as error:
            rows.append(
                (f"vocabulary {file.stem.removeprefix('ggml-vocab-')}", "refused", error.message)
            )
            continue
        pairs = zip(
            texts.read_text("utf-8").split("\n__ggml_vocab_test__\n"),
            texts_numbers(numbers),
            strict=False,
        )
        same = [tokenizer.encode(text, add_special_tokens=False).ids == ids for text, ids in pairs]
        name = f"vocabulary {file.stem.removeprefix('ggml-vocab-')}, same tokens"
        rows.append((name, f"{sum(same)} of {len(same)}", ""))
    return rows


def texts_numbers(path: Path) -> list[list[int]]:
    """A line of token ids for each text."""
    return [[int(each) for each in line.split()] for line in path.read_text("utf-8").splitlines()]


def _cosine(ours: torch.Tensor, theirs: torch.Tensor) -> float:
    columns = min(ours.shape[1], theirs.shape[1])
    pairs = torch.nn.functional.cosine_similarity(ours[:, :columns], theirs[:, :columns], dim=-1)
    return float(pairs.mean())


def _elsewhere(gguf: Path, ids: Sequence[int]) -> tuple[torch.Tensor, list[list[int]]]:
    """llama.cpp in a process of its own: on processors with AMX, it and torch disturb each other in one thread."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        logits, tokens = pool.apply(_by_llama_cpp, (gguf, list(ids)))
    return torch.tensor(logits), tokens


def _by_llama_cpp(gguf: Path, ids: list[int]) -> tuple[Any, list[list[int]]]:
    import llama_cpp
    import numpy

    llama = llama_cpp.Llama(
        str(gguf),
        n_ctx=CONTEXT,
        n_threads=2,
        logits_all=True,
        verbose=False,
        type_k=llama_cpp.GGML_TYPE_F32,
        type_v=llama_cpp.GGML_TYPE_F32,
    )
    llama.eval(ids)
    tokens = [llama.tokenize(text.encode(), add_bos=True, special=True) for text in TEXTS]
    return numpy.array(llama.scores[: len(ids)]), tokens


def main() -> None:
    """Compare and print."""
    parser = make_parser(__doc__ or "", uses_model=False)
    parser.add_argument("--only", metavar="WORD", default="", help="files with this in their name")
    parser.add_argument(
        "--vocabularies",
        type=existing_folder,
        metavar="DIR",
        help="llama.cpp's folder “models”",
    )
    arguments = parser.parse_args()
    if find_spec("llama_cpp") is None:
        parser.error("llama.cpp is not here; “pip install llama-cpp-python” builds it.")
    rows, samples = [], {}
    for name, made in cases().items():
        if arguments.only not in name:
            continue
        with tempfile.TemporaryDirectory() as folder:
            found = compare(made, Path(folder))
        engine = "cannot be loaded" if found.engine is None else f"{found.engine:.5f}"
        note = f"own engine {engine}; tokens of {found.same_tokens} of {len(TEXTS)} texts the same"
        rows.append((name, f"{found.converted:.6f}", note))
        samples[name] = [found.converted, found.engine or 0.0, float(found.same_tokens)]
        print(f"{name}: {found.converted:.6f}, {note}", file=sys.stderr)
    below = sum(values[0] < GOAL for values in samples.values())
    rows.append((f"files below {GOAL}", str(below), "goal 0"))
    if arguments.vocabularies is not None:
        rows += read_vocabularies(arguments.vocabularies)
    Report(
        title="GGUF against llama.cpp: cosine of the logits",
        rows=rows,
        samples=samples,
        notes=[f"{TOKENS} random tokens, models of four layers with random weights"],
    ).show(arguments.json)


if __name__ == "__main__":
    main()
