"""What can be seen of a package without using it, and what it left behind: plugins, connections, files elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

from smoke.findings import Findings
from smoke.session import until_alone
from smoke.surroundings import Surroundings
from smoke.window import window

# Qt's plugins by the folder they are in. Those of a folder with “*” may all be there.
PLUGINS = {
    "iconengines": "svgicon",
    "imageformats": "gif ico jpeg svg webp",
    "platforminputcontexts": "composeplatforminputcontext ibusplatforminputcontext",
    "platforms": "minimal offscreen wayland wayland-egl wayland-generic xcb",
    "platformthemes": "gtk3 xdgdesktopportal",
    "printsupport": "cupsprintersupport",
    "styles": "",
    "tls": "certonlybackend opensslbackend",
    "wayland-decoration-client": "*",
    "wayland-graphics-integration-client": "*",
    "wayland-shell-integration": "*",
    "xcbglintegrations": "*",
}
NEEDED_PLUGINS = {
    "platforms/xcb",
    "platforms/wayland",
    "platforms/offscreen",
    "platforminputcontexts/ibusplatforminputcontext",
    "platforminputcontexts/composeplatforminputcontext",
    "iconengines/svgicon",
    "imageformats/svg",
}
OWN = (".local/share/cowrite", ".local/state/cowrite", ".config/cowrite", ".cache/cowrite")
# Kept by libraries of the system for all programs, or by what stands beside this one in the test.
OF_THE_SYSTEM = (
    ".cache/fontconfig",
    ".cache/mesa_shader_cache",
    ".cache/mesa_shader_cache_db",
    ".cache/qtshadercache",
)
NETWORK = re.compile(r"connect\(\d+, \{sa_family=AF_INET6?,.*")


def plugins(internal: Path, findings: Findings) -> None:
    """Those of Qt are what is needed, and no others."""
    with findings.step("Qt's plugins against the allow-list"):
        found = set()
        for path in internal.rglob("plugins/*/*.so"):
            name = path.stem.removeprefix("libq").removeprefix("lib").removesuffix("plugin")
            found.add(f"{path.parent.name}/{name}")
        missing = NEEDED_PLUGINS - found
        assert not missing, f"missing: {sorted(missing)}"
        unknown = sorted(each for each in found if not _is_allowed(each))
        assert not unknown, f"not on the list: {unknown}"


def _is_allowed(plugin: str) -> bool:
    folder, _, name = plugin.partition("/")
    allowed = PLUGINS.get(folder, "").split()
    return "*" in allowed or name in allowed


def no_connection(there: Surroundings, findings: Findings) -> None:
    """Nothing that was done so far tried to reach another computer unasked. Afterwards the counter itself is tried."""
    with findings.step("0 connections tried"):
        tried = there.refused_packets() - there.asked_for
        findings.figure("connections_tried", tried, "connections")
        assert tried == 0, f"{tried} times something tried to reach another computer"
    with findings.step("a connection would have been counted"):
        before = there.refused_packets()
        there.run("/bin/bash", "-c", "exec 3<>/dev/tcp/192.0.2.1/80")
        assert there.refused_packets() > before, "the counter does not count"


def traced(there: Surroundings, findings: Findings) -> None:
    """One start with every ``connect`` written down by strace."""
    log = there.seat / "connects.txt"
    plain = there.command
    there.command = ["strace", "-f", "--seccomp-bpf", "-e", "trace=connect", "-o", str(log), *plain]
    try:
        with findings.step("no connect() to a network, by strace"):
            with window(there) as w:
                w.type(" And then ")
                w.ghost()
                w.quit()
            found = NETWORK.findall(log.read_text("utf-8", "replace"))
            assert not found, f"{len(found)}, the first: {found[0]}"
            assert "AF_UNIX" in log.read_text("utf-8", "replace"), "strace saw nothing"
    finally:
        there.command = plain


def elsewhere(there: Surroundings, findings: Findings) -> None:
    """Nothing was written outside Cowrite's folders but what the writer asked for."""
    with findings.step("nothing outside Cowrite's folders"):
        until_alone(there)
        asked = {"draft.txt", "inputs", "to learn from.txt", *RESULTS}
        found = []
        for path in sorted(there.home.rglob("*")):
            place = str(path.relative_to(there.home))
            belongs = place.startswith((*OWN, *OF_THE_SYSTEM)) or place.split("/")[0] in asked
            if path.is_file() and not belongs and path.name not in asked:
                found.append(place)
        assert not found, f"written elsewhere: {found}"


RESULTS = (
    "another folder",
    *(f"converted.{kind}" for kind in ("docx", "epub", "html", "odt", "pdf", "txt")),
    "copy of the adapter.zip",
    "copy.sqlite3",
    "figures.csv",
    *(f"from {kind}.md" for kind in ("docx", "html", "odt")),
    "log.jsonl",
    "pictures of the demo",
)
