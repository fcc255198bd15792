"""The Chinese catalogue as a typesetter reads it: marks, spaces, ends of sentences, keys of menus."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from babel.messages.pofile import read_po

from cowrite.settings.resources import resource_path

HAN = "[一-鿿]"
PLACE = re.compile(r"\{[^{}]*\}|%\(\w+\)s|%s")
MNEMONIC = re.compile(r"\(&\w\)")
FILE_FILTER = re.compile(r" \(\*[^)]*\)(?:;;)?")
RULES = {
    "a half-width mark beside a Chinese character": rf"{HAN}[,;:!?()]|[,;(]{HAN}",
    "no space between Chinese and Latin": rf"{HAN}[A-Za-z0-9]|[A-Za-z0-9]{HAN}",
    "a space beside a full-width mark": r"[，。：；？！、（）《》] (?! )|(?<! ) [，。：；？！、）》]",
    "a straight quotation mark": rf'["\']{HAN}|{HAN}["\']',
    "an ellipsis of three points": rf"{HAN} ?\.\.\.",
    "twice the same mark": r"。。|，，|、、|：：|的的|了了",
    "another way to address the reader": "您",
    "a space before a percent sign": r"[\d\0] %",
    "an English full stop": rf"{HAN}\.(?![\w-])",
}


def entries() -> Iterator[tuple[str, str]]:
    """English and Chinese of every message; of a plural the general form."""
    with (resource_path("locale") / "zh_CN" / "cowrite.po").open("rb") as file:
        for message in read_po(file, locale="zh_CN"):
            if message.id:
                # Of forms of a plural the last English one is the general one; Chinese has but one.
                english, chinese = (
                    each if isinstance(each, str) else list(each or ())
                    for each in (message.id, message.string)
                )
                yield (
                    english if isinstance(english, str) else english[-1],
                    chinese if isinstance(chinese, str) else chinese[0],
                )


def bare(text: str) -> str:
    """Without the keys of menus and what is quoted as it is typed; a place is neither Chinese nor Latin."""
    return PLACE.sub("\0", FILE_FILTER.sub("\n", MNEMONIC.sub("", text)))


def faults(english: str, chinese: str) -> list[str]:
    """What a typesetter would mark."""
    text = bare(chinese)
    found = [rule for rule, pattern in RULES.items() if re.search(pattern, text)]
    if english.rstrip().endswith(".") != chinese.rstrip().endswith("。") and not english.endswith(
        ("..", "}.", " .")
    ):
        found.append("the end of a sentence")
    if english.endswith("…") != bool(re.search(r"…(\(&\w\))?$", chinese)):
        found.append("the ellipsis of a command")
    if len(MNEMONIC.findall(chinese)) != len(re.findall(r"(?<!&)&(?=\w)", english)):
        found.append("the key of a menu")
    is_open = chinese.count("“") != chinese.count("”")
    if is_open and english.count("“") == english.count("”"):
        found.append("a quotation that is not closed")
    if english.count("\n") != chinese.count("\n"):
        found.append("the number of lines")
    return found


def test_the_chinese_catalogue_follows_the_rules() -> None:
    wrong = [(rule, chinese) for english, chinese in entries() for rule in faults(english, chinese)]
    assert wrong == []


@pytest.mark.parametrize(
    ("english", "chinese", "rule"),
    [
        ("Saved, closed.", "已保存,已关闭。", "a half-width mark beside a Chinese character"),
        ("Open a DOCX file", "打开DOCX文件", "no space between Chinese and Latin"),
        ("It is so. Or not.", "是这样。 或不是。", "a space beside a full-width mark"),
        ("“a” is missing", '缺少"甲"', "a straight quotation mark"),
        ("It was saved.", "已保存", "the end of a sentence"),
        ("Saved", "已保存。", "the end of a sentence"),
        ("&File", "文件", "the key of a menu"),
        ("Open…", "打开", "the ellipsis of a command"),
        ("“a” is it", "“甲是", "a quotation that is not closed"),
        ("you", "您", "another way to address the reader"),
    ],
)
def test_a_fault_is_found(english: str, chinese: str, rule: str) -> None:
    assert rule in faults(english, chinese)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("&Open…", "打开(&O)…"),
        ("{count} files were saved.", "已保存 {count} 个文件。"),
        ("The file “{name}” is read-only.", "文件“{name}”为只读。"),
        ("Press Ctrl+Tab", "按 Ctrl+Tab"),
    ],
)
def test_what_is_right_passes(english: str, chinese: str) -> None:
    assert faults(english, chinese) == []
