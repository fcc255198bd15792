"""Does chance decide whether an adapter saves keys? How wide the promotion gate's bound on keys saved is.

The model is made up, so that the truth is known: it knows as many words as the starter model does after 0, 1, 2... of
their letters, and is as sure as it is right. An adapter draws a part of the words anew: with the same chances
(“no better”), or with better ones. Passages, typists, bootstrap and limit are the promotion gate's. For each number of
passages: the mean change, half the width between bounds, and how often the gate would let the adapter pass; for
typists at real speed (one and several of them) and for the patient one, whose figures are about three times as large.
"""

from __future__ import annotations

import bisect
import functools
import math
import random
import re
import statistics
import sys
from collections.abc import Callable, Sequence

from _common import Report, Row, existing_file, make_parser

from cowrite.cli.simulation.recorded_typist import recorded_sessions
from cowrite.engine.messages import Candidate, CompletionRequest, CompletionResult, Timings, Token
from cowrite.personalize.evaluation.bootstrap import mean_interval
from cowrite.personalize.evaluation.measurement import Passage, Sizes, passages_of
from cowrite.personalize.evaluation.promotion_gate import Limits
from cowrite.suggest.settings import SuggestSettings
from cowrite.suggest.simulation.living_typist import Hands
from cowrite.suggest.simulation.passage_replay import TYPISTS, keys_saved
from cowrite.suggest.simulation.simulated_writer import SimulatedWriter

KNOWN = (0.24, 0.55, 0.65, 0.75, 0.80, 0.85)
"""The share of words that the starter model has right after so many letters (offline study of 2026-11-28)."""
REDRAWN = 0.15
GAINS = {"no better": 0.0, "better": 0.3}
_WORD = re.compile(r"[A-Za-z']+")
_SURENESS = 3.0

Answer = Callable[[CompletionRequest], CompletionResult]


class MadeUpModel:
    """Continues ``text`` rightly as often as KNOWN says; of REDRAWN of its words ``version`` decides, with ``gain``."""

    def __init__(self, text: str, vocabulary: Sequence[str], version: int, gain: float) -> None:
        self._text, self._vocabulary = text, vocabulary
        self._version, self._gain = version, gain

    def __call__(self, request: CompletionRequest) -> CompletionResult:
        """The answer; where the text goes on with a mark, some word is offered in its place."""
        tail = request.before[-60:]
        tokens = tuple(self._words(self._text.find(tail) + len(tail)))
        candidate = Candidate(
            text="".join(each.text for each in tokens),
            logprob=sum(each.logprob for each in tokens),
            tokens=tokens,
        )
        return CompletionResult(
            candidates=(candidate,) if tokens else (),
            model="made up",
            adapter="",
            device="none",
            quantization="none",
            timings=Timings(total=60.0),
        )

    def _words(self, at: int) -> list[Token]:
        found: list[Token] = []
        start = at
        while start and _WORD.match(self._text[start - 1]):
            start -= 1
        letters = at - start
        for _ in range(3):
            word = _WORD.search(self._text, start)
            if word is None:
                break
            text, probability, right = self._guess(word, letters)
            needs_space = not letters and not self._text[: word.start()][-1:].isspace()
            if found or needs_space:
                text = f" {text}"
            found.append(Token(text=text, logprob=math.log(probability)))
            if not right or self._text[word.end() : word.end() + 1] != " ":
                break
            start, letters = word.end() + 1, 0
        return [each for each in found if each.text.strip()]

    def _guess(self, word: re.Match[str], letters: int) -> tuple[str, float, bool]:
        """What is offered of ``word`` after so many letters, how probable it is said to be, whether it is right."""
        is_redrawn = random.Random(f"{word.start()} redrawn").random() < REDRAWN
        version, gain = (self._version, self._gain) if is_redrawn else (0, 0.0)
        chance = random.Random(f"{word.start()} {version}")
        known = min(0.97, KNOWN[min(letters, len(KNOWN) - 1)] + gain)
        right = chance.random() < known
        # A draw from a beta distribution and one success or failure of it: as sure as it is right.
        alpha, beta = _SURENESS * known + right, _SURENESS * (1 - known) + (not right)
        probability = min(0.98, max(0.02, chance.betavariate(alpha, beta)))
        whole = word.group() if right else self._another(word.group(), letters, chance)
        return whole[letters:], probability, right

    def _another(self, word: str, letters: int, chance: random.Random) -> str:
        """Another word that begins as ``word`` does so far."""
        begins = word[:letters]
        first = bisect.bisect_left(self._vocabulary, begins)
        last = bisect.bisect_left(self._vocabulary, begins + "\uffff")
        others = [each for each in self._vocabulary[first:last][:400] if each != word]
        return chance.choice(others) if others else f"{begins}x"


