"""Does repair mend what people mend, and leave alone what is right? How long does a passage take?

    python benchmarks/repair.py --jfleg shared/data/jfleg --novels shared/data/corpora --models-dir DIR

Of learner sentences, GLEU beside the source, the source spell-checked, and each person against the other three; and the
precision of the hunks: right is one that, made alone, brings the sentence nearer to one of the four corrections by as
many tokens as it changes. Of books, the share of right sentences that are left alone: each by itself, and after its
paragraph with the names of the book known. All of them careful and thorough. The bounds were fitted on the even half
and on other books.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import _repair_data as data
from _common import STARTER_MODEL, Report, Row, existing_folder, home_with_model, make_parser
from _gleu import corpus_gleu, sentence_gleu
from rapidfuzz.distance import Levenshtein

from cowrite.engine.messages import AnyResult, EditsResult
from cowrite.proposals.proposal import Hunk, Proposal, Version
from cowrite.spelling.installed import SHIPPED
from cowrite.tasks.passage.work import PassageRequest, WordKnowledge
from cowrite.tasks.repair.work import repair_work

CONTROLS = {"careful": 0.0, "thorough": 1.0}
PASSAGE = (
    "The keeper of the old lighthouse climb the narrow stairs every evening and he lit lamp before the first ships "
    "came in from the sea. In winter the wether was offen so bad that nobody could went out, but the light had to "
    "burn. He was not alone, becouse his sister lived with him and she kept the house since many years."
)


@dataclass(frozen=True, slots=True)
class Mended:
    """What came of a passage, after how many seconds, the first hunk after ``first``; ``tokens`` were read."""

    version: Version
    seconds: float
    first: float
    tokens: int


class Repair:
    """The program's own engine and task."""

    def __init__(self, model: Path) -> None:
        from cowrite.engine.jobs.runtime import Runtime
        from cowrite.engine.networks.quantize import Quantization
        from cowrite.tasks.prompts import ModelPrompts

        self._runtime = Runtime.open(
            model,
            model_id=STARTER_MODEL,
            device="cpu",
            quantizations={"cpu": Quantization.INT8},
            prompts_of=ModelPrompts.of,
        )

    def of(self, request: PassageRequest) -> Mended:
        """``request`` done."""
        from cowrite.engine.networks.steps import finish

        began, first, tokens = time.perf_counter(), 0.0, 0
        work, answer = repair_work(request), None
        while True:
            try:
                asked = work.send(answer)
            except StopIteration as end:
                version = (
                    end.value.versions[0] if end.value.versions else Version(text=request.passage)
                )
                return Mended(version, time.perf_counter() - began, first, tokens)
            answer: AnyResult | None = None
            if isinstance(asked, Proposal):
                first = first or time.perf_counter() - began
            else:
                answer = finish(self._runtime.steps(asked))
                tokens += answer.read_tokens if isinstance(answer, EditsResult) else 0


def main() -> None:
    """Measure and print."""
    parser = make_parser((__doc__ or "").split("\n")[0])
    parser.add_argument(
        "--jfleg", type=existing_folder, metavar="DIR", help="the folder of JFLEG's dev half"
    )
    parser.add_argument(
        "--novels", type=existing_folder, metavar="DIR", help="the folder of the books"
    )
    parser.add_argument("--half", choices=data.HALVES, default="odd")
    parser.add_argument(
        "--most", type=int, default=10_000, metavar="N", help="so many sentences of each set"
    )
    options = parser.parse_args()
    if not options.jfleg and not options.novels:
        print(
            "Without --jfleg and --novels only times are measured: the sentences may not be shipped."
        )
    rows: list[Row] = []
    samples: dict[str, list[float]] = {}
    with home_with_model(options.models_dir) as home:
        repair = Repair(home / "data" / "models" / STARTER_MODEL)
        if options.jfleg:
            rows += learner_rows(
                repair, data.learner_sentences(options.jfleg, options.half)[: options.most]
            )
        if options.novels:
            rows += novel_rows(repair, options.novels, options.most)
        rows += time_rows(repair, samples)
    Report(title="Repair", rows=rows, samples=samples).show(options.json)


