"""One harness for the tests of a suggestion's life."""

from __future__ import annotations

import pytest
from support.suggestions import SuggestionHarness


@pytest.fixture
def harness() -> SuggestionHarness:
    return SuggestionHarness()
