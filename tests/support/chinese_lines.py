"""Chinese prose with all its marks, and which lines of a layout break where they must not."""

from __future__ import annotations

from hypothesis import strategies as st
from PySide6.QtGui import QTextLayout

from cowrite.base.utf16 import utf16_slice

CLOSING = frozenset("，。！？；：、）》」』”’…】〉")
OPENING = frozenset("（《「『“‘【〈")

_WORDS = st.text("今天气很好我们去海边看书写字吃饭𠮷一", min_size=2, max_size=8)
_QUOTED = st.sampled_from(
    [
        "“{}”",
        "‘{}’",
        "「{}」",
        "『{}』",
        "（{}）",
        "《{}》",
        "【{}】",
        "〈{}〉",
        "“{}。”",
        "“{}！？”",
    ]
)
_MARKS = st.sampled_from(
    ["，", "。", "！", "？", "；", "：", "、", "……", "——", "……。", "", " Qt ", "3.5"]
)
_PIECES = st.one_of(
    st.tuples(_WORDS, _MARKS).map("".join),
    st.tuples(_QUOTED, _WORDS, _WORDS, _MARKS).map(
        lambda each: each[0].format(each[1]) + each[3] + each[2]
    ),
)
CHINESE_TEXTS = st.lists(_PIECES, min_size=12, max_size=40).map("".join)
"""One paragraph of some lines. What must not be parted is never longer than a line."""


def badly_broken(layout: QTextLayout) -> list[str]:
    """What stands on either side of each break that is wrong."""
    text, found = layout.text(), []
    for number in range(1, layout.lineCount()):
        place = layout.lineAt(number).textStart()
        before, after = utf16_slice(text, place - 1, place), utf16_slice(text, place, place + 1)
        if before in OPENING or after in CLOSING:
            found.append(f"{before}|{after}")
    return found
