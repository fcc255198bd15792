"""Sessions out of the log and into another: nothing differs, nothing is half there, nothing leaks without text."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from event_strategies import EVENTS
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cowrite.__main__ import main
from cowrite.base.errors import UserError
from cowrite.base.records import LAST_MS
from cowrite.decisions.database.rows import DocumentRow, SessionRow
from cowrite.decisions.events import Event, EventKind
from cowrite.decisions.exchange.bundle import Bundle, add, is_imported, load, marked
from cowrite.decisions.exchange.coauthor_read import read_coauthor
from cowrite.decisions.exchange.coauthor_write import coauthor_lines
from cowrite.decisions.exchange.files import read_sessions
from cowrite.decisions.exchange.jsonl import jsonl_lines, read_jsonl
from cowrite.decisions.exchange.table import table_lines
from cowrite.decisions.exchange.without_text import WORDS, with_masked_text, without_text
from cowrite.decisions.rebuild import rebuild
from cowrite.decisions.writing.log import DecisionLog
from cowrite.settings.paths import Paths
from cowrite.suggest.live.suggestion import Trigger

SETTINGS = {
    "currentN": "5",
    "currentMaxToken": "30",
    "currentTemperature": "0.75",
    "currentTopP": "1",
    "currentPresencePenalty": "0",
    "currentFrequencyPenalty": "1",
}


def line(name: str, at: int, source: str = "user", **values: Any) -> dict[str, Any]:
    return {
        "eventName": name,
        "eventSource": source,
        "eventTimestamp": 1_629_097_126_000 + at,
        "textDelta": "",
        "cursorRange": "",
        "currentDoc": "",
        "currentCursor": 5,
        "currentSuggestions": [],
        "currentSuggestionIndex": 0,
        "currentHoverIndex": "",
        **SETTINGS,
        "eventNum": 0,
        **values,
    }


def suggestions(*texts: str) -> list[dict[str, Any]]:
    return [
        {"index": n, "original": f"\n{text}", "trimmed": text, "probability": 5.39e-21 * (n + 1)}
        for n, text in enumerate(texts)
    ]


def delta(*ops: dict[str, Any]) -> dict[str, Any]:
    return {"ops": list(ops)}


def session() -> list[dict[str, Any]]:
    offered = suggestions("the lake.", "a 😀 hill.")
    lines = [
        line("system-initialize", 0, "api", currentDoc="Once 😀\n"),
        line("text-insert", 10, textDelta=delta({"retain": 7}, {"insert": "x"})),
        line("text-insert", 20, textDelta=delta({"retain": 8}, {"insert": "y"}, {"delete": 1})),
        line("text-delete", 30, textDelta=delta({"retain": 5}, {"delete": 2})),
        line(
            "text-delete",
            35,
            textDelta=delta({"retain": 1}, {"delete": 1}, {"retain": 1}, {"delete": 1}),
        ),
        line("cursor-select", 40, cursorRange={"index": 1, "length": 2}),
        line("suggestion-get", 50),
        line("suggestion-open", 60, "api", currentSuggestions=offered),
        line("suggestion-hover", 70, currentHoverIndex=1),
        line("suggestion-select", 80, currentHoverIndex=1, currentSuggestionIndex=1),
        line("suggestion-close", 81, "api", currentHoverIndex=1),
        line("text-insert", 82, "api", textDelta=delta({"retain": 2}, {"insert": "a 😀 hill."})),
        line("suggestion-get", 90),
        line("suggestion-open", 95, "api", currentSuggestions=offered),
        line("suggestion-open", 97, "api", currentSuggestions=offered),
        line("suggestion-close", 99, currentTemperature="0.3"),
    ]
    return [each | {"eventNum": number} for number, each in enumerate(lines)]


def write(path: Path, lines: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(each) + "\n" for each in lines), "utf-8")
    return path


def test_a_coauthor_session_tells_its_text_and_its_decisions() -> None:
    bundle = read_coauthor("abc", session())
    assert rebuild(bundle.events) == "Oca 😀 hill. xy"
    kinds = [e.kind for e in bundle.events]
    assert kinds.count(EventKind.SHOWN) == 3
    accepted = next(e for e in bundle.events if e.kind is EventKind.ACCEPTED)
    assert (accepted.details["candidate"], accepted.details["text"]) == (1, "a 😀 hill.")
    assert (accepted.start, accepted.end) == (2, 12)
    assert accepted.details["on_screen_ms"] == 20
    ends = [e.kind.value for e in bundle.events if e.kind.value in ("superseded", "rejected")]
    assert ends == ["superseded", "rejected"]
    assert all(is_imported(e.session_id) and is_imported(e.document_id) for e in bundle.events)


def test_a_coauthor_session_is_written_as_it_was_read() -> None:
    lines = session()
    written = coauthor_lines(read_coauthor("abc", lines).events)
    assert [json.dumps(each) for each in written] == [json.dumps(each) for each in lines]


def test_importing_and_exporting_on_the_command_line(
    paths: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = session()
    packed = tmp_path / "abc.jsonl.gz"
    packed.write_bytes(gzip.compress(write(tmp_path / "x", lines).read_bytes()))
    assert main(["log", "import", str(packed)]) == 0
    first = load(paths.decision_log)
    assert main(["log", "import", str(packed)]) == 0
    assert "1 already in the log" in capsys.readouterr().out
    assert load(paths.decision_log) == first
    out = tmp_path / "out"
    assert main(["log", "export", "--format", "coauthor", "--out", str(out)]) == 0
    assert [json.loads(x) for x in (out / "abc.jsonl").read_text("utf-8").splitlines()] == lines
    everything = tmp_path / "all.jsonl"
    assert main(["log", "export", "--session", "coauthor:abc", "--out", str(everything)]) == 0
    assert read_sessions(everything) == first
    other = tmp_path / "other" / "log.sqlite3"
    assert add(other, read_sessions(everything)) == 1
    assert load(other) == first


def test_a_damaged_line_is_told_and_nothing_is_imported(
    paths: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = write(tmp_path / "good.jsonl", session())
    assert main(["log", "import", str(good)]) == 0
    before = load(paths.decision_log)
    lines = session()
    del lines[4]["textDelta"]
    bad = write(tmp_path / "bad.jsonl", lines)
    torn = tmp_path / "torn.jsonl"
    torn.write_text(good.read_text("utf-8")[:-30], "utf-8")
    for path, number in ((bad, 5), (torn, len(lines))):
        assert main(["log", "import", str(path)]) == 2
        error = capsys.readouterr().err
        assert f"Line {number} of {path.name} is invalid" in error
        assert "Nothing was imported from this file" in error
        assert load(paths.decision_log) == before


@pytest.mark.parametrize("content", ["", "hello\n", "{}\n", "[1]\n", '{"format": "x"}\n'])
def test_another_file_is_refused_in_plain_words(
    content: str, paths: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "notes.txt"
    path.write_text(content, "utf-8")
    assert main(["log", "import", str(path)]) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert main(["log", "import", str(tmp_path / "none")]) == 2


def test_decisions_come_with_what_is_left_of_them(paths: Paths, tmp_path: Path) -> None:
    common = {
        "session": "s1",
        "genre": "creative",
        "t_ms": 1_630_221_235_019,
        "cursor": 9,
        "context": "It was a ",
        "at_end": True,
        "suggestions": ["cold night.", "long winter day."],
        "latency_ms": 900,
        "writer": "w",
    }
    taken = common | {"decision": "accept", "index": 0, "inserted": "long winter day."}
    path = write(
        tmp_path / "decisions.jsonl",
        [
            common | {"decision": "reject"},
            taken | {"survived_verbatim": True},
            taken | {"survived_verbatim": False, "after": "A long winter evening."},
            taken | {"survived_verbatim": False},
        ],
    )
    assert add(paths.decision_log, read_sessions(path)) == 1
    events = load(paths.decision_log).events
    assert [e.kind.value for e in events if e.kind.value in ("accepted", "rejected")] == [
        "rejected",
        "accepted",
        "accepted",
        "accepted",
    ]
    assert {e.details["candidate"] for e in events if e.kind is EventKind.ACCEPTED} == {1}
    exact, edited, unknown = (e.details for e in events if e.kind is EventKind.KEPT)
    assert (exact["state"], exact["kept"]) == ("exact", 1.0)
    assert (edited["state"], edited["now"]) == ("edited", "long winter ")
    assert edited["kept"] == 0.75
    assert "kept" not in unknown


# Dates, places and names as a log has them: anything else is refused.
_FITTING = st.builds(
    lambda event, at_ms, start, end: replace(event, at_ms=at_ms, start=start, end=end),
    EVENTS.filter(
        lambda e: "\0" not in f"{e.session_id}{e.suggestion_id}{e.document_id}{e.model}{e.adapter}"
    ),
    st.integers(0, LAST_MS),
    st.integers(0, 2**53),
    st.integers(0, 2**53),
)
ALL = st.lists(_FITTING, max_size=6).map(
    lambda events: Bundle(
        [
            SessionRow(id=s, started_ms=1, program_version="1", platform="p")
            for s in {e.session_id for e in events}
        ],
        [DocumentRow(id=d, path="p", first_seen_ms=1) for d in {e.document_id for e in events}],
        events,
    )
)


@given(bundle=ALL)
@hypothesis_settings(max_examples=30)
def test_json_lines_lose_nothing(bundle: Bundle) -> None:
    lines = [json.loads(each) for each in jsonl_lines(bundle)]
    assert read_jsonl(lines) == marked(read_jsonl(lines))
    assert [json.loads(x) for x in jsonl_lines(read_jsonl(lines))] == lines


CANARY = "ζξψ"
TEXT = st.sampled_from([CANARY, f"a {CANARY}", f"={CANARY}\n", f"😀{CANARY}"])
JSON = st.recursive(
    TEXT | st.integers(0, 9) | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
DETAIL = st.sampled_from(
    [
        "text",
        "inserted",
        "typed",
        "taken",
        "now",
        "origin",
        "when",
        "state",
        "trigger",
        "reason",
        "hash",
        "candidates",
        "keys",
        "gate",
        "coauthor",
        "context",
        "removed",
        "characters",
        "kept",
    ]
)
SECRETS = st.builds(
    Event,
    kind=st.sampled_from(EventKind),
    at_ms=st.integers(0, 9),
    session_id=TEXT,
    suggestion_id=TEXT,
    document_id=TEXT,
    revision=st.integers(0, 9),
    start=st.integers(0, 9),
    end=st.integers(0, 9),
    model=TEXT,
    adapter=TEXT,
    details=st.dictionaries(DETAIL | TEXT, JSON, max_size=6),
)


@given(events=st.lists(SECRETS, max_size=8))
@hypothesis_settings(max_examples=80)
def test_no_character_survives_without_text(events: list[Event]) -> None:
    bundle = Bundle(
        [SessionRow(id=CANARY, started_ms=1, program_version=CANARY, platform=CANARY)],
        [DocumentRow(id=CANARY, path=CANARY, first_seen_ms=1)],
        events,
    )
    stripped, masked = without_text(bundle), with_masked_text(bundle)
    written = [*jsonl_lines(stripped), *table_lines(stripped), *jsonl_lines(masked)]
    written += [json.dumps(each) for each in coauthor_lines(masked.events)]
    for each in written:
        plain = json.dumps(json.loads(each), ensure_ascii=False) if each[0] == "{" else each
        assert not set(plain) & set(CANARY)


def test_the_words_that_may_stay_are_the_programs_own() -> None:
    assert {each.value for each in Trigger} == WORDS["trigger"]


def own_session(paths: Paths) -> None:
    log = DecisionLog(paths.decision_log)
    log.start()
    log.begin_session("own")
    log.register_document("d", "/somewhere/a.txt")

    def put(kind: EventKind, at: int, start: int, end: int, of: str = "", **details: Any) -> None:
        log.record(
            Event(
                kind=kind,
                at_ms=1_700_000_000_000 + at,
                session_id="own",
                suggestion_id=of,
                document_id="d",
                revision=at,
                start=start,
                end=end,
                details=details,
            )
        )

    put(EventKind.OPENED, 0, 0, 3, hash="", length=3, text="Go ")
    put(
        EventKind.EDITED,
        10,
        3,
        6,
        origin="typed",
        inserted="t😀",
        removed=0,
        keys=[[0, 1], [80, 2]],
    )
    put(EventKind.REQUESTED, 200, 6, 6, "x", trigger="typed")
    put(EventKind.GENERATED, 210, 6, 6, "x", candidates=[{"text": " far away", "logprob": -1.0}])
    put(EventKind.SHOWN, 220, 6, 6, "x", text=" far away", candidate=0, candidates=1)
    put(EventKind.EDITED, 400, 6, 10, "x", origin="accepted", inserted=" far", removed=0)
    put(EventKind.ACCEPTED_PARTIAL, 400, 6, 10, "x", text=" far", characters=4, candidate=0)
    put(EventKind.EDITED, 600, 10, 15, "x", origin="accepted", inserted=" away", removed=0)
    put(EventKind.ACCEPTED, 600, 10, 15, "x", text=" away", characters=5, candidate=0)
    put(EventKind.EDITED, 800, 14, 14, origin="deleted", inserted="", removed=1)
    put(EventKind.CLOSED, 900, 0, 0)
    log.flush()
    log.close()


def test_an_own_session_goes_through_coauthors_format_and_stays_the_same(
    paths: Paths, tmp_path: Path
) -> None:
    own_session(paths)
    events = load(paths.decision_log).events
    lines = coauthor_lines(events)
    back = read_coauthor("own", lines)
    assert rebuild(back.events) == rebuild(events) == "Go t😀 far awa"
    assert coauthor_lines(back.events) == lines
    taken = [e.kind.value for e in back.events if e.details.get("origin") == "accepted"]
    assert len(taken) == 2
    assert [e.kind.value for e in back.events].count("accepted") == 1


def test_an_own_session_is_imported_elsewhere_once_and_marked(paths: Paths, tmp_path: Path) -> None:
    own_session(paths)
    out = tmp_path / "own.jsonl"
    assert main(["log", "export", "--out", str(out)]) == 0
    bundle = read_sessions(out)
    assert add(paths.decision_log, bundle) == 0
    other = tmp_path / "other.sqlite3"
    assert add(other, bundle) == 1
    assert add(other, bundle) == 0
    assert load(other) == marked(load(paths.decision_log))


def test_a_table_for_a_spreadsheet(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    own_session(paths)
    assert main(["log", "export", "--format", "csv"]) == 0
    heading, row = capsys.readouterr().out.splitlines()
    cells = dict(zip(heading.split(","), row.split(","), strict=True))
    assert (cells["outcome"], cells["taken"], cells["trigger"]) == (
        "accepted",
        " far away",
        "typed",
    )
    assert main(["log", "export", "--format", "csv", "--no-text"]) == 0
    row = capsys.readouterr().out.splitlines()[1]
    assert dict(zip(heading.split(","), row.split(","), strict=True))["taken"] == "9"


def test_what_does_not_exist_is_said(paths: Paths) -> None:
    own_session(paths)
    for options in ({"session": "nobody"}, {"document": "nowhere"}):
        with pytest.raises(UserError):
            load(paths.decision_log, **options)  # type: ignore[arg-type]
    assert main(["log", "export", "--since", "yesterday"]) == 2
