"""A model's own form of a conversation, as its publisher wrote it: a Jinja template beside the weights.

The template decides where the marks stand that steer the model; what a person typed never becomes one, whatever it
looks like. Before rendering, the first character of whatever in it reads like a mark is exchanged for one that occurs
nowhere, and put back afterwards; only then are the marks looked for, in what the template itself wrote.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_json, read_regular
from cowrite.base.records import Prose, decode
from cowrite.base.system_reasons import reason_of
from cowrite.engine.prompts import Mark, Prompt, Text, joined
from cowrite.localization import tr, tr_noop
from cowrite.tasks.sandbox import BoundedEnvironment, RefusedError

TEMPLATE_FILE = "chat_template.jinja"
CONFIG_FILE = "tokenizer_config.json"
LARGEST_TEMPLATE = 256 << 10
"""Bytes; the largest published ones have some 30,000."""
LARGEST_CONFIG = 64 << 20
# What a model expects that was taught conversations in OpenAI's markup and says nothing of its own.
CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
_TOKEN_NAMES = ("bos_token", "eos_token", "pad_token", "unk_token", "sep_token", "cls_token")
# Private use: no text means anything by them.
_FIRST_STANDIN, _LAST_STANDIN = 0xE000, 0xF8FF
_ADVICE = tr_noop("Install the model again, or choose another one.")


@dataclass(frozen=True, slots=True)
class Message:
    """What the “system” asks for in general, or the “user” in particular, or the “assistant” said."""

    role: str
    content: str


class ChatTemplate:
    """``source`` is the template, ``tokens`` the names of tokens that it may ask for, such as ``bos_token``."""

    def __init__(self, source: str, tokens: Mapping[str, str] | None = None) -> None:
        if len(source.encode("utf-8", "replace")) > LARGEST_TEMPLATE:
            raise UserError(tr("The model's chat template is too large."), tr(_ADVICE))
        self._source = source
        self._tokens = dict(tokens or {})
        self._environment = BoundedEnvironment()
        try:
            self._template = self._environment.compile_bounded(source)
        except Exception as error:  # Jinja and the compiler raise of many kinds
            raise UserError(tr("The model's chat template makes no sense."), tr(_ADVICE)) from error

    @classmethod
    def read(cls, model_dir: Path) -> ChatTemplate | None:
        """The template of the model in ``model_dir``; None for a model that has none. Raises UserError.

        ``chat_template.jinja`` goes before ``tokenizer_config.json``, as in transformers. Of several the one called
        “default” is taken. A model without one that ends its turns with “<|im_end|>” was taught in that markup.
        """
        try:
            config = _config(model_dir)
            tokens = dict(_token_names(config))
            source = _template_file(model_dir) or _template_in(config)
        except SchemaError as error:
            raise UserError(tr("The model's chat template cannot be read."), tr(_ADVICE)) from error
        except OSError as error:
            raise UserError(
                tr(
                    "The model's chat template cannot be read ({reason}).",
                    reason=reason_of(error),
                ),
                tr(_ADVICE),
            ) from error
        if source is None and tokens.get("eos_token") == "<|im_end|>":
            source = CHATML
        return None if source is None else cls(source, tokens)

    def prompt(self, messages: Sequence[Message], marks: Collection[str]) -> Prompt:
        """The conversation up to where the assistant speaks; ``marks`` are the tokens that steer this model.

        A template that takes no system message gets it before the first of the user's. Raises UserError if the template
        does not work.
        """
        try:
            return self._rendered(messages, marks)
        except RefusedError as error:
            merged = _without_system(messages)
            if list(messages) == merged:
                raise UserError(
                    tr("The model's chat template refuses this task."), tr(_ADVICE)
                ) from error
            return self.prompt(merged, marks)

    def _rendered(self, messages: Sequence[Message], marks: Collection[str]) -> Prompt:
        names = [each for each in marks if each]
        standins = _standins(self._source, messages, names)
        hidden = [Message(m.role, _hidden(m.content, names, standins)) for m in messages]
        written = self._render(
            {
                **self._tokens,
                "messages": [{"role": each.role, "content": each.content} for each in hidden],
                "add_generation_prompt": True,
                "tools": None,
                "documents": None,
                "enable_thinking": False,
            }
        )
        shown = {ord(standin): character for character, standin in standins.items()}
        return joined(
            part if isinstance(part, Mark) else Text(part.text.translate(shown))
            for part in _parts(written, names)
        )

    def _render(self, variables: Mapping[str, Any]) -> str:
        self._environment.begin()
        try:
            return self._template.render(variables)
        except RefusedError:
            raise
        except Exception as error:  # whatever its expressions raise
            raise UserError(tr("The model's chat template does not work."), tr(_ADVICE)) from error


def _parts(written: str, marks: Sequence[str]) -> Iterator[Text | Mark]:
    """``written`` cut at its marks; where two begin at one place, the longer one is meant."""
    pattern = _alternatives(marks)
    at = 0
    for found in pattern.finditer(written) if pattern else ():
        yield Text(written[at : found.start()])
        yield Mark(found[0])
        at = found.end()
    yield Text(written[at:])


def _alternatives(marks: Sequence[str]) -> re.Pattern[str] | None:
    return (
        re.compile("|".join(map(re.escape, sorted(marks, key=len, reverse=True))))
        if marks
        else None
    )


def _standins(source: str, messages: Sequence[Message], marks: Sequence[str]) -> dict[str, str]:
    """A character that occurs nowhere for each one that a mark begins with."""
    everything = {*source, *(c for each in messages for c in each.content), *"".join(marks)}
    free = (chr(i) for i in range(_FIRST_STANDIN, _LAST_STANDIN + 1) if chr(i) not in everything)
    first = sorted({each[0] for each in marks})
    found = dict(zip(first, free, strict=False))
    if len(found) < len(first):
        raise UserError(
            tr("The text uses too many private characters."), tr("Take them out of it.")
        )
    return found


def _hidden(content: str, marks: Sequence[str], standins: Mapping[str, str]) -> str:
    """``content`` with nothing in it that reads like a mark."""
    pattern = _alternatives(marks)
    if pattern is None:
        return content
    return re.sub(f"(?s)(?={pattern.pattern}).", lambda found: standins[found[0]], content)


def _without_system(messages: Sequence[Message]) -> list[Message]:
    system = "\n\n".join(each.content for each in messages if each.role == "system")
    rest = [each for each in messages if each.role != "system"]
    if not system or not rest:
        return list(messages)
    return [Message(rest[0].role, f"{system}\n\n{rest[0].content}"), *rest[1:]]


@dataclass(frozen=True, slots=True)
class _Named:
    """One of several templates of a model."""

    name: Prose
    template: Prose


def _config(model_dir: Path) -> dict[str, Any]:
    """What is said of the tokenizer; nothing where no such file is."""
    try:
        data = read_regular(model_dir / CONFIG_FILE, LARGEST_CONFIG)
    except FileNotFoundError:
        return {}
    config = read_json(data, tolerant=True)
    if not isinstance(config, dict):
        raise SchemaError("", tr_noop("should be an object"))
    return config


def _template_file(model_dir: Path) -> str | None:
    try:
        data = read_regular(model_dir / TEMPLATE_FILE, LARGEST_TEMPLATE)
    except FileNotFoundError:
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SchemaError("", tr_noop("is not UTF-8 text")) from error


def _template_in(config: Mapping[str, Any]) -> str | None:
    value = config.get("chat_template")
    if value is None or isinstance(value, str):
        return value
    several = decode(value, tuple[_Named, ...], "chat_template")
    named = {each.name: each.template for each in several}
    return named.get("default") or next(iter(named.values()), None)


def _token_names(config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in _TOKEN_NAMES:
        value = config.get(name)
        text = value.get("content") if isinstance(value, dict) else value
        if isinstance(text, str):
            yield name, text
