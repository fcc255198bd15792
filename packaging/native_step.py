"""Compile the decoding step's C sources, once for each kind of processor, beside the sources.

``python packaging/native_step.py`` does nothing if the libraries of these sources are there. It takes the system's C
compiler or, where there is none or it is too old, that of the package “ziglang”, if it is installed in this Python.
Needs nothing else: ``dev.py`` and the packaging run it. Status 0 if the libraries are there afterwards, else 1.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cowrite.engine.networks.native.names import (  # noqa: E402 - found through the line above
    ENDING,
    FOLDER,
    GENERIC,
    library_path,
    missing_targets,
    targets,
)

# What -ffast-math says of single operations; that option, linked in, would change how the whole program computes.
FLAGS = (
    *("-std=c11", "-O3", "-fPIC", "-fvisibility=hidden", "-D_GNU_SOURCE", "-Wall", "-Wextra"),
    *("-fno-math-errno", "-fno-trapping-math", "-fno-signed-zeros", "-ffinite-math-only"),
    *("-fassociative-math", "-freciprocal-math", "-ffp-contract=fast"),
)
LINK_FLAGS = {"darwin": (), "win32": ("-s",)}.get(sys.platform, ("-s", "-pthread", "-lm"))
NO_COMPILER = (
    "There is no C compiler here. Install one (on Debian and Ubuntu: sudo apt install gcc), or the package “ziglang” "
    "with this Python's pip."
)
# Asks what the processor can do, and so has to run on all.
FOR_ALL = "processor.c"
# The C library of 2012, so that what is compiled here runs on older systems too.
OLD_GLIBC = "linux-gnu.2.17"


class CompilerError(Exception):
    """A compiler could not do it; the message is what it said."""


class Compiler:
    """A command that compiles C as gcc and clang do."""

    def __init__(self, *command: str) -> None:
        self.command = command

    def options(self, target: str, source: str) -> list[str]:
        """What makes it compile ``source`` for the processors of ``target``."""
        if target == GENERIC:
            return []
        return [f"-march={'x86-64' if source == FOR_ALL else target}"]

    def run(self, *arguments: str | Path) -> None:
        """Raises CompilerError."""
        try:
            done = subprocess.run(
                [*self.command, *map(str, arguments)],
                capture_output=True,
                text=True,
                errors="replace",
                stdin=subprocess.DEVNULL,
            )
        except OSError as error:
            raise CompilerError(str(error)) from error
        if done.returncode:
            raise CompilerError(f"{self.command[0]}: {done.stderr.strip() or done.returncode}")


class Zig(Compiler):
    """Clang, with the C libraries of many systems, as the package “ziglang” brings it."""

    def __init__(self) -> None:
        super().__init__(sys.executable, "-m", "ziglang", "cc")

    def options(self, target: str, source: str) -> list[str]:
        """See :class:`Compiler`."""
        options = []
        if sys.platform == "linux":
            options += ["-target", f"{platform.machine()}-{OLD_GLIBC}"]
        if target == GENERIC:
            return options
        name = "x86_64" if source == FOR_ALL else target.replace("-", "_")
        return [*options, f"-mcpu={name}"]


def compilers() -> Iterator[Compiler]:
    """Those that are here, the best first."""
    if os.environ.get("CC"):
        yield Compiler(*os.environ["CC"].split())
    elif sys.platform != "win32" and has_developer_tools():
        yield from (Compiler(name) for name in ("cc", "gcc", "clang") if shutil.which(name))
    if importlib.util.find_spec("ziglang") is not None:
        yield Zig()


def has_developer_tools() -> bool:
    """Whether ``cc`` is a compiler, and not macOS's stand-in, which opens a window to offer one."""
    if sys.platform != "darwin":
        return True
    command = ["xcode-select", "--print-path"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def build(compiler: Compiler, target: str, path: Path) -> None:
    """Make the library ``path``, in one step. Raises CompilerError."""
    with tempfile.TemporaryDirectory(prefix="cowrite-step-") as folder:
        objects = []
        for source in sorted(FOLDER.glob("*.c")):
            objects.append(Path(folder) / f"{source.stem}.o")
            options = compiler.options(target, source.name)
            compiler.run(*FLAGS, *options, "-c", source, "-o", objects[-1])
        made = Path(folder) / path.name
        compiler.run(*compiler.options(target, ""), "-shared", *objects, *LINK_FLAGS, "-o", made)
        new = path.with_name(f"{path.name}.{os.getpid()}")
        shutil.copy(made, new)
        new.replace(path)


def build_missing(wanted: Sequence[Compiler]) -> list[str]:
    """Compile what is missing with the first of ``wanted`` that can; what those said that could not."""
    said = []
    for compiler in wanted:
        try:
            for target in missing_targets():
                build(compiler, target, library_path(target))
        except CompilerError as error:
            said.append(str(error))
    return said


def for_package() -> list[tuple[str, str]]:
    """Files that a package has to hold and the folder in it for each: libraries, and the sources that name them."""
    files = [*FOLDER.glob("*.[ch]"), *map(library_path, targets())]
    return [(str(path), str(FOLDER.relative_to(ROOT))) for path in sorted(files)]


def remove_others() -> None:
    """Delete the libraries of other sources."""
    current = {library_path(target) for target in targets()}
    for path in FOLDER.glob(f"step-*{ENDING}"):
        if path not in current:
            path.unlink(missing_ok=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Build what is missing; say what was done."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--afresh", action="store_true", help="also build what is there already")
    arguments = parser.parse_args(argv)
    if arguments.afresh:
        for target in targets():
            library_path(target).unlink(missing_ok=True)
    if not missing_targets():
        return 0
    said = build_missing(list(compilers()))
    if missing_targets():
        reason = said[-1] if said else NO_COMPILER
        print(f"The decoding step could not be compiled. {reason}", file=sys.stderr)
        return 1
    remove_others()
    print(f"Compiled the decoding step for {', '.join(targets())}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
