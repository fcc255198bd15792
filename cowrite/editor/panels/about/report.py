"""What somebody who looks for a problem needs to know of the machine: nothing of a text, and no name of a file."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import qVersion

from cowrite import __version__
from cowrite.base.system_probes import memory_bytes, processor_name, system_name
from cowrite.localization import tr, trp
from cowrite.settings.installation import installation

_SESSION = "XDG_SESSION_TYPE"


def collect(model: str, screen: str) -> str:
    """The report, one line for each thing; takes up to seconds, and belongs beside the window's thread.

    ``model`` is what :attr:`ModelHost.told_model` says of the one in use; ``screen`` what Qt draws with, such as “xcb”.
    """
    session = os.environ.get(_SESSION, "")
    gigabytes = memory_bytes() / 1e9
    rows = {
        "Cowrite": tr(
            "{version}, {installed}", version=__version__, installed=tr(installation().words)
        ),
        "Python": platform.python_version(),
        "Qt": ", ".join(filter(None, [qVersion(), screen, session])),
        "torch": version_of("torch"),
        "transformers": version_of("transformers"),
        trp("report", "System"): system_name(),
        tr("Processor"): tr(
            "{processor}, {count} threads, {gigabytes:.0f} GB",
            processor=processor_name(),
            count=os.cpu_count() or 1,
            gigabytes=gigabytes,
        ),
        tr("Model"): model,
    }
    return "".join(
        tr("{name}: {value}", name=name, value=value) + "\n" for name, value in rows.items()
    )


def version_of(distribution: str) -> str:
    """The version of a library without loading it."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return tr("not found")
