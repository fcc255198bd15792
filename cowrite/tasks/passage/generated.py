"""Tasks whose answer a model writes: asked for in words, guarded, and split into hunks where it replaces it."""

from __future__ import annotations

from collections.abc import Callable

from cowrite.engine.messages import CompletionRequest, CompletionResult, InstructResult
from cowrite.localization import tr
from cowrite.proposals.proposal import MOST_VERSIONS, Hunk, Proposal, Version
from cowrite.proposals.word_diff import version_between
from cowrite.tasks.passage.facts import with_notes
from cowrite.tasks.passage.guards import (
    EMPTY,
    NOTHING_TO_CHANGE,
    cleaned,
    goes_round,
    whole_sentences,
    why_not_begin,
    why_refused,
)
from cowrite.tasks.passage.hunk_gate import rated
from cowrite.tasks.passage.standing_on import standing_on
from cowrite.tasks.passage.wording import DRAWN_AT, Wording, asked
from cowrite.tasks.passage.work import PassageRequest, PassageWork

MORE_TRIES = 2
"""How many answers may be refused before the work is given up."""
_CONTINUED_WORDS = 60
_CONTINUED_TOKENS = 90


def generated(wording: Wording) -> Callable[[PassageRequest], PassageWork]:
    """The work of a task that is put as ``wording`` says."""

    def work(request: PassageRequest) -> PassageWork:
        if why := why_not_begin(request):
            return Proposal(task=wording.task, passage=request.passage, refused=why)
        return (yield from _versions(wording, request))

    return work


def _versions(wording: Wording, request: PassageRequest) -> PassageWork:
    wanted = max(1, min(request.versions, MOST_VERSIONS))
    found: list[Version] = []
    why = ""
    for attempt in range(wanted + MORE_TRIES):
        task = asked(wording, request, attempt)
        result = yield task
        if not isinstance(result, InstructResult):
            raise TypeError("an instruction is answered by an InstructResult")
        text = cleaned(result.candidate, request.passage, wording)
        refused = why_refused(
            text, result.candidate, request, wording, f"{task.system}\n{task.user}"
        )
        version = None if refused else _version(wording, request.passage, text)
        if version is None or not _is_new(version, found, wording):
            why = why or refused or tr(NOTHING_TO_CHANGE)
            continue
        found.append(version)
        yield _proposal(wording, request, found)
        if len(found) == wanted:
            break
    if request.scores and not wording.stands_beside and not wording.is_added:
        for number, version in enumerate(found):
            found[number] = yield from rated(version, request)
    return _proposal(wording, request, found, "" if found else why)


def _version(wording: Wording, passage: str, text: str) -> Version:
    if wording.stands_beside:
        return Version(text=text)
    if wording.is_added:
        return _added(passage, text)
    return with_notes(passage, version_between(passage, text))


def _is_new(version: Version, found: list[Version], wording: Wording) -> bool:
    """Whether it changes anything, and is none of those before."""
    return (wording.stands_beside or bool(version.hunks)) and all(
        each.text != version.text for each in found
    )


def _proposal(
    wording: Wording, request: PassageRequest, found: list[Version], refused: str = ""
) -> Proposal:
    beside = wording.stands_beside and found
    return Proposal(
        task=wording.task,
        passage=request.passage,
        versions=tuple(found),
        refused=refused,
        sentences=standing_on(request.passage, found[0].text) if beside else (),
    )


def _added(passage: str, text: str) -> Version:
    """``text`` after the last letter of ``passage``, with a space where one belongs."""
    at = len(passage.rstrip())
    space = "" if at < len(passage) and passage[at] == "\n" and text[:1] == "\n" else " "
    after = text if text[:1].isspace() or not passage[:at] else space + text
    return Version(
        text=passage[:at] + after + passage[at:],
        hunks=(Hunk(start=at, end=at, before="", after=after),),
    )


def continued(request: PassageRequest) -> PassageWork:
    """Goes on from the passage as the model goes on from any text, so that every model can do it."""
    task = "continue-passage"
    if why := why_not_begin(request):
        return Proposal(task=task, passage=request.passage, refused=why)
    wanted = max(1, min(request.versions, MOST_VERSIONS))
    found: list[Version] = []
    for attempt in range(wanted + MORE_TRIES):
        result = yield CompletionRequest(
            before=request.before + request.passage.rstrip(),
            max_words=_CONTINUED_WORDS,
            max_tokens=_CONTINUED_TOKENS,
            multiline=True,
            temperature=DRAWN_AT if attempt else 0.0,
            seed=attempt,
        )
        if not isinstance(result, CompletionResult):
            raise TypeError("a continuation is answered by a CompletionResult")
        text = _first_paragraphs(result)
        if not text or goes_round(text, ""):
            continue
        version = _added(request.passage, text)
        if all(each.text != version.text for each in found):
            found.append(version)
        if len(found) == wanted:
            break
        yield Proposal(task=task, passage=request.passage, versions=tuple(found))
    return Proposal(
        task=task,
        passage=request.passage,
        versions=tuple(found),
        refused="" if found else tr(EMPTY),
    )


def _first_paragraphs(result: CompletionResult) -> str:
    """The best candidate up to its last whole sentence."""
    if not result.candidates:
        return ""
    return whole_sentences(result.candidates[0].text)
