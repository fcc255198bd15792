"""Chinese typed with a real input method: ibus with libpinyin, its candidates on screen, real keys.

Which characters come first is the input method's business; all words here are such that it offers what is expected.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from desktop.chinese_input import ChineseDisplay, ChineseDriver, chinese, why_no_chinese
from desktop.display import Display
from desktop.running_program import Report, RunningProgram, front, page_of, running

pytestmark = pytest.mark.skipif(bool(why_no_chinese()), reason=why_no_chinese())
FIRST, SECOND = "第一段文字。\n\n第二段文字在这里。\n", "另一份文档。\n"
NEAR_PX = 40
"""How far from the caret the candidates may begin."""


@pytest.fixture(scope="module")
def seat(shown: Display, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChineseDisplay]:
    with chinese(shown, tmp_path_factory.mktemp("ibus")) as there:
        yield there


class Writer:
    """Somebody who types Pinyin into a program."""

    def __init__(self, seat: ChineseDisplay, program: RunningProgram) -> None:
        self.program = program
        self.driver: ChineseDriver = seat.driver(program.home)

    @property
    def page(self) -> Report:
        """The page in front."""
        return page_of(self.program.report())

    def compose(self, pinyin: str, shown: str) -> None:
        """Type ``pinyin`` and wait until the page shows ``shown``, with the candidates at the caret."""
        self.driver.type(pinyin)
        self.program.until(lambda r: page_of(r)["composing"] == shown, f"composing {shown}")
        left, top, _, height = self.page["caret_rect"]
        x, y, _, tall = self.driver.until_candidates() or (0, 0, 0, 0)
        assert abs(x - left) <= NEAR_PX, f"candidates at {x}, the caret at {left}"
        is_below = 0 <= y - (top + height) <= NEAR_PX
        is_above = 0 <= top - (y + tall) <= NEAR_PX
        assert is_below or is_above, f"candidates from {y} to {y + tall}, the caret at {top}"

    def choose(self, pinyin: str, shown: str) -> None:
        """Type ``pinyin`` and take what is offered first."""
        self.compose(pinyin, shown)
        before = self.page["text"]
        self.driver.keys("space")
        self.program.until(lambda r: shown in page_of(r)["text"], f"{shown} is written")
        assert len(self.page["text"]) == len(before) + len(shown)
        self.is_done()

    def holds(self, text: str) -> None:
        """See that the page holds just ``text``."""
        self.program.until(lambda r: page_of(r)["text"] == text, f"the page holds {text!r}")

    def is_done(self) -> None:
        """See that nothing is being composed any more, nor offered."""
        self.program.until(lambda r: not page_of(r)["composing"], "nothing is composed")
        self.driver.until_candidates(shown=False)


@pytest.fixture
def writer(seat: ChineseDisplay, home: Path) -> Iterator[Writer]:
    home.mkdir(parents=True, exist_ok=True)
    files = [home / "first.md", home / "second.md"]
    for file, text in zip(files, (FIRST, SECOND), strict=True):
        file.write_text(text, "utf-8")
    with running(seat, home, *files) as program:
        program.until(lambda r: page_of(r)["has_focus"], "the page has the keyboard")
        yield Writer(seat, program)
        assert program.report()["errors"] == []


def test_a_paragraph_a_heading_and_a_list(writer: Writer) -> None:
    driver = writer.driver
    driver.keys("ctrl+a", "BackSpace")
    writer.holds("")
    writer.choose("nihao", "你好")
    driver.type(",")
    writer.choose("shijie", "世界")
    driver.type(".")
    writer.holds("你好，世界。")
    driver.keys("Return")
    driver.type("# ")
    writer.choose("biaoti", "标题")
    driver.keys("Return")
    driver.type("- ")
    writer.choose("xuesheng", "学生")
    driver.keys("Return")
    writer.choose("laoshi", "老师")
    writer.holds("你好，世界。\n# 标题\n- 学生\n- 老师")
    driver.keys("ctrl+z")
    writer.holds("你好，世界。\n# 标题\n- 学生\n- ")


def test_giving_up_and_undoing(writer: Writer) -> None:
    driver = writer.driver
    driver.keys("ctrl+Home")
    writer.compose("ceshi", "测试")
    driver.keys("Escape")
    writer.is_done()
    writer.holds(SECOND)
    writer.choose("ceshi", "测试")
    driver.keys("ctrl+z")
    writer.holds(SECOND)
    driver.keys("ctrl+Home", "shift+Right", "shift+Right")
    writer.compose("nihao", "你好")
    driver.keys("space")
    writer.holds("你好份文档。\n")
    driver.keys("ctrl+z")
    writer.holds(SECOND)


def test_going_elsewhere_while_composing(writer: Writer) -> None:
    driver = writer.driver
    driver.keys("ctrl+Home")
    writer.compose("nihao", "你好")
    left, top, _, height = writer.page["caret_rect"]
    column = writer.page["column"]
    driver.click(column[0] + column[2] - 5, top + height // 2)
    writer.holds("你好另一份文档。\n")
    assert (writer.page["caret"], left > column[0]) == (8, True)
    writer.compose("ceshi", "测试")
    driver.keys("ctrl+Tab")
    writer.holds(FIRST)
    writer.is_done()
    driver.keys("ctrl+Tab")
    writer.holds("你好另一份文档。测试\n")
    writer.compose("ceshi", "测试")
    edit = next(m for m in front(writer.program.report())["menus"] if m["title"] == "Edit")
    driver.click(edit["rect"][0] + 8, edit["rect"][1] + 8)
    writer.holds("你好另一份文档。测试测试\n")
    driver.keys("Escape")


def test_at_other_sizes_and_scrolled(writer: Writer) -> None:
    driver = writer.driver
    driver.keys("ctrl+End")
    for key in ("ctrl+plus", "ctrl+plus", "ctrl+plus", "ctrl+0", "ctrl+minus"):
        driver.keys(key)
        writer.compose("ceshi", "测试")
        driver.keys("Escape")
        writer.is_done()
    driver.keys("ctrl+0", *["Return"] * 30)
    writer.compose("ceshi", "测试")
    driver.keys("Escape")
    writer.is_done()


def test_in_the_find_bar(writer: Writer) -> None:
    driver = writer.driver
    driver.keys("ctrl+f")
    program = writer.program
    program.until(lambda r: r["focus"]["kind"] == "SearchField", "the find bar has the keyboard")
    driver.type("wendang")
    driver.until_candidates()
    driver.keys("space")
    program.until(lambda r: page_of(r)["caret"] == 3, "文档 is found")
    driver.type("ceshi")
    driver.until_candidates()
    driver.keys("Escape")
    driver.until_candidates(shown=False)
    assert program.report()["focus"]["kind"] == "SearchField"
    driver.keys("Escape")
    program.until(lambda r: r["focus"].get("is_page"), "the page has the keyboard again")
    writer.holds(SECOND)


def test_a_suggestion_makes_way(seat: ChineseDisplay, starter_paths: object, home: Path) -> None:
    """It comes back no earlier than what is composed is written, and Esc belongs to the input method."""
    text = "She came home late. The lamp was out, and nobody had "
    file = home / "english.md"
    file.write_text(text, "utf-8")
    with running(seat, home, file) as program:
        program.until(_is_ready, "the model is ready", within_s=90)
        writer = Writer(seat, program)
        writer.driver.keys("ctrl+End", "alt+backslash")
        program.until(lambda r: page_of(r)["ghost"], "a suggestion is shown", within_s=30)
        writer.compose("ceshi", "测试")
        assert writer.page["ghost"] == ""
        writer.driver.keys("Escape")
        writer.is_done()
        writer.holds(text)
        writer.choose("ceshi", "测试")
        writer.holds(f"{text}测试")
        assert program.report()["errors"] == []


def _is_ready(report: Report) -> bool:
    return any(each.get("text") == "ready" for each in front(report)["status"])
