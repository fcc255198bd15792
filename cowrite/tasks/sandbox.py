"""Jinja for templates that strangers wrote: no file, no attribute that matters, and no more work than a prompt needs.

The sandbox is Jinja's own, as transformers uses it for chat templates. What that does not bound is bounded here: how
often a loop turns, how often something is called, and how large a value gets. Only filters and methods of texts and
lists that chat templates use are there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

import jinja2
import jinja2.ext
import jinja2.nodes
import jinja2.parser
import jinja2.sandbox

LONGEST_VALUE = 2_000_000
"""Characters of a text, or of all texts in a list."""
MOST_STEPS = 100_000
"""Turns of loops, calls and operations in one rendering."""
MOST_ENTRIES = 50_000
"""Entries of a list or dictionary, with those of what is in it."""
LARGEST_NUMBER = 2**63

_FILTERS = (
    "abs", "capitalize", "count", "d", "default", "dictsort", "e", "escape", "first", "float", "int", "items", "join",
    "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "replace", "reverse", "round",
    "safe", "select", "selectattr", "sort", "string", "sum", "title", "trim", "unique", "upper",
)  # fmt: skip
_TEXT_METHODS = (
    "capitalize", "count", "endswith", "find", "index", "isalnum", "isalpha", "isdecimal", "isdigit", "islower",
    "isnumeric", "isspace", "istitle", "isupper", "join", "lower", "lstrip", "partition", "removeprefix",
    "removesuffix", "replace", "rfind", "rindex", "rpartition", "rsplit", "rstrip", "split", "splitlines",
    "startswith", "strip", "title", "upper",
)  # fmt: skip
_METHODS: dict[type, frozenset[str]] = {
    str: frozenset(_TEXT_METHODS),
    dict: frozenset(("get", "items", "keys", "values")),
    list: frozenset(("count", "index")),
    tuple: frozenset(("count", "index")),
}
_DATE_PATTERN = re.compile(r"(?:%[a-zA-Z%]|[^%])*")
_COUNTED, _BOUNDED = "_counted", "_bounded"


class TooMuchError(jinja2.TemplateRuntimeError):
    """The template asks for more work or memory than a prompt needs."""

    def __init__(self) -> None:
        super().__init__("the template does too much")


class RefusedError(jinja2.TemplateRuntimeError):
    """The template itself says that it cannot be used for these messages."""


class _Generation(jinja2.ext.Extension):
    """``{% generation %}`` marks what the assistant said, for training; here it only stands around it."""

    tags = {"generation"}  # noqa: RUF012 - as Jinja declares it

    def parse(self, parser: jinja2.parser.Parser) -> list[jinja2.nodes.Node]:
        """What is inside, as it is."""
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


class BoundedEnvironment(jinja2.sandbox.ImmutableSandboxedEnvironment):
    """For one rendering at a time; :meth:`begin` starts counting anew."""

    intercepted_binops = frozenset(["+", "*", "**", "%", "//", "/", "-"])

    def __init__(self, today: Callable[[], date] = date.today) -> None:
        super().__init__(
            trim_blocks=True,
            lstrip_blocks=True,
            optimized=False,  # nothing is computed before it is counted
            extensions=["jinja2.ext.loopcontrols", _Generation],
            finalize=self._bounded,
        )
        self._steps = 0
        self.filters = {name: self._checked(self.filters[name]) for name in _FILTERS}
        self.filters["tojson"] = self._checked(_to_json)
        self.filters |= {_COUNTED: self._count, _BOUNDED: self._bounded}
        self.globals = {
            "range": self._range,
            "namespace": jinja2.utils.Namespace,
            "dict": dict,
            "raise_exception": _refuse,
            "strftime_now": lambda text: _date_text(today(), str(text)),
        }

    def begin(self) -> None:
        """Count from nothing."""
        self._steps = 0

    def compile_bounded(self, source: str) -> jinja2.Template:
        """The template of ``source``. Raises whatever Jinja raises."""
        tree = self.parse(source)
        for loop in list(tree.find_all(jinja2.nodes.For)):
            loop.iter = _filtered(loop.iter, _COUNTED)
        _bound_concatenations(tree)
        tree.set_environment(self)
        return self.from_string(tree)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Only the methods that are listed, of the kinds of value that are; and what Jinja itself hands out."""
        for kind, names in _METHODS.items():
            if isinstance(obj, kind):
                return attr in names
        return super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> None:
        """No ``format``: a width in it makes a text of any length."""

    def call(self, context: Any, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call ``obj``, if there is room for what comes out."""
        self._bounded(args)
        self._bounded(kwargs)
        owner, name = getattr(obj, "__self__", None), getattr(obj, "__name__", "")
        if isinstance(owner, str) and name in ("replace", "join"):
            _require_room(owner, name, args)
        return self._bounded(super().call(context, obj, *args, **kwargs))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Compute, if there is room for what comes out."""
        self._bounded((left, right))
        if operator == "%" and isinstance(left, str):
            raise TooMuchError
        if operator == "**" and not (_is_small(left) and _is_small(right)):
            raise TooMuchError
        if operator == "*":
            for value, times in ((left, right), (right, left)):
                is_repeated = isinstance(value, str | list | tuple) and isinstance(times, int)
                if is_repeated and len(value) * times > LONGEST_VALUE:
                    raise TooMuchError
        return self._bounded(super().call_binop(context, operator, left, right))

    def _step(self, count: int = 1) -> None:
        self._steps += count
        if self._steps > MOST_STEPS:
            raise TooMuchError

    def _bounded(self, value: Any) -> Any:
        """``value``, if it is of a size that may be. To look at a list is work too."""
        size, entries, waiting = 0, 0, [value]
        while waiting:
            each = waiting.pop()
            entries += 1
            if isinstance(each, str):
                size += len(each)
            elif isinstance(each, list | tuple):
                waiting += each
            elif isinstance(each, dict):
                waiting += [*each, *each.values()]
            elif isinstance(each, int) and not -LARGEST_NUMBER <= each <= LARGEST_NUMBER:
                raise TooMuchError
            if size > LONGEST_VALUE or entries + len(waiting) > MOST_ENTRIES:
                raise TooMuchError
        self._step(1 + entries // 10)
        return value

    def _count(self, values: Any) -> Any:
        """``values``, counted as they are taken."""
        if isinstance(values, jinja2.Undefined):
            return values  # it says itself what is wrong
        return (_Counted if hasattr(values, "__len__") else _CountedOnce)(values, self._step)

    def _range(self, *bounds: int) -> range:
        found = range(*bounds)
        if len(found) > MOST_STEPS:
            raise TooMuchError
        return found

    def _checked(self, filter_: Callable[..., Any]) -> Callable[..., Any]:
        """``filter_``, counted, and with its value bounded; Jinja tells by attributes what a filter is handed first."""
        passes = getattr(filter_, "jinja_pass_arg", None)

        def checked(*args: Any, **kwargs: Any) -> Any:
            plain = args if passes is None else args[1:]
            self._bounded(plain)
            name = getattr(filter_, "__name__", "")
            if name == "do_replace" and plain:
                _require_room(str(plain[0]), "replace", (*plain[1:], *kwargs.values()))
            if name in ("do_join", "sync_do_join") and plain:
                _require_room(str(plain[1] if len(plain) > 1 else ""), "join", plain[:1])
            found = filter_(*args, **kwargs)
            if isinstance(found, Iterator):
                return self._count(found)
            return self._bounded(found)

        if passes is not None:
            checked.jinja_pass_arg = passes  # type: ignore[attr-defined]
        return checked


class _CountedOnce:
    """Values of which nobody knows how many come."""

    def __init__(self, values: Iterable[Any], step: Callable[[], None]) -> None:
        self._values, self._step = values, step

    def __iter__(self) -> Iterator[Any]:
        for value in self._values:
            self._step()
            yield value


class _Counted(_CountedOnce):
    """Values of which ``loop`` may ask how many there are."""

    def __len__(self) -> int:
        return len(self._values)  # type: ignore[arg-type]


def _filtered(node: Any, name: str) -> jinja2.nodes.Filter:
    return jinja2.nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def _bound_concatenations(node: jinja2.nodes.Node) -> jinja2.nodes.Node:
    """``node`` with each ``~`` in it, and what that joins, passed through a filter: Jinja asks nobody about it."""
    is_joined = isinstance(node, jinja2.nodes.Concat)
    for name, value in list(node.iter_fields()):
        if isinstance(value, jinja2.nodes.Node):
            setattr(node, name, _bound_concatenations(value))
        elif isinstance(value, list):
            for at, each in enumerate(value):
                if isinstance(each, jinja2.nodes.Node):
                    bound = _bound_concatenations(each)
                    value[at] = _filtered(bound, _BOUNDED) if is_joined else bound
    return _filtered(node, _BOUNDED) if is_joined else node


def _is_small(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) <= 1000


def _require_room(text: str, name: str, args: tuple[Any, ...]) -> None:
    """Raises TooMuchError if ``text.name(*args)`` could be too long."""
    if name == "replace":
        new = str(args[1]) if len(args) > 1 else ""
        old = str(args[0]) if args else ""
        size = len(text) + text.count(old) * max(0, len(new) - len(old))
    else:
        parts = args[0] if args and isinstance(args[0], str | list | tuple) else ()
        size = len(text) * len(parts)
        size += sum(len(part) for part in parts if isinstance(part, str))
    if size > LONGEST_VALUE:
        raise TooMuchError


def _to_json(value: Any, indent: int | None = None, ensure_ascii: bool = False, **_: Any) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=min(indent, 8) if indent else None)


def _date_text(day: date, pattern: str) -> str:
    """``pattern`` filled in; one with widths in it could be of any length."""
    if len(pattern) > 100 or not _DATE_PATTERN.fullmatch(pattern):
        raise TooMuchError
    return day.strftime(pattern)


def _refuse(message: object = "") -> None:
    raise RefusedError(str(message))
