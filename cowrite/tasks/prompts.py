"""How each task is put to each kind of model; an :class:`~cowrite.engine.prompts.PromptBuilder`."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from cowrite.engine.prompts import FillInPrompt, Mark, Prompt, Text, joined
from cowrite.engine.tokens.vocabulary import Vocabulary
from cowrite.tasks.budget import end_within, start_within
from cowrite.tasks.chat_template import ChatTemplate, Message

# The marks for the text before, the text after, and what belongs between, by families: Qwen, StarCoder and Granite,
# DeepSeek, CodeLlama.
_FILL_IN_MARKS = (
    ("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"),
    ("<fim_prefix>", "<fim_suffix>", "<fim_middle>"),
    ("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"),
    ("▁<PRE>", "▁<SUF>", "▁<MID>"),
)
FILL_IN_SYSTEM = (
    "You write the words that are missing in a text. Answer with these words alone, in the language of the text: "
    "do not repeat what stands before or after them, and explain nothing."
)
_FILL_IN_USER = (
    "The text before the gap:\n{before}\n\nThe text after the gap:\n{after}\n\n"
    "Write the words that belong in the gap."
)
# Of the tokens for the text around a gap, so much is for the part before it, if both are long.
PART_BEFORE = 0.75


class ModelPrompts:
    """Prompts for one model. ``template`` is its form of a conversation, and None for one that was taught none.

    ``marks`` are the tokens that steer it, and ``count`` gives how many tokens a text has.
    """

    def __init__(
        self,
        template: ChatTemplate | None,
        marks: Collection[str],
        count: Callable[[str], int],
    ) -> None:
        self._template = template
        self._marks = frozenset(marks)
        self._count = count

    @classmethod
    def of(cls, model_dir: Path, vocabulary: Vocabulary) -> ModelPrompts:
        """For the model in ``model_dir``. Raises UserError if its template cannot be read."""
        return cls(
            ChatTemplate.read(model_dir),
            vocabulary.marks.keys(),
            lambda text: len(vocabulary.encode(text)),
        )

    def instruct(self, system: str, user: str) -> Prompt:
        """What to do and with what; to a model that was taught no conversations, as a text that goes on.

        Raises UserError if the model's template does not work.
        """
        if self._template is None:
            return joined(Text(f"{each}\n\n") for each in (system, user) if each)
        messages = [Message("system", system)] if system else []
        return self._template.prompt([*messages, Message("user", user)], self._marks)

    def fill_in(self, before: str, after: str, most_tokens: int) -> FillInPrompt | None:
        """The text around a gap, of at most about ``most_tokens``; None for a model that can only go on from a text."""
        after = start_within(after, int(most_tokens * (1 - PART_BEFORE)), self._count)
        before = end_within(before, most_tokens - self._count(after), self._count)
        for first, then, last in _FILL_IN_MARKS:
            if {first, then, last} <= self._marks:
                parts: tuple[Mark | Text, ...] = (
                    Mark(first),
                    Text(before),
                    Mark(then),
                    Text(after),
                    Mark(last),
                )
                return FillInPrompt(joined(parts), goes_on=True)
        if self._template is None:
            return None
        user = _FILL_IN_USER.format(before=before, after=after)
        return FillInPrompt(self.instruct(FILL_IN_SYSTEM, user), goes_on=False)
