from __future__ import annotations

from provenance_maker import flat

from cowrite.provenance.document import Clipping, DocumentProvenance
from cowrite.provenance.history import History
from cowrite.provenance.ranges import Origin, Ranges, Run

STORED = Ranges([Run(3, Origin.TYPED), Run(4, Origin.PASTED), Run(2, Origin.TYPED)])


def test_an_answer_that_comes_late_finds_its_text_in_every_state() -> None:
    document = DocumentProvenance()
    document.load(9)
    document.edit(5, 2, "xyz", Origin.TYPED, state=1)
    document.know(STORED)
    typed, pasted = Origin.TYPED, Origin.PASTED
    assert [origin for origin, _, _ in flat(document.ranges.runs)] == [
        *[typed] * 3,
        *[pasted] * 2,
        *[typed] * 5,
    ]
    document.undo_or_redo(5, 3, "ab", state=0, length=9)
    assert document.ranges == STORED


def test_a_text_of_which_nobody_knows_anything_was_there_before() -> None:
    document = DocumentProvenance()
    document.load(4)
    document.know(None)
    document.know(STORED)  # an answer that nobody waits for
    assert document.ranges == Ranges([Run(4, Origin.LOADED)])


def test_copies_of_an_unknown_text_pasted_after_the_answer_are_of_unknown_origin() -> None:
    document = DocumentProvenance()
    document.load(9)
    clipping = document.clip(0, 3, "abc")
    document.know(STORED)
    document.paste(9, 0, "abc", clipping, state=1)
    assert [*document.ranges.runs][-1] == Run(3, Origin.LOADED)


def test_only_what_reads_like_the_copy_is_the_copy() -> None:
    document = DocumentProvenance()
    document.edit(0, 0, "abc", Origin.TYPED, state=1)
    clipping = document.clip(0, 3, "abc")
    document.paste(3, 0, "abd", clipping, state=2)
    document.paste(6, 0, "", Clipping(), state=2)
    assert [*document.ranges.runs] == [Run(3, Origin.TYPED), Run(3, Origin.PASTED)]


def test_the_history_is_bounded_and_pieces_together_what_it_has_lost() -> None:
    history = History(Ranges(), most=3)
    states = [Ranges([Run(n, Origin.TYPED if n < 3 else Origin.PASTED)]) for n in range(6)]
    for number, ranges in enumerate(states[1:], 1):
        history.edited(number, ranges)
    assert len(history) == 3
    back = history.moved(1, states[5], length=1, offset=1, removed=4, inserted=0)
    assert back == Ranges([Run(1, Origin.PASTED)])
    # The nearest state of that length tells what comes back.
    back = history.moved(0, back, length=3, offset=1, removed=0, inserted=2)
    assert back == Ranges([Run(3, Origin.PASTED)])
    back = history.moved(7, back, length=9, offset=3, removed=0, inserted=6)
    assert [*back.runs] == [Run(3, Origin.PASTED), Run(6, Origin.LOADED)]


def test_a_new_edit_cuts_off_what_could_be_redone() -> None:
    history = History(Ranges())
    one, two, other = (
        Ranges([Run(2, origin)]) for origin in (Origin.TYPED, Origin.PASTED, Origin.LOADED)
    )
    history.edited(1, one)
    history.edited(2, two)
    assert history.moved(1, two, length=2, offset=0, removed=2, inserted=2) == one
    history.edited(2, other)
    assert history.moved(2, other, length=2, offset=0, removed=0, inserted=0) == other


def test_states_that_can_no_longer_be_reached_are_forgotten() -> None:
    history = History(Ranges())
    states = [Ranges([Run(n, Origin.TYPED)]) for n in range(6)]
    for number in range(1, 6):
        history.edited(number, states[number])
    history.moved(1, states[5], length=1, offset=1, removed=4, inserted=0)
    history.edited(2, Ranges([Run(2, Origin.PASTED)]))
    assert len(history) == 3
