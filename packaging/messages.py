"""Finds every sentence that is translated, brings the catalogues up to date, and checks them.

    python packaging/messages.py              extract, update resources/locale/*/cowrite.po and compile them
    python packaging/messages.py --check      the same without writing; exit status 1 and a list if anything is amiss
    python packaging/messages.py --missing    print what has no translation yet, as JSON to be filled in
    python packaging/messages.py --take FILE  take translations from such a JSON file, then as without arguments

The JSON is a list of ``{"id": ..., "plural": ..., "context": ..., "text": "...", "was": "..."}``; ``plural`` and
``context`` only where there is one. Chinese has one plural form, so ``text`` is always one string. A message that is
translated already is only translated otherwise where ``was`` names its translation of now: the same English in two
places may mean two things, and the second must not take the first one's away.
"""

from __future__ import annotations

import argparse
import ast
import gettext
import io
import json
import re
import string
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "cowrite"
LOCALES = ROOT / "resources" / "locale"
LANGUAGES = ("zh_CN",)
FUNCTIONS = frozenset({"tr", "tr_noop", "trn", "trp"})
_CHANGING = re.compile(rb'^"(POT-Creation-Date|PO-Revision-Date|Generated-By): .*\n', re.MULTILINE)
_PERCENT = re.compile(r"%(?:\(\w+\))?[sr]\b")
_HEADER = "# Translations of Cowrite. Written by packaging/messages.py; only the lines msgstr are edited by hand."


def extracted() -> Catalog:
    """The messages of the sources, in the order of the alphabet."""
    catalog = Catalog(project="Cowrite", charset="utf-8", fuzzy=False)
    for file in sorted(SOURCE.rglob("*.py")):
        place = file.relative_to(ROOT).as_posix()
        for message, context in messages_in(file.read_text("utf-8")):
            catalog.add(message, locations=[(place, None)], context=context)
    return catalog


def messages_in(source: str) -> Iterator[tuple[str | tuple[str, str], str | None]]:
    """Each message of a module, and its context if it has one.

    Found in the syntax tree: Babel's own search passes over a call within another and within an f-string.
    """
    for node in _nodes(source):
        texts = [
            each.value if isinstance(each, ast.Constant) and isinstance(each.value, str) else ""
            for each in (node.args if _is_translation(node) else ())
        ]
        match (node.func.id if texts else ""), texts:
            case "trn", [str(one), str(many), *_] if one and many:
                yield (one, many), None
            case "trp", [str(context), str(message), *_] if context and message:
                yield message, context
            case "tr" | "tr_noop", [str(message), *_] if message:
                yield message, None


def catalogue_of(language: str) -> Catalog:
    """The catalogue as it is kept."""
    file = LOCALES / language / "cowrite.po"
    if not file.exists():
        return Catalog(locale=language, project="Cowrite", charset="utf-8", fuzzy=False)
    with file.open("rb") as stream:
        return read_po(stream, locale=language)


def updated(language: str, template: Catalog) -> Catalog:
    """The catalogue with exactly the messages of the sources; no translation is guessed."""
    catalog = catalogue_of(language)
    catalog.update(template, no_fuzzy_matching=True)
    for message in catalog:
        # What got a plural, or lost it, would else be left out of the compiled catalogue.
        message.flags.discard("fuzzy")
    catalog.obsolete.clear()
    catalog.fuzzy = False
    return catalog


def as_po(catalog: Catalog) -> bytes:
    """Without dates and versions of tools, so that the same sources make the same file."""
    catalog.header_comment = _HEADER
    stream = io.BytesIO()
    write_po(stream, catalog, width=100, sort_output=True, include_lineno=False)
    return _CHANGING.sub(b"", stream.getvalue())


def as_mo(catalog: Catalog) -> bytes:
    """What gettext reads at run time."""
    stream = io.BytesIO()
    write_mo(stream, catalog)
    return stream.getvalue()


def is_same_mo(data: bytes, kept: Path) -> bool:
    """Whether two compiled catalogues hold the same; their headers tell dates and versions of tools."""
    if not kept.exists():
        return False
    with kept.open("rb") as stream:
        before = vars(gettext.GNUTranslations(stream))["_catalog"]
    after = vars(gettext.GNUTranslations(io.BytesIO(data)))["_catalog"]
    return {**before, "": ""} == {**after, "": ""}


@dataclass(frozen=True)
class Fault:
    """Something wrong with one message."""

    what: str
    message: str


def faults(catalog: Catalog) -> Iterator[Fault]:
    """Missing translations, places for values that differ, and forms of a plural that are not there."""
    for message in catalog:
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        if not all(texts):
            yield Fault("not translated", ids[0])
            continue
        if message.pluralizable and len(texts) != catalog.num_plurals:
            yield Fault("the wrong number of plural forms", ids[0])
        allowed = {name for each in ids for name in places(each)}
        needed = set.intersection(*({*places(each)} for each in ids)) - {"count"}
        for text in texts:
            if not needed <= set(places(text)) <= allowed:
                yield Fault("other places for values than its message", ids[0])


