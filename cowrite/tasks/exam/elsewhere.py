"""The exam of a model on a server, and what is kept of it. Only the bundled examples are sent.

Nobody can tell whether a server has another model under the same name by now, so the exam may be taken again at any
time; one result is kept, of the server that was examined last.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from cowrite import __version__
from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_json_file
from cowrite.base.records import Count, Name, Number, Prose, decode, require_format
from cowrite.base.system_reasons import reason_of
from cowrite.localization import tr
from cowrite.remote.address import Address
from cowrite.remote.choice import ServerChoice
from cowrite.remote.waiting import AskedServer
from cowrite.settings.private_file import write_private
from cowrite.tasks.exam.results import TaskMark
from cowrite.tasks.exam.sitting import Exam

FORMAT = 1
FILE = "server-exam.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerExam:
    """How ``model`` on ``server`` did, in so many ``seconds``."""

    format: Count = FORMAT
    server: Prose
    model: Prose
    version: Prose
    seconds: Number
    tasks: dict[Name, TaskMark]

    @property
    def failed(self) -> Mapping[str, str]:
        """Why each task that was not passed is not offered."""
        return {name: mark.why for name, mark in self.tasks.items() if not mark.passed}

    @property
    def follows_instructions(self) -> bool:
        """Whether it passed as one that does what it is told."""
        mark = self.tasks.get("rewrite")
        return mark is not None and mark.passed


def examine(
    choice: ServerChoice,
    key_of: Callable[[str], str],
    said: Callable[[str, float], None] = lambda *_: None,
    look: Callable[[], None] = lambda: None,
) -> ServerExam:
    """Put the bundled examples to the server; takes two minutes at most. Raises UserError, and what ``look`` raises."""
    started = time.monotonic()
    with AskedServer(choice, key_of, look) as server:
        exam = Exam(server.ask, lambda _: None, has_template=True, scores=False, said=said)
        return ServerExam(
            server=Address.parse(choice.address).name,
            model=server.model,
            version=__version__,
            tasks=exam.marks(),
            seconds=round(time.monotonic() - started, 1),
        )


def keep(models_dir: Path, exam: ServerExam) -> None:
    """Keep ``exam`` in the place of the one before. Raises UserError."""
    try:
        write_private(
            models_dir / FILE, json.dumps(asdict(exam), ensure_ascii=False, indent=1).encode()
        )
    except OSError as error:
        raise UserError(
            tr("The result of the exam could not be kept ({reason}).", reason=reason_of(error)),
            tr("Check that you may write to {models_dir}.", models_dir=models_dir),
        ) from error


def kept(models_dir: Path, server: str, model: str) -> ServerExam | None:
    """What is kept of ``model`` on ``server``; None if that is nothing, or cannot be read."""
    try:
        found = read_json_file(models_dir / FILE)
        require_format(found, FORMAT)
        exam = decode(found, ServerExam)
    except (OSError, SchemaError):
        return None
    is_that = (exam.server, exam.model, exam.version) == (server, model, __version__)
    return exam if is_that else None
