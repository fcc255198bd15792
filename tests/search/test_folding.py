"""Which letters count as the same, and where each stands in the real text."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from cowrite.search.folding import folded

LETTERS = st.text(st.sampled_from("aAéñxＡ１がガカﾞ́̂̈’'…ß😀한글 \n"), max_size=30)


@given(text=LETTERS)
def test_the_composed_and_the_decomposed_form_are_folded_alike(text: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert folded(composed, case=False).text == folded(decomposed, case=False).text


@given(text=LETTERS, case=st.booleans())
def test_every_place_between_letters_leads_back_in_order(text: str, case: bool) -> None:
    result = folded(text, case=case)
    places = [result.place(index) for index in range(len(result.text) + 1)]
    known = [place for place in places if place is not None]
    assert known[0] == 0
    assert known[-1] == len(text)
    assert known == sorted(set(known))


@given(text=st.text(max_size=40))
def test_a_fold_of_letters_that_do_not_join_has_their_number(text: str) -> None:
    result = folded(text, case=False)
    if not result.at:
        assert len(result.text) == len(text)


def test_widths_quotes_spaces_and_capitals_count_as_the_same() -> None:
    assert folded("Ｄｏｎ’ｔ\u3000“ＧＯ”", case=False).text == 'don\'t "go"'
    assert folded("ＤＯＮ", case=True).text == "DON"
    assert folded("ｶﾞ", case=True).text == "ガ"
    assert folded("İς", case=False).text == "iσ"


def test_a_letter_of_several_characters_has_no_place_within_it() -> None:
    result = folded("cafe\u0301s", case=False)
    assert result.text == "cafés"
    assert [result.place(index) for index in range(6)] == [0, 1, 2, 3, 5, 6]
    assert folded("x\u0302", case=False).place(1) is None
