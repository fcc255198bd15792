"""No package shows a person text that goes through no catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.unwrapped import Unwrapped, unwrapped_below, unwrapped_texts, user_errors

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = ROOT / "cowrite"
PACKAGES = sorted(path.name for path in SOURCE.iterdir() if (path / "__init__.py").exists())

OF_PROGRAMS = (
    "cowrite/cli/demo.py",  # what the demonstration types
    "cowrite/cli/demonstration/",
    "cowrite/engine/loading/proof.py",  # what a new model has to continue
    "cowrite/interchange/writers/",  # names of styles and parts, which word processors know
    "cowrite/personalize/schedule/system_schedule.py",  # files for the system's scheduler
    "cowrite/speech/ssip.py",  # what is said to speech-dispatcher
    "cowrite/tasks/passage/",  # what the model is asked, and the words of what it writes about
    "cowrite/tasks/prompts.py",
    "cowrite/tasks/repair/",
)
"""Where nearly all texts are for programs; what is for people there is found by reading."""
ALLOWED = {
    "cowrite/__main__.py": ("cowrite: {}",),
    "cowrite/app/error_report.py": ("Cowrite {}, Python {}",),
    "cowrite/app/finishing.py": ("Cowrite",),
    "cowrite/cli/chosen.py": ("cowrite: {}",),
    "cowrite/cli/doctor.py": ("Cowrite {}, Python {}",),
    "cowrite/cli/log/exchange.py": ("cowrite: {}",),
    "cowrite/editor/appearance/fonts.py": ("",),  # names of fonts, and a text to measure them by
    "cowrite/editor/dialogs/dialogs.py": ("Cowrite",),
    "cowrite/editor/panels/insights/insights_window.py": ("CSV (", "PNG ("),
    "cowrite/editor/panels/personalization/training_scheduler.py": ("Callable[[",),  # a type
    "cowrite/editor/panels/personalization/training_result_card.py": ("{} <b style",),
    "cowrite/editor/panels/printing/print_window.py": ("PDF (",),
    # keys of a table, which are named where it is
    "cowrite/editor/panels/settings/setting_strings.py": ("Learning and privacy",),
    "cowrite/editor/panels/shared/parts.py": ("&nbsp;", "QTableWidget {"),
    "cowrite/editor/shell/statement_export.py": ("Markdown (",),
    "cowrite/editor/shell/window.py": ("{}[*]",),
    "cowrite/engine/cards.py": ("RTX ", "H100 "),
    "cowrite/engine/gguf/keys.py": ("Meta AI original pth",),
    "cowrite/models/fetch.py": ("No space left", "Disk quota exceeded"),  # what pip says
    "cowrite/personalize/adapters/forgetting.py": (
        "Everything it was",  # kept in a file
        "A document it was",
        "Some of what it was",
    ),
    "cowrite/personalize/training/process.py": ("cowrite: the training process",),
    "cowrite/provenance/annotations.py": ("Annotations: 0",),
    "cowrite/spelling/word_lists.py": ("# Words that Cowrite",),
}
"""Texts that are no sentences for people, by the file and their beginnings."""


READERS = "cowrite/interchange/readers/"
"""What is no sentence there is the name of a style."""


def is_allowed(found: Unwrapped) -> bool:
    # A file's own names of a sequence end with “, ...”.
    is_sentence = found.text.removesuffix(", ...").endswith((".", "?", "…"))
    if found.place.startswith(READERS) and not is_sentence:
        return True
    beginnings = ALLOWED.get(found.place, ())
    return found.place.startswith(OF_PROGRAMS) or found.text.startswith(beginnings)


@pytest.fixture(scope="module")
def shown_errors() -> frozenset[str]:
    return user_errors(SOURCE)


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ('label.setText("Ready")', ["Ready"]),
        ('QLabel(f"{name} is ready")', ["{} is ready"]),
        ('raise UserError("It broke.", advice)', ["It broke."]),
        ('raise UserError(tr("It broke."), "Mend it.")', ["Mend it."]),
        ('raise OwnError("It broke.")', ["It broke."]),
        ('parser.add_argument("--json", help="print JSON")', ["print JSON"]),
        ('SAID = "Nothing was found here."', ["Nothing was found here."]),
        ('label.setText(tr("{name} has {what}", what="A thing or two"))', ["A thing or two"]),
        ('label.setText(tr("Ready"))', []),
        ('label.setText(trn("One word", "Many words", count))', []),
        ("label.setText(tr(TITLE))", []),
        ('raise ValueError("This is for programmers.")', []),
        ('_log.warning("This is for the log.")', []),
        ('"""A sentence of documentation."""', []),
        ('connection.execute("SELECT * FROM things WHERE number = 1")', []),
        ('assert found, "This is for programmers."', []),
        ('kind: "A sentence of types" = 1', []),
        ('if said == "A sentence to compare": pass', []),
        ('key = "snake_case"', []),
    ],
)
def test_what_is_not_translated_is_found(source: str, texts: list[str]):
    errors = frozenset({"UserError", "OwnError"})
    assert [each.text for each in unwrapped_texts(source, "x.py", errors)] == texts


def test_the_errors_that_people_read_are_known():
    assert {"UserError", "NewerDataError", "PatternError"} <= user_errors(SOURCE)


@pytest.mark.parametrize("package", PACKAGES)
def test_all_that_a_package_shows_is_translated(package: str, shown_errors: frozenset[str]):
    found = unwrapped_below(SOURCE / package, ROOT, shown_errors)
    assert [each for each in found if not is_allowed(each)] == []


def test_all_that_the_modules_beside_the_packages_show_is_translated(
    shown_errors: frozenset[str],
):
    found = [
        each
        for file in SOURCE.glob("*.py")
        for each in unwrapped_texts(
            file.read_text("utf-8"), file.relative_to(ROOT).as_posix(), shown_errors
        )
    ]
    assert [each for each in found if not is_allowed(each)] == []
