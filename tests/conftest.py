"""What every test gets: no screen, no network, a home of its own, and nothing left running behind it.

A test fails if it leaves a thread, a window or an active timer behind, if Qt warns (see ``qt_log_ignore`` in
pyproject.toml), or if Cowrite logs a warning that the test did not expect: one expects it by asking for ``caplog`` or
with the marker ``expects_warnings``.
"""

from __future__ import annotations

import gc
import ipaddress
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from cowrite.localization import use
from cowrite.localization.languages import CHINESE, ENGLISH
from cowrite.settings.language import LANGUAGE_VARIABLE
from cowrite.settings.paths import HOME_VARIABLE, Paths
from cowrite.settings.resources import resource_path

pytest_plugins = ["starter_model", "two_workers"]

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ[LANGUAGE_VARIABLE] = ENGLISH  # whatever this machine speaks
for offline in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
    os.environ[offline] = "1"

if "PYTEST_XDIST_WORKER" in os.environ:
    # Threads that look for more work before they sleep would keep the cores from the other worker.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

# The loading of Qt's parts, tqdm's monitor and the pools of libraries outlive a test on purpose.
LASTING_THREADS = ("tqdm", "TMonitor", "pytest_timeout", "ThreadPoolExecutor-asyncio")
PATIENCE_S = 5.0
MANY_OBJECTS = 60_000

settings.register_profile(
    "cowrite",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    max_examples=int(os.environ.get("COWRITE_EXAMPLES", "100")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("cowrite")


def pytest_sessionstart() -> None:
    """Have the decoding step compiled, once for all workers; where that cannot be, its tests are skipped."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        script = Path(__file__).resolve().parent.parent / "packaging" / "native_step.py"
        subprocess.run([sys.executable, script], capture_output=True, check=False)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a card where there is none; torch is asked only if somebody wants to know."""
    needing = [item for item in items if item.get_closest_marker("gpu")]
    if not needing:
        return
    import torch

    if not torch.cuda.is_available():
        for item in needing:
            item.add_marker(pytest.mark.skip(reason="there is no CUDA card here"))


# --- isolation -------------------------------------------------------------------------------------------------------


def _refuse_network(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if host in (None, "", "localhost", b"localhost"):
        return
    try:
        loopback = ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise PermissionError(f"a test tried to reach {host!s}; tests use no network")


sys.addaudithook(_refuse_network)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty COWRITE_HOME for every test, so that none can touch the one of whoever runs it."""
    folder = tmp_path / "cowrite-home"
    monkeypatch.setenv(HOME_VARIABLE, str(folder))
    return folder


@pytest.fixture(autouse=True)
def english_afterwards() -> Iterator[None]:
    """No test leaves another language behind."""
    yield
    use(ENGLISH)


@pytest.fixture
def speak(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Switch to another language and back, for this process and those it starts, until the test ends."""

    def switch(language: str) -> None:
        monkeypatch.setenv(LANGUAGE_VARIABLE, language)
        use(language, resource_path("locale"))

    return switch


@pytest.fixture
def in_chinese(speak: Callable[[str], None]) -> None:
    """The whole test is in Chinese."""
    speak(CHINESE)


@pytest.fixture
def paths(home: Path) -> Paths:
    """The folders below ``home``, made."""
    found = Paths.find(home)
    found.create()
    return found


@pytest.fixture
def in_fp32(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compute as processors without bf16 products do, so that every machine can compare digit by digit."""
    for module in (
        "engine.loading.load",
        "engine.networks.quantize",
        "personalize.networks.trainable",
    ):
        monkeypatch.setattr(f"cowrite.{module}.multiplies_bf16", lambda: False)


# --- nothing is left behind ------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a passing test that leaves threads, windows, timers or animations behind."""
    uses_qt = "qapp" in request.fixturenames
    if uses_qt:
        _keep_probes_cheap()
    failed_before = request.session.testsfailed
    threads = set(threading.enumerate())
    objects = _qt_leftovers() if uses_qt else {}
    yield
    leaks = []
    if request.session.testsfailed == failed_before:  # else the traceback holds on to its objects
        leaks = _new_threads(threads)
        if uses_qt:
            leaks += _new_qt_objects(objects)
    if uses_qt:
        _undress_application()
    if leaks:
        pytest.fail("left behind by this test: " + "; ".join(leaks), pytrace=False)


def _new_threads(before: set[threading.Thread]) -> list[str]:
    deadline = time.monotonic() + PATIENCE_S
    left = []
    for thread in set(threading.enumerate()) - before:
        if thread.name.startswith(LASTING_THREADS) or type(thread).__name__ == "TMonitor":
            continue
        thread.join(max(0.0, deadline - time.monotonic()))
        if thread.is_alive():
            left.append(f"thread {thread.name}")
    return left


def _new_qt_objects(before: dict[int, str]) -> list[str]:
    from PySide6.QtCore import QCoreApplication, QEvent

    for _ in range(2):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        new = {key: text for key, text in _qt_leftovers().items() if key not in before}
        if not new:
            return []
        gc.collect()
    return list(new.values())


def _keep_probes_cheap() -> None:
    """Take what large libraries hold, which no test made, out of what is searched after every test.

    What is frozen is freed all the same once nothing refers to it; only cycles among it stay.
    """
    if len(gc.get_objects()) > MANY_OBJECTS:
        gc.collect()
        gc.freeze()


def _undress_application() -> None:
    """Take off what the program put on; with its windows gone that is done at once."""
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance()
    if isinstance(application, QApplication) and application.styleSheet():
        application.setStyleSheet("")


def _qt_leftovers() -> dict[int, str]:
    """Windows, running timers and running animations, by their address in memory."""
    import shiboken6
    from PySide6.QtCore import QAbstractAnimation, QTimer
    from PySide6.QtWidgets import QApplication

    def address(thing: object) -> int:
        return int(shiboken6.getCppPointer(thing)[0])

    found = {
        address(w): f"window {type(w).__name__} {w.objectName()!r}".strip()
        for w in QApplication.topLevelWidgets()
    }
    objects = gc.get_objects()
    # There are far fewer kinds than objects; isinstance() would wake lazy modules and dead proxies.
    kinds = {
        kind for kind in set(map(type, objects)) if issubclass(kind, QTimer | QAbstractAnimation)
    }
    for thing in [each for each in objects if type(each) in kinds and shiboken6.isValid(each)]:
        kind = type(thing)
        if issubclass(kind, QTimer) and thing.isActive():
            found[address(thing)] = f"active timer {_describe(thing)}"
        elif issubclass(kind, QAbstractAnimation) and thing.state() == kind.State.Running:
            found[address(thing)] = f"running animation {_describe(thing)}"
    return found


def _describe(thing: object) -> str:
    """Who owns it, which is what one needs to find it."""
    owner = thing.parent()  # type: ignore[attr-defined]
    return f"{type(thing).__name__} of {type(owner).__name__}"


# --- the log ---------------------------------------------------------------------------------------------------------


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def no_unexpected_warnings(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test during which Cowrite logged a warning or worse, unless it expects one."""
    collector = _Collector()
    log = logging.getLogger("cowrite")
    log.addHandler(collector)
    failed_before = request.session.testsfailed
    yield
    log.removeHandler(collector)
    if request.session.testsfailed > failed_before or "caplog" in request.fixturenames:
        return
    if request.node.get_closest_marker("expects_warnings"):
        return
    if collector.lines:
        pytest.fail("logged unexpectedly:\n" + "\n".join(collector.lines), pytrace=False)
