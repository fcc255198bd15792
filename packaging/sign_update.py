"""Keys and signatures for the news about updates.

``python packaging/sign_update.py new NAME FIRST-DAY LAST-DAY`` makes a key: the secret goes to standard output, to be
kept outside the repository, and the public part into resources/updates/trust.json. While one key follows another, both
are in there and both sign. ``… address URL`` writes there where the program asks. ``… sign METADATA OUT NAME=FILE…``
signs with the secrets in FILEs; what comes out is what a server gives out, and publish.py makes all of it for a
release. ``… verify FILE`` reads it as the program does.
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from nacl.signing import SigningKey

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from cowrite.base.errors import UserError  # noqa: E402
from cowrite.updates.metadata import PURPOSE, envelope_of, read_signed  # noqa: E402
from cowrite.updates.trust import bundled_trust  # noqa: E402

TRUST = ROOT / "resources" / "updates" / "trust.json"


def new_key(name: str, first_day: str, last_day: str, trust: Path) -> str:
    """A new secret, in base64; its public part is added to the file ``trust``."""
    secret = SigningKey.generate()
    stored = json.loads(trust.read_text("utf-8"))
    public = base64.b64encode(bytes(secret.verify_key)).decode()
    key = {"id": name, "public": public, "first_day": first_day, "last_day": last_day}
    stored["keys"] = [each for each in stored["keys"] if each["id"] != name] + [key]
    trust.write_text(json.dumps(stored, indent=2) + "\n", "utf-8")
    return base64.b64encode(bytes(secret)).decode()


def set_address(address: str, trust: Path) -> None:
    """Where the program asks, into the file ``trust``."""
    stored = json.loads(trust.read_text("utf-8"))
    stored["address"] = address
    trust.write_text(json.dumps(stored, indent=2) + "\n", "utf-8")


def sign(metadata: bytes, secrets: Sequence[tuple[str, str]]) -> bytes:
    """The signed file; ``secrets`` are names of keys and the keys in base64."""
    signatures = []
    for name, secret in secrets:
        signed = SigningKey(base64.b64decode(secret)).sign(PURPOSE + metadata)
        signatures.append((name, base64.b64encode(signed.signature).decode()))
    return envelope_of(metadata, signatures)


def main(arguments: Sequence[str]) -> int:
    """Do it. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="sign_update.py", description="Keys and signatures.")
    actions = parser.add_subparsers(dest="action", required=True)
    making = actions.add_parser("new")
    for word in ("name", "first_day", "last_day"):
        making.add_argument(word)
    addressing = actions.add_parser("address")
    addressing.add_argument("url")
    signing = actions.add_parser("sign")
    signing.add_argument("metadata", type=Path)
    signing.add_argument("out", type=Path)
    signing.add_argument("keys", nargs="+", metavar="NAME=FILE")
    verifying = actions.add_parser("verify")
    verifying.add_argument("file", type=Path)
    options = parser.parse_args(arguments)
    match options.action:
        case "new":
            print(new_key(options.name, options.first_day, options.last_day, TRUST))
        case "address":
            set_address(options.url, TRUST)
        case "sign":
            pairs = [each.partition("=") for each in options.keys]
            secrets = [(name, Path(file).read_text("utf-8").strip()) for name, _, file in pairs]
            options.out.write_bytes(sign(options.metadata.read_bytes(), secrets))
        case "verify":
            try:
                today = datetime.now(UTC).date()
                found = read_signed(options.file.read_bytes(), bundled_trust().keys, today)
            except UserError as error:
                print(error, file=sys.stderr)
                return 1
            print(f"{found.version}, serial {found.serial}, until {found.expires}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
