"""What of a model's answer is the answer, and why one is not shown: empty, endless, another language."""

from __future__ import annotations

import re

from cowrite.base.sentences import ends_sentence
from cowrite.base.words import count_words
from cowrite.engine.messages import Candidate
from cowrite.localization import tr, tr_noop
from cowrite.tasks.passage.facts import made_up
from cowrite.tasks.passage.language import other_language, tag_of
from cowrite.tasks.passage.standing_on import content_words
from cowrite.tasks.passage.wording import Wording
from cowrite.tasks.passage.work import MOST_WORDS, PassageRequest

NOTHING_TO_CHANGE = tr_noop("The model found nothing to change.")
EMPTY = tr_noop("The model answered nothing. Try again, or say more precisely what you want.")
ENDLESS = tr_noop(
    "The model’s answer did not come to an end. Try again, or take a shorter passage."
)
TOO_LONG = tr_noop("The model’s answer is much too long. Try again, or take a shorter passage.")
NOT_SHORTER = tr_noop(
    "The model’s answer is no shorter than the passage. Shorten it by hand, or try another model."
)
NOT_LONGER = tr_noop(
    "The model’s answer is no longer than the passage. Try again, or say what to add."
)
REPEATS = tr_noop(
    "The model repeated what it was asked instead of doing it. Try again, or try another model."
)
ABOUT_ELSE = tr_noop(
    "The model wrote about something else than the passage. Try again, or try another model."
)
NO_PASSAGE = tr_noop("There is no text to work on. Select a passage first.")
_TOO_MANY = tr_noop(
    "The passage has {words:,} words, and at most {most:,} can be worked on at once. Select "
    "a part of it."
)
# “Sure, here is the shortened passage:” before the answer, and “Note: I changed…” after it.
_OPENING = re.compile(
    r"\A(?:(?:sure|certainly|of course|okay|ok)\b[^\n]{0,120}?[:!.]\s+)?"
    r"(?:(?:here(?:'s|’s| is| are)|this is|the (?:shortened|expanded|simplified|rewritten|revised|edited|finished|new)"
    r")\b[^\n]{0,120}?:\s+)?",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"\n\s*(?:note|explanation|in this (?:version|passage)|i (?:have )?(?:changed|kept|made))\b.*\Z",
    re.IGNORECASE | re.DOTALL,
)
_FENCE = re.compile(r"\A```\w*\n(.*?)\n?```\Z", re.DOTALL)
_QUOTED = {'"': '"', "“": "”", "«": "»", "„": "“", "‘": "’", "'": "'"}
_SENTENCE = re.compile(r"[^.!?。！？\n]+[.!?。！？\n]*")
_MOST_REPEATED = 3
_LEAST_REPEATED_CHARACTERS = 12
_LONGEST_ECHO = 40
_MOST_COPIED = 0.8


def why_not_begin(request: PassageRequest) -> str:
    """Why this passage is not worked on, as a sentence; empty if it is."""
    if not request.passage.strip():
        return tr(NO_PASSAGE)
    words = count_words(request.passage)
    return tr(_TOO_MANY, words=words, most=MOST_WORDS) if words > MOST_WORDS else ""


def cleaned(candidate: Candidate, passage: str, wording: Wording) -> str:
    """The answer without what a model puts around it, and with the white space that stands around ``passage``."""
    text = candidate.text.strip()
    if fenced := _FENCE.match(text):
        text = fenced[1]
    text = text[_OPENING.match(text).end() :] if _talks_first(text, passage) else text  # type: ignore[union-attr]
    text = _CLOSING.sub("", text).strip()
    text = _unquoted(text, passage.strip())
    if wording.replaces and "\n" not in passage.strip():
        # One paragraph was given; what comes after the first is about it.
        text = text.split("\n\n", 1)[0].strip()
    if candidate.is_cut and wording.may_be_cut:
        text = whole_sentences(text)
    if not wording.replaces or not text:
        return text
    bare = passage.strip()
    start = passage.index(bare)
    return passage[:start] + text + passage[start + len(bare) :]


