"""Which language is in use: the preference, the environment as gettext reads it, the system."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.localization import current
from cowrite.localization.languages import (
    CHINESE,
    CHOICES,
    ENGLISH,
    LANGUAGES,
    OWN_NAMES,
    SYSTEM,
    in_use_for,
    language_of_windows,
    languages_of_macos,
    supported,
)
from cowrite.settings.language import LANGUAGE_VARIABLE, chosen_language, use_language
from cowrite.settings.preferences import Preferences, info_of

VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("zh", CHINESE),
        ("zh_CN", CHINESE),
        ("zh_CN.UTF-8", CHINESE),
        ("zh_CN.GB18030@stroke", CHINESE),
        ("zh-Hans", CHINESE),
        ("zh-Hans-CN", CHINESE),
        ("zh_SG", CHINESE),
        ("zh_TW.UTF-8", CHINESE),
        ("zh-Hant-HK", CHINESE),
        ("ZH_cn", CHINESE),
        ("en", ENGLISH),
        ("en_GB.UTF-8", ENGLISH),
        ("en-AU", ENGLISH),
        ("de_DE", None),
        ("zha", None),
        ("english", None),
        ("", None),
    ],
)
def test_the_names_of_a_language(name: str, language: str | None):
    assert supported(name) == language


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, ENGLISH),
        ({"LANG": "zh_CN.UTF-8"}, CHINESE),
        ({"LANG": "en_US.UTF-8"}, ENGLISH),
        ({"LANG": "fr_FR.UTF-8"}, ENGLISH),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, CHINESE),
        ({"LC_MESSAGES": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, ENGLISH),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "zh_CN"}, CHINESE),
        ({"LANGUAGE": "zh_CN"}, CHINESE),
        ({"LANGUAGE": "zh_CN", "LANG": "en_US.UTF-8"}, CHINESE),
        ({"LANGUAGE": "zh_CN", "LANG": "C.UTF-8"}, CHINESE),
        ({"LANGUAGE": "zh_CN", "LANG": "C"}, ENGLISH),
        ({"LANGUAGE": "zh_CN", "LC_ALL": "POSIX", "LANG": "zh_CN.UTF-8"}, ENGLISH),
        ({"LANGUAGE": "de:zh_CN:en", "LANG": "de_DE.UTF-8"}, CHINESE),
        ({"LANGUAGE": "en_GB:en:zh_CN", "LANG": "en_GB.UTF-8"}, ENGLISH),
        ({"LANGUAGE": "de:C:zh_CN", "LANG": "de_DE.UTF-8"}, ENGLISH),
        ({"LANGUAGE": "::zh", "LANG": "de_DE.UTF-8"}, CHINESE),
        ({"LANGUAGE": ":", "LANG": "zh_CN.UTF-8"}, CHINESE),
        ({"LANGUAGE": "de", "LANG": "zh_CN.UTF-8"}, ENGLISH),
        ({"LC_CTYPE": "zh_CN.UTF-8", "LC_TIME": "zh_CN.UTF-8", "LANG": "en_US"}, ENGLISH),
    ],
    ids=lambda value: (
        value if isinstance(value, str) else ",".join(f"{k}={v}" for k, v in value.items())
    ),
)
def test_the_environment_is_read_as_gettext_reads_it(environ: Mapping[str, str], language: str):
    assert in_use_for(SYSTEM, environ, list) == language


LOCALES = st.sampled_from(
    ["", "C", "POSIX", "C.UTF-8", "en_US.UTF-8", "zh_CN.UTF-8", "zh_TW", "de_DE.UTF-8", "x:y", ":"]
)


@given(st.dictionaries(st.sampled_from(VARIABLES), LOCALES), st.sampled_from(LANGUAGES))
def test_a_choice_beats_every_environment(environ: dict[str, str], choice: str):
    assert in_use_for(choice, environ, list) == choice


@given(st.dictionaries(st.sampled_from(VARIABLES), LOCALES | st.text(max_size=12)), st.text())
def test_every_environment_has_a_language(environ: dict[str, str], setting: str):
    assert in_use_for(setting, environ, list) in LANGUAGES


@given(st.dictionaries(st.sampled_from(VARIABLES), LOCALES))
def test_the_first_variable_that_is_set_tells_whether_the_locale_is_c(environ: dict[str, str]):
    named = next((environ[name] for name in VARIABLES[1:] if environ.get(name)), "")
    if named in {"C", "POSIX"}:
        assert in_use_for(SYSTEM, environ, list) == ENGLISH


def test_the_system_is_asked_only_where_the_environment_says_nothing():
    assert in_use_for(SYSTEM, {}, lambda: ["fr-FR", "zh-Hans-CN", "en"]) == CHINESE
    assert in_use_for(SYSTEM, {"LANG": "en_US.UTF-8"}, lambda: ["zh-Hans-CN"]) == ENGLISH
    assert in_use_for(SYSTEM, {"LANGUAGE": ""}, lambda: ["zh-Hans-CN"]) == CHINESE


@pytest.mark.parametrize(
    ("identity", "language"),
    [(0x0804, CHINESE), (0x0404, CHINESE), (0x1004, CHINESE), (0x0409, ENGLISH), (0x0407, ENGLISH)],
)
def test_the_language_of_windows(identity: int, language: str):
    assert language_of_windows(identity) == language


def test_the_list_that_macos_keeps():
    listing = '(\n    "zh-Hans-CN",\n    "en-CN",\n    de\n)\n'
    assert languages_of_macos(listing) == ["zh-Hans-CN", "en-CN", "de"]
    assert languages_of_macos("") == []


# --- the preference --------------------------------------------------------------------------------------------------


def test_the_preference_offers_the_system_and_every_language():
    assert Preferences().language == SYSTEM
    assert tuple(info_of("language").choices) == CHOICES == (SYSTEM, *LANGUAGES)
    assert set(OWN_NAMES) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("content", "choice"),
    [
        (None, SYSTEM),
        ("{}", SYSTEM),
        ('{"language": "zh_CN"}', CHINESE),
        ('{"language": "en", "theme": 7}', ENGLISH),
        ('{"language": "eo"}', SYSTEM),
        ('{"language": ["zh_CN"]}', SYSTEM),
        ("[]", SYSTEM),
        ("{", SYSTEM),
    ],
)
def test_it_is_read_before_the_rest(tmp_path: Path, content: str | None, choice: str):
    file = tmp_path / "settings.json"
    if content is not None:
        file.write_text(content, "utf-8")
    assert chosen_language(file) == choice


def test_it_is_put_in_use(tmp_path: Path):
    assert use_language(CHINESE, {}) == current() == CHINESE
    assert use_language(SYSTEM, {"LANG": "en_US.UTF-8"}) == current() == ENGLISH
    assert use_language(ENGLISH, {LANGUAGE_VARIABLE: CHINESE}) == current() == CHINESE
    assert use_language(CHINESE, {LANGUAGE_VARIABLE: "eo"}) == current() == CHINESE


@pytest.mark.expects_warnings
def test_without_its_catalogue_it_is_english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr("cowrite.settings.language.optional_resource", lambda name: tmp_path)
    assert use_language(CHINESE, {}) == current() == ENGLISH


def environment(**variables: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    kept.pop(LANGUAGE_VARIABLE)
    return {**kept, **variables}


def printed(home: Path, *arguments: str, **variables: str) -> str:
    command = [sys.executable, "-m", "cowrite", "--home", str(home), *arguments]
    done = subprocess.run(
        command, env=environment(**variables), capture_output=True, check=False, timeout=60
    )
    return done.stdout.decode("utf-8") + done.stderr.decode("utf-8")


def test_the_command_line_speaks_it_though_the_locale_was_never_generated(tmp_path: Path):
    assert "用法" in printed(tmp_path, "--help", LC_ALL="zh_CN.UTF-8")
    assert "usage" in printed(tmp_path, "--help", LC_ALL="en_US.UTF-8")


def test_the_command_line_follows_the_preference(tmp_path: Path):
    settings = tmp_path / "config" / "settings.json"
    settings.parent.mkdir()
    settings.write_text(json.dumps({"language": "zh_CN"}), "utf-8")
    assert "用法" in printed(tmp_path, "--help", LANG="en_US.UTF-8")
    settings.write_text(json.dumps({"language": "en"}), "utf-8")
    assert "usage" in printed(tmp_path, "--help", LANG="zh_CN.UTF-8")


def test_where_the_output_holds_no_chinese_it_is_english(tmp_path: Path):
    said = printed(tmp_path, "--help", LANG="zh_CN.UTF-8", PYTHONIOENCODING="latin-1")
    assert "usage" in said
