"""Tries a package as a stranger would: ``python packaging/smoke_test.py onedir|deb|appimage PATH [--times 3]``.

No network, no Python on PATH, an empty environment, a fresh home with odd letters in its name, an ordinary
user, the program's folder read-only, real keys on a display of its own. Exit status 0 if everything works. Linux only;
run it with the Python of ``.venv``. What each step does stands in the modules of ``packaging/smoke``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(HERE), str(ROOT), str(ROOT / "tests")]

from desktop.display import display  # noqa: E402
from smoke import checks, commands, desktops, downloads, packs, roots, session  # noqa: E402
from smoke.findings import Findings, write_json  # noqa: E402
from smoke.surroundings import Surroundings, missing_tools, why_no_namespaces  # noqa: E402
from smoke.window import window  # noqa: E402

Step = Callable[[Surroundings, Findings], None]
PICTURES = ROOT / "build" / "smoke-pictures"
# What CI tries of every change; the rest is for the night.
SHORT: tuple[Step, ...] = (session.first_day, session.second_day, checks.elsewhere)
LONG: tuple[Step, ...] = (
    session.first_day,
    session.second_day,
    session.learn,
    desktops.foreign_programs,
    session.read_only_home,
    packs.a_pack,
    downloads.a_model_from_a_hub,
    commands.every_command,
    checks.elsewhere,
)


def take(steps: tuple[Step, ...], there: Surroundings, findings: Findings) -> None:
    """One after the other, in one home; afterwards, how often something looked for a network."""
    for step in steps:
        step(there, findings)
    checks.no_connection(there, findings)


def beside_the_day(there: Surroundings, findings: Findings, *, strict: bool) -> None:
    """What needs tools that not every machine has; ``strict`` where all of them must be."""
    needs = {
        "connections by strace": ([] if shutil.which("strace") else ["strace"], checks.traced),
        "Wayland": (desktops.missing(desktops.WAYLAND_NEEDS), desktops.wayland),
        "Chinese": (desktops.missing_for_chinese(), desktops.chinese),
    }
    for name, (missing, step) in needs.items():
        if missing:
            findings.skip(name, f"needs: apt install {' '.join(missing)}", allowed=not strict)
        else:
            step(there, findings)


@contextmanager
def surroundings(options: argparse.Namespace, root: Path | None = None) -> Iterator[Surroundings]:
    """A display and what is on it; the pictures are kept in build/."""
    user = {"user": os.geteuid()} if options.kind == "environment" else {}
    with display() as shown, Surroundings(root=root, keep=options.keep, **user) as there:
        there.display = shown.name
        try:
            yield there
        finally:
            if there.pictures.is_dir():
                shutil.copytree(there.pictures, PICTURES / options.kind, dirs_exist_ok=True)
            if options.keep:
                print(f"  kept     {there.work}")


def put_model(there: Surroundings, model: Path | None) -> None:
    """For a package without a model of its own."""
    if model is not None:
        shutil.copytree(model, there.data / "models" / model.name)
        there.give(there.home / ".local")


def try_on_this_machine(
    options: argparse.Namespace, findings: Findings, package: Path, steps: tuple[Step, ...]
) -> None:
    """An onedir, an AppImage, an unpacked .deb's folder, or (to compare with) the environment."""
    with surroundings(options) as there:
        if options.kind == "environment":
            there.command = [sys.executable, "-m", "cowrite"]
            there.more_environ = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        else:
            place = there.show(package)
            there.command = [str(_program_in(place, package))]
        there.open()
        put_model(there, options.model)
        if (package / "_internal").is_dir():
            checks.plugins(package / "_internal", findings)
        take(steps, there, findings)
        if not options.short:
            beside_the_day(there, findings, strict=options.strict)
        if options.kind == "appimage":
            try_mounting(there, findings)
            try_unpacking(there, findings)


def _program_in(place: Path, package: Path) -> Path:
    if package.is_file():
        return place
    inner = [name for name in ("cowrite", "usr/bin/cowrite") if (package / name).exists()]
    return place / inner[0]


def try_mounting(there: Surroundings, findings: Findings) -> None:
    """Where FUSE is there, the AppImage is mounted while it runs, also when all its processes are killed."""
    if not Path("/dev/fuse").exists() or shutil.which("fusermount3") is None:
        findings.skip(
            "the AppImage mounted", "needs /dev/fuse and: apt install fuse3", allowed=True
        )
        return
    with findings.step("the AppImage mounted, and unmounted when it is killed"):
        with window(there) as w:
            mounted = there.mounts() - there.mounts_before
            assert len(mounted) == 1, f"mounted: {sorted(mounted)}"
            w.kill()
        deadline = time.monotonic() + 10
        while left := there.mounts() - there.mounts_before:
            assert time.monotonic() < deadline, f"still mounted: {sorted(left)}"
            time.sleep(0.1)


