#!/usr/bin/env python3
"""Does learning from the first half of a CoAuthor writer's sessions help with the second half?

For each writer the texts of the first half, each without its prompt, and what was decided there are learned from in the
real training process. So few words are kept back from them that the smallest half is enough: it is judged here,
on what training never sees. Then the texts of the second half are scored on the model as it is served, with and without
the adapter, and so are requests of the second half: how well the probability of a suggestion's first token tells what
the writer took (area under the ROC curve). The texts hold what writers accepted too, as far as it stayed. Needs
CoAuthor's ``sessions.jsonl`` and ``decisions.jsonl`` (Lee et al. 2022, CC BY-SA 4.0), which are not part of this
repository.
"""

from __future__ import annotations

import json
import math
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from _coauthor_scores import Scorer
from _common import (
    STARTER_MODEL,
    Report,
    Row,
    existing_file,
    home_with_model,
    make_parser,
    roc_area,
)
from coauthor_gate import halving_order, read_rows
from personalize_quality import NothingLearned, run, train

from cowrite.decisions.exchange.bundle import add
from cowrite.decisions.exchange.files import read_sessions

GOAL = "better for 7 of 8"
FEW_WORDS = ("least_train_tokens=1000", "least_gate_tokens=500")


def main() -> int:
    """Measure and print. 2 if the data is not there."""
    parser = make_parser(__doc__ or "")
    parser.add_argument("--sessions", type=existing_file, required=True, metavar="FILE")
    parser.add_argument("--decisions", type=existing_file, required=True, metavar="FILE")
    parser.add_argument("--writers", nargs="+", default=[], metavar="NAME", help="only these (all)")
    parser.add_argument("--max-minutes", type=float, default=10.0, metavar="M")
    parser.add_argument("--set", nargs="+", default=[], metavar="KEY=VALUE", dest="changes")
    parser.add_argument(
        "--requests", type=int, default=60, metavar="N", help="score so many of each writer (60)"
    )
    options = parser.parse_args()
    options.changes = [*FEW_WORDS, *options.changes]
    missing = [path for path in (options.sessions, options.decisions) if not path.is_file()]
    if missing:
        print(f"{missing[0]} is not there; CoAuthor's data is not part of it.", file=sys.stderr)
        return 2
    rows: list[Row] = []
    better: dict[str, list[bool]] = defaultdict(list)
    with home_with_model(options.models_dir) as home:
        requests = read_rows(options.decisions)
        for writer, sessions in by_writer(options.sessions).items():
            if not options.writers or writer in options.writers:
                found = measure(home, writer, sessions, requests[writer], options)
                rows += found["rows"]
                for what in ("perplexity", "AUC"):
                    if what in found:
                        better[what].append(found[what])
    rows += [
        (f"{what} better with the own adapter", f"{sum(each)} of {len(each)}", GOAL)
        for what, each in better.items()
    ]
    Report(title="Learned from half of a writer's sessions, tested on the other", rows=rows).show(
        options.json
    )
    return 0


def by_writer(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Each writer's sessions, oldest first."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in path.read_text("utf-8").splitlines():
        session = json.loads(line)
        found[session["writer"]].append(session)
    for sessions in found.values():
        sessions.sort(key=lambda session: session["t0"])
    return dict(sorted(found.items()))


def measure(
    home: Path,
    writer: str,
    sessions: Sequence[Mapping[str, Any]],
    requests: Sequence[Mapping[str, Any]],
    options: Any,
) -> dict[str, Any]:
    """``rows`` of one writer, and whether the perplexity and the AUC are better, unless too little was there."""
    half = len(sessions) // 2
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        learned, tested = (
            as_texts(part, folder / kind)
            for kind, part in (("first", sessions[:half]), ("second", sessions[half:]))
        )
        try:
            log = as_log(requests, {each["session"] for each in sessions[:half]}, folder)
            adapter, done = train(home, folder / "own", learned, options, log)
        except NothingLearned as error:
            return {"rows": [(f"{writer}: nothing learned", str(error), "")], "perplexity": False}
        whole = folder / "second.txt"
        whole.write_text("\n\n".join(path.read_text("utf-8") for path in tested), "utf-8")
        base, own = (
            run(home, "evaluate", "--text", str(whole), "--adapter", choice, "--json")["perplexity"]
            for choice in ("base", str(adapter))
        )
        later = {session["session"] for session in sessions[half:]}
        asked = spread([each for each in requests if each["session"] in later], options.requests)
        areas = [area(home, asked, choice) for choice in (None, adapter)]
    rows: list[Row] = [
        (f"{writer}: tokens seen", done["tokens"], ""),
        (f"{writer}: perplexity, model and own", f"{base:.2f}, {own:.2f}", ""),
        (f"{writer}: perplexity, change, %", round(100 * (own / base - 1), 2), "< 0"),
    ]
    result: dict[str, Any] = {"rows": rows, "perplexity": own < base}
    if None not in areas:
        rows.append((f"{writer}: AUC, model and own", "{:.3f}, {:.3f}".format(*areas), ""))
        result["AUC"] = areas[1] > areas[0]
    return result


def as_texts(sessions: Sequence[Mapping[str, Any]], folder: Path) -> list[Path]:
    """A file for each session, as old as it, without what is left of the prompt that writers were given."""
    folder.mkdir()
    paths = []
    for number, session in enumerate(sessions):
        path = folder / f"{number:03}.txt"
        text = session["final"].lstrip()
        given = len(os.path.commonprefix([text, session["prompt"].lstrip()]))  # noqa: RUF071 - of characters
        path.write_text(text[given:].lstrip(), "utf-8")
        os.utime(path, (session["t0"] / 1000, session["t0"] / 1000))
        paths.append(path)
    return paths


def as_log(requests: Sequence[Mapping[str, Any]], sessions: set[str], folder: Path) -> Path:
    """A log of what was decided in ``sessions``."""
    decided = folder / "decisions.jsonl"
    lines = (json.dumps(each) + "\n" for each in requests if each["session"] in sessions)
    decided.write_text("".join(lines), "utf-8")
    log = folder / "log.sqlite3"
    add(log, read_sessions(decided))
    return log


def spread(requests: Sequence[Mapping[str, Any]], count: int) -> list[Mapping[str, Any]]:
    """``count`` of them, from all of the time, in its order."""
    chosen = sorted(halving_order(len(requests))[:count]) if requests else []
    return [requests[at] for at in chosen]


def area(home: Path, requests: Sequence[Mapping[str, Any]], adapter: Path | None) -> float | None:
    """The area under the ROC curve; None if all were decided alike."""
    taken = [each["decision"] == "accept" for each in requests]
    if len(set(taken)) < 2:
        return None
    scorer = Scorer(home / "data" / "models" / STARTER_MODEL, adapter)
    scores = [scorer.score(str(each["context"]), each["suggestions"]) for each in requests]
    likely = [math.exp(max(each[0] for each in score)) for score in scores]
    return roc_area(taken, likely)


if __name__ == "__main__":
    sys.exit(main())
