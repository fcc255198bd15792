"""How long do the scores of 200 variants of a sentence take, against reading each of the 200 texts whole?

Variants differ from a sentence of 25 words in one word that is exchanged, inserted or left out, spread over the whole
of it, as in repairing by scored edits. Measured are the sentence alone and after a paragraph; both ways in turns in the
same run, and reading whole keeps nothing between two texts.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from pathlib import Path

from _common import STARTER_MODEL, Report, Row, home_with_model, make_parser

SENTENCE = (
    "The keeper of the old lighthouse climbed the narrow stairs every evening and lit the lamp before the first ships "
    "came in from the sea."
)
OTHERS = ("a", "the", "quiet", "of", "in", "had", "slowly", "harbour", "and", "never")
TEXT = Path(__file__).parent / "texts" / "mails.txt"
PARAGRAPH_CHARACTERS = 600
VARIANTS = 200
ROUNDS = 5
GOAL_PCT = 40


def main() -> None:
    """Measure and print."""
    parser = make_parser((__doc__ or "").split("\n")[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N")
    options = parser.parse_args()
    with home_with_model(options.models_dir) as home:
        report = measure(home / "data" / "models" / STARTER_MODEL, max(1, options.rounds))
    report.show(options.json)


def variants(count: int) -> tuple[str, ...]:
    """``count`` different texts, each one edit away from the sentence."""
    dice = random.Random(20261128)
    words, found = SENTENCE.split(), dict[str, None]()
    while len(found) < count:
        at, changed = dice.randrange(len(words)), list(words)
        edit = dice.choice(("exchange", "exchange", "insert", "leave out"))
        if edit == "exchange":
            changed[at] = dice.choice(OTHERS)
        elif edit == "insert":
            changed.insert(at, dice.choice(OTHERS))
        else:
            del changed[at]
        found.setdefault(" ".join(changed))
    return tuple(found)


def measure(model_dir: Path, rounds: int) -> Report:
    """Both ways, without and with a paragraph before the sentence."""
    import torch

    from cowrite.engine.decoding.prefix_cache import PrefixCache
    from cowrite.engine.decoding.scoring import Scorer
    from cowrite.engine.devices import engine_threads
    from cowrite.engine.loading.load import load_model
    from cowrite.engine.messages import ScoreRequest
    from cowrite.engine.networks.quantize import Quantization
    from cowrite.engine.networks.steps import finish

    torch.set_num_threads(engine_threads())
    model = load_model(model_dir, torch.device("cpu"), Quantization.INT8)
    paragraph = TEXT.read_text("utf-8")[:PARAGRAPH_CHARACTERS].rsplit(" ", 1)[0] + " "
    rows: list[Row] = []
    samples: dict[str, list[float]] = {}

    @torch.inference_mode()
    def whole(text: str) -> tuple[float, int]:
        tokens = [*model.vocabulary.beginning, *model.vocabulary.encode(text)]
        tokens = tokens if model.vocabulary.beginning else [model.start_token, *tokens]
        logits = model.network(torch.tensor([tokens[:-1]]))[0].float()
        chosen = torch.tensor(tokens[1:])
        found = logits[torch.arange(len(chosen)), chosen] - logits.logsumexp(dim=-1)
        return float(found.sum()), len(tokens)

    for name, before in (("alone", ""), ("after a paragraph", paragraph)):
        request = ScoreRequest(before=before, variants=variants(VARIANTS))
        together, apart, read = list[float](), list[float](), 0
        finish(Scorer(model, PrefixCache(model)).steps(request))  # warms up
        for done in range(rounds):
            started = time.perf_counter()
            scores = finish(Scorer(model, PrefixCache(model)).steps(request))
            together.append(time.perf_counter() - started)
            started = time.perf_counter()
            texts = [whole(before + each) for each in request.variants]
            apart.append(time.perf_counter() - started)
            read = sum(size for _, size in texts)
            print(f"{name}: round {done + 1} of {rounds}", file=sys.stderr)
        ratios = [100 * a / b for a, b in zip(together, apart, strict=True)]
        samples |= {f"{name}, together (s)": together, f"{name}, each whole (s)": apart}
        rows += [
            (f"{name}: all variants together, median s", statistics.median(together), ""),
            (f"{name}: each text whole, median s", statistics.median(apart), ""),
            (f"{name}: together, median % of whole", statistics.median(ratios), f"<= {GOAL_PCT}"),
            (f"{name}: tokens read together", scores.read_tokens, ""),
            (f"{name}: tokens read whole", read, ""),
        ]
    return Report(
        title=f"{VARIANTS} variants of a sentence of {len(SENTENCE.split())} words, scored",
        rows=rows,
        samples=samples,
        notes=(
            f"starter model, int8, {torch.get_num_threads()} thread(s), {rounds} rounds in turns",
        ),
    )


if __name__ == "__main__":
    main()