def main() -> int:
    """Measure and print."""
    parser = make_parser((__doc__ or "").split("\n")[0], uses_model=False)
    parser.add_argument("--text", type=existing_file, required=True, metavar="FILE")
    parser.add_argument("--passages", type=int, default=32, metavar="N", help="of 40 words (32)")
    parser.add_argument("--versions", type=int, default=3, metavar="N", help="of each gain (3)")
    options = parser.parse_args()
    text = options.text.read_text("utf-8")[200_000:420_000]
    passages = passages_of({"text": text}, Sizes(passages=options.passages))
    random.Random(0).shuffle(passages)
    vocabulary = sorted(set(_WORD.findall(text)))

    def saved(version: int, gain: float) -> dict[str, list[float]]:
        model = functools.partial(MadeUpModel, vocabulary=vocabulary, version=version, gain=gain)
        return keys_of(passages, model)

    before = saved(0, 0.0)
    rows = [
        (f"{kind}: keys saved before, net, %", f"{100 * sum(keys) / characters(passages):.1f}", "")
        for kind, keys in before.items()
    ]
    for name, gain in GAINS.items():
        after = []
        for version in range(1, options.versions + 1):
            after.append(saved(version, gain))
            print(f"{name}: {version} of {options.versions}", file=sys.stderr)
        rows += compared(name, passages, before, after)
    Report(title="Keys saved by an adapter: how sure it is", rows=rows).show(options.json)
    return 0


def characters(passages: Sequence[Passage]) -> int:
    """Of all passages together."""
    return sum(len(each.target) for each in passages)


def keys_of(passages: Sequence[Passage], model: Callable[[str], Answer]) -> dict[str, list[float]]:
    """Net keys saved in each passage, by who types it."""
    settings, hands = SuggestSettings(), Hands(sessions=recorded_sessions())
    found: dict[str, list[float]] = {}
    for passage in passages:
        answer = functools.cache(model(passage.before + passage.target))
        pair = [(passage.before, passage.target)]
        for typists in (1, TYPISTS):
            keys = keys_saved(
                pair,
                hands=hands,
                settings=settings,
                answer=answer,
                learn=lambda *_: None,
                typists=typists,
            )
            found.setdefault(f"{typists} at real speed", []).extend(keys)
        patient = SimulatedWriter(
            *pair[0], settings=settings, answer=answer, learn=lambda *_: None
        ).write()
        keys = [patient.net_saved_pct * patient.characters / 100]
        found.setdefault("patient", []).extend(keys)
    return found


def compared(
    name: str,
    passages: Sequence[Passage],
    before: dict[str, list[float]],
    after: Sequence[dict[str, list[float]]],
) -> list[Row]:
    """Change, width and verdicts for each way of typing and each number of passages."""
    rows: list[Row] = []
    limit = -Limits().keystroke_loss_points
    for kind, old in before.items():
        for count in sorted({16, len(passages)} - {each for each in (16,) if len(passages) < 16}):
            intervals = [
                mean_interval(
                    [100 * (a - b) for a, b in zip(each[kind][:count], old[:count], strict=True)],
                    [len(passage.target) for passage in passages[:count]],
                )
                for each in after
            ]
            change = statistics.fmean(each.mean for each in intervals)
            width = statistics.fmean((each.upper - each.lower) / 2 for each in intervals)
            passed = sum(each.lower >= limit for each in intervals)
            rows.append(
                (
                    f"{name}, {count} passages, {kind}: points; +-; pass",
                    f"{change:+.2f}; {width:.2f}; {passed}/{len(after)}",
                    "",
                )
            )
    return rows


if __name__ == "__main__":
    sys.exit(main())
