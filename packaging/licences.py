"""Writes what the package is made of and under what licences: ``licences.py ONEDIR``.

ONEDIR is the folder with the program; it gets ``_internal/resources/third-party/licences.txt``, which the window shows.
Runs in the environment that the package was built from.
"""

from __future__ import annotations

import argparse
import sys
import textwrap
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent)]

from third_party import Component, UnknownLicence, components  # noqa: E402

WIDTH = 100
RULE = "=" * WIDTH
HEAD = (
    "Cowrite is free software under the Apache License 2.0. It comes with what is listed here, each under a licence of "
    "its own. A summary comes first, then the texts of the licences."
)


def folder_of(onedir: Path) -> Path:
    """Where the lists are in a package."""
    return onedir / "_internal" / "resources" / "third-party"


def section(component: Component, seen: dict[str, str]) -> str:
    """One component with the texts of its licences; ``seen`` says under whom a text stands already, and is filled."""
    lines = [RULE, f"{component.name} {component.version}", f"Licence: {component.licence}"]
    if component.homepage:
        lines.append(component.homepage)
    if component.note:
        lines.append(textwrap.fill(component.note, WIDTH))
    texts = []
    for text in component.texts:
        before = seen.setdefault(text, component.name)
        texts.append(
            text if before == component.name else f"The text is the same as under {before} above."
        )
    return "\n".join(lines) + "\n\n" + f"\n\n{'-' * WIDTH}\n\n".join(texts).strip() + "\n"


def written(found: list[Component]) -> str:
    """The whole file."""
    name_width = max(len(f"{each.name} {each.version}") for each in found)
    rows = [
        f"{f'{each.name} {each.version}':<{name_width}}  {each.licence}".rstrip() for each in found
    ]
    summary = textwrap.fill(HEAD, WIDTH) + "\n\n" + "\n".join(rows) + "\n"
    seen: dict[str, str] = {}
    return "\n".join([summary, *(section(each, seen) for each in found)])


def main() -> int:
    """Write the file for the folder given on the command line."""
    parser = argparse.ArgumentParser(description="List the licences of what is in the package.")
    parser.add_argument("onedir", type=Path)
    onedir = parser.parse_args().onedir
    try:
        found = components(onedir)
    except (UnknownLicence, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    text = written(found)
    folder = folder_of(onedir)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "licences.txt").write_text(text, "utf-8")
    print(f"{len(found)} components, {len(text.encode()) / 1e6:.1f} MB of licences")
    return 0


if __name__ == "__main__":
    sys.exit(main())
