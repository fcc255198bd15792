"""LibreOffice, where it is installed, opens what is written and finds every word in it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from support.manuscripts import manuscript
from support.small_manuscripts import NOVEL, chinese, with_changes

from cowrite.interchange.formats import write
from cowrite.interchange.kinds import Kind
from cowrite.interchange.manuscript import Heading, Manuscript, Run
from cowrite.interchange.options import Style, WriteOptions
from cowrite.interchange.report import Report
from cowrite.interchange.writers.common.plain import lines_of

_WITHOUT = "LibreOffice is not installed (Debian has it as the package libreoffice-writer-nogui)"


def plain_texts(folder: Path, files: dict[str, bytes]) -> dict[str, str]:
    """What LibreOffice reads in each file."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip(_WITHOUT)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    made = folder / "made"
    command = [program, profile, "--headless", "--convert-to", "txt:Text (encoded):UTF8"]
    command += ["--outdir", str(made), *(str(folder / name) for name in files)]
    subprocess.run(command, check=True, capture_output=True, timeout=200)
    return {name: (made / f"{Path(name).stem}.txt").read_text("utf-8-sig") for name in files}


def letters(text: str) -> str:
    """Without digits, for the numbers of notes stand in the text."""
    return "".join(each for each in text if each.isalpha())


@pytest.mark.timeout(400)
def test_every_word_is_found(tmp_path: Path) -> None:
    # One document of many made-up ones, for each start takes seconds.
    parts = [manuscript(seed, 6) for seed in range(60)]
    blocks = tuple(block for part in parts for block in (Heading(1, (Run("Part"),)), *part.blocks))
    notes = {label: note for part in parts for label, note in part.notes.items()}
    many = Manuscript(blocks, notes, NOVEL.metadata)
    texts = {"many": many, "novel": NOVEL, "chinese": chinese(), "changes": with_changes()}
    files: dict[str, bytes] = {}
    for kind in (Kind.DOCX, Kind.ODT):
        for name, text in texts.items():
            for style in Style:
                data = write(kind, text, WriteOptions(style=style), Report())
                files[f"{name}-{style}-{kind}.{kind}"] = data
    seen = plain_texts(tmp_path, files)
    for name, found in seen.items():
        text = texts[name.partition("-")[0]]
        if name.startswith("changes"):
            assert "Kept new text.\nFirst, second.\nSplit\nhere." in found
            continue
        for line in lines_of(text.blocks):
            assert letters(line) in letters(found), name
