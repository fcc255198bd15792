"""Where a package is tried: no network, no Python on PATH, an empty environment, a fresh home of an ordinary user.

A network and a mount namespace are held open by a process of their own, and every program of a try is started in them.
``/tmp`` is a folder of the try, the program's folder a read-only mount. With ``root`` the programs see that folder as
the whole file system. What belongs to the writer lies in ``seat``, which has the same path inside and outside.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Self

NOBODY = 65534
MARK = "COWRITE_SMOKE"
# A blank, an apostrophe and letters beyond Latin, as homes on other systems have them.
HOME_NAME = "Zoë’s home 家"
NOT_ON_PATH = (
    "python",
    "pip",
    "pydoc",
    "gcc",
    "g++",
    "cc",
    "c++",
    "c89",
    "c99",
    "clang",
    "x86_64-linux-gnu-",
)
TOOLS = {
    "unshare": "util-linux",
    "nsenter": "util-linux",
    "chroot": "coreutils",
    "mount": "mount",
    "Xvfb": "xvfb",
    "openbox": "openbox",
    "xdotool": "xdotool",
    "xprop": "x11-utils",
    "xmodmap": "x11-xserver-utils",
}
# In the namespaces: $1 the root to be, $2 the seat, then pairs of what is mounted read-only and where.
MOUNTS = """
set -e
root=$1 seat=$2; shift 2
while [ $# -gt 0 ]; do
  mount --bind "$1" "$2"; mount -o remount,bind,ro "$2"; shift 2
done
mount --bind /tmp/.X11-unix "$seat/tmp/.X11-unix"
if [ "$root" != / ]; then
  mount --rbind /proc "$root/proc"; mount --rbind /dev "$root/dev"
  mkdir -p "$root$seat"; mount --rbind "$seat" "$root$seat"
fi
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
if [ -c /dev/fuse ] && mknod -m 666 "$seat/fuse" c 10 229 2>/dev/null; then
  mount --bind "$seat/fuse" "$root/dev/fuse"  # as on desktops, for everybody
fi
mount --rbind "$seat/tmp" "$root/tmp"
echo ready
exec sleep infinity
"""


def missing_tools() -> list[str]:
    """The Debian packages that are not there."""
    return sorted({package for tool, package in TOOLS.items() if shutil.which(tool) is None})


def why_no_namespaces() -> str:
    """Why programs cannot be kept from the network here; empty if they can."""
    options = [] if os.geteuid() == 0 else ["--map-root-user"]
    command = [_without_path("unshare"), *options, "--net", "--mount", "true"]
    done = subprocess.run(command, capture_output=True, text=True)
    if not done.returncode:
        return ""
    said = done.stderr.strip()
    return f"this system allows no namespaces ({said}). Run the test as root, outside a container."


def _without_path(command: str) -> str:
    return shutil.which(command) or f"/usr/bin/{command}"


class Surroundings:
    """One try's place. ``command`` is the program as it is called inside, made by :meth:`show`."""

    def __init__(self, *, root: Path | None = None, keep: bool = False, user: int = NOBODY) -> None:
        self.work = Path(tempfile.mkdtemp(prefix="cowrite-smoke-", dir="/var/tmp"))
        self.work.chmod(0o755)
        self.root = root
        self.seat = self.work / "seat"
        self.home = self.seat / HOME_NAME
        self.tmp = self.seat / "tmp"
        self.runtime = self.seat / "run"
        self.pictures = self.seat / "pictures"
        self.bin = self.seat / "bin"
        self.command: list[str] = []
        self.display = ""
        self.more_environ: dict[str, str] = {}
        self.mounts_before: set[str] = set()
        self.asked_for = 0
        """How many of :meth:`refused_packets` the writer asked for."""
        self._keep = keep
        self.user = user if os.geteuid() == 0 else os.geteuid()
        self._shown: list[tuple[Path, Path]] = []
        self._holder: subprocess.Popen[str] | None = None
        for folder in (self.home, self.tmp, self.runtime, self.bin, self.work / "program"):
            folder.mkdir(parents=True)
        (self.tmp / ".X11-unix").mkdir()
        self.tmp.chmod(0o1777)
        self.runtime.chmod(0o700)
        self._is_root = os.geteuid() == 0
        self._own(self.seat)
        (self.bin / "xdg-open").write_text(f'#!/bin/sh\n/usr/bin/env >"{self.seat}/xdg-open.txt"\n')
        (self.bin / "xdg-open").chmod(0o755)

    # --- making it ---

    def show(self, package: Path) -> Path:
        """Mount a folder or a file read-only below ``program``; where it is then. Before :meth:`open` only."""
        place = self.work / "program" / package.name
        if package.is_dir():
            place.mkdir()
        else:
            place.touch()
        self._shown.append((package.resolve(), place))
        return place

    def open(self) -> None:
        """Make the namespaces. Raises RuntimeError where something cannot be mounted."""
        if self.root is None:
            self._link_tools()
        mounts = [str(each) for pair in self._shown for each in pair]
        root = str(self.root or "/")
        options = [] if self._is_root else ["--map-root-user"]
        self._holder = subprocess.Popen(
            [
                _without_path("unshare"),
                *options,
                "--net",
                "--mount",
                "--propagation",
                "private",
                "sh",
                "-c",
                MOUNTS,
                "sh",
                root,
                str(self.seat),
                *mounts,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, MARK: ""},
        )
        assert self._holder.stdout is not None
        if self._holder.stdout.readline().strip() != "ready":
            said = self._holder.communicate()[1].strip()
            raise RuntimeError(f"The surroundings could not be made: {said}")
        self.mounts_before = self.mounts()

    def _link_tools(self) -> None:
        """All that is on this machine's PATH but Python and compilers."""
        for folder in ("/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"):
            for tool in sorted(Path(folder).glob("*")):
                place = self.bin / tool.name
                if not tool.name.startswith(NOT_ON_PATH) and not os.path.lexists(place):
                    place.symlink_to(tool)

    def _own(self, path: Path) -> None:
        if self._is_root:
            os.chown(path, self.user, self.user)
            for each in path.rglob("*"):
                os.chown(each, self.user, self.user, follow_symlinks=False)

    def give(self, path: Path) -> Path:
        """Let what was put into the seat belong to the writer."""
        self._own(path)
        return path

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in self.processes():
            os.kill(process, signal.SIGKILL)
        if self._holder is not None:
            self._holder.kill()
            self._holder.communicate()
        if not self._keep:
            shutil.rmtree(self.work, ignore_errors=True)

    # --- starting programs in it ---

    @property
    def environ(self) -> dict[str, str]:
        """All that a program finds in its environment."""
        path = str(self.bin) if self.root is None else "/usr/local/bin:/usr/bin:/bin:/usr/games"
        environ = {
            "HOME": str(self.home),
            "USER": "nobody",
            "LOGNAME": "nobody",
            "PATH": path,
            "LANG": "C.UTF-8",
            "XDG_RUNTIME_DIR": str(self.runtime),
            MARK: self.work.name,
        }
        if self.display:
            environ["DISPLAY"] = self.display
        return environ | self.more_environ

    def inside(self, *command: str, as_writer: bool = True) -> list[str]:
        """The command line that starts ``command`` in these surroundings."""
        assert self._holder is not None
        user = f"{self.user}:{self.user}" if as_writer and self._is_root else ""
        enter = [_without_path("nsenter"), f"--target={self._holder.pid}", "--net", "--mount"]
        if not self._is_root:
            enter += ["--user", "--preserve-credentials"]
        change = [_without_path("chroot"), *([f"--userspec={user}", "--groups="] if user else [])]
        at_home = 'cd "$HOME"; exec "$@"'
        return [
            *enter,
            "--",
            *change,
            str(self.root or "/"),
            "/bin/sh",
            "-c",
            at_home,
            "sh",
            *command,
        ]

    def in_its_network(self, *command: str) -> list[str]:
        """The command line that starts a program of this machine, with this machine's files, in their network."""
        assert self._holder is not None
        enter = [_without_path("nsenter"), f"--target={self._holder.pid}", "--net"]
        if not self._is_root:
            enter += ["--user", "--preserve-credentials"]
        return [*enter, "--", *command]

    def checked(self, *words: str | Path, within_s: float = 300) -> str:
        """Run the package with ``words``; what it printed. Raises AssertionError unless it ends well."""
        done = self.program(*words, within_s=within_s)
        said = done.stdout + done.stderr
        shown = " ".join(map(str, words))
        assert done.returncode == 0, f"{shown} ended with {done.returncode}: {said[-600:]}"
        return done.stdout

    def run(
        self,
        *command: str,
        within_s: float = 120,
        environ: Mapping[str, str] | None = None,
        as_writer: bool = True,
        stdin: str = "",
    ) -> subprocess.CompletedProcess[str]:
        """Run to the end. Raises subprocess.TimeoutExpired."""
        return subprocess.run(
            self.inside(*command, as_writer=as_writer),
            env={**self.environ, **(environ or {})},
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=within_s,
        )

    def program(
        self, *arguments: str | Path, within_s: float = 300, **environ: str
    ) -> subprocess.CompletedProcess[str]:
        """Run the package with ``arguments``."""
        return self.run(*self.command, *map(str, arguments), within_s=within_s, environ=environ)

    def start(
        self,
        *command: str,
        output: IO[bytes] | int,
        environ: Mapping[str, str] | None = None,
        stdin: int | None = None,
    ) -> subprocess.Popen[bytes]:
        """Begin, in a session of its own."""
        return subprocess.Popen(
            self.inside(*command),
            env={**self.environ, **(environ or {})},
            stdin=subprocess.DEVNULL if stdin is None else stdin,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )

    @property
    def data(self) -> Path:
        """Where the program keeps what belongs to the writer: models, log, journal."""
        return self.home / ".local/share/cowrite"

    # --- what goes on in it ---

    def processes(self) -> dict[int, str]:
        """Every process that was started in here, by anyone: its number and command line."""
        found = {}
        mark = f"{MARK}={self.work.name}".encode()
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    words = (folder / "cmdline").read_bytes().split(b"\0")
                    found[int(folder.name)] = b" ".join(words).decode("utf-8", "replace").strip()
            except OSError:
                continue  # ended meanwhile, or somebody else's
        return {number: line for number, line in found.items() if line}

    def mounts(self) -> set[str]:
        """Every place where something is mounted."""
        return {line.split()[1] for line in self._proc("mounts").splitlines()}

    def refused_packets(self) -> int:
        """How often something tried to reach another computer: there is no route to any, and the system counts."""
        rows = [
            line.split() for line in self._proc("net/snmp").splitlines() if line.startswith("Ip:")
        ]
        count = int(rows[1][rows[0].index("OutNoRoutes")])
        six = self._proc("net/snmp6").splitlines()
        return count + sum(
            int(line.split()[1]) for line in six if line.startswith("Ip6OutNoRoutes")
        )

    def _proc(self, name: str) -> str:
        assert self._holder is not None
        return Path(f"/proc/{self._holder.pid}/{name}").read_text()

    def outside_path(self, path: str) -> Path:
        """A path of inside, as this process can open it."""
        assert self._holder is not None
        return Path(f"/proc/{self._holder.pid}/root{self.root or ''}{path}")

    def proc_of(self, number: int, name: str) -> str:
        """A file of ``/proc`` of one process; empty if that has ended."""
        try:
            return Path(f"/proc/{number}/{name}").read_text("utf-8", "replace")
        except OSError:
            return ""