def why_refused(
    text: str, candidate: Candidate, request: PassageRequest, wording: Wording, prompt: str
) -> str:
    """Why ``text``, the cleaned answer, is not shown, as a sentence; empty if it may be."""
    passage = request.passage
    if not text.strip():
        return tr(EMPTY)
    if (candidate.is_cut and not wording.may_be_cut) or goes_round(text, passage):
        return tr(ENDLESS)
    if text.strip() == passage.strip():
        is_new = wording.stands_beside or wording.is_added
        return tr(REPEATS if is_new else NOTHING_TO_CHANGE)
    if wording.is_shorter and count_words(text) >= count_words(passage):
        return tr(NOT_SHORTER)
    if count_words(text) > wording.most_words(passage):
        return tr(TOO_LONG)
    if repeats(text, prompt, passage) or (wording.invents and _is_copied(text, passage, wording)):
        return tr(REPEATS)
    if wording.replaces and shared_words(passage, text) < wording.least_shared:
        return tr(ABOUT_ELSE)
    expected = tag_of(request.instruction) if wording.translates else ""
    if wrong := other_language(passage, text, expected):
        return tr(
            "The model answered in {language}. Try again, or try another model.", language=tr(wrong)
        )
    if wording.is_longer and count_words(text) <= count_words(passage):
        return tr(NOT_LONGER)
    if not wording.replaces and not wording.invents:
        return _invention(passage, text, wording)
    return ""


def _invention(passage: str, text: str, wording: Wording) -> str:
    """What an answer that should only tell what the passage says has made up, as a sentence; empty for nothing."""
    number, name = made_up(passage, text)
    if number:
        return tr(
            "The model’s answer has a number that the passage does not have ({number}). Try again.",
            number=number,
        )
    if name and not wording.translates:
        return tr(
            "The model’s answer has a name that the passage does not have ({name}). Try again.",
            name=name,
        )
    return ""


def goes_round(text: str, passage: str) -> bool:
    """Whether a sentence stands in ``text`` at least three times, and oftener than in ``passage``."""
    sentences = [each.strip() for each in _SENTENCE.findall(text)]
    return any(
        len(each) >= _LEAST_REPEATED_CHARACTERS
        and sentences.count(each) >= _MOST_REPEATED
        and sentences.count(each) > passage.count(each)
        for each in set(sentences)
    )


def _is_copied(text: str, passage: str, wording: Wording) -> bool:
    """Whether an answer that should be new is words of the passage."""
    words = content_words(text)
    copied = len(words & content_words(passage)) > _MOST_COPIED * len(words)
    return not wording.replaces and bool(words) and copied


def shared_words(one: str, other: str) -> float:
    """Which share of the longer words of the text that has fewer of them the other one has as well, 0 to 1."""
    fewer, more = sorted((content_words(one), content_words(other)), key=len)
    return len(fewer & more) / len(fewer) if fewer else 1.0


def repeats(text: str, prompt: str, passage: str) -> bool:
    """Whether ``text`` begins with a long piece of the prompt that is no part of the passage."""
    beginning = " ".join(text.split())[:_LONGEST_ECHO]
    return (
        len(beginning) >= _LONGEST_ECHO
        and beginning in " ".join(prompt.split())
        and beginning not in " ".join(passage.split())
    )


def _talks_first(text: str, passage: str) -> bool:
    """Whether the answer begins with a remark, as the passage itself does not."""
    return bool(_OPENING.match(text)[0]) and not _OPENING.match(passage.strip())[0]  # type: ignore[index]


def _unquoted(text: str, passage: str) -> str:
    """Without quotation marks around all of it, if none stand around the passage."""
    closing = _QUOTED.get(text[:1])
    if closing is None or len(text) < 2 or not text.endswith(closing) or passage[:1] == text[0]:
        return text
    inner = text[1:-1]
    return text if closing in inner or text[0] in inner else inner.strip()


def whole_sentences(text: str) -> str:
    """As much of ``text`` as ends with a sentence; nothing if none ends in it."""
    ends = [match.end() for match in _SENTENCE.finditer(text) if ends_sentence(match[0])]
    return text[: ends[-1]].rstrip() if ends else ""
