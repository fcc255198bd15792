"""Each setting can be changed, and a wrong one is refused in a sentence."""

from __future__ import annotations

from dataclasses import fields

import pytest

from cowrite.base.errors import UserError
from cowrite.personalize.joint.settings import JOINT_KNOBS, JointSettings, with_joint_changes


def test_each_number_has_bounds_that_its_default_keeps() -> None:
    defaults = JointSettings()
    numbers = [
        field.name
        for field in fields(JointSettings)
        if isinstance(getattr(defaults, field.name), int | float)
    ]
    assert sorted(JOINT_KNOBS) == sorted(numbers)
    for name, (least, most, _) in JOINT_KNOBS.items():
        assert least <= getattr(defaults, name) <= most


def test_settings_are_changed() -> None:
    changed = with_joint_changes(
        JointSettings(),
        ["optimizer=sgd", "frozen-layers = 3", "repair_weight=0.5", "target_modules=q_proj,v_proj"],
    )
    assert changed.optimizer == "sgd"
    assert changed.frozen_layers == 3
    assert changed.repair_weight == 0.5
    assert changed.target_modules == ("q_proj", "v_proj")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("rank", "is not a setting"),
        ("rnak=3", "Did you mean rank?"),
        ("rank=0", "a whole number from 1 to 256"),
        ("dropout=much", "a number from 0 to 0.9"),
        ("optimizer=lion", "Choose from adamw, sgd"),
        ("target_modules=q_proj,nothing", "cannot be “nothing”"),
    ],
)
def test_what_is_wrong_is_said(change: str, says: str) -> None:
    with pytest.raises(UserError) as refused:
        with_joint_changes(JointSettings(), [change])
    assert says in f"{refused.value.message} {refused.value.advice}"
