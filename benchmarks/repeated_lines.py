"""How many suggestions only say again what stands elsewhere in the text, and how many of these were right.

At every place of the passages of ``living_typist.py``: what is shown by itself, and what is shown when it is asked for
by key. For each length of a stretch, and each number of words of it that must be offered ones: how many suggestions
repeat one that stands before in the same text once or twice, how many of these are right, and of how many the first
word is. ``--answers FILE`` holds what ``living_typist.py --record`` left there; a place without an answer is passed
over unless ``--ask``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass

from _answers import generous
from _common import Report, Row, existing_folder, file_to_write, make_parser
from living_typist import PASSAGES, Passage, open_answers, passages_of

from cowrite.engine.messages import CompletionRequest
from cowrite.suggest.filter import repetition
from cowrite.suggest.filter.show_filter import judge
from cowrite.suggest.live.context import window_before
from cowrite.suggest.ports import CaretContext
from cowrite.suggest.settings import SuggestSettings
from cowrite.suggest.simulation.living_typist import SENTENCE_ENDS
from cowrite.suggest.simulation.plain_page import CONTEXT_CHARACTERS

# Words of a stretch, and of them the offered ones.
SIZES = ((4, 2), (5, 2), (6, 2), (7, 2), (5, 3), (6, 3), (7, 3), (8, 3))
WAYS = {
    "by itself": (SuggestSettings(), False),
    "by key": (SuggestSettings(max_words=4), True),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A suggestion that would be shown ``way``; ``before`` is all that stands before it."""

    way: str
    text: str
    before: str
    follows: str

    @property
    def is_right(self) -> bool:
        """Whether all of it is how the text goes on."""
        return self.follows.startswith(self.text.rstrip())

    @property
    def first_is_right(self) -> bool:
        """Whether its first word is."""
        first = self.text.split()[0]
        return self.follows.lstrip().startswith(first) and self.text[0] == self.follows[0]


def main() -> None:
    """Measure and print."""
    parser = make_parser((__doc__ or "").split("\n")[0])
    parser.add_argument("--texts", type=existing_folder, required=True, metavar="DIR")
    parser.add_argument("--half", choices=[*PASSAGES, "both"], default="tuning")
    parser.add_argument("--words", type=int, default=400, metavar="N", help="of each passage")
    parser.add_argument("--answers", type=file_to_write, metavar="FILE")
    parser.add_argument("--ask", action="store_true", help="ask where there is no answer")
    options = parser.parse_args()
    if options.models_dir is None:
        parser.error("--models-dir is needed.")
    answers = open_answers(options.models_dir, options.answers)
    shown: list[Shown] = []
    for passage in passages_of(options.texts, options.half, "", options.words):
        shown += shown_in(passage, answers, options.ask)
    if not shown:
        parser.error("there are no answers for these texts.")
    Report(title=f"Repeated lines, {options.half} texts", rows=list(rows_of(shown))).show(
        options.json
    )


def shown_in(passage: Passage, answers, asks: bool) -> Iterator[Shown]:  # type: ignore[no-untyped-def]
    """What would be shown at every place of ``passage``."""
    whole, start = passage.before + passage.target, len(passage.before)
    answers.learn("simulated", passage.before)
    for at in range(start + 1, len(whole)):
        if whole[at - 1] in SENTENCE_ENDS:
            answers.learn("simulated", whole[:at])
        before = whole[max(0, at - CONTEXT_CHARACTERS) : at]
        request = CompletionRequest(before=window_before(before, at - len(before)))
        if not asks and not answers.knows(request):
            continue
        candidates = answers(generous(request)).candidates
        context = CaretContext(document_id="", revision=0, offset=at, before=before, after="")
        for way, (settings, by_key) in WAYS.items():
            if candidates:
                text = judge(candidates[0], context, settings, asked_for=by_key).text
                if text.strip():
                    yield Shown(way, text, whole[:at], whole[at : at + 200])
    print(f"{passage.name} done", file=sys.stderr)


def rows_of(shown: list[Shown]) -> Iterator[Row]:
    """The table."""
    for way in WAYS:
        found = [each for each in shown if each.way == way]
        yield (f"{way}: shown at places", len(found), "")
        yield (f"{way}: right as a whole, %", share([each.is_right for each in found]), "")
        yield (f"{way}: first word right, %", share([each.first_is_right for each in found]), "")
        for stretch, offered in SIZES:
            repetition.STRETCH_WORDS, repetition.OFFERED_WORDS = float(stretch), float(offered)
            repeated = [
                each
                for each in found
                if repetition.repeats_elsewhere(each.text, each.before, [each.before])
            ]
            name = f"{way}: {stretch} words, {offered} of them offered"
            right = sum(each.is_right for each in repeated)
            first = sum(each.first_is_right for each in repeated)
            yield (name, f"{len(repeated)} ({right} right, first word {first})", "")


def share(values: list[bool]) -> float:
    """Percent of ``values`` that are true."""
    return round(100 * sum(values) / max(1, len(values)), 1)


if __name__ == "__main__":
    main()
