"""In which language a passage is read, and by which voice."""

from __future__ import annotations

import pytest

from cowrite.speech.languages import Voice, language_of, needs_voices, primary_of, voice_for

VOICES = (
    Voice("Caribbean", "en-029"),
    Voice("America", "en-us"),
    Voice("America+Adam", "en-us"),
    Voice("Britain", "en-gb"),
    Voice("Cantonese", "yue"),
    Voice("Mandarin", "cmn"),
    Voice("Anna", "de_DE"),
)


@pytest.mark.parametrize(
    ("text", "usual", "language"),
    [
        ("It was late.", "en_GB", "en_GB"),
        ("Es war spät.", "de_DE", "de_DE"),
        ("It was late.", "", "en_US"),
        ("It was late.", "zh_CN", "en_US"),
        ("今天天气很好。", "en_US", "zh"),
        ("今天天气很好。", "zh_HK", "zh_HK"),
        ("他说 hello。今天天气很好", "en_US", "zh"),
        ("She wrote the sign 好 on the wall.", "en_US", "en_US"),
        ("今日はいい天気です", "en_US", "ja"),
        ("안녕하세요", "en_US", "ko"),
        ("Было поздно.", "en_US", "ru"),
        ("Було пізно.", "uk_UA", "uk_UA"),
        ("3.14", "fr_FR", "fr_FR"),
    ],
)
def test_the_script_says_what_language_it_is(text: str, usual: str, language: str) -> None:
    assert language_of(text, usual) == language


@pytest.mark.parametrize(
    ("language", "wanted", "name"),
    [
        ("en_US", "", "America"),
        ("en_GB", "", "Britain"),
        ("en_AU", "", "America"),
        ("en", "", "America"),
        ("zh", "", "Mandarin"),
        ("zh_CN", "", "Mandarin"),
        ("zh-Hans-CN", "", "Mandarin"),
        ("zh_HK", "", "Cantonese"),
        ("de", "", "Anna"),
        ("en_US", "Britain", "Britain"),
        ("zh", "Britain", "Mandarin"),
        ("en_US", "gone", "America"),
    ],
)
def test_the_nearest_voice_reads(language: str, wanted: str, name: str) -> None:
    voice = voice_for(language, VOICES, wanted)
    assert voice is not None
    assert voice.name == name


def test_no_voice_for_a_language() -> None:
    assert voice_for("ja", VOICES) is None
    assert voice_for("en", ()) is None


def test_where_voices_have_to_be_known() -> None:
    assert not needs_voices("en_US", "")
    assert needs_voices("en_US", "Britain")
    assert needs_voices("zh", "")
    assert needs_voices("uk_UA", "")


def test_one_name_for_a_language() -> None:
    assert [primary_of(each) for each in ("cmn", "yue", "zh_CN", "EN-us", "nb")] == [
        "zh",
        "zh",
        "zh",
        "en",
        "no",
    ]
