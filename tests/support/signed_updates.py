"""News about updates, signed with keys made here."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import date

from nacl.signing import SigningKey

from cowrite.updates.metadata import PURPOSE, envelope_of
from cowrite.updates.trust import Trust, TrustedKey

TODAY = date(2026, 11, 29)
OLD, NEW, STRANGE = (SigningKey(bytes([number]) * 32) for number in (1, 2, 3))
PERIODS = {"old": ("2026-01-01", "2026-12-31"), "new": ("2026-11-01", "2027-12-31")}
NEWS: Mapping[str, object] = {
    "format": 1,
    "serial": 7,
    "issued": "2026-11-20",
    "expires": "2027-02-20",
    "version": "99.1",
    "changes": {"en": ["Faster."], "zh": ["更快。"]},
    "packs": [],
}


def trusted(**keys: SigningKey) -> Trust:
    """The program believes these keys, in the periods above."""
    return Trust(
        format=1,
        address="https://updates.example/news.json",
        keys=tuple(
            TrustedKey(
                id=name,
                public=base64.b64encode(bytes(key.verify_key)).decode(),
                first_day=PERIODS[name][0],
                last_day=PERIODS[name][1],
            )
            for name, key in keys.items()
        ),
    )


BOTH = trusted(old=OLD, new=NEW)


def signed(
    changes: Mapping[str, object] | None = None, *, purpose: bytes = PURPOSE, **keys: SigningKey
) -> bytes:
    """The news with ``changes``, signed with ``keys`` by their names."""
    data = json.dumps({**NEWS, **(changes or {})}).encode()
    rows = [
        (name, base64.b64encode(key.sign(purpose + data).signature).decode())
        for name, key in keys.items()
    ]
    return envelope_of(data, rows)
