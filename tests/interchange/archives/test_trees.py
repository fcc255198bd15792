"""XML of unknown origin: encodings, declarations, depth, size, and reading it piece by piece."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.base.errors import UserError
from cowrite.interchange.archives import parse_xml, stream_xml
from cowrite.interchange.archives import trees as limits

TEXT = "Es – 你好 ü"


def refusal(data: bytes) -> str:
    with pytest.raises(UserError) as said:
        parse_xml(data, "ODT")
    return said.value.message


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]
)
@pytest.mark.parametrize("declared", [True, False])
def test_encodings(encoding: str, declared: bool) -> None:
    if encoding == "gb18030" and not declared:
        return
    head = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>\n' if declared else ""
    assert parse_xml(f"{head}<a>{TEXT}</a>".encode(encoding), "ODT").text == TEXT


@pytest.mark.parametrize(
    "head",
    [
        '<?xml version="1.1"?>',
        '<?xml version="1.0" encoding="UTF-16"?>',
        "\n <?pi x?><!-- <!DOCTYPE -->",
    ],
)
def test_odd_heads_are_read(head: str) -> None:
    assert parse_xml(f"{head}<a>{TEXT}</a>".encode(), "ODT").text == TEXT


def test_a_document_type_that_declares_nothing_is_only_a_name() -> None:
    head = b'<?xml version="1.0"?><!DOCTYPE m:m PUBLIC "-//O//DTD M 1.0//EN" "Manifest.dtd">'
    assert parse_xml(head + b"<a>x</a>", "ODT").text == "x"


def test_entities_and_files_are_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("private")
    for declared in (
        f'<!DOCTYPE a [<!ENTITY e SYSTEM "{secret.as_uri()}">]>',
        '<!DOCTYPE a [<!ENTITY e "words">]>',
        f'<!DOCTYPE a SYSTEM "{secret.as_uri()}" [<!ENTITY % p "x">]>',
        "<!DOCTYPE a '",
    ):
        assert "declarations" in refusal(f"{declared}<a>&e;</a>".encode())
        assert "declarations" in refusal(f"{declared}<a>&e;</a>".encode("utf-16"))
    assert "damaged" in refusal(b"<!DOCTYPE a><a>&e;</a>")


def test_depth_and_size(monkeypatch: pytest.MonkeyPatch) -> None:
    assert parse_xml(b"<a>" * 200 + b"</a>" * 200, "ODT") is not None
    assert "too deeply" in refusal(b"<a>" * 400 + b"</a>" * 400)
    monkeypatch.setattr(limits, "_HUGE", 10)
    assert "too deeply" in refusal(b"<a>" * 400 + b"</a>" * 400)
    assert parse_xml(b"<a>" + b"x" * 11_000_000 + b"</a>", "ODT") is not None
    monkeypatch.setattr(limits, "MOST_MEMORY", 1000)
    assert "more than can be read" in refusal(b"<a>" + b"<b/>" * 100 + b"</a>")


@pytest.mark.parametrize("huge", [True, False])
def test_a_long_text_is_read_piece_by_piece(huge: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if huge:
        monkeypatch.setattr(limits, "_HUGE", 10)
    data = b"<d><b>" + b"".join(b"<p><p>%d</p></p><q/>" % n for n in range(9999)) + b"</b></d>"
    found = [piece[0].text for piece in stream_xml(data, "DOCX", "b", ["p"])]
    assert found == [str(n) for n in range(9999)]


def test_pieces_that_are_too_much_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_MEMORY", 10_000)
    monkeypatch.setattr(limits, "_CHUNK", 100)
    small = b"<d><b>" + b"<p>x</p>" * 5000 + b"</b></d>"
    assert sum(1 for _ in stream_xml(small, "DOCX", "b", ["p"])) == 5000
    large = b"<d><b><p>" + b"<r/>" * 5000 + b"</p></b></d>"
    with pytest.raises(UserError, match="more than can be read"):
        list(stream_xml(large, "DOCX", "b", ["p"]))
    monkeypatch.setattr(limits, "MOST_TAGS", 100)
    with pytest.raises(UserError, match="more than can be read"):
        next(stream_xml(small, "DOCX", "b", ["p"]))


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for each in (data, b"<a>" + data + b"</a>"):
        with suppress(UserError):
            parse_xml(each, "ODT")
