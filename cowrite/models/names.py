"""Names of models and of their files: what may become a part of a path, on any system."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated

from cowrite.base.records import matching
from cowrite.localization import tr_noop
from cowrite.settings.file_names import is_device

LONGEST_ID = 64
_REPOSITORY = r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}"
RepositoryId = Annotated[str, matching(_REPOSITORY, tr_noop("is no name of a repository"))]
"""A publisher and a model, as model hubs name their repositories."""
Commit = Annotated[str, matching("[0-9a-f]{40}", tr_noop("is no commit"))]
"""One state of a repository."""
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")


def is_plain_name(name: object) -> bool:
    """Whether ``name`` names something in a folder, and nothing outside it, hidden or special."""
    return (
        isinstance(name, str)
        and bool(_PLAIN.fullmatch(name))
        and not name.endswith(".")
        and not is_device(name)
    )


def is_repository(text: str) -> bool:
    """Whether ``text`` names a repository."""
    return bool(re.fullmatch(_REPOSITORY, text))


def id_from(name: str, is_taken: Callable[[str], bool]) -> str:
    """An id made of ``name`` that is not taken: lower case letters, digits, points and hyphens."""
    plain = re.sub(r"[^a-z0-9._-]+", "-", name.lower())[:LONGEST_ID].strip("-._")
    if not is_plain_name(plain):
        plain = f"model-{plain}".strip("-")
    candidate, number = plain, 1
    while is_taken(candidate):
        number += 1
        candidate = f"{plain}-{number}"
    return candidate
