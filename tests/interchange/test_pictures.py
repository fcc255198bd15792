"""Pictures that came inside a file: in a folder beside the text, or left out with a word."""

from __future__ import annotations

from pathlib import PurePosixPath

from cowrite.interchange.manuscript import Manuscript, Paragraph, Picture, PictureData, Run
from cowrite.interchange.pictures import beside_text, without_pictures
from cowrite.interchange.report import Report

PNG = PictureData(b"\x89PNG", "image/png")


def with_pictures(*sources: str, inside: dict[str, PictureData]) -> Manuscript:
    shown = tuple(Paragraph((Picture(each, "A pier"),)) for each in sources)
    return Manuscript((Paragraph((Run("Before."),)), *shown), notes={"1": shown}, pictures=inside)


def test_they_get_names_of_ours_beside_the_text():
    """Whatever they were called inside the file."""
    inside = {"../../evil.png": PNG, "b": PictureData(b"\xff\xd8", "image/jpeg")}
    found, files = beside_text(with_pictures("../../evil.png", "b", inside=inside), "My draft")
    folder = PurePosixPath("My draft-pictures")
    assert files == {folder / "1.png": b"\x89PNG", folder / "2.jpg": b"\xff\xd8"}
    assert found.blocks[1] == Paragraph((Picture("My%20draft-pictures/1.png", "A pier"),))
    assert found.notes["1"][1] == Paragraph((Picture("My%20draft-pictures/2.jpg", "A pier"),))
    assert not found.pictures


def test_those_that_lie_elsewhere_stay_as_they_are():
    found, files = beside_text(with_pictures("pier.png", inside={}), "draft")
    assert found.blocks[1] == Paragraph((Picture("pier.png", "A pier"),))
    assert not files


def test_left_out_is_said_and_leaves_no_empty_paragraph():
    report = Report()
    found = without_pictures(with_pictures("a", "pier.png", inside={"a": PNG}), report)
    assert found.blocks == (
        Paragraph((Run("Before."),)),
        Paragraph((Picture("pier.png", "A pier"),)),
    )
    assert [each.what for each in report.left_out] == ["1 picture"]


def test_without_pictures_nothing_is_said():
    report, manuscript = Report(), with_pictures("pier.png", inside={})
    assert without_pictures(manuscript, report) is manuscript
    assert not report.left_out
