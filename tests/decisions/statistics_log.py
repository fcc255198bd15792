"""Logs for the statistics: made-up suggestions, and the plain sums that the statistics must come to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from statistics import median

from hypothesis import strategies as st

from cowrite.decisions.database.log_file import open_for_writing
from cowrite.decisions.events import CONTINUE, Event, EventKind, JsonValue
from cowrite.decisions.statistics.counts import Counts

NOON_MS = int(datetime(2026, 5, 4, 12, 0, 0).timestamp() * 1000)
DAY_MS = 86_400_000


def write_log(path: Path, events: Sequence[Event]) -> None:
    file = open_for_writing(path, lambda: 0, lambda sentence: None)
    try:
        assert file.append(list(events)) == 0
    finally:
        file.close()


@dataclass(kw_only=True)
class Told:
    """One suggestion as it is told to the log; times in milliseconds before NOON_MS and between events."""

    before_ms: int
    interval_ms: float | None = 180.0
    first_token_ms: float = 60.0
    total_ms: float = 120.0
    text: str = " and the river"
    words: int | None = None
    reason: str = ""
    taken: tuple[int, ...] = ()
    kept: tuple[float, ...] = ()
    end: EventKind = EventKind.IGNORED
    on_screen_ms: float | None = 640.0
    typed: str = ""
    trigger: str = "typed"
    task: str = CONTINUE
    model: str = "smollm2"
    adapter: str = ""
    session: str = "session"
    events: list[Event] = field(default_factory=list)

    def as_events(self, number: int) -> list[Event]:
        self.events = []
        at_ms = NOON_MS - self.before_ms

        def add(kind: EventKind, **details: JsonValue) -> None:
            self.events.append(
                Event(
                    kind=kind,
                    at_ms=at_ms + len(self.events),
                    session_id=self.session,
                    suggestion_id=f"suggestion-{number}",
                    document_id="document",
                    revision=1,
                    start=0,
                    end=0,
                    model=self.model,
                    adapter=self.adapter,
                    task=self.task,
                    details=details,
                )
            )

        add(EventKind.REQUESTED, trigger=self.trigger, typing_interval_ms=self.interval_ms)
        add(EventKind.GENERATED, first_token_ms=self.first_token_ms, total_ms=self.total_ms)
        if self.reason:
            add(EventKind.NOT_SHOWN, reason=self.reason, confidence=0.1)
            return self.events
        gate: dict[str, JsonValue] = {} if self.words is None else {"offered_words": self.words}
        add(EventKind.SHOWN, text=self.text, gate=gate)
        for characters in self.taken:
            add(EventKind.ACCEPTED_PARTIAL, characters=characters, text="x" * characters)
        if not self.taken:
            rest = self.text[len(self.typed) :]
            add(self.end, text=rest, taken=self.typed, on_screen_ms=self.on_screen_ms)
        for share in self.kept:
            add(EventKind.KEPT, kept=share, characters=sum(self.taken), state="edited")
        return self.events


def naive_total(told: Sequence[Told]) -> Counts:
    """The counts of those that were shown, one by one."""
    total = Counts()
    for each in told:
        if each.reason:
            continue
        total.shown += 1
        total.taken += bool(each.taken)
        total.right += (
            bool(each.taken) or each.end is EventKind.TYPED_THROUGH or _typed_a_word(each)
        )
        short = each.on_screen_ms is not None and each.on_screen_ms < 300
        total.flashes += short and not each.taken and each.end is not EventKind.REJECTED
        total.keys += len(each.taken)
        total.characters_taken += sum(each.taken)
        if each.taken and each.kept:
            total.known += 1
            total.kept += each.kept[-1] >= 0.5
            total.characters_known += sum(each.taken)
            total.characters_kept += round(each.kept[-1] * sum(each.taken))
    return total


def _typed_a_word(told: Told) -> bool:
    first = told.text.split()[0]
    return told.typed.lstrip().startswith(first)


def naive_groups(told: Sequence[Told], key: object) -> dict[object, Counts]:
    groups: defaultdict[object, list[Told]] = defaultdict(list)
    for each in told:
        if not each.reason:
            groups[key(each)].append(each)  # type: ignore[operator]
    return {name: naive_total(group) for name, group in groups.items()}


def shown_at(told: Told) -> datetime:
    return datetime.fromtimestamp((NOON_MS - told.before_ms + 2) / 1000)


def naive_occasion(told: Told) -> str:
    if told.task != CONTINUE:
        return told.task
    return "typing" if told.trigger in ("typed", "accepted", "undo") else told.trigger


def naive_length(told: Told) -> int:
    words = told.words if told.words is not None else len(told.text.split())
    return min(max(words, 1), 4)


def naive_reasons(told: Sequence[Told]) -> Counter[str]:
    return Counter(each.reason for each in told if each.reason)


def naive_interval(told: Sequence[Told]) -> float | None:
    usable = [each.interval_ms for each in told if each.interval_ms and each.interval_ms <= 2000]
    return median(usable) if len(usable) >= 20 else None


SHARES = st.sampled_from([0.0, 0.25, 0.49, 0.5, 0.75, 1.0])
_TEXTS = (" river", " and the", " and the wide river ran")
_TYPED = {text: [text[:end] for end in range(len(text) + 1)] for text in _TEXTS}


@st.composite
def _told(draw: st.DrawFn) -> Told:
    text = draw(st.sampled_from(_TEXTS))
    return Told(
        before_ms=draw(st.integers(0, 40 * DAY_MS)),
        interval_ms=draw(st.none() | st.sampled_from([0.0, 90.5, 180.0, 1999.0, 2001.0])),
        first_token_ms=draw(st.sampled_from([0.0, 40.0, 61.5])),
        total_ms=draw(st.sampled_from([0.0, 80.0, 99.25])),
        text=text,
        words=draw(st.none() | st.integers(0, 9)),
        reason=draw(st.sampled_from(["", "", "low_confidence", "mid_line"])),
        taken=tuple(draw(st.lists(st.integers(1, 30), max_size=3))),
        kept=tuple(draw(st.lists(SHARES, max_size=3))),
        end=draw(st.sampled_from(_ENDS)),
        on_screen_ms=draw(st.sampled_from([None, 0.0, 120.5, 299.99, 300.0, 5000.0])),
        typed=draw(st.sampled_from(_TYPED[text])),
        trigger=draw(st.sampled_from(["typed", "accepted", "undo", "key", "pause"])),
        task=draw(st.sampled_from([CONTINUE, CONTINUE, "instruct"])),
        model=draw(st.sampled_from(["smollm2", "other"])),
        adapter=draw(st.sampled_from(["", "own"])),
        session=draw(st.sampled_from(["session", "session", "import-1", "import"])),
    )


_ENDS = (EventKind.IGNORED, EventKind.SUPERSEDED, EventKind.REJECTED, EventKind.TYPED_THROUGH)
TOLD = _told()
