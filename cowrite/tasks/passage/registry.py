"""Every task on a passage by its name: what menus and the command line offer, and what the model is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cowrite.localization import tr, tr_noop
from cowrite.proposals.proposal import Proposal
from cowrite.tasks.passage.generated import continued, generated
from cowrite.tasks.passage.language import NAMES
from cowrite.tasks.passage.wording import Wording
from cowrite.tasks.passage.work import PassageRequest, PassageTask, PassageWork
from cowrite.tasks.repair.versions import repair_versions

LIKE_MY_OWN = tr_noop("like my own texts")
TONES = (tr_noop("warmer"), tr_noop("more formal"), tr_noop("plainer"), LIKE_MY_OWN)
TENSES = (tr_noop("past"), tr_noop("present"), tr_noop("future"))
PERSONS = (tr_noop("first person"), tr_noop("second person"), tr_noop("third person"))
NO_OWN_PASSAGES = tr_noop(
    "There is no text of yours yet to go by. Choose texts to learn from in the settings."
)
NO_TEMPLATE = tr_noop(
    "This model was not taught to follow instructions. Choose one that was, in the settings."
)


def why_not(task: PassageTask, instruction: str, *, has_template: bool) -> str:
    """Why ``task`` is not begun, whatever the passage is, as a sentence; empty if it may be.

    ``has_template``: the model was taught conversations.
    """
    if task.needs_template and not has_template:
        return tr(NO_TEMPLATE)
    if task.asks_for and not instruction.strip():
        return tr("Say {what} first.", what=task.asks_for)
    return ""


def _row(
    title: str,
    wording: Wording,
    *,
    asks_for: str = "",
    choices: tuple[str, ...] = (),
    work: Callable[[PassageRequest], PassageWork] | None = None,
) -> PassageTask:
    return PassageTask(
        name=wording.task,
        called=title,
        work=work or generated(wording),
        wants=asks_for,
        choices=choices,
        stands_beside=wording.stands_beside,
    )


def _always(sentence: str) -> Callable[[PassageRequest], str]:
    return lambda _: sentence


def _instruction(request: PassageRequest) -> str:
    return request.instruction.strip()


def _tone(request: PassageRequest) -> str:
    if _instruction(request).casefold() == LIKE_MY_OWN:
        return "Rewrite the input text so that it sounds like the writer’s own texts. Keep its meaning."
    return (
        f"Rewrite the input text to make its tone {_instruction(request)}, while keeping its meaning and its length. "
        "Change no more words than you need to."
    )


def _toned(request: PassageRequest) -> PassageWork:
    if _instruction(request).casefold() == LIKE_MY_OWN and not request.own_passages:
        return Proposal(task=_TONE.task, passage=request.passage, refused=tr(NO_OWN_PASSAGES))
    return (yield from generated(_TONE)(request))


def _reply(request: PassageRequest) -> str:
    about = f" Say this in it: {_instruction(request)}" if _instruction(request) else ""
    return f"The input text is a message that the user got. Write the user’s reply to it.{about}"


_SHORTEN = Wording(
    task="shorten",
    says=_always(
        "Rewrite the input text to make it more concise, about two thirds as long, while preserving its main points."
    ),
    most=1.0,
    more=0,
    least_shared=0.6,
    is_shorter=True,
)
_EXPAND = Wording(
    task="expand",
    says=_always(
        "Rewrite the input text to make it about twice as long, with concrete detail that fits it. Keep all it says, "
        "and add no new people or events."
    ),
    most=3.0,
    more=40,
    least_shared=0.6,
    is_longer=True,
)
_SIMPLIFY = Wording(
    task="simplify",
    says=_always(
        "Rewrite the input text in plain words and short sentences. Keep its meaning, and change no word that is plain "
        "already."
    ),
)
_TONE = Wording(task="tone", says=_tone)
_DESCRIBE = Wording(
    task="describe",
    says=_always(
        "Write one or two sentences that could follow the input text and say what can be seen, heard, smelled or felt."
    ),
    most=0.0,
    more=80,
    is_added=True,
    may_be_cut=True,
    invents=True,
)
_TENSE = Wording(
    task="tense",
    says=lambda request: (
        f"Rewrite the input text in the {_instruction(request).removesuffix('tense').strip()} tense. "
        "Change nothing else."
    ),
)
_PERSON = Wording(
    task="person",
    says=lambda request: (
        f"Rewrite the input text in the {_instruction(request).removesuffix('person').strip()} person. "
        "Change nothing else."
    ),
)
_TRANSLATE = Wording(
    task="translate",
    says=lambda request: f"Translate the input text into {_instruction(request)}.",
    most=2.0,
    stands_beside=True,
    translates=True,
)
_SUMMARIZE = Wording(
    task="summarize",
    says=_always("Provide a concise summary of the input text in up to three sentences."),
    most=1.0,
    more=0,
    stands_beside=True,
    may_be_cut=True,
)
_REPLY = Wording(
    task="reply",
    says=_reply,
    most=1.0,
    more=150,
    stands_beside=True,
    may_be_cut=True,
    invents=True,
)
_ASK = Wording(
    task="ask",
    says=_always(
        "Answer the question from the text alone, in one or two sentences. If the text does not tell, say so."
    ),
    asks=lambda request: f"Question: {_instruction(request)}",
    most=1.0,
    more=100,
    stands_beside=True,
    may_be_cut=True,
)
_QUESTIONS = Wording(
    task="questions",
    says=_always(
        "You are a careful reader. Ask up to three short questions about what the input text leaves open, each on a "
        "line of its own."
    ),
    most=0.0,
    more=80,
    stands_beside=True,
    may_be_cut=True,
)
_REWRITE = Wording(
    task="rewrite",
    says=lambda request: f"Rewrite the input text. {_instruction(request)}",
    most=3.0,
    more=60,
    least_shared=0.0,
    invents=True,
)

_ROWS = (
    PassageTask(
        name="repair", called=tr_noop("Repair"), work=repair_versions, needs_template=False
    ),
    _row(tr_noop("Shorten"), _SHORTEN),
    _row(tr_noop("Expand"), _EXPAND),
    _row(tr_noop("Simplify"), _SIMPLIFY),
    _row(tr_noop("Change tone"), _TONE, asks_for=tr_noop("which tone"), choices=TONES, work=_toned),
    PassageTask(
        name="continue-passage", called=tr_noop("Continue"), work=continued, needs_template=False
    ),
    _row(tr_noop("Describe with senses"), _DESCRIBE),
    _row(tr_noop("Change tense"), _TENSE, asks_for=tr_noop("which tense"), choices=TENSES),
    _row(tr_noop("Change person"), _PERSON, asks_for=tr_noop("which person"), choices=PERSONS),
    _row(
        tr_noop("Translate"),
        _TRANSLATE,
        asks_for=tr_noop("into which language"),
        choices=tuple(NAMES.values()),
    ),
    _row(tr_noop("Summarize"), _SUMMARIZE),
    _row(tr_noop("Reply"), _REPLY),
    _row(tr_noop("Ask"), _ASK, asks_for=tr_noop("what you want to know")),
    _row(tr_noop("What a reader would ask"), _QUESTIONS),
    _row(tr_noop("Rewrite as told"), _REWRITE, asks_for=tr_noop("what to do")),
)

PASSAGE_TASKS: Mapping[str, PassageTask] = {task.name: task for task in _ROWS}
"""In the order in which menus show them."""
