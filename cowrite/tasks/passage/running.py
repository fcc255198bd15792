"""Doing the work on a passage to its end, where whoever asks can wait, as on the command line and in a benchmark."""

from __future__ import annotations

from collections.abc import Callable

from cowrite.engine.messages import AnyResult, Task
from cowrite.proposals.proposal import Proposal
from cowrite.tasks.passage.work import PassageWork


def run_work(
    work: PassageWork,
    ask: Callable[[Task], AnyResult],
    show: Callable[[Proposal], None] = lambda _: None,
) -> Proposal:
    """The last proposal of ``work``; ``ask`` answers its tasks, and ``show`` is told what is known on the way.

    Whatever ``ask`` raises ends the work.
    """
    answer: AnyResult | None = None
    try:
        while True:
            try:
                asked = work.send(answer)
            except StopIteration as end:
                last: Proposal = end.value
                return last
            answer = None
            if isinstance(asked, Proposal):
                show(asked)
            else:
                answer = ask(asked)
    finally:
        work.close()
