"""What may stand in a preference, and that each explains itself."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.settings.preferences import Preferences, checked, info_of

NAMES = [field.name for field in fields(Preferences)]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


@pytest.mark.parametrize("name", NAMES)
def test_each_preference_explains_itself_and_its_default_is_allowed(name: str) -> None:
    choice = info_of(name)
    default = getattr(Preferences(), name)
    assert choice.help
    assert checked(name, default) == default
    for allowed in choice.choices:
        assert checked(name, allowed) == allowed
    if choice.maximum is not None:
        assert checked(name, int(choice.maximum)) == choice.maximum
        with pytest.raises(ValueError, match="at most"):
            checked(name, type(default)(choice.maximum + 1))
    if choice.minimum is not None:
        with pytest.raises(ValueError, match="at least"):
            checked(name, type(default)(choice.minimum - 1))


def test_there_is_no_other_preference() -> None:
    with pytest.raises(KeyError):
        info_of("nothing")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("font_size_pt", True, "whole number"),
        ("font_size_pt", 13.5, "whole number"),
        ("suggestions", 1, "true or false"),
        ("theme", "pink", "one of system, light, dark, sepia"),
        ("eagerness", "much", "a number"),
        ("eagerness", float("nan"), "a number"),
        ("eagerness", float("inf"), "a number"),
        ("eagerness", 10**400, "a number"),
        ("eagerness", 2, "at most 1"),
        ("model", 3, "a string"),
        ("model", None, "a string"),
        ("excluded", "/a", "a list of strings"),
        ("excluded", ["/a", 3], "a list of strings"),
        ("keys", ["Ctrl+S"], "an object"),
        ("keys", {"file.save": "Ctrl+S"}, "a list of strings"),
        ("keys", {"file.save": ["Ctrl+S", 3]}, "a list of strings"),
        ("keys", {"file\0save": []}, "an object"),
    ],
)
def test_what_may_not_stand_in_a_field(name: str, value: object, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"should be .*{sentence}"):
        checked(name, value)


@given(st.sampled_from(NAMES), JSON)
def test_any_value_is_taken_with_the_right_type_or_refused(name: str, value: object) -> None:
    try:
        taken = checked(name, value)
    except ValueError:
        return
    assert type(taken) is type(getattr(Preferences(), name))
    assert taken == (tuple(value) if isinstance(value, list) else value)
