"""packaging/messages.py: what it finds in sources, what it says is wrong, and that it writes the same twice."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPT = ROOT / "packaging" / "messages.py"
pytest.importorskip("babel")


def _loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages_script", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["messages_script"] = module
    spec.loader.exec_module(module)
    return module


MESSAGES = _loaded()

SOURCE = '''
"""A module."""
from cowrite.localization import tr, trn, trp, tr_noop
TITLE = tr_noop("A title")
def say(name, count):
    print(tr("{name} was "
             "saved.", name=name))
    print(f"{tr('Within')} {trn('{count} word', '{count} words', count)}")
    print(tr("Outside {it}", it=tr("inside")), trp("a verb", "open"), tr(TITLE))
'''


def found(source: str) -> set[object]:
    return {(message, context) for message, context in MESSAGES.messages_in(source)}


def test_every_message_is_found_wherever_it_stands():
    assert found(SOURCE) == {
        ("A title", None),
        ("{name} was saved.", None),
        ("Within", None),
        (("{count} word", "{count} words"), None),
        ("Outside {it}", None),
        ("inside", None),
        ("open", "a verb"),
    }


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ('def f(a):\n    tr(f"{a} is there.")', "put together"),
        ('def f(a):\n    tr("a" + a)', "put together"),
        ('TITLE = tr("A title")', "at import"),
        ('class A:\n    title = trn("one", "many", 2)', "at import"),
        ('def f(title=tr("A title")):\n    pass', "at import"),
        ('@shown(tr("A title"))\ndef f():\n    pass', "at import"),
    ],
    ids=["f-string", "sum", "constant", "class", "default", "decorator"],
)
def test_what_a_source_does_wrong_is_found(source: str, what: str):
    assert [what in fault.what for fault in MESSAGES.faults_in(source)] == [True]


def test_a_source_without_faults_has_none():
    assert [*MESSAGES.faults_in(SOURCE)] == []
    assert [*MESSAGES.faults_in('A = tr_noop("a")\nB = lambda: tr("b")')] == []


def catalog(*entries: tuple[object, object]) -> object:
    made = MESSAGES.Catalog(locale="zh_CN")
    for message, text in entries:
        made.add(message, string=text)
    return made


@pytest.mark.parametrize(
    ("message", "text", "what"),
    [
        ("Save", "", "not translated"),
        ("{name} was saved.", "已保存。", "other places"),
        ("{name} was saved.", "{nam}已保存。", "other places"),
        ("Saved.", "{name}已保存。", "other places"),
        (("{count} word", "{count} words"), ("",), "not translated"),
        (("{name}: {count} word", "{name}: {count} words"), ("{count} 个词",), "other places"),
        ("expected %s arguments", "需要几个值", "other places"),
        ("not %(value)r", "不是 %s", "other places"),
    ],
)
def test_what_is_wrong_with_a_translation_is_found(message: object, text: object, what: str):
    assert [what in fault.what for fault in MESSAGES.faults(catalog((message, text)))] == [True]


def test_a_good_catalogue_has_no_faults():
    good = catalog(
        ("{name} was saved in {folder}.", "已在 {folder} 中保存 {name}。"),
        (("One word", "{count} words"), ("{count} 个词",)),
        (("{count} word", "{count} words"), ("一些词",)),
        ("In “{}” is nothing.", "“{}”中没有内容。"),
        ("100 %", "100%"),
        ("not %(value)r of %(kind)s", "不是 %(kind)s 的 %(value)r"),
    )
    assert [*MESSAGES.faults(good)] == []


TEXT = st.text(st.sampled_from('ab 中文{}%“”\n\\"'), min_size=1, max_size=20)


@given(st.dictionaries(TEXT, TEXT, max_size=5))
def test_what_is_taken_is_kept(entries: dict[str, str]):
    template = catalog(*((message, "") for message in entries))
    given_entries = [{"id": message, "text": text} for message, text in entries.items()]
    strangers = MESSAGES.take(template, [*given_entries, {"id": "nobody’s", "text": "x"}])
    assert [each.message for each in strangers] == ["nobody’s"]
    assert MESSAGES.missing(template) == []
    written = MESSAGES.as_po(template)
    read = MESSAGES.read_po(MESSAGES.io.BytesIO(written), locale="zh_CN")
    assert {each.id: each.string for each in read if each.id} == entries
    assert MESSAGES.as_po(read) == written


def test_what_is_missing_can_be_filled_in_and_taken():
    made = catalog(("Save", ""), (("a word", "{count} words"), ("",)))
    made.add("open", string="", context="a verb")
    listed = MESSAGES.missing(made)
    assert sorted(entry["id"] for entry in listed) == ["Save", "a word", "open"]
    for entry in json.loads(json.dumps(listed)):
        entry["text"] = "好"
        assert MESSAGES.take(made, [entry]) == []
    assert MESSAGES.missing(made) == []


def test_a_translation_is_only_replaced_by_who_names_it():
    made = catalog(("Export", "导出"), (("a word", "{count} words"), ("{count} 个词",)))
    (refused,) = MESSAGES.take(made, [{"id": "Export", "text": "出口"}])
    assert refused.message == "Export"
    assert "导出" in refused.what
    assert "出口" in refused.what
    assert made.get("Export").string == "导出"
    same = [{"id": "Export", "text": "导出"}, {"id": "a word", "text": "{count} 个词"}]
    assert MESSAGES.take(made, same) == []
    said = [{"id": "a word", "text": "{count} 字", "was": "{count} 个词"}]
    assert MESSAGES.take(made, said) == []
    assert MESSAGES.take(made, said) == []
    assert made.get("a word").string == ("{count} 字",)


def test_the_catalogues_are_complete_and_up_to_date():
    done = subprocess.run(
        [sys.executable, SCRIPT, "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
