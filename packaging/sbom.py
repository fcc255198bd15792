"""Writes the software bill of materials of a package: ``sbom.py ONEDIR``.

ONEDIR is the folder with the program; it gets ``_internal/resources/third-party/sbom.cdx.json`` in the CycloneDX 1.6
format: what cyclonedx-bom finds in the environment that the package was built from and the package has, and what it
cannot see: the libraries of the system, Python, Qt, dictionaries, typefaces, icons, and the model. The tool runs in an
environment of its own, which is made with pip at the first call.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PACKAGING = Path(__file__).resolve().parent
sys.path[:0] = [str(PACKAGING), str(PACKAGING.parent)]

from licences import folder_of  # noqa: E402
from package_env import BuildError, python_of  # noqa: E402
from third_party import Component, UnknownLicence, canonical, components  # noqa: E402

from cowrite import __version__  # noqa: E402

TOOLS = PACKAGING.parent / "build" / "package-tools"
REQUIREMENT = "cyclonedx-bom~=7.5.0"
VALIDATE = (
    "import sys; from pathlib import Path; from cyclonedx.schema import SchemaVersion; "
    "from cyclonedx.validation.json import JsonStrictValidator; "
    "error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(Path(sys.argv[1]).read_text('utf-8')); "
    "sys.exit(str(error) if error else 0)"
)


def tools() -> Path:
    """The Python of the environment with cyclonedx-bom. Raises BuildError if it cannot be made."""
    python, stamp = python_of(TOOLS), TOOLS / "requirement.txt"
    if not stamp.is_file() or stamp.read_text("utf-8") != REQUIREMENT:
        called([sys.executable, "-m", "venv", "--clear", str(TOOLS)])
        called([str(python), "-m", "pip", "--quiet", "install", REQUIREMENT])
        stamp.write_text(REQUIREMENT, "utf-8")
    return python


def called(command: list[str]) -> None:
    """Run a command. Raises BuildError with what it said if it fails."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise BuildError(f"{' '.join(command[:4])} failed: {done.stdout}{done.stderr}")


def found_by_tool(python: Path) -> dict[str, Any]:
    """What cyclonedx-bom says of this environment. Raises BuildError."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "sbom.json"
        command = [str(python), "-m", "cyclonedx_py", "environment", sys.executable]
        called([*command, "--output-format", "JSON", "--output-reproducible", "-o", str(out)])
        return dict(json.loads(out.read_text("utf-8")))


def described(component: Component, internal: Path) -> dict[str, Any]:
    """A component that the tool does not know, as CycloneDX writes it."""
    entry: dict[str, Any] = {
        "bom-ref": f"{component.name}@{component.version}",
        "type": component.kind,
        "name": component.name,
        "version": component.version,
        "licenses": [{"license": {"name": component.licence}}],
    }
    if component.purl:
        entry["purl"] = component.purl
    if component.homepage:
        entry["externalReferences"] = [{"type": "website", "url": component.homepage}]
    if component.note:
        entry["description"] = component.note
    if component.kind == "machine-learning-model":
        entry["hashes"] = [
            {"alg": "SHA-256", "content": digest_of(file)}
            for file in sorted((internal / "resources" / "models").rglob("*.safetensors"))
        ]
    return entry


def digest_of(file: Path) -> str:
    """The SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def merged(bom: dict[str, Any], found: list[Component], internal: Path) -> dict[str, Any]:
    """The bill of what is in the package: the tool's entries for what is there, and ours for the rest."""
    python = {each.purl: each for each in found if each.purl.startswith("pkg:pypi/")}
    kept = []
    for entry in bom["components"]:
        own = python.get(f"pkg:pypi/{canonical(entry['name'])}@{entry['version']}")
        if own is not None:
            entry.setdefault("licenses", [{"license": {"name": own.licence}}])
            kept.append(entry)
            del python[own.purl]
    missed = [each for each in found if not each.purl.startswith("pkg:pypi/")]
    kept += [described(each, internal) for each in [*python.values(), *missed]]
    kept.sort(key=lambda entry: str(entry["bom-ref"]).lower())
    refs = {entry["bom-ref"] for entry in kept}
    program = "cowrite"
    dependencies = [
        {**row, "dependsOn": [each for each in row.get("dependsOn", []) if each in refs]}
        for row in bom.get("dependencies", [])
        if row["ref"] in refs
    ]
    known = {row["ref"] for row in dependencies}
    dependencies += [{"ref": ref, "dependsOn": []} for ref in sorted(refs - known)]
    metadata = {**bom.get("metadata", {})}
    metadata["component"] = {
        "bom-ref": program,
        "type": "application",
        "name": "Cowrite",
        "version": __version__,
        "licenses": [{"license": {"id": "Apache-2.0"}}],
    }
    dependencies.append({"ref": program, "dependsOn": sorted(refs)})
    return {**bom, "metadata": metadata, "components": kept, "dependencies": dependencies}


def main() -> int:
    """Write the bill for the folder given on the command line."""
    parser = argparse.ArgumentParser(description="Write the bill of materials of the package.")
    parser.add_argument("onedir", type=Path)
    onedir = parser.parse_args().onedir
    file = folder_of(onedir) / "sbom.cdx.json"
    try:
        found = components(onedir)
        python = tools()
        bill = merged(found_by_tool(python), found, onedir / "_internal")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(bill, indent=1, sort_keys=True) + "\n", "utf-8")
        called([str(python), "-c", VALIDATE, str(file)])
    except (BuildError, UnknownLicence, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{len(bill['components'])} components in the bill of materials")
    return 0


if __name__ == "__main__":
    sys.exit(main())
