"""The functions through which every sentence goes."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from cowrite.localization import current, tr, tr_noop, trn, trp, use

pytest.importorskip("babel")
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    catalog = Catalog(locale="zh_CN")
    catalog.add("Save", string="保存")
    catalog.add("{name} was saved.", string="已保存 {name}。")
    catalog.add("{name} is broken.", string="{nom}坏了。")
    catalog.add(("One word", "{count:,} words"), string=("{count:,} 个词",))
    catalog.add("open", string="打开", context="a verb")
    catalog.add("open", string="打开的", context="an adjective")
    stream = io.BytesIO()
    write_mo(stream, catalog)
    (tmp_path / "zh_CN").mkdir()
    (tmp_path / "zh_CN" / "cowrite.mo").write_bytes(stream.getvalue())
    return tmp_path


def test_english_is_its_own_key(folder: Path):
    assert current() == "en"
    assert tr("{name} was saved.", name="a.md") == "a.md was saved."
    assert (trn("One word", "{count:,} words", 1), trn("One word", "{count:,} words", 2_000)) == (
        "One word",
        "2,000 words",
    )
    assert trp("a verb", "open") == "open"
    assert tr("") == ""


def test_a_catalogue_is_used(folder: Path):
    use("zh_CN", folder)
    assert current() == "zh_CN"
    assert tr("Save") == "保存"
    assert tr("{name} was saved.", name="a.md") == "已保存 a.md。"
    assert trn("One word", "{count:,} words", 1) == "1 个词"
    assert trn("One word", "{count:,} words", 2_000) == "2,000 个词"
    assert trp("a verb", "open") == "打开"
    assert trp("an adjective", "open") == "打开的"
    assert tr("") == ""


def test_what_has_no_translation_is_shown_as_it_is(folder: Path):
    use("zh_CN", folder)
    assert tr("Nobody translated {it}.", it="this") == "Nobody translated this."
    assert trn("a thing", "{count} things", 3) == "3 things"
    assert tr_noop("Save") == "Save"


def test_braces_are_only_braces_where_nothing_is_filled_in():
    assert tr("In “{}” is nothing.") == "In “{}” is nothing."


@pytest.mark.expects_warnings
def test_a_fault_in_a_translation_takes_no_sentence_away(folder: Path):
    use("zh_CN", folder)
    assert tr("{name} is broken.", name="It") == "It is broken."


def test_without_a_catalogue_it_is_said_and_the_language_stays(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        use("zh_CN", tmp_path)
    with pytest.raises(FileNotFoundError):
        use("zh_CN")
    assert current() == "en"


def test_the_language_is_switched_and_back(speak: Callable[[str], None]):
    speak("zh_CN")
    assert tr("usage: ") == "用法："
    speak("en")
    assert tr("usage: ") == "usage: "
