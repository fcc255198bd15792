"""What was learned so far, version by version, and going from one to another. Nothing here waits on Qt's thread."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta
from PySide6.QtCore import QObject, Signal

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_json_file
from cowrite.base.records import Count, NonNegative, decode
from cowrite.editor.common.background import Background
from cowrite.localization import tr, tr_noop
from cowrite.localization.dates import moment_text
from cowrite.personalize.adapters.adapter_manifest import Base
from cowrite.personalize.adapters.registry import AdapterRegistry, StoredAdapter
from cowrite.settings.newer_data import NewerDataError

logger = logging.getLogger(__name__)

AS_INSTALLED = tr_noop("The original model")
TRAINING = "training.json"
LEAST_PERPLEXITY = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One adapter as the writer sees it. ``trouble`` says why it cannot be used, and is empty if it can.

    ``words`` and ``gain_pct`` are None where nobody noted them.
    """

    id: str
    created_ms: int = 0
    words: int | None = None
    documents: int = 0
    gain_pct: float | None = None
    in_use: bool = False
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All versions for one model, newest first; ``may_go_back`` tells whether another was in use before."""

    versions: tuple[Version, ...] = ()
    active: str = ""
    may_go_back: bool = False


def read_history(registry: AdapterRegistry, model: str) -> History:
    """What there is for ``model``. Raises UserError if it cannot be read."""
    active = registry.active(model)
    versions = []
    for adapter_id in registry.ids():
        try:
            adapter = registry.get(adapter_id)
        except UserError as error:
            trouble = tr("newer version") if isinstance(error, NewerDataError) else tr("damaged")
            versions.append(Version(id=adapter_id, trouble=trouble))
            continue
        if adapter.manifest.base.model == model:
            versions.append(_version(adapter, active))
    versions.sort(key=lambda each: (each.created_ms, each.id), reverse=True)
    return History(
        versions=tuple(versions), active=active, may_go_back=bool(registry.history(model))
    )


def day_and_time(at_ms: int) -> str:
    """A moment as the writer would say it."""
    try:
        moment = datetime.fromtimestamp(at_ms / 1000)
    except (OverflowError, OSError, ValueError):
        return tr("long ago")
    return moment_text(moment)


class AdapterHistory(QObject):
    """The versions below the registry's folder, for the model that ``base`` names.

    ``base()`` may raise UserError; it and everything else runs on a thread. Signals: ``read(History)``,
    ``said(str)`` after something was done, or could not be.
    """

    read = Signal(object)
    said = Signal(str)

    def __init__(
        self,
        registry: AdapterRegistry,
        base: Callable[[], Base],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._registry = registry
        self._base = base
        self._background = Background("adapters", self)

    def refresh(self) -> None:
        """Read what there is."""
        self._background.run(
            lambda: read_history(self._registry, self._base().model), self.read.emit, self._failed
        )

    def use(self, adapter_id: str) -> None:
        """Use a version from now on; “” for the model as it was installed."""

        def work() -> str:
            self._registry.use(adapter_id, self._base())
            return tr("{version} is in use now.", version=self._name(adapter_id))

        self._background.run(work, self._say, self._failed)

    def go_back(self, then: Callable[[str], None] = lambda _sentence: None) -> None:
        """Use what was used before; ``then`` gets the sentence that says what happened."""

        def work() -> str:
            version = self._name(self._registry.roll_back(self._base()))
            return tr("{version} is in use again.", version=version)

        def tell(sentence: str) -> None:
            then(sentence)
            self._say(sentence)

        def tell_failure(error: UserError) -> None:
            then(str(error))
            self._failed(error)

        self._background.run(work, tell, tell_failure)

    def review_versions(self, log: Path, now_ms: int, then: Callable[[str, str], None]) -> None:
        """Take the version in use out of use if clearly less is kept of what it suggests than before.

        ``then`` gets its id and the sentence that says so; nothing is said otherwise.
        """

        def work() -> tuple[str, str] | None:
            from cowrite.personalize.evaluation.after_promotion import in_words, withdraw_if_worse

            found = withdraw_if_worse(self._registry, self._base(), log, now_ms)
            if found is None:
                return None
            sentence = in_words(found, self._name(found.adapter), self._name(found.before))
            return found.adapter, sentence

        def tell(done: tuple[str, str] | None) -> None:
            if done is not None:
                then(*done)
                self._say(done[1])

        self._background.run(
            work, tell, lambda error: logger.info("nothing was compared: %s", error.message)
        )

    def close(self) -> None:
        """Answer nothing more."""
        self._background.close()

    def _say(self, sentence: str) -> None:
        self.said.emit(sentence)
        self.refresh()

    def _failed(self, error: UserError) -> None:
        self.said.emit(str(error))

    def _name(self, adapter_id: str) -> str:
        if not adapter_id:
            return tr(AS_INSTALLED)
        try:
            created_ms = self._registry.get(adapter_id).manifest.created_ms
        except UserError:
            return tr("The version “{name}”", name=adapter_id)
        return tr("The version from {moment}", moment=day_and_time(created_ms))


def _version(adapter: StoredAdapter, active: str) -> Version:
    manifest = adapter.manifest
    words = _own_words(adapter)
    return Version(
        id=adapter.id,
        created_ms=manifest.created_ms,
        words=words,
        documents=len(manifest.documents),
        gain_pct=gain_pct(manifest.scores),
        in_use=adapter.id == active,
        trouble=tr("learned from deleted text") if adapter.is_retired else "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Before:
    perplexity: Annotated[float, Meta(ge=LEAST_PERPLEXITY, le=sys.float_info.max)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _After:
    perplexity: NonNegative


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figures:
    base: _Before
    candidate: _After


@dataclass(frozen=True, slots=True, kw_only=True)
class _Data:
    own_words: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class _Training:
    data: _Data


def gain_pct(scores: Mapping[str, Any]) -> float | None:
    """By how many percent the perplexity of the writer's unseen pages fell against the model as it was installed."""
    try:
        figures = decode(dict(scores), _Figures)
    except SchemaError:
        return None
    return 100.0 * (1.0 - figures.candidate.perplexity / figures.base.perplexity)


def _own_words(adapter: StoredAdapter) -> int | None:
    """On how many words of the writer's it was trained; None if that was not noted."""
    try:
        return decode(read_json_file(adapter.path / TRAINING), _Training).data.own_words
    except (OSError, SchemaError):
        return None
