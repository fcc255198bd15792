"""Tasks on a passage that do what a test says: they ask the engine once, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cowrite.engine.messages import CompletionRequest
from cowrite.proposals.proposal import Proposal, Version
from cowrite.proposals.word_diff import version_between
from cowrite.tasks.passage.work import PassageRequest, PassageTask, PassageWork


def proposal(task: str, passage: str, *texts: str) -> Proposal:
    return Proposal(
        task=task,
        passage=passage,
        versions=tuple(version_between(passage, text) for text in texts),
    )


def scripted(
    name: str = "repair",
    *,
    becomes: Callable[[str], Sequence[str]] = lambda text: [text.replace("go", "goes")],
    known: Callable[[str], Sequence[str]] | None = None,
    asks: bool = True,
    stands_beside: bool = False,
    asks_for: str = "",
    choices: tuple[str, ...] = (),
    needs_template: bool = False,
    seen: list[PassageRequest] | None = None,
) -> PassageTask:
    """``becomes`` says what the passage becomes, version by version; ``known`` what is known before that."""

    def work(request: PassageRequest) -> PassageWork:
        if seen is not None:
            seen.append(request)
        passage = request.passage
        if known is not None:
            yield proposal(name, passage, *known(passage))
        if asks:
            yield CompletionRequest(before=request.before)
        texts = becomes(passage)[: max(1, request.versions)]
        if stands_beside:
            end = passage.find(".") + 1
            return Proposal(
                task=name,
                passage=passage,
                versions=(Version(text=texts[0]),),
                sentences=((0, end),),
            )
        return proposal(name, passage, *texts)

    return PassageTask(
        name=name,
        called=name.capitalize(),
        work=work,
        wants=asks_for,
        choices=choices,
        stands_beside=stands_beside,
        needs_template=needs_template,
    )
