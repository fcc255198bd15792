"""What a person reads is standard English: the words that were odd once do not come back."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cowrite.models.catalogue import load_catalogue
from cowrite.settings.resources import resource_path

ROOT = Path(__file__).resolve().parent.parent
PLACES = (
    "cowrite/editor",
    "cowrite/cli",
    "cowrite/settings",
    "cowrite/documents",
    "cowrite/decisions",
    "cowrite/models",
    "cowrite/personalize",
    "cowrite/provenance",
    "cowrite/suggest",
    "cowrite/engine",
    "cowrite/app",
    "cowrite/__main__.py",
    "dev.py",
)
GUIDES = ("README.md", "docs/user-guide.md", "docs/which-card.md")
# The window never shows these; logging and what programs read may.
WINDOW_PLACES = (
    "cowrite/editor",
    "cowrite/settings/preferences.py",
    "cowrite/decisions/statistics/report.py",
)

ANYWHERE = {
    "a space, not a blank": r"\bblanks?\b",
    "an ellipsis follows its word": r"\w …(?!\s*\w)",
    "an ellipsis is one character": r"\w ?\.\.\.(?!\])",
    "a suggestion is dismissed": r"\b[Rr]efus(e|es|ed|al|als)\b",
    "a suggestion is accepted": r"\b(took it|[Tt]ake all|[Tt]akes? (the next|a) word|[Tt]aken?, (by|then|version))\b",
    "an en dash, not an em dash": "—",
    "a size that was wrong": r"\b98 MB\b|about 93 MB",
    "a model predicts": r"\bfore(see|sees|saw|seen)\b",
    "learned from, not of": r"\blearned of (you|your)\b",
    "a confidence interval": r"95 % certainty|19 times out of 20",
    "the original model": r"as it (was installed|came)\b",
    "the decision log, the error log": r"\b[Ll]og of (decisions|errors)\b",
    "in the meantime": r"\b(can write|processor) meanwhile\b",
    "plain verbs": r"\bwent (away|astray)\b|\b(fade|slide)\b.*\bnothing\b|\b[Ll]et nothing\b|end properly",
    "free up disk space": r"\b[Mm]ake room\b",
    "odd idioms": (
        r"Usual size|[Aa]s the desktop|Folder of the error log|what there is\b|one before\b|will stand here"
        r"|Of none|in these days|on its way|may not write|what is in use stays|mains power|give it back"
        r"|(?<!There )\bis no (text|length|date|setting|file)\b|\bNext one\b|\bPrevious one\b|\bRefuse it\b"
    ),
}
IN_THE_WINDOW = {
    # In brackets after the plain words, as tool tips have it, it helps whoever looks it up.
    "nothing technical": r"(?<!\()\b(loss|tokens?(/s)?|LoRA|adapters?|perplexity|int8|nf4|bf16)\b",
}
# Events of programs, file formats and code that is shown to nobody.
EXEMPT = (
    "cowrite/engine/kernels",
    "cowrite/decisions/exchange",
    "cowrite/personalize/data/examples.py",
    "cowrite/editor/appearance/fonts.py",
)
NOT_FOR_READING = ("logger", "logging", "log", "compile", "execute", "executemany")


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Line and text of every string that is no docstring and does not go to the log of errors.

    What is put into an f-string is left out.
    """
    tree = ast.parse(path.read_text("utf-8"))
    hidden: set[int] = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        for statement in body if isinstance(body, list) else ():
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                hidden.add(id(statement.value))
        if isinstance(node, ast.Call) and _goes_nowhere(node.func):
            hidden |= {id(each) for argument in node.args for each in ast.walk(argument)}
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.JoinedStr):
            hidden |= {id(part) for part in node.values}
            parts = [p.value if isinstance(p, ast.Constant) else "{}" for p in node.values]
            yield node.lineno, "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def _goes_nowhere(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id in NOT_FOR_READING
    )


def sentences(places: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Where and what, for each text that is read: words with a space between, or what begins with a capital letter."""
    for place in places:
        whole = ROOT / place
        for path in sorted(whole.rglob("*.py")) if whole.is_dir() else [whole]:
            name = path.relative_to(ROOT).as_posix()
            if name.startswith(EXEMPT):
                continue
            for line, text in texts(path):
                # Machines read SQL, style sheets and lists of marks.
                if re.search(r"[A-Za-z]{2,} [A-Za-z]|^[A-Z][a-z]|\w ?…", text) and not re.search(
                    r"\b(SELECT|INSERT|CREATE|DELETE|PRAGMA|UPDATE)\b|\{ *background|: none;", text
                ):
                    yield f"{name}:{line}", text


def found(rules: dict[str, str], read: Iterator[tuple[str, str]]) -> list[str]:
    return [
        f"{where}: {rule}: {text!r}"
        for where, text in read
        for rule, pattern in rules.items()
        if re.search(pattern, text)
    ]


def test_no_odd_word_is_in_the_program() -> None:
    assert found(ANYWHERE, sentences(PLACES)) == []


def test_nothing_technical_is_in_the_window() -> None:
    assert found(IN_THE_WINDOW, sentences(WINDOW_PLACES)) == []


@pytest.mark.parametrize("document", GUIDES)
def test_no_odd_word_is_in_the_guides(document: str) -> None:
    # Commands are quoted as they are typed.
    text = re.sub(r"(?s)```.*?```|`[^`\n]*`", "", (ROOT / document).read_text("utf-8"))
    lines = enumerate(text.splitlines(), 1)
    assert found(ANYWHERE, ((f"{document}:{at}", line) for at, line in lines)) == []


def test_the_size_of_the_starter_model_is_that_of_its_download() -> None:
    source = load_catalogue(resource_path("models.json"))["smollm2-135m-instruct"].source
    size = f"{source.size / 1e6:.0f} MB to download"
    for name in ("README.md", "docs/user-guide.md", "cowrite/__main__.py", "cowrite/cli/demo.py"):
        assert size in (ROOT / name).read_text("utf-8"), name


def test_qt_puts_no_dash_of_its_own_into_the_titles_of_dialogs() -> None:
    # Where a display name is set, Qt's window systems append " — " and that name to every title.
    code = (
        "from cowrite.app.start import make_application; application = make_application(); "
        "print(application.applicationDisplayName() == application.applicationName())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "True"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Refuse it", "a suggestion is dismissed"),
        ("Settings …", "an ellipsis follows its word"),
        ("Reading ...", "an ellipsis is one character"),
        ("Blanks and line ends", "a space, not a blank"),
        ("took it", "a suggestion is accepted"),
        ("went away", "plain verbs"),
        ("Usual size", "odd idioms"),
        ("a title — Cowrite", "an en dash, not an em dash"),
    ],
)
def test_what_is_odd_is_found(text: str, rule: str) -> None:
    rules = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in ANYWHERE.items()}
    assert rules[rule].search(text)
