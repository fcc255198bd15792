"""Finds what a person would read in English whatever their language: text that goes through no ``tr``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TRANSLATING = {"tr": 1, "tr_noop": 1, "trn": 2, "trp": 2}
"""How many of their first arguments are the message."""
LOGGING = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log"})
NOT_FOR_PEOPLE = frozenset(
    {
        "compile",
        "cast",
        "TypeVar",
        "getLogger",
        "execute",
        "executemany",
        "executescript",
        "setObjectName",
        "setStyleSheet",
        "getattr",
        "startswith",
        "endswith",
        "removeprefix",
        "removesuffix",
        "strftime",
        "encode",
    }
)
"""Functions whose texts nobody reads."""
SHOWING = frozenset(
    {
        "QLabel",
        "QPushButton",
        "QToolButton",
        "QCheckBox",
        "QRadioButton",
        "QGroupBox",
        "QAction",
        "PlainLabel",
        "addAction",
        "addItem",
        "addMenu",
        "addRow",
        "addTab",
        "print",
        "say",
        "setAccessibleDescription",
        "setAccessibleName",
        "setInformativeText",
        "setLabelText",
        "setPlaceholderText",
        "setStatusTip",
        "setSuffix",
        "setText",
        "setTitle",
        "setToolTip",
        "setWhatsThis",
        "setWindowTitle",
        "show_progress",
        "showMessage",
    }
)
"""Functions whose texts a person reads, be they a single word."""
SHOWN_AS = frozenset({"help", "description", "epilog", "advice", "title", "tooltip", "placeholder"})
"""Arguments whose texts a person reads, whoever takes them."""
PROGRAMMERS = re.compile(r"(Error|Exception|Exit|Warning|Stop)$")
"""Exceptions whose texts are for programmers, or that have none."""
SENTENCE = re.compile(r"^\W*[A-Z“][^{}]*\s\S.*", re.DOTALL)
WORD = re.compile(r"[A-Za-z]{2,}")
SQL = re.compile(
    r"(\{\})?\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|PRAGMA|ATTACH|DETACH|BEGIN|VACUUM|WITH|WHERE|ORDER|"
    r"UNION|CHECK)\b"
)


@dataclass(frozen=True)
class Unwrapped:
    """A text and where it is."""

    place: str
    line: int
    text: str


def user_errors(folder: Path) -> frozenset[str]:
    """The names of the errors whose texts a person reads: UserError and what is made of it."""
    bases = {
        node.name: {_name_of(base) for base in node.bases}
        for file in folder.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    found = {"UserError"}
    while more := {name for name, those in bases.items() if those & found} - found:
        found |= more
    return frozenset(found)


def unwrapped_texts(
    source: str, place: str, shown_errors: frozenset[str] = frozenset({"UserError"})
) -> list[Unwrapped]:
    """Every text of a module that a person would read and nobody translates."""
    finder = _Finder(place, shown_errors)
    finder.visit(ast.parse(source))
    return finder.found


def unwrapped_below(
    folder: Path, root: Path, shown_errors: frozenset[str] = frozenset({"UserError"})
) -> Iterator[Unwrapped]:
    """The same for all modules of a package; places are relative to ``root``."""
    for file in sorted(folder.rglob("*.py")):
        place = file.relative_to(root).as_posix()
        yield from unwrapped_texts(file.read_text("utf-8"), place, shown_errors)


class _Finder(ast.NodeVisitor):
    def __init__(self, place: str, shown_errors: frozenset[str]) -> None:
        self.place = place
        self._shown_errors = shown_errors
        self.found: list[Unwrapped] = []
        self._is_shown = False

    def visit_Call(self, node: ast.Call) -> None:
        name = _name_of(node.func)
        if name in TRANSLATING or name in NOT_FOR_PEOPLE or _is_logging(node.func):
            if name in TRANSLATING:
                values = node.args[TRANSLATING[name] :] + [each.value for each in node.keywords]
                for each in values:
                    self._within(each, is_shown=False)
            return
        self.visit(node.func)
        for each in node.args:
            self._within(each, is_shown=name in SHOWING or name in self._shown_errors)
        for keyword in node.keywords:
            self._within(keyword.value, is_shown=keyword.arg in SHOWN_AS)

    def visit_Raise(self, node: ast.Raise) -> None:
        call = node.exc
        if isinstance(call, ast.Call):
            name = _name_of(call.func)
            if PROGRAMMERS.search(name) and name not in self._shown_errors:
                return
        self.generic_visit(node)

    def visit_Assert(self, node: ast.Assert) -> None:
        self.visit(node.test)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_arg(self, node: ast.arg) -> None:
        """Without its annotation."""

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self.visit(node.value)

    def visit_Compare(self, node: ast.Compare) -> None:
        for each in (node.left, *node.comparators):
            if not isinstance(each, ast.Constant):
                self.visit(each)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for each in (*node.decorator_list, node.args, *node.body):
            self.visit(each)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        text = "".join(
            str(each.value) if isinstance(each, ast.Constant) else "{}" for each in node.values
        )
        self._judge(text, node.lineno)
        for each in node.values:
            if isinstance(each, ast.FormattedValue):
                self._within(each.value, is_shown=False)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._judge(node.value, node.lineno)

    def _within(self, node: ast.AST, *, is_shown: bool) -> None:
        before, self._is_shown = self._is_shown, is_shown
        self.visit(node)
        self._is_shown = before

    def _judge(self, text: str, line: int) -> None:
        words = WORD.findall(text.replace("{}", " "))
        if not words or SQL.match(text):
            return
        if self._is_shown or (SENTENCE.match(text) and len(words) > 1):
            self.found.append(Unwrapped(self.place, line, text))


def _name_of(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _is_logging(function: ast.expr) -> bool:
    match function:
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            return name in LOGGING and owner.lstrip("_") in {"log", "logger"}
    return False
