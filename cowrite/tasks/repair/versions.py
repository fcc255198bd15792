"""The task “repair” in up to three versions: as it was asked for, thorough, and what a model would write.

What a model writes that follows instructions well is split into hunks, of which those stay that the model finds as
probable as any small change has to be. Where texts cannot be scored, what a model writes is all there is.
"""

from __future__ import annotations

from dataclasses import replace

from cowrite.proposals.proposal import Proposal, Version
from cowrite.tasks.passage.generated import generated
from cowrite.tasks.passage.wording import Wording
from cowrite.tasks.passage.work import PassageRequest, PassageWork
from cowrite.tasks.repair.bounds import RepairBounds
from cowrite.tasks.repair.scored import scored
from cowrite.tasks.repair.work import TASK, repair_work

_WORDING = Wording(
    task=TASK,
    says=lambda _: (
        "Correct the mistakes of the input text in spelling, grammar and punctuation. Change nothing else."
    ),
    least_shared=0.7,
)


def repair_versions(request: PassageRequest) -> PassageWork:
    """Mends ``request.passage`` as :func:`repair_work` does; further versions if more than one is wanted."""
    if not request.scores:
        return (yield from generated(_WORDING)(request))
    asked = yield from repair_work(request)
    if request.versions < 2 or asked.refused:
        return asked
    found = list(asked.versions)
    if request.thoroughness < 1:
        yield from _add(found, request, repair_work(replace(request, thoroughness=1.0)))
    if request.generates and len(found) < request.versions:
        yield from _add(found, request, _written(request))
    return _proposal(request, found)


def _written(request: PassageRequest) -> PassageWork:
    answer = yield from _silently(generated(_WORDING)(replace(request, versions=1)))
    if not answer.versions:
        return answer
    bounds = RepairBounds(offsets=request.kind_offsets)
    return (yield from scored(answer.versions[0], request, bounds))


def _add(found: list[Version], request: PassageRequest, work: PassageWork) -> PassageWork:
    """What comes of ``work``, if it is none of those that were ``found`` before."""
    proposal = yield from _silently(work)
    texts = {request.passage, *(each.text for each in found)}
    more = [each for each in proposal.versions if each.text not in texts]
    if more:
        found += more
        yield _proposal(request, found)
    return _proposal(request, found)


def _silently(work: PassageWork) -> PassageWork:
    """The same, without showing what is known of it on the way: other versions stand already."""
    answer = None
    while True:
        try:
            asked = work.send(answer)
        except StopIteration as end:
            last: Proposal = end.value
            return last
        answer = None if isinstance(asked, Proposal) else (yield asked)


def _proposal(request: PassageRequest, found: list[Version]) -> Proposal:
    return Proposal(task=TASK, passage=request.passage, versions=tuple(found))
