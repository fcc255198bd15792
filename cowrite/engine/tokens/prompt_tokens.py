"""A prompt as tokens: its marks are the tokens that steer the model, and its texts are read byte for byte."""

from __future__ import annotations

from cowrite.base.errors import UserError
from cowrite.engine.prompts import Mark, Prompt
from cowrite.engine.tokens.vocabulary import Vocabulary
from cowrite.localization import tr


def prompt_tokens(vocabulary: Vocabulary, prompt: Prompt) -> list[int]:
    """The ids of ``prompt``. One that begins with text is begun as the tokenizer begins one.

    Raises UserError if the model has no such mark.
    """
    tokens: list[int] = []
    for part in prompt:
        if isinstance(part, Mark):
            if part.name not in vocabulary.marks:
                raise UserError(
                    tr("The prompt has a mark that this model does not know."),
                    tr("Choose another model."),
                )
            tokens.append(vocabulary.marks[part.name])
        elif tokens:
            tokens += vocabulary.encode_inside(part.text)
        else:
            tokens += [*vocabulary.beginning, *vocabulary.encode(part.text)]
    return tokens
