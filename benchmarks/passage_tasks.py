"""How much faster is an answer that mostly repeats the passage, if it is drafted from the passage?

The same prompts in turn with and without drafts, as the passage lane does them, in one run. Answers are compared letter
by letter. Counted is the processor time of the thread that writes, after the prompt was read: where other programs
are at work the clock says little. What counts as mostly a copy: at least 80 % of the words are the passage's, in order.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from _common import ROOT, STARTER_MODEL, Report, existing_file, home_with_model, make_parser

from cowrite.engine.decoding.answer import Answer, Answerer, AnswerRules
from cowrite.engine.decoding.prefix_cache import PrefixCache
from cowrite.engine.decoding.step_control import StepControl
from cowrite.engine.jobs.runtime import Runtime
from cowrite.engine.loading.load import LoadedModel
from cowrite.engine.networks.steps import finish
from cowrite.engine.tokens.prompt_tokens import prompt_tokens
from cowrite.models.store import ModelStore
from cowrite.tasks.prompts import ModelPrompts

SYSTEM = (
    "Rewrite the input text with correct spelling and grammar. Answer with the text alone and explain nothing. Keep "
    "every name and every number."
)
SHORTEST, LONGEST = 200, 330
MOST_TOKENS = 110
MOSTLY = 0.8


@dataclass(frozen=True, slots=True)
class Pair:
    """One passage answered in both ways: milliseconds a token, and which share of the words was copied."""

    copied: float
    plain_ms: float
    drafted_ms: float
    is_same: bool


def passages(text: str, most: int) -> list[str]:
    """The first sentences of paragraphs that are long enough."""
    paragraphs = [" ".join(each.split()) for each in text.split("\n\n")]
    cut = [each[:LONGEST].rpartition(". ")[0] + "." for each in paragraphs if len(each) >= SHORTEST]
    return [each for each in cut if len(each) >= SHORTEST][:most]


def answered(model: LoadedModel, prompt: list[int], rules: AnswerRules) -> Answer:
    """The answer as the passage lane makes it, on nothing that was read before; its times are processor times."""
    answerer = Answerer(model, PrefixCache(model), clock=time.thread_time)
    return finish(answerer.steps(prompt, rules, StepControl(gives_way=True)))


def ms_per_token(answer: Answer) -> float:
    """Of what came after the prompt was read."""
    took = answer.timings.total - answer.timings.prefill
    return took / max(1, len(answer.candidate.tokens))


def pair(model: LoadedModel, prompts: ModelPrompts, passage: str, *, drafted_first: bool) -> Pair:
    """``passage`` in both ways, in an order that changes from one to the next."""
    prompt = prompt_tokens(model.vocabulary, prompts.instruct(SYSTEM, passage))
    tokens = tuple(model.vocabulary.encode(passage))
    rules = {
        True: AnswerRules(max_tokens=MOST_TOKENS, copied=tokens),
        False: AnswerRules(max_tokens=MOST_TOKENS, drafting=False),
    }
    order = (True, False) if drafted_first else (False, True)
    found = {drafted: answered(model, prompt, rules[drafted]) for drafted in order}
    text = found[False].candidate.text
    return Pair(
        copied=SequenceMatcher(None, passage.split(), text.split()).ratio(),
        plain_ms=ms_per_token(found[False]),
        drafted_ms=ms_per_token(found[True]),
        is_same=text == found[True].candidate.text,
    )


def main() -> None:
    """Measure and print."""
    parser = make_parser("Writing an answer with drafts from the passage and without.")
    parser.add_argument(
        "--text",
        type=existing_file,
        nargs="+",
        default=[ROOT / "resources" / "calibration.txt"],
        metavar="FILE",
    )
    parser.add_argument("--passages", type=int, default=20, help="how many (20)")
    arguments = parser.parse_args()
    text = "\n\n".join(Path(each).read_text("utf-8") for each in arguments.text)
    with home_with_model(arguments.models_dir) as home:
        model = ModelStore(home / "data" / "models").get(STARTER_MODEL)
        runtime = Runtime.open(
            model.path, model_id=model.id, device="cpu", quantizations=model.quantizations()
        )
        while runtime.optimize():
            pass
        prompts = ModelPrompts.of(model.path, runtime.model.vocabulary)
        pairs = [
            pair(runtime.model, prompts, each, drafted_first=bool(number % 2))
            for number, each in enumerate(passages(text, arguments.passages))
        ]
        runtime.close()
    copies = [each for each in pairs if each.copied >= MOSTLY]
    if not copies:
        sys.exit("No answer was mostly a copy; give other texts with --text.")
    ratios = [each.plain_ms / each.drafted_ms for each in copies]
    others = [each.plain_ms / each.drafted_ms for each in pairs if each.copied < MOSTLY]
    together = sum(each.plain_ms for each in copies) / sum(each.drafted_ms for each in copies)
    Report(
        title="Answers of the passage lane with drafts from the passage",
        rows=[
            ("answers that are mostly a copy", len(copies), f"of {len(pairs)}"),
            ("times as fast as without drafts, together", together, "goal >= 2"),
            ("slowest of them, times as fast", min(ratios), ""),
            ("the other answers, times as fast, mean", sum(others) / max(1, len(others)), ""),
            ("answers that are the same with drafts", sum(e.is_same for e in pairs), "goal: all"),
        ],
        samples={"times as fast": ratios, "times as fast, others": others},
        notes=["processor time of the writing thread, after the prompt was read"],
    ).show(arguments.json)


if __name__ == "__main__":
    main()
