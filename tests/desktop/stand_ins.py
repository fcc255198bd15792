"""What a test gives a real program in place of what it has not: the resources of a package, and a graphics card."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path

import pytest
from desktop.running_program import ROOT
from nacl.signing import SigningKey
from support.signed_updates import signed

from cowrite.updates.trust import Trust, TrustedKey

SECRET = SigningKey(b"k" * 32)
KEY = "old"
LAST_DAY = "2999-12-31"
# Every Python that the program starts imports it before anything else.
SITE = """
from pathlib import Path
from cowrite.settings import resources
_found, _folder = resources.optional_resource, Path({folder!r})
def optional_resource(relative):
    mine = _folder / relative
    return mine if mine.exists() else _found(relative)
resources.optional_resource = optional_resource
"""
# As much of the driver's library as Cowrite asks: one card of compute capability 8.9, and CUDA 13.0.
DRIVER = """
#include <string.h>
#include <stddef.h>
int cuInit(unsigned flags) { return 0; }
int cuDeviceGetCount(int *count) { *count = 1; return 0; }
int cuDeviceGet(int *device, int which) { *device = 0; return 0; }
int cuDeviceGetName(char *name, int most, int device) { strncpy(name, "Toy 4000", most); return 0; }
int cuDeviceTotalMem_v2(size_t *bytes, int device) { *bytes = (size_t)8 << 30; return 0; }
int cuDriverGetVersion(int *version) { *version = 13000; return 0; }
int cuDeviceGetAttribute(int *value, int which, int device) {
  *value = which == 75 ? 8 : which == 76 ? 9 : which == 36 ? 9000000 : 128;
  return 0;
}
"""


def with_resources(folder: Path, **resources: bytes) -> dict[str, str]:
    """The environment of a program that has these ``resources`` (``a__b`` for a/b.json), as a package has its own."""
    site = folder / "site"
    site.mkdir(parents=True)
    (site / "sitecustomize.py").write_text(SITE.format(folder=str(folder / "resources")), "utf-8")
    for name, data in resources.items():
        file = folder / "resources" / f"{name.replace('__', '/')}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    paths = [str(site), str(ROOT), os.environ.get("PYTHONPATH", "")]
    return {"PYTHONPATH": os.pathsep.join(filter(None, paths))}


def with_card(folder: Path) -> dict[str, str]:
    """The environment of a program on a machine with a graphics card, as far as its driver says so."""
    folder.mkdir(parents=True)
    source, library = folder / "driver.c", folder / "libcuda.so.1"
    source.write_text(DRIVER, "utf-8")
    command = [os.environ.get("CC", "cc"), "-shared", "-fPIC", "-o", str(library), str(source)]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=60)
    except FileNotFoundError:
        pytest.skip("needs a C compiler for a stand-in of the driver")
    return {"LD_LIBRARY_PATH": str(folder)}


def trust_of(address: str) -> bytes:
    """The file of a build that asks at ``address`` and believes this key."""
    public = base64.b64encode(bytes(SECRET.verify_key)).decode()
    key = TrustedKey(id=KEY, public=public, first_day="2020-01-01", last_day=LAST_DAY)
    return json.dumps(asdict(Trust(format=1, address=address, keys=(key,)))).encode()


def news(changes: Mapping[str, object], *, day: date | None = None) -> bytes:
    """Signed news of a version 99.1, issued on ``day`` (today), good for a month, with ``changes``."""
    issued = day or date.today()
    usual = {"issued": issued.isoformat(), "expires": (issued + timedelta(days=30)).isoformat()}
    return signed({**usual, **changes}, old=SECRET)
