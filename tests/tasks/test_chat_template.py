"""Chat templates: as transformers renders them, what is typed stays text, and what strangers wrote does no harm."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cowrite.base.errors import UserError
from cowrite.engine.prompts import Mark, Prompt, Text
from cowrite.tasks.chat_template import CHATML, LARGEST_TEMPLATE, ChatTemplate, Message
from cowrite.tasks.sandbox import BoundedEnvironment, TooMuchError

MARKS = ("<|im_start|>", "<|im_end|>", "<s>", "[INST]", "[/INST]", "<|im_end|>x")
SYSTEM, USER = Message("system", "Be kind."), Message("user", "Say hello.")
LLAMA2 = (
    "{{ bos_token }}{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system') }}{% endif %}"
    "{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('order') }}{% endif %}"
    "[INST] {{ m['content'] | trim }} [/INST]{% endfor %}"
)


def written(prompt: Prompt) -> str:
    return "".join(part.name if isinstance(part, Mark) else part.text for part in prompt)


def test_marks_are_those_of_the_template() -> None:
    prompt = ChatTemplate(CHATML).prompt([SYSTEM, USER], MARKS)
    assert prompt == (
        Mark("<|im_start|>"), Text("system\nBe kind."), Mark("<|im_end|>"), Text("\n"),
        Mark("<|im_start|>"), Text("user\nSay hello."), Mark("<|im_end|>"), Text("\n"),
        Mark("<|im_start|>"), Text("assistant\n"),
    )  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from([*MARKS, "<|im_", "end|>", "<", "[", "\ue000", "\ue001"]),
            st.text(max_size=4),
        ),
        max_size=8,
    ).map("".join)
)
def test_whatever_is_typed_is_text(typed: str) -> None:
    template = ChatTemplate(CHATML)
    prompt = template.prompt([Message("user", typed)], MARKS)
    plain = template.prompt([Message("user", "")], MARKS)
    assert [each for each in prompt if isinstance(each, Mark)] == [
        each for each in plain if isinstance(each, Mark)
    ]
    assert Text(f"user\n{typed}") in prompt


def test_a_template_without_a_system_message_gets_it_with_the_first_of_the_user() -> None:
    prompt = ChatTemplate(LLAMA2, {"bos_token": "<s>"}).prompt([SYSTEM, USER], MARKS)
    assert prompt[0] == Mark("<s>")
    assert written(prompt) == "<s>[INST] Be kind.\n\nSay hello. [/INST]"
    with pytest.raises(UserError, match="refuses"):
        ChatTemplate("{{ raise_exception('never') }}").prompt([SYSTEM, USER], MARKS)


def test_where_the_template_is(tmp_path: Path) -> None:
    assert ChatTemplate.read(tmp_path) is None

    def config(**values: object) -> None:
        (tmp_path / "tokenizer_config.json").write_text(json.dumps(values))

    def first() -> str:
        template = ChatTemplate.read(tmp_path)
        assert template is not None
        return written(template.prompt([USER], MARKS))

    config(eos_token="<|im_end|>")
    assert first().startswith("<|im_start|>user\nSay hello.<|im_end|>")
    config(eos_token={"content": "<|im_end|>"}, chat_template="A{{ eos_token }}")
    assert first() == "A<|im_end|>"
    config(chat_template=[{"name": "tools", "template": "T"}, {"name": "default", "template": "D"}])
    assert first() == "D"
    (tmp_path / "chat_template.jinja").write_text("J{% generation %}!{% endgeneration %}")
    assert first() == "J!"


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe", b"{% if %}", b"{{ 1 +", b"{% include '/etc/passwd' %}", b"x" * (LARGEST_TEMPLATE + 1),
     b"{{ messages.append(1) }}", b"{{ ''.__class__.__mro__ }}", b"{{ nothing.at.all }}", b"{{ 1 / 0 }}"],
)  # fmt: skip
def test_a_broken_one_is_one_plain_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "chat_template.jinja").write_bytes(content)
    with pytest.raises(UserError, match="chat template"):
        ChatTemplate.read(tmp_path).prompt([SYSTEM, USER], MARKS)  # type: ignore[union-attr]


@pytest.mark.parametrize("value", [7, [1], [{"name": "x"}], {"a": "b"}])
def test_a_config_that_makes_no_sense_is_said(tmp_path: Path, value: object) -> None:
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"chat_template": value}))
    with pytest.raises(UserError, match="chat template"):
        ChatTemplate.read(tmp_path)


@pytest.mark.parametrize(
    "source",
    [
        "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
        "{{ 'a' * 10**10 }}",
        "{{ 2 ** 10**9 }}",
        "{% set ns = namespace(s='aaaa') %}{% for i in range(60) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
        "{% set ns = namespace(s='aaaa') %}{% for i in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
        "{% set ns = namespace(s='a') %}{% for i in range(60) %}{% set ns.s = ns.s | replace('a', 'aa') %}{% endfor %}",
        "{% set ns = namespace(s='a') %}{% for i in range(60) %}{% set ns.s = ns.s.replace('a', 'aa') %}{% endfor %}",
        "{% set ns = namespace(s=['a']) %}{% for i in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
        "{% set ns = namespace(s=9) %}{% for i in range(60) %}{% set ns.s = ns.s * ns.s %}{% endfor %}",
        "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(40) }}",
        "{{ (['a' * 1000000] * 4000) }}",
        "{{ (range(100000) | list) | join('a' * 1000000) }}",
        "{% set s = 'a' * 1000000 %}{{ [" + "s," * 5000 + "] | tojson }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ strftime_now('%1000000000d') }}",
    ],
)
def test_a_template_cannot_take_much_time_or_memory(source: str) -> None:
    environment = BoundedEnvironment()
    environment.begin()
    with pytest.raises(TooMuchError):
        environment.compile_bounded(source).render()


def test_what_chat_templates_use_works() -> None:
    environment = BoundedEnvironment(lambda: date(2026, 11, 28))
    source = (
        "{%- set ns = namespace(n=0) -%}{%- for m in messages if m.role != 'system' -%}{% set ns.n = ns.n + 1 %}"
        "{{ loop.index }}/{{ loop.length }}{{ m['content'] | trim | upper }}{{ ',' if not loop.last }}{% endfor %}"
        "|{{ messages[0].content is defined }}|{{ messages[1:] | length }}|{{ {'a': 'ä'} | tojson }}"
        "|{{ messages | selectattr('role', 'equalto', 'user') | map(attribute='content') | join('-') }}"
        "|{{ 'a-b'.split('-')[-1] ~ ns.n }}|{{ strftime_now('%d %B %Y') }}"
        "{% for i in range(9) %}{% if i > 1 %}{% break %}{% endif %}{{ i }}{% endfor %}"
    )
    messages = [{"role": "system", "content": "s"}, {"role": "user", "content": " a "}]
    found = environment.compile_bounded(source).render(messages=messages)
    assert found == '1/1A|True|1|{"a": "ä"}| a |b1|28 November 202601'


@pytest.mark.starter_model
def test_the_starter_model_is_asked_as_transformers_asks_it(starter_model_dir: Path) -> None:
    from transformers import AutoTokenizer

    from cowrite.engine.tokens.prompt_tokens import prompt_tokens
    from cowrite.engine.tokens.vocabulary import Vocabulary
    from cowrite.tasks.prompts import ModelPrompts

    vocabulary = Vocabulary.load(starter_model_dir)
    prompts = ModelPrompts.of(starter_model_dir, vocabulary)
    theirs = AutoTokenizer.from_pretrained(str(starter_model_dir))
    assert (starter_model_dir / "chat_template.jinja").is_file()
    for system, user in (("Be kind.", "Fix: the  dog.\n\n"), ("", "Hi 你好 <b>"), ("A\n", "")):
        messages = [{"role": "system", "content": system}] if system else []
        expected = theirs.apply_chat_template(
            [*messages, {"role": "user", "content": user}],
            add_generation_prompt=True,
            return_dict=False,
        )
        assert prompt_tokens(vocabulary, prompts.instruct(system, user)) == expected
    # What the library reads as the end of a turn stays what somebody typed.
    tokens = prompt_tokens(vocabulary, prompts.instruct("", "Say <|im_end|>."))
    assert tokens.count(vocabulary.marks["<|im_end|>"]) == 2
