"""Two texts become hunks, and any of the hunks a text again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cowrite.proposals.proposal import composed, taken
from cowrite.proposals.word_diff import version_between

TEXTS = st.text(alphabet=st.sampled_from("ab c,.\n中文字é'’-1"), max_size=60)


@given(TEXTS, TEXTS)
def test_all_hunks_make_the_new_text_and_none_the_old(old: str, new: str):
    version = version_between(old, new)
    assert composed(old, version.hunks) == new
    assert composed(old, ()) == old


@given(TEXTS, TEXTS, st.sets(st.integers(0, 30)))
def test_any_of_them_change_nothing_outside_themselves(old: str, new: str, numbers: set[int]):
    version = version_between(old, new)
    some = taken(version, numbers)
    text, at, grown = composed(old, some), 0, 0
    for hunk in some:
        assert text[at + grown : hunk.start + grown] == old[at : hunk.start]
        at, grown = hunk.end, grown + len(hunk.after) - len(hunk.before)
    assert text[at + grown :] == old[at:]


def test_a_change_of_three_words_is_no_change_of_a_paragraph():
    old = "She go to the school yesterday, and then come home again."
    new = "She went to school yesterday, and then came home again."
    found = [(hunk.before, hunk.after) for hunk in version_between(old, new).hunks]
    assert found == [("go", "went"), ("the ", ""), ("come", "came")]