def learner_rows(repair: Repair, sentences: Sequence[data.LearnerSentence]) -> list[Row]:
    """GLEU and precision."""
    sources = [each.source for each in sentences]
    people = [each.corrections for each in sentences]
    against_others = [
        corpus_gleu(
            sources,
            [several[one] for several in people],
            [[each for other, each in enumerate(several) if other != one] for several in people],
        )
        for one in range(data.PEOPLE)
    ]
    rows = [
        _gleu_row("source", sources, sentences),
        _gleu_row("spell-checked", [each.spell_checked for each in sentences], sentences),
        ("GLEU, people, each against the others", round(statistics.mean(against_others), 1), ""),
    ]
    words = data.KnownWords(SHIPPED["en_US"], "")
    for name, thoroughness in CONTROLS.items():
        done = [repair.of(_request(each.text, words, thoroughness)).version for each in sentences]
        rows.append(_gleu_row(name, [data.tokens_of(each.text) for each in done], sentences))
        judged = [
            is_right(sentence, hunk)
            for sentence, version in zip(sentences, done, strict=True)
            for hunk in version.hunks
        ]
        share = sum(judged) / max(1, len(judged))
        rows.append((f"precision of hunks, {name}", f"{share:.2f}", f"of {len(judged)}"))
    return rows


def _gleu_row(
    name: str, answers: Sequence[list[str]], sentences: Sequence[data.LearnerSentence]
) -> Row:
    sources = [each.source for each in sentences]
    corpus = corpus_gleu(sources, answers, [each.corrections for each in sentences])
    mean = statistics.mean(
        sentence_gleu(each.source, answer, each.corrections)
        for each, answer in zip(sentences, answers, strict=True)
    )
    return (f"GLEU, {name}", round(corpus, 1), f"mean of sentences {mean:.1f}")


def is_right(sentence: data.LearnerSentence, hunk: Hunk) -> bool:
    """Whether one of the corrections makes the same change at the same tokens."""
    text = sentence.text
    old = data.tokens_of(text)
    new = data.tokens_of(text[: hunk.start] + hunk.after + text[hunk.end :])
    changed = Levenshtein.distance(old, new)
    return changed > 0 and any(
        Levenshtein.distance(new, each) == Levenshtein.distance(old, each) - changed
        for each in sentence.corrections
    )


def novel_rows(repair: Repair, folder: Path, most: int) -> list[Row]:
    """How many right sentences are left alone, in books on which nothing was fitted."""
    rows: list[Row] = []
    count = min(40, max(1, most // len(data.OTHER_BOOKS)))
    found = {book: data.novel_sentences(folder, [book], count) for book in data.OTHER_BOOKS}
    for name, thoroughness in CONTROLS.items():
        for alone in (True, False):
            kept = list[bool]()
            for book, sentences in found.items():
                text = "" if alone else (folder / book).read_text("utf-8")
                language = "en_GB" if book.startswith(data.BRITISH) else "en_US"
                words = data.KnownWords(SHIPPED[language], text)
                for each in sentences:
                    request = _request(each.text, words, thoroughness, "" if alone else each.before)
                    kept.append(not repair.of(request).version.hunks)
            how = "alone" if alone else "after its paragraph"
            rows.append(
                (
                    f"left alone, {how}, {name}",
                    f"{100 * statistics.mean(kept):.1f} %",
                    f"of {len(kept)}",
                )
            )
    return rows


def time_rows(repair: Repair, samples: dict[str, list[float]]) -> list[Row]:
    """A passage of 60 words, three times, each with a beginning of its own, so that nothing was read before."""
    words = data.KnownWords(SHIPPED["en_GB"], "")
    rows: list[Row] = []
    for name, thoroughness in CONTROLS.items():
        done = [
            repair.of(_request(PASSAGE, words, thoroughness, f"{name.title()} {number}.\n"))
            for number in range(3)
        ]
        samples[f"passage_s_{name}"] = [each.seconds for each in done]
        samples[f"first_hunk_s_{name}"] = [each.first for each in done]
        rows.append(
            (
                f"{len(PASSAGE.split())} words, {name}",
                f"{statistics.median(each.seconds for each in done):.2f} s",
                f"first hunk {statistics.median(each.first for each in done):.2f} s, {done[0].tokens} tokens read",
            )
        )
    return rows


def _request(
    passage: str, words: WordKnowledge, thoroughness: float, before: str = ""
) -> PassageRequest:
    return PassageRequest(
        passage=passage, before=before, words=words, thoroughness=thoroughness, language="en"
    )


if __name__ == "__main__":
    main()
