"""A pack that takes the place of the package's torch: on, off by one command, and off by itself when it breaks.

Its torch is the package's own, found behind it on the path, and calls itself another version. So that a folder comes
before what is frozen is tried without the gigabytes.
"""

from __future__ import annotations

import json

from smoke import made_up
from smoke.findings import Findings
from smoke.surroundings import Surroundings

NAME = "gpu-1"
BEGINNING = "Once upon a time there was a little girl. She was very "


def a_pack(there: Surroundings, findings: Findings) -> None:
    """All of it; afterwards the package is as before."""
    source = there.seat / "pack"
    text = ""
    with findings.step("a pack to install is made"):
        made_up.make("pack", source)
        there.give(source)
        text = _completed(there)
    with findings.step("the pack's torch comes before the package's, and says the same"):
        there.checked("packs", "install", str(source), "--without-card")
        checked = json.loads(there.checked("packs", "check", "--json"))
        assert made_up.PACK_MARK in checked["pack_torch"], f"it checked {checked}"
        assert made_up.PACK_MARK in _torch(there), f"torch is {_torch(there)}"
        assert _completed(there) == text, "the pack's torch says something else"
    with findings.step("a pack that breaks is off at the next start"):
        broken = there.data / "packs" / NAME / made_up.BREAKS
        broken.touch()
        done = there.program("complete", "--text", BEGINNING)
        assert done.returncode not in (0, 2), f"it did not break: {done.stdout}{done.stderr}"
        assert _completed(there) == text, "without the pack it says something else"
        listed = json.loads(there.checked("packs", "list", "--json"))
        assert (listed["used"], bool(listed["trouble"])) == ("", True), f"listed: {listed}"
        broken.unlink()
    with findings.step("back on, off, and removed"):
        there.checked("packs", "back")
        assert made_up.PACK_MARK in _torch(there), f"torch is {_torch(there)}"
        there.checked("packs", "off")
        assert made_up.PACK_MARK not in _torch(there), f"torch is {_torch(there)}"
        there.checked("packs", "remove", NAME)
        left = [path for path in (there.data / "packs").rglob("*") if path.name.startswith("torch")]
        assert not left, f"left of it: {left}"


def _completed(there: Surroundings) -> str:
    said = there.checked("complete", "--text", BEGINNING, "--json")
    suggestion = str(json.loads(said)["suggestion"])
    assert suggestion.strip(), f"nothing is suggested: {said}"
    return suggestion


def _torch(there: Surroundings) -> str:
    """What ``doctor`` says of the torch that the program computes with."""
    findings = json.loads(there.program("doctor", "--json").stdout)["findings"]
    return str(next(each["detail"] for each in findings if each["what"].lower() == "torch"))
