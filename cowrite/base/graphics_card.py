"""Which NVIDIA card the machine has, by its driver alone: no torch, and nothing is computed there.

A program without CUDA, as Cowrite is without its GPU pack, can tell by this that a card is there and not used.
"""

from __future__ import annotations

import ctypes
import logging
import os
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from cowrite.base.errors import UserError
from cowrite.localization import tr

logger = logging.getLogger(__name__)

DRIVER_FILE = Path("/proc/driver/nvidia/version")
LIBRARIES = ("nvcuda.dll",) if sys.platform == "win32" else ("libcuda.so.1", "libcuda.so")
NAME_BYTES = 256
LEAST_CAPABILITY, LEAST_DRIVER = 75, 13_000
"""What the torch of the GPU pack needs: 7.5, and CUDA 13.0. There are no kernels for older cards in it."""
# CUdevice_attribute, by cuda.h.
_CLOCK_KHZ, _BUS_BITS, _MAJOR, _MINOR = 36, 37, 75, 76
_CUDA_VERSION = re.compile(r"^cuda\b[^=\n]*=\s*(['\"]?)([^'\"\n]*)\1", re.MULTILINE)


class DriverLibrary(Protocol):
    """The driver's own library; its functions return 0 when all is well."""

    def __getattr__(self, name: str) -> Callable[..., int]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphicsCard:
    """What the driver says of a card: bytes, bytes per second (0 if it does not tell), compute capability.

    ``driver_cuda`` is the greatest version of CUDA that the driver runs, such as (13, 0).
    """

    name: str
    memory: int
    capability: tuple[int, int]
    driver_cuda: tuple[int, int]
    bandwidth: float = 0.0


def has_nvidia_driver() -> bool:
    """Whether a driver is there, which takes no time to see; not whether it answers."""
    if DRIVER_FILE.exists() or shutil.which("nvidia-smi") is not None:
        return True
    system = os.environ.get("SYSTEMROOT", "")
    return bool(system) and (Path(system) / "System32" / LIBRARIES[0]).exists()


def nvidia_card(library: DriverLibrary | None = None) -> GraphicsCard | None:
    """The first card that the driver's ``library`` knows; None where there is none, or no driver.

    A driver may take long to answer, or never: this belongs beside the window's thread.
    """
    library = library or _driver_library()
    if library is None:
        return None
    try:
        return _first_card(library)
    except (OSError, AttributeError, _NoAnswer) as error:
        logger.info("the driver tells of no card: %s", error)
        return None


class _NoAnswer(Exception):
    """A function of the driver did not succeed."""


def _driver_library() -> DriverLibrary | None:
    for name in LIBRARIES:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    return None


def _first_card(library: DriverLibrary) -> GraphicsCard | None:
    def ask(function: str, *arguments: object) -> None:
        status = getattr(library, function)(*arguments)
        if status:
            raise _NoAnswer(f"{function} returned {status}")

    def number(function: str, *arguments: object) -> int:
        found = ctypes.c_int(0)
        ask(function, ctypes.byref(found), *arguments)
        return found.value

    ask("cuInit", 0)
    if number("cuDeviceGetCount") < 1:
        return None
    device = number("cuDeviceGet", 0)

    def attribute(which: int) -> int:
        return number("cuDeviceGetAttribute", which, device)

    name = ctypes.create_string_buffer(NAME_BYTES)
    ask("cuDeviceGetName", name, NAME_BYTES, device)
    memory = ctypes.c_size_t(0)
    ask("cuDeviceTotalMem_v2", ctypes.byref(memory), device)
    driver = number("cuDriverGetVersion")
    # Two transfers a cycle, and eight bits a byte.
    bandwidth = 2 * 1000 * attribute(_CLOCK_KHZ) * attribute(_BUS_BITS) / 8
    return GraphicsCard(
        name=name.value.decode("utf-8", "replace"),
        memory=memory.value,
        capability=(attribute(_MAJOR), attribute(_MINOR)),
        driver_cuda=(driver // 1000, driver % 1000 // 10),
        bandwidth=float(bandwidth),
    )


def require_new_enough(
    card: GraphicsCard, capability: int = LEAST_CAPABILITY, driver: int = LEAST_DRIVER
) -> None:
    """Raise UserError if the card is older than ``capability`` (75 for 7.5) or its driver than ``driver`` (13000)."""
    if _number(card.capability, 10) < capability:
        raise UserError(
            tr(
                "The graphics card {name} is too old: it has compute capability {has}, and at least {needs} is needed.",
                name=card.name,
                has=_with_point(card.capability),
                needs=_with_point(divmod(capability, 10)),
            ),
            tr("Cowrite goes on using the processor."),
        )
    if _number(card.driver_cuda, 100) * 10 < driver:
        raise UserError(
            tr(
                "The NVIDIA driver is too old: it knows CUDA {has}, and CUDA {needs} is needed.",
                has=_with_point(card.driver_cuda),
                needs=_with_point((driver // 1000, driver % 1000 // 10)),
            ),
            tr("Update the driver, and try again."),
        )


def _number(version: tuple[int, int], minors: int) -> int:
    return version[0] * minors + version[1]


def _with_point(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"


def torch_knows_cards() -> bool:
    """Whether the torch that would be imported was built for NVIDIA cards; it is not imported for that."""
    spec = find_spec("torch")
    if spec is None or spec.origin is None:
        return False
    try:
        said = (Path(spec.origin).parent / "version.py").read_text("utf-8", "replace")
    except OSError:
        return False
    found = _CUDA_VERSION.search(said)
    return found is not None and found[2].strip() not in ("", "None")
