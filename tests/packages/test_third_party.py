"""What the package is made of: nothing without a licence, and a bill of materials of what is really there."""

from __future__ import annotations

import importlib
import re
import shutil
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGING = ROOT / "packaging"
GAPS = tomllib.loads((PACKAGING / "licences.toml").read_text("utf-8"))
MODULES = ("sbom", "licences", "third_party", "package_env")


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, ModuleType]]:
    monkeypatch.syspath_prepend(str(PACKAGING))
    path = list(sys.path)
    yield {name: importlib.import_module(name) for name in MODULES}
    sys.path[:] = path
    for name in MODULES:
        sys.modules.pop(name, None)


@pytest.fixture
def third_party(modules: dict[str, ModuleType]) -> ModuleType:
    return modules["third_party"]


@pytest.fixture
def onedir(tmp_path: Path) -> Path:
    """A folder as PyInstaller makes it, with little in it."""
    internal = tmp_path / "cowrite" / "_internal"
    for place in (
        "PySide6/Qt/lib/libQt6Core.so.6",
        "PySide6/Qt/lib/libicuuc.so.73.2",
        "shiboken6/libshiboken6.so",
        "tokenizers/tokenizers.abi3.so",
        "libpython3.11.so.1.0",
        "resources/fonts/SourceSerif4-Regular.ttf",
        "resources/models/starter/model.safetensors",
    ):
        (internal / place).parent.mkdir(parents=True, exist_ok=True)
        (internal / place).write_bytes(b"x")
    return internal.parent


def named(components: list[object]) -> dict[str, object]:
    return {each.name: each for each in components}  # type: ignore[attr-defined]


def test_what_is_there_is_listed_and_nothing_else(third_party: ModuleType, onedir: Path):
    found = named(third_party.components(onedir))
    assert {"PySide6_Essentials", "shiboken6", "tokenizers", "Python", "Qt", "ICU (in Qt)"} <= set(
        found
    )
    assert {"Source Serif 4", "SmolLM2-135M-Instruct"} <= set(found)
    assert "torch" not in found
    assert "hunspell" not in found
    assert found["ICU (in Qt)"].version == "73.2"
    assert found["tokenizers"].licence == "Apache-2.0"
    assert "Apache License" in found["tokenizers"].texts[0]
    assert any("GNU LESSER GENERAL PUBLIC LICENSE" in text for text in found["Qt"].texts)
    assert all(each.licence and each.texts for each in found.values())


def test_a_library_that_nobody_knows_stops_the_build(third_party: ModuleType, onedir: Path):
    (onedir / "_internal" / "libunheardof.so.7").write_bytes(b"x")
    with pytest.raises(third_party.UnknownLicence, match=r"libunheardof\.so\.7"):
        third_party.components(onedir)


def test_a_library_that_is_refused_stops_the_build(third_party: ModuleType, onedir: Path):
    (onedir / "_internal" / "libreadline.so.8").write_bytes(b"x")
    with pytest.raises(third_party.UnknownLicence, match=r"libreadline\.so\.8 may not be"):
        third_party.components(onedir)


@pytest.mark.skipif(not shutil.which("dpkg-query"), reason="asks Debian's list of packages")
def test_a_library_of_debian_is_listed_with_its_package(third_party: ModuleType, onedir: Path):
    (onedir / "_internal" / "libz.so.1").write_bytes(b"x")
    found = named(third_party.components(onedir))["zlib1g"]
    assert found.purl.startswith("pkg:deb/debian/zlib1g@")
    assert "libz.so.1" in found.note
    assert "Zlib" in found.licence


@pytest.mark.parametrize("row", [*GAPS["distribution"], *GAPS["component"]], ids=str)
def test_every_text_that_is_named_is_there(third_party: ModuleType, row: dict[str, list[str]]):
    for name in row.get("texts", []):
        assert len(third_party.text_of(name)) > 200


def test_all_that_stands_in_the_resources_with_a_licence_is_named():
    texts = {text for row in GAPS["component"] for text in row.get("texts", [])}
    for licence in [*(ROOT / "resources").rglob("*LICENSE*"), *(ROOT / "resources").rglob("*OFL*")]:
        assert f"/{licence.relative_to(ROOT).as_posix()}" in texts


def test_every_dependency_has_a_licence(third_party: ModuleType, onedir: Path):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = {re.split(r"[^\w.-]", each)[0] for each in project["project"]["dependencies"]}
    for distribution in importlib.metadata.distributions():
        for root in third_party.roots_of(distribution):
            (onedir / "_internal" / root).mkdir(exist_ok=True)
            (onedir / "_internal" / root / "code").touch()
    listed = {third_party.canonical(each.name) for each in third_party.components(onedir)}
    assert {third_party.canonical(name) for name in wanted} <= listed


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Format: x\n\nFiles: *\nLicense: Zlib\n text", "Zlib"),
        ("License: MIT\n\nLicense: BSD-3\n\nLicense: MIT\n", "MIT, BSD-3"),
        ("This package is under the GPL.", "see the text"),
    ],
)
def test_the_licence_of_a_debian_package_in_short(third_party: ModuleType, text: str, short: str):
    assert third_party.debian_licence(text) == short


def test_the_list_is_a_summary_and_all_texts(modules: dict[str, ModuleType], onedir: Path):
    found = modules["third_party"].components(onedir)
    text = modules["licences"].written(found)
    summary, *sections = text.split(modules["licences"].RULE)
    assert len(sections) == len(found)
    for component, section in zip(found, sections, strict=True):
        assert f"{component.name} {component.version}" in summary
        assert section.startswith(
            f"\n{component.name} {component.version}\nLicence: {component.licence}\n"
        )


def test_a_text_that_many_have_stands_there_once(modules: dict[str, ModuleType], onedir: Path):
    found = modules["third_party"].components(onedir)
    text = modules["licences"].written(found)
    assert text.count("This version of the GNU Lesser General Public License incorporates") == 1
    assert re.search(r"The text is the same as under PySide6_\w+ above\.", text)


def test_the_bill_has_what_the_tool_sees_and_what_it_does_not(
    modules: dict[str, ModuleType], onedir: Path
):
    found = modules["third_party"].components(onedir)
    version = importlib.metadata.version("tokenizers")
    tool = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "components": [
            {
                "bom-ref": "tokenizers==1",
                "name": "tokenizers",
                "version": version,
                "type": "library",
            },
            {"bom-ref": "pytest==9", "name": "pytest", "version": "9", "type": "library"},
        ],
        "dependencies": [
            {"ref": "tokenizers==1", "dependsOn": ["pytest==9"]},
            {"ref": "pytest==9"},
        ],
    }
    bill = modules["sbom"].merged(tool, found, onedir / "_internal")
    components = {each["name"]: each for each in bill["components"]}
    assert "pytest" not in components
    assert components["tokenizers"]["licenses"] == [{"license": {"name": "Apache-2.0"}}]
    model = components["SmolLM2-135M-Instruct"]
    assert model["type"] == "machine-learning-model"
    assert model["hashes"] == [
        {
            "alg": "SHA-256",
            "content": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
        }
    ]
    refs = [each["bom-ref"] for each in bill["components"]]
    assert len(refs) == len(set(refs)) == len(found)
    assert {row["ref"] for row in bill["dependencies"]} == {*refs, "cowrite"}
    assert all(set(row["dependsOn"]) <= set(refs) for row in bill["dependencies"])
