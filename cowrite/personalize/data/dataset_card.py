"""What a training run was made of, in plain words and as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cowrite.base.text_counts import count_text
from cowrite.localization import listed, tr, trn
from cowrite.personalize.data.examples import (
    Example,
    Examples,
    Preference,
    Task,
    UnpairedPreference,
)

MOST_NAMES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetCard:
    """Counts of one data set; ``documents`` are ids, or paths of text files."""

    own_words: int
    texts: int
    decisions: int
    corrections: int
    preferences: int
    documents: tuple[str, ...]
    first_ms: int
    last_ms: int

    @classmethod
    def of(cls, examples: Examples) -> DatasetCard:
        """Count ``examples``."""
        supervised = examples.supervised
        whole = [each for each in supervised if each.is_text]
        everything: list[Example | Preference | UnpairedPreference] = [*supervised]
        everything += [*examples.preferences, *examples.unpaired]
        told = {
            each.source.events
            for each in everything
            if each.source.events and not (isinstance(each, Example) and each.is_text)
        }
        told |= {source.events for source in examples.kept}
        sources = [*(each.source for each in everything), *examples.kept]
        times = [source.at_ms for source in sources] or [0]
        return cls(
            own_words=sum(count_text(each.learned).words for each in whole),
            texts=len(whole),
            decisions=len(told),
            corrections=sum(each.task is Task.CORRECTION for each in supervised),
            preferences=len(examples.preferences),
            documents=tuple(dict.fromkeys(source.document for source in sources)),
            first_ms=min(times),
            last_ms=max(times),
        )

    def files(self, names: Mapping[str, str]) -> list[str]:
        """The documents by their ``names``, as far as these are known; each file once."""
        return list(dict.fromkeys(names.get(each, each) for each in self.documents))

    def sentence(self, files: Mapping[str, str] | None = None) -> str:
        """For the writer; ``files`` tells the file of a document by its id."""
        if not self.documents:
            return tr("nothing yet.")
        known = self.files(files or {})
        values = {
            "words": trn("{count:,} word you wrote", "{count:,} words you wrote", self.own_words),
            "decisions": trn("{count:,} decision", "{count:,} decisions", self.decisions),
            "documents": trn("{count:,} document", "{count:,} documents", len(known)),
            "names": listed(f"“{Path(name).name}”" for name in known[:MOST_NAMES]),
        }
        more = len(known) - MOST_NAMES
        if more <= 0:
            return tr("{words} and {decisions}, from {documents}: {names}.", **values)
        return tr(
            "{words} and {decisions}, from {documents}: {names} and {more} more.",
            more=more,
            **values,
        )

    def to_json(self) -> dict[str, Any]:
        """As it is stored beside an adapter."""
        return {
            "own_words": self.own_words,
            "texts": self.texts,
            "decisions": self.decisions,
            "corrections": self.corrections,
            "preferences": self.preferences,
        }
