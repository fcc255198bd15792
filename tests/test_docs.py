"""The documents say what the program does: commands, keys, options and links are compared with the code."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence

from cowrite.__main__ import COMMANDS, window_parser
from cowrite.cli.dispatch import command_parser, load_command
from cowrite.editor.page.ghost_commands import default_keymap

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
GUIDE = (ROOT / "docs" / "user-guide.md").read_text("utf-8")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*/*.md")])


def subparsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """The parsers of the actions below ``parser``, or itself if there are none."""
    actions = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    if not actions:
        yield parser
    for action in actions:
        for child in action.choices.values():
            yield from subparsers(child)


def parsers(name: str) -> list[argparse.ArgumentParser]:
    return list(subparsers(command_parser(name, load_command(name))))


def long_options(parser: argparse.ArgumentParser) -> set[str]:
    found = {option for action in parser._actions for option in action.option_strings}
    return {option for option in found if option.startswith("--")} - {"--help"}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_guide_names_every_command(name: str):
    for parser in parsers(name):
        assert f"`{parser.prog}" in GUIDE, f"`{parser.prog}` is missing in docs/user-guide.md"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_guide_names_only_commands_that_exist(name: str):
    programs = {parser.prog for parser in parsers(name)}
    for action in re.findall(rf"`cowrite {name} ([a-z-]+)", GUIDE):
        assert f"cowrite {name} {action}" in programs


@pytest.mark.parametrize("parser", [*parsers("complete"), window_parser()], ids=lambda p: p.prog)
def test_the_guide_explains_every_option(parser: argparse.ArgumentParser):
    missing = {option for option in long_options(parser) if f"{option}" not in GUIDE}
    assert not missing


@pytest.mark.parametrize("document", [README, GUIDE], ids=["README", "guide"])
def test_every_key_of_a_suggestion_is_in_the_table(document: str):
    table = set(re.findall(r"`([^`]+)`", "".join(re.findall(r"(?m)^\| (`.*?) \|", document))))
    keys = {
        sequence.toString(QKeySequence.SequenceFormat.PortableText)
        for sequences in default_keymap().values()
        for sequence in sequences
    }
    keys.add("F9")  # turns suggestions on or off
    assert keys <= table, f"not in the table: {keys - table}"


def test_the_two_commands_are_those_of_the_script():
    script = (ROOT / "dev.py").read_text("utf-8")
    commands = set(re.findall(r'^    "(\w+)": \(\1,', script, re.MULTILINE))
    named = set()
    for path in DOCUMENTS:
        named |= set(re.findall(r"python3? dev\.py ([a-z]+)", path.read_text("utf-8")))
    assert {"run", "test"} <= named <= commands


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path):
    text = re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        file, _, anchor = target.partition("#")
        linked = (path.parent / file).resolve() if file else path
        assert linked.exists(), f"{path.name} links to {target}"
        if anchor:
            headings = re.findall(r"(?m)^#+ (.+)$", linked.read_text("utf-8"))
            anchors = {re.sub(r"[^\w\- ]", "", h).lower().replace(" ", "-") for h in headings}
            assert anchor in anchors, f"{path.name} links to {target}"


def test_every_measurement_has_its_script():
    results = (ROOT / "benchmarks" / "RESULTS.md").read_text("utf-8")
    scripts = set(re.findall(r"`(\w+\.py)`", results))
    assert scripts
    for script in scripts:
        assert (ROOT / "benchmarks" / script).is_file()


def test_every_promise_names_a_test_that_exists():
    page = (ROOT / "docs" / "what-is-promised.md").read_text("utf-8")
    rows = re.findall(r"(?m)^\| (?!you can rely|---)(.+?) \| (.+) \|$", page)
    assert rows
    for promise, shown_by in rows:
        tests = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", shown_by)
        assert tests, f"nothing shows: {promise}"
        for file, name in tests:
            assert re.search(rf"(?m)^\s*def {name}\(", (ROOT / file).read_text("utf-8")), name


def test_the_architecture_names_only_files_that_exist():
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    named = set(re.findall(r"`((?:\w+/)+\w+\.py)`", text))
    assert named
    for name in named:
        assert (ROOT / name).is_file() or (ROOT / "cowrite" / name).is_file(), name