def try_unpacking(there: Surroundings, findings: Findings) -> None:
    """Where nothing can be mounted, the AppImage unpacks itself, and clears that away."""
    environ = {"APPIMAGE_EXTRACT_AND_RUN": "1"}
    with findings.step("the AppImage unpacked instead of mounted"):
        with window(there, environ=environ) as w:
            assert not any("mount_" in each for each in there.mounts() - there.mounts_before)
            w.quit()
        session.until_alone(there)
        left = session.temporary_files(there)
        assert not left, f"left in the temporary folder: {left}"


def try_deb(options: argparse.Namespace, findings: Findings, package: Path) -> None:
    """Installed in a clean root of each release, used, removed; and only unpacked."""
    steps = SHORT if options.short else LONG
    for release in options.releases:
        name = roots.RELEASES[release]
        if reason := roots.why_not(release):
            findings.skip(f"the .deb in {name}", reason, allowed=not options.strict)
            continue
        print(f" {name}", flush=True)
        with findings.step(f"installed in a clean {name}, used, and removed"):
            _try_in_root(options, findings, package, release, steps)
    with surroundings(options) as there, findings.step("the .deb only unpacked (dpkg -x)"):
        folder = there.work / "unpacked"
        roots.unpack(package, folder)
        there.command = [str(there.show(folder) / "usr/bin/cowrite")]
        there.open()
        session.first_day(there, findings)


def _try_in_root(
    options: argparse.Namespace,
    findings: Findings,
    package: Path,
    release: str,
    steps: tuple[Step, ...],
) -> None:
    place = ROOT / "build" / f"root-of-a-try-{os.getpid()}"
    place.mkdir(parents=True)
    try:
        root = roots.unpacked_root(release, place)
        roots.install(root, package)
        assert not (found := roots.pythons(root)), f"there is a Python: {found}"
        with surroundings(options, root) as there:
            roots.put_stand_in(root, there.bin / "xdg-open")
            there.command = ["cowrite"]
            there.open()
            put_model(there, options.model)
            take(steps, there, findings)
            kept = {path for path in there.data.rglob("*") if path.is_file()}
            roots.remove(root)
            assert kept, "there were no data"
            assert all(path.exists() for path in kept), "the writer's data are gone"
        left = roots.left_of_it(root)
        assert not left, f"left after the removal: {left}"
    finally:
        shutil.rmtree(place, ignore_errors=True)


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Try a package of Cowrite as a stranger would.")
    parser.add_argument("kind", choices=["onedir", "deb", "appimage", "environment"])
    parser.add_argument("path", nargs="?", default=str(ROOT), help="the package, or a pattern")
    parser.add_argument("--times", type=int, default=1, metavar="N", help="N times in a row")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was found")
    parser.add_argument("--short", action="store_true", help="the first two days only, as CI does")
    parser.add_argument(
        "--strict", action="store_true", help="what cannot be tried here is a problem"
    )
    parser.add_argument(
        "--releases", nargs="+", default=list(roots.RELEASES), choices=list(roots.RELEASES)
    )
    parser.add_argument("--model", type=Path, metavar="DIR", help="a model for a package without")
    parser.add_argument("--keep", action="store_true", help="keep the folder of the try")
    return parser.parse_args(arguments)


def main() -> int:
    """Try it. Returns the exit status."""
    options = parse()
    found = sorted(ROOT.glob(options.path)) if "*" in options.path else [Path(options.path)]
    if not found or not found[-1].exists():
        print(f"There is no {options.path}. Build it with: python3 dev.py package", file=sys.stderr)
        return 2
    package = found[-1].resolve()
    if missing := missing_tools():
        print(f"The test needs: apt install {' '.join(missing)}", file=sys.stderr)
        return 2
    if reason := why_no_namespaces():
        print(f"Not tried: {reason}", file=sys.stderr)
        return 1 if options.strict else 0
    runs: list[Findings] = []
    for number in range(1, options.times + 1):
        findings = Findings(f"{options.kind}, {number} of {options.times}")
        runs.append(findings)
        print(findings.title, flush=True)
        with findings.step("the whole try"):
            if options.kind == "deb":
                try_deb(options, findings, package)
            else:
                steps = SHORT if options.short else LONG
                try_on_this_machine(options, findings, package, steps)
    if options.json:
        write_json(options.json, runs)
    problems = sum(len(run.problems) for run in runs)
    print("The package works." if not problems else f"{problems} problems.", flush=True)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
