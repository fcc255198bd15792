"""What suggestions save a typist at the speed of real hands, on passages of several texts, in simulated time.

``--texts`` is a folder with the corpora. What is chosen by measurement is chosen on ``--half tuning`` and shown on
``--half showing``. Each figure is the sum over the passages and over ``--seeds`` typists (recorded sessions of four
CoAuthor writers). With ``--answers FILE`` the engine's answers are remembered, so that another run over the same
passages takes seconds; ``--record`` asks at every place of the passages and ends.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from _answers import Answers, after_typing, engine_ms_of, generous, open_answers
from _common import existing_folder, file_to_write, machine, make_parser

from cowrite.cli.simulation.recorded_typist import recorded_sessions
from cowrite.engine.messages import CompletionRequest
from cowrite.suggest.live.context import window_before
from cowrite.suggest.settings import SuggestSettings
from cowrite.suggest.simulation.ghost_watch import Notice
from cowrite.suggest.simulation.living_report import LivingReport
from cowrite.suggest.simulation.living_typist import Hands, LivingTypist
from cowrite.suggest.simulation.plain_page import CONTEXT_CHARACTERS, SENTENCE_ENDS
from cowrite.suggest.simulation.simulated_engine import Answer
from cowrite.suggest.simulation.simulated_writer import SimulatedWriter

# (file, words that are written already); nothing of the second half is used to choose anything.
PASSAGES = {
    "tuning": (
        ("austen/emma.txt", 40_000),
        ("chesterton/whats_wrong_with_the_world.txt", 20_000),
        ("twain/roughing_it.txt", 40_000),
        ("devault/blog_2018_2019.txt", 20_000),
    ),
    "showing": (
        ("austen/persuasion.txt", 36_000),
        ("devault/blog_2020.txt", 15_000),
        ("chesterton/heretics.txt", 20_000),
        ("twain/life_on_the_mississippi.txt", 40_000),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What is written already, and what is to be written."""

    name: str
    before: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One row of the table."""

    notice: Notice
    wpm: float
    eagerness: float
    reaction_ms: float
    engine_ms: float | None

    @property
    def name(self) -> str:
        """What the row is called."""
        return f"{self.notice.value}, {self.wpm:g} wpm, eagerness {self.eagerness:g}"


def parsed() -> argparse.Namespace:
    """The options; ends with a sentence where they make no sense together."""
    parser = make_parser((__doc__ or "").split("\n")[0])
    parser.add_argument("--texts", type=existing_folder, required=True, metavar="DIR")
    parser.add_argument("--half", choices=[*PASSAGES, "both"], default="tuning")
    parser.add_argument(
        "--only", metavar="PART", default="", help="only files with PART in the name"
    )
    parser.add_argument("--words", type=int, default=1000, metavar="N", help="of each passage")
    parser.add_argument(
        "--seeds", type=int, default=4, metavar="N", help="typists for each passage"
    )
    parser.add_argument("--notice", nargs="+", choices=[*Notice], default=[*Notice])
    parser.add_argument("--wpm", nargs="+", type=float, default=[49.0])
    parser.add_argument("--eagerness", nargs="+", type=float, default=[0.5])
    parser.add_argument("--reaction", nargs="+", type=float, default=[300.0], metavar="MS")
    parser.add_argument(
        "--engine-ms", type=engine_ms_of, default=60.0, metavar="N", help="milliseconds, or “real”"
    )
    parser.add_argument("--answers", type=file_to_write, metavar="FILE")
    parser.add_argument(
        "--ceiling", action="store_true", help="also the typist who waits after every key"
    )
    parser.add_argument("--record", action="store_true", help="ask at every place, and end")
    options = parser.parse_args()
    if options.models_dir is None:
        parser.error("where the models are is to be said with --models-dir.")
    if options.engine_ms is None and options.answers:
        parser.error("real times are measured, so --engine-ms real takes no --answers.")
    return options


def main() -> None:
    """Measure and print."""
    options = parsed()
    passages = list(passages_of(options.texts, options.half, options.only, options.words))
    if not passages:
        sys.exit(f"There are no such texts in {options.texts}.")
    answers = open_answers(options.models_dir, options.answers)
    if options.record:
        for passage in passages:
            record(passage, answers)
        return
    settings = [
        Setting(
            notice=Notice(notice),
            wpm=wpm,
            eagerness=eagerness,
            reaction_ms=reaction_ms,
            engine_ms=options.engine_ms,
        )
        for notice, wpm, eagerness, reaction_ms in product(
            options.notice, options.wpm, options.eagerness, options.reaction
        )
    ]
    if options.ceiling:
        show_ceiling(passages, options.eagerness, answers)
    show(
        run_all(settings, passages, range(options.seeds), answers), options.json, options.engine_ms
    )
    print(f"(answers computed: {answers.computed})", file=sys.stderr)


def passages_of(folder: Path, half: str, only: str, words: int) -> Iterator[Passage]:
    """The passages of a half, or of both."""
    chosen = PASSAGES["tuning"] + PASSAGES["showing"] if half == "both" else PASSAGES[half]
    for name, start in chosen:
        if only not in name or not (folder / name).is_file():
            continue
        text = (folder / name).read_text("utf-8")
        ends = [match.end() for match in re.finditer(r"\S+\s*", text)]
        if len(ends) <= start:
            sys.exit(f"{name} is no longer than the {start} words that are written already.")
        begin, end = ends[start - 1], ends[min(start + words, len(ends)) - 1]
        yield Passage(name=name, before=text[:begin], target=text[begin:end].rstrip())


def record(passage: Passage, answers: Answers) -> None:
    """Ask at every place of ``passage``, but where the last answer was certain and is typed along."""
    whole, last = passage.before + passage.target, None
    answers.learn("simulated", passage.before)
    start = len(passage.before)
    for at in range(start + 1, len(whole) + 1):
        character = whole[at - 1]
        if character in SENTENCE_ENDS:
            answers.learn("simulated", whole[:at])
        before = whole[max(0, at - CONTEXT_CHARACTERS) : at]
        request = CompletionRequest(before=window_before(before, at - len(before)))
        inferred = after_typing(last, character) if last is not None else None
        if inferred is not None and not answers.knows(request):
            answers.infer(request, inferred)
        last = answers(generous(request))
        if at % 100 == 0 and sys.stderr.isatty():
            print(
                f"\r{passage.name} {(at - start) / len(passage.target):.0%}",
                end="",
                file=sys.stderr,
            )
    print(
        f"{passage.name}: {len(passage.target)} places, {answers.computed} computed",
        file=sys.stderr,
    )


def run_all(
    settings: Sequence[Setting], passages: Sequence[Passage], seeds: range, answers: Answers
) -> dict[Setting, dict[str, LivingReport]]:
    """The report of each setting for each passage."""
    reports: dict[Setting, dict[str, LivingReport]] = {}
    for setting in settings:
        for passage in passages:
            runs = [write(passage, setting, seed, answers) for seed in seeds]
            reports.setdefault(setting, {})[passage.name] = total(runs)
    return reports


def write(passage: Passage, setting: Setting, seed: int, answers: Answers) -> LivingReport:
    """One typist, one passage."""
    answer: Answer = answers
    hands = Hands(
        sessions=recorded_sessions(),
        wpm=setting.wpm,
        reaction_ms=setting.reaction_ms,
        notice=setting.notice,
        engine_ms=setting.engine_ms,
        seed=seed,
    )
    typist = LivingTypist(
        passage.before,
        passage.target,
        hands=hands,
        settings=SuggestSettings(eagerness=setting.eagerness),
        answer=answer,
        learn=answers.learn,
    )
    return typist.write()


def show_ceiling(passages: Sequence[Passage], eagerness: Sequence[float], answers: Answers) -> None:
    """What the patient typist saves: the ceiling."""
    for each in eagerness:
        characters = saved = net = 0.0
        for passage in passages:
            writer = SimulatedWriter(
                passage.before,
                passage.target,
                settings=SuggestSettings(eagerness=each),
                answer=answers,
                learn=answers.learn,
            )
            report = writer.write()
            characters += report.characters
            saved += report.keystrokes_saved_pct * report.characters
            net += report.net_saved_pct * report.characters
        print(
            f"ceiling (waits after every key), eager {each:g}: "
            f"net {net / characters:.1f} %, saved {saved / characters:.1f} %",
            file=sys.stderr,
        )


def total(runs: Sequence[LivingReport]) -> LivingReport:
    """All runs as one."""
    first, *others = runs
    for each in others:
        first += each
    return first


COLUMNS = (
    ("net", "net_saved_pct"),
    ("saved", "keystrokes_saved_pct"),
    ("shown", "shown_per_100_words"),
    ("flash", "flashes_per_100_words"),
    ("brief", "brief_per_100_words"),
    ("wrong", "wrong_glances_per_100_words"),
    ("ch/gl", "characters_per_glance"),
    ("right", "precision"),
    ("ready", "ready_with_key"),
)


def show(
    reports: dict[Setting, dict[str, LivingReport]], target: str | None, engine_ms: float | None
) -> None:
    """A line for each setting and passage, and one for all passages; all of it as JSON to ``target``."""
    rows: list[dict[str, Any]] = []
    for setting, by_passage in reports.items():
        for name, report in [*by_passage.items(), ("all", total(list(by_passage.values())))]:
            about = {"eagerness": setting.eagerness, "engine_ms": engine_ms or "real"}
            rows.append(about | {"passage": name} | report.figures())
    document = json.dumps({"machine": machine(), "rows": rows}, indent=1)
    if target == "-":
        print(document)
        return
    if target:
        Path(target).write_text(document, "utf-8")
    width = max(len(str(row["passage"])) for row in rows)
    heading = " ".join(f"{short:>6}" for short, _ in COLUMNS)
    title = f"answers after {engine_ms or 'real'} ms"
    print(f"{title:<{width + 34}}{heading}  time low / mid / high, %")
    for row in rows:
        print(_line(row, width))


def _line(row: dict[str, Any], width: int) -> str:
    hands = f"{row['notice']:<6} {row['wpm']:>3g} wpm {row['reaction_ms']:>4g} ms"
    what = f"{hands} eager {row['eagerness']:<4g} {row['passage']:<{width}}"
    figures = " ".join(f"{row[key]:>6.3g}" for _, key in COLUMNS)
    return f"{what} {figures}  " + " / ".join(
        f"{each:.1f}" for each in row["time_saved_pct"].values()
    )


if __name__ == "__main__":
    main()
