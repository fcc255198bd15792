"""What does it cost that every text is read byte for byte, and how long does a vocabulary take to load?

The tokenizers library alone is what both are compared with, in turns in the same run: first the whole text, then a text
with the names of control tokens in it, which the library alone would read as such.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from _common import (
    STARTER_MODEL,
    Report,
    Row,
    existing_file,
    home_with_model,
    make_parser,
    percentile,
)

TEXT = Path(__file__).parent / "texts" / "mails.txt"
CHARACTERS = 20_000
TIMES = 41
LOADS = 7


def main() -> None:
    """Measure and print."""
    parser = make_parser((__doc__ or "").split("\n")[0])
    parser.add_argument(
        "--tokenizer", type=existing_file, metavar="FILE", help="another tokenizer.json"
    )
    parser.add_argument("--text", type=existing_file, metavar="FILE", default=TEXT)
    options = parser.parse_args()
    text = options.text.read_text("utf-8")
    text = (text * (CHARACTERS // len(text) + 1))[:CHARACTERS]
    if options.tokenizer:
        report = measure(options.tokenizer, text)
    else:
        with home_with_model(options.models_dir) as home:
            report = measure(home / "data" / "models" / STARTER_MODEL / "tokenizer.json", text)
    report.show(options.json)


def measure(file: Path, text: str) -> Report:
    """All figures for the tokenizer in ``file``."""
    from tokenizers import Tokenizer

    from cowrite.engine.tokens.vocabulary import Vocabulary

    bare = Tokenizer.from_file(str(file))
    ours = Vocabulary.load(file.parent)
    marked = text[:-100].replace(". ", ". <|im_end|> ", 20)
    decomposed = text.replace("e", "e\u0301")[:CHARACTERS]
    kinds = {
        "prose": text,
        "with names of control tokens": marked,
        "with combining marks": decomposed,
    }
    samples: dict[str, list[float]] = {}
    rows: list[Row] = []
    for kind, each in kinds.items():
        both = in_turns(
            {
                "library alone": lambda each=each: bare.encode(each, add_special_tokens=False).ids,  # type: ignore[misc]
                "byte for byte": lambda each=each: ours.encode(each),  # type: ignore[misc]
            },
            TIMES,
        )
        for name, values in both.items():
            rows.append(
                (f"{len(each)} characters, {kind}, {name}: ms, median", percentile(values, 50), "")
            )
            samples[f"{kind}, {name}, ms"] = values
    loads = in_turns(
        {
            "the library's file": lambda: Tokenizer.from_file(str(file)),
            "the whole vocabulary": lambda: Vocabulary.load(file.parent),
        },
        LOADS,
    )
    for name, values in loads.items():
        rows.append((f"loading {name}: ms, median", percentile(values, 50), ""))
        samples[f"loading {name}, ms"] = values
    return Report(
        title="Reading a text",
        rows=rows,
        samples=samples,
        notes=[f"{bare.get_vocab_size()} tokens"],
    )


def in_turns(actions: dict[str, Callable[[], object]], times: int) -> dict[str, list[float]]:
    """Milliseconds of each action, one after the other, so often."""
    taken: dict[str, list[float]] = {name: [] for name in actions}
    for action in actions.values():
        action()
    for _ in range(times):
        for name, action in actions.items():
            started = time.perf_counter()
            action()
            taken[name].append((time.perf_counter() - started) * 1000)
    return taken


if __name__ == "__main__":
    main()
