"""Every reason has a plain sentence."""

from __future__ import annotations

import pytest

from cowrite.editor.assistance.model_status import ShownStatus
from cowrite.editor.assistance.no_suggestion_reason import why_silent
from cowrite.engine.messages import EngineState, EngineStatus
from cowrite.suggest.filter.show_filter import SilenceReason


@pytest.mark.parametrize("reason", SilenceReason)
@pytest.mark.parametrize("state", EngineState)
def test_a_sentence_for_each(reason: SilenceReason, state: EngineState) -> None:
    sentence = why_silent(reason, ShownStatus(status=EngineStatus(state=state)))
    assert sentence.endswith(".")
    assert sentence[0].isupper()
    assert "_" not in sentence
