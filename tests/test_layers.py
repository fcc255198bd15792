"""Which room may use which, and what the window must not wait for."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ("torch", "transformers", "bitsandbytes", "numpy")


def modules_after(statement: str) -> set[str]:
    """The top-level modules that a fresh Python holds after ``statement``."""
    code = f"{statement}\nimport sys\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(result.stdout.split())


def test_rooms_use_only_what_stands_below_them():
    tool = Path(sys.executable).with_name("lint-imports.exe" if os.name == "nt" else "lint-imports")
    result = subprocess.run([tool, "--no-cache"], capture_output=True, text=True, cwd=ROOT)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "0 broken" in result.stdout


@pytest.mark.parametrize("module", ["cowrite.app.start", "cowrite.editor.page.page_edit"])
def test_the_window_does_not_wait_for_torch(module: str):
    loaded = modules_after(f"import {module}")
    assert "PySide6" in loaded
    assert not loaded.intersection(HEAVY)


def test_the_binding_of_qt_reads_no_source_of_ours():
    code = (
        "from cowrite.app.binding import spare_sources\nspare_sources()\n"
        "import cowrite.app.start, linecache\nprint(*linecache.cache)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert f"{os.sep}cowrite{os.sep}" not in result.stdout.replace(str(ROOT), "")


@pytest.mark.parametrize("command", ["--version", "--help"])
def test_a_short_answer_waits_for_neither_torch_nor_qt(command: str):
    loaded = modules_after(
        f"from cowrite.__main__ import main\ntry:\n    main([{command!r}])\nexcept SystemExit:\n    pass"
    )
    assert "cowrite" in loaded
    assert not loaded.intersection((*HEAVY, "PySide6"))


@pytest.mark.parametrize(
    "module",
    ["cowrite.suggest.live.controller", "cowrite.decisions.writing.log", "cowrite.documents.files"],
)
def test_the_pure_rooms_know_neither_torch_nor_qt(module: str):
    assert not modules_after(f"import {module}").intersection((*HEAVY, "PySide6"))


@pytest.mark.parametrize(
    "package",
    sorted(path for path in (ROOT / "cowrite").iterdir() if path.name != "__pycache__"),
    ids=lambda p: p.stem,
)
def test_every_module_says_what_it_is_for_and_stays_small(package: Path):
    sources = {
        path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
        for path in ([package] if package.is_file() else package.rglob("*.py"))
    }
    assert [name for name, text in sources.items() if not ast.get_docstring(ast.parse(text))] == []
    assert [name for name, text in sources.items() if text.count("\n") > 600] == []