def places(text: str) -> list[str]:
    """The names in braces, if they are places at all, and those that argparse fills in: ``%s``, ``%(name)s``."""
    of_argparse = _PERCENT.findall(text)
    try:
        return [name for _, name, _, _ in string.Formatter().parse(text) if name] + of_argparse
    except ValueError:
        return of_argparse


def source_faults() -> Iterator[Fault]:
    """What is wrong with how the sources ask for translations."""
    for file in sorted(SOURCE.rglob("*.py")):
        for fault in faults_in(file.read_text("utf-8")):
            yield Fault(fault.what, f"{file.relative_to(ROOT)}:{fault.message}")


def faults_in(source: str) -> Iterator[Fault]:
    """The same for one module, with the number of the line as the message.

    A message that is put together (an f-string, a sum) cannot be found by extraction; one that is translated at
    import stays in the language of that moment.
    """
    for node in _nodes(source):
        if _is_translation(node) and any(
            isinstance(each, (ast.JoinedStr, ast.BinOp)) for each in node.args[:2]
        ):
            yield Fault("a message that is put together before it is translated", str(node.lineno))
    for node in _at_import(_nodes(source)[0]):
        if _is_translation(node) and node.func.id != "tr_noop":
            yield Fault("a message that is translated at import", str(node.lineno))


@cache
def _nodes(source: str) -> list[ast.AST]:
    """Its syntax tree, flat, the whole first."""
    return [*ast.walk(ast.parse(source))]


def _is_translation(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in FUNCTIONS
        and bool(node.args)
    )


def _at_import(node: ast.AST) -> Iterator[ast.AST]:
    """What is run when the module is imported: all but the bodies of functions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for each in (*child.decorator_list, *child.args.defaults, *child.args.kw_defaults):
                if each is not None:
                    yield each
                    yield from _at_import(each)
        elif not isinstance(child, ast.Lambda):
            yield child
            yield from _at_import(child)


def missing(catalog: Catalog) -> list[dict[str, str]]:
    """What has no translation, to be filled in."""
    return [_as_json(each) for each in catalog if each.id and not _is_translated(each)]


def _is_translated(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


def _as_json(message: Message) -> dict[str, str]:
    one, many = message.id if isinstance(message.id, tuple) else (message.id, "")
    found = {"id": one, "plural": many, "context": message.context or "", "text": ""}
    return {key: value for key, value in found.items() if value or key == "text"}


def take(catalog: Catalog, entries: list[dict[str, str]]) -> list[Fault]:
    """Fill in ``entries``; those that cannot be taken, because no message is so or it is translated otherwise."""
    refused = []
    for entry in entries:
        message = catalog.get(entry["id"], entry.get("context") or None)
        if message is None:
            refused.append(Fault("Not in the sources", entry["id"]))
        elif entry["text"]:
            now = message.string[0] if isinstance(message.string, tuple) else message.string
            if now in ("", entry["text"], entry.get("was")):
                message.string = (entry["text"],) if message.pluralizable else entry["text"]
            else:
                what = f"Translated as “{now}”, so “{entry['text']}” needs a context, or “was”"
                refused.append(Fault(what, entry["id"]))
    return refused


def main() -> int:
    """Do what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--missing", action="store_true")
    parser.add_argument("--take", type=Path, nargs="+", default=[])
    arguments = parser.parse_args()
    template, bad = extracted(), list(source_faults())
    for language in LANGUAGES:
        catalog = updated(language, template)
        for file in arguments.take:
            for refused in take(catalog, json.loads(file.read_text("utf-8"))):
                print(f"{refused.what}: {refused.message!r}", file=sys.stderr)
        if arguments.missing:
            print(json.dumps(missing(catalog), ensure_ascii=False, indent=1))
            continue
        bad += faults(catalog)
        folder = LOCALES / language
        po, mo = as_po(catalog), as_mo(catalog)
        stale = []
        if not (file := folder / "cowrite.po").exists() or file.read_bytes() != po:
            stale.append((file, po))
        if not is_same_mo(mo, file := folder / "cowrite.mo"):
            stale.append((file, mo))
        for file, data in stale:
            if arguments.check:
                bad.append(Fault("not up to date; run “python3 dev.py messages”", str(file)))
            else:
                folder.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
        done = len([each for each in catalog if each.id]) - len(missing(catalog))
        print(f"{language}: {done} of {len(catalog)} messages translated.")
    for fault in bad:
        print(f"{fault.what}: {fault.message}", file=sys.stderr)
    return 1 if bad and arguments.check else 0


if __name__ == "__main__":
    sys.exit(main())
