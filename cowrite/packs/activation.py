"""Puts a pack first on the path, and takes it out of use when torch cannot be imported from it."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from cowrite.base.errors import UserError
from cowrite.packs import at_start
from cowrite.packs.manifest import program_torch, read_installed, require_fitting
from cowrite.packs.pointer import Pointer, Trouble, read_pointer, write_pointer
from cowrite.settings.folder_lock import LockHeldError, exclusive_lock
from cowrite.settings.this_program import is_packaged

logger = logging.getLogger(__name__)

MARKER_PREFIX = ".importing-"
IN_USE_PREFIX = ".in-use-"
TORCH = "torch"

_held = contextlib.ExitStack()


def activate_pointed(packs: Path, *, watched: bool) -> None:
    """Use the pack that the pointer names, if it may be used. Never raises for what is wrong with a pack."""
    pointer = read_pointer(packs)
    if not pointer.active:
        return
    try:
        if _ended_while_importing(packs):
            _switch_off(packs, pointer, Trouble.ENDED)
            return
        folder = packs / pointer.active
        _require_usable(folder, pointer)
        activate(folder)
    except (OSError, ValueError, UserError) as error:
        logger.warning("the pack %s is not used (%s)", pointer.active, error)
        return
    if watched:
        sys.meta_path.insert(0, _TorchFinder(packs, pointer))


def activate(folder: Path) -> None:
    """Put ``folder`` first on the path; nobody may remove it while this process runs. Raises OSError."""
    with contextlib.suppress(LockHeldError):
        _held.enter_context(exclusive_lock(in_use_file(folder), shared=True))
    sys.path.insert(0, str(folder))
    if is_packaged():
        # It keeps no bytecode, as its own modules are compiled: every start would compile the pack's thousands anew.
        sys.dont_write_bytecode = False
    at_start.using(folder)


def in_use_file(folder: Path) -> Path:
    """The lock that processes share which use the pack in ``folder``."""
    return folder.with_name(IN_USE_PREFIX + folder.name)


def _require_usable(folder: Path, pointer: Pointer) -> None:
    """Cheap: what it says of itself is what was written when it was installed, and it is for this program.

    Raises ValueError, UserError or OSError.
    """
    manifest, digest = read_installed(folder)
    if digest != pointer.digest:
        raise ValueError("its manifest is not the one that was installed")
    require_fitting(manifest, program_torch())


def _ended_while_importing(packs: Path) -> bool:
    """Whether a process ended while it imported torch from a pack, as one does that crashes. Clears its marker away."""
    found = False
    for marker in packs.glob(f"{MARKER_PREFIX}*"):
        # A process holds the lock of its marker as long as it lives.
        with contextlib.suppress(LockHeldError, OSError), exclusive_lock(marker):
            marker.unlink()
            found = True
    return found


def _switch_off(packs: Path, pointer: Pointer, trouble: Trouble) -> None:
    if read_pointer(packs).active != pointer.active:
        return  # the writer has chosen another since this process began
    logger.error("the pack %s is switched off (%s)", pointer.active, trouble)
    with contextlib.suppress(OSError, UserError):
        write_pointer(packs, pointer.off(trouble))


class _TorchFinder(MetaPathFinder):
    """Finds torch as everybody else would, and has its import watched.

    Who only asks where torch is, without importing it, spends nothing of that.
    """

    def __init__(self, packs: Path, pointer: Pointer) -> None:
        self._packs, self._pointer = packs, pointer

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """The specification of torch, with a loader that watches; None for everything else."""
        if fullname != TORCH:
            return None
        for finder in sys.meta_path:
            if finder is self:
                continue
            spec = finder.find_spec(fullname, path, target)
            if spec is not None and spec.loader is not None:
                spec.loader = _WatchedLoader(spec.loader, self._packs, self._pointer)
                return spec
        return None


class _WatchedLoader(Loader):
    """Loads what ``loader`` does, with a marker on disk meanwhile."""

    def __init__(self, loader: Any, packs: Path, pointer: Pointer) -> None:
        self._loader, self._packs, self._pointer = loader, packs, pointer

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """As the loader does."""
        module: ModuleType | None = self._loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Import it. A pack whose torch cannot be imported is switched off for the next start."""
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader  # torch reads its own sources through it
        module.__loader__ = self._loader
        marker = self._packs / f"{MARKER_PREFIX}{os.getpid()}"
        with contextlib.ExitStack() as stack:
            with contextlib.suppress(OSError, LockHeldError):
                stack.enter_context(exclusive_lock(marker))
            at_start.importing(marker)
            try:
                self._loader.exec_module(module)
            except Exception:
                _switch_off(self._packs, self._pointer, Trouble.FAILED)
                raise
            finally:
                at_start.importing(None)
                with contextlib.suppress(OSError):
                    marker.unlink()
