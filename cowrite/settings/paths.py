"""The folders everything lives in."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from platformdirs import PlatformDirs

from cowrite.base.errors import UserError
from cowrite.base.system_reasons import reason_of
from cowrite.localization import tr
from cowrite.settings.private_file import PRIVATE_FOLDER

HOME_VARIABLE = "COWRITE_HOME"


def with_home(path: Path) -> Path:
    """``path`` with the folder of a person for a “~” at its beginning.

    A file that is called so, and a name that is nobody's, such as “~draft.txt”, stay what they are.
    """
    if os.path.lexists(path):
        return path
    try:
        return path.expanduser()
    except RuntimeError:
        return path


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Where data, settings and log files of this person are."""

    data: Path
    config: Path
    logs: Path

    @classmethod
    def find(cls, home: Path | None = None, environ: Mapping[str, str] = os.environ) -> Paths:
        """``home`` beats COWRITE_HOME, which beats the folders this system keeps for programs.

        Makes nothing. Raises UserError for a ``~name`` that is nobody's.
        """
        chosen = home or (Path(environ[HOME_VARIABLE]) if environ.get(HOME_VARIABLE) else None)
        if chosen is not None:
            try:
                root = chosen.expanduser().absolute()
            except RuntimeError as error:
                raise UserError(
                    tr("There is no home folder for {chosen}.", chosen=chosen),
                    tr("Write the full path of the folder."),
                ) from error
            return cls(data=root / "data", config=root / "config", logs=root / "logs")
        dirs = PlatformDirs("cowrite", appauthor=False)
        return cls(data=dirs.user_data_path, config=dirs.user_config_path, logs=dirs.user_log_path)

    @property
    def home(self) -> Path | None:
        """The one folder that was chosen for all of them; None where they are in the usual places."""
        folder = self.data.parent
        return folder if Paths.find(folder) == self else None

    @property
    def models_dir(self) -> Path:
        """One folder per installed model."""
        return self.data / "models"

    @property
    def downloads_dir(self) -> Path:
        """What is being fetched: one folder for each download, kept until it is done or given up."""
        return self.data / "downloads"

    @property
    def adapters_dir(self) -> Path:
        """One folder per adapter."""
        return self.data / "adapters"

    @property
    def decision_log(self) -> Path:
        """The SQLite file of decisions."""
        return self.data / "decisions.sqlite3"

    @property
    def filter_file(self) -> Path:
        """What was learned of when this writer wants suggestions: numbers only."""
        return self.data / "gate.json"

    @property
    def pauses_file(self) -> Path:
        """What is known of this writer's typing: how long the pauses are, numbers only."""
        return self.data / "typing.json"

    @property
    def habits_file(self) -> Path:
        """What was learned from the writer's decisions on changes: numbers, and sentences that the writer may edit."""
        return self.data / "habits.json"

    @property
    def progress_file(self) -> Path:
        """How many words were written on which day, and the goals of documents: numbers only."""
        return self.data / "progress.json"

    @property
    def notes_dir(self) -> Path:
        """The writer's notes on documents: one file for each."""
        return self.data / "notes"

    @property
    def journal_dir(self) -> Path:
        """Text that is not saved yet."""
        return self.data / "journal"

    @property
    def saves_dir(self) -> Path:
        """What was in files that are being written into, until that is done."""
        return self.data / "saves"

    @property
    def versions_dir(self) -> Path:
        """Earlier versions of documents: one file for each."""
        return self.data / "versions"

    @property
    def session_file(self) -> Path:
        """What was open last time."""
        return self.data / "session.json"

    @property
    def identities_file(self) -> Path:
        """Which document each file holds that was begun without one."""
        return self.data / "identities.json"

    @property
    def settings_file(self) -> Path:
        """The preferences."""
        return self.config / "settings.json"

    @property
    def words_file(self) -> Path:
        """The writer's own words, which are no mistakes: a text file, one a line."""
        return self.config / "words.txt"

    @property
    def spelling_file(self) -> Path:
        """The language and the words that were chosen for single documents."""
        return self.data / "spelling.json"

    @property
    def check_file(self) -> Path:
        """Digests of the findings that were dismissed in single documents."""
        return self.data / "check.json"

    @property
    def dictionaries_dir(self) -> Path:
        """Dictionaries that the writer put there, ``….dic`` and ``….aff``."""
        return self.config / "dictionaries"

    @property
    def log_file(self) -> Path:
        """What went wrong, without a word of the text."""
        return self.logs / "cowrite.log"

    @property
    def instance_name(self) -> str:
        """A short name that is the same for every start with this data folder, for a local socket.

        The folder behind symbolic links counts: one folder under two names is one instance.
        """
        folder = os.path.normcase(os.path.realpath(self.data))
        digest = hashlib.sha256(folder.encode("utf-8", "surrogatepass")).hexdigest()
        return f"cowrite-{digest[:16]}"

    def require_not_own(self, path: Path) -> None:
        """Raise UserError if what a person asks to have written to ``path`` would be among what Cowrite keeps."""
        place = Path(os.path.realpath(path))
        folders = (self.data, self.config, self.logs)
        within = any(_is_same(each, own) for each in (place, *place.parents) for own in folders)
        if within or any(_is_same(place, own) for own in _linked_files(place, folders)):
            raise UserError(
                tr("{path} belongs to what Cowrite keeps for itself.", path=path),
                tr("Choose a place outside its folders."),
            )

    def create(self) -> None:
        """Make the folders, private to this person. Raises UserError if one cannot be made or written."""
        below = (self.models_dir, self.adapters_dir, self.journal_dir)
        for folder in (self.data, self.config, self.logs, *below):
            try:
                folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
                if os.name == "posix":
                    # Nobody else's any more; what the person may not do in it themselves stays so.
                    folder.chmod(stat.S_IMODE(folder.stat().st_mode) & PRIVATE_FOLDER)
                probe = folder / f".write-test-{os.getpid()}"
                probe.write_bytes(b"")
                probe.unlink()
            except OSError as error:
                raise UserError(
                    tr(
                        "Cowrite cannot write to its folder {folder} ({reason}).",
                        folder=folder,
                        reason=reason_of(error),
                    ),
                    tr("Make the folder writable, or choose another with --home DIR."),
                ) from error


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return path == other


def _linked_files(path: Path, folders: Iterable[Path]) -> Iterator[Path]:
    """The files right in ``folders``, if ``path`` is a file with several names: one of them may be another's."""
    with contextlib.suppress(OSError):
        if path.stat().st_nlink > 1:
            for folder in folders:
                yield from folder.iterdir()
