"""What is said of another program's file that cannot be read."""

from pathlib import Path

import pytest

from cowrite.base.errors import UserError
from cowrite.documents.importing import import_file


def test_which_file_cannot_be_read_is_said(tmp_path: Path) -> None:
    broken = tmp_path / "broken.docx"
    broken.write_bytes(b"no archive")

    with pytest.raises(UserError) as raised:
        import_file(broken)

    assert raised.value.message.startswith("“broken.docx” could not be opened. ")
    assert raised.value.advice
