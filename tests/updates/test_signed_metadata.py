"""News about updates is believed only as far as it is signed, new, whole and meant for this program."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.signed_updates import BOTH, NEW, NEWS, OLD, STRANGE, TODAY, signed, trusted

from cowrite.base.errors import UserError
from cowrite.settings.newer_data import NewerDataError
from cowrite.updates.metadata import read_signed, version_number


def test_what_is_signed_is_read() -> None:
    found = read_signed(signed(old=OLD), BOTH.keys, TODAY)
    assert (found.version, found.serial) == ("99.1", 7)
    assert found.changes_in("zh") == ("更快。",)
    assert found.changes_in("fr") == ("Faster.",)


def test_while_keys_change_each_version_believes_the_one_it_knows() -> None:
    news = signed(old=OLD, new=NEW)
    for trust in (trusted(old=OLD), trusted(new=NEW), BOTH):
        assert read_signed(news, trust.keys, TODAY).version == "99.1"


def test_the_new_key_alone_holds_once_the_old_one_has_ended() -> None:
    later = date(2027, 1, 15)
    assert read_signed(signed(new=NEW), BOTH.keys, later).serial == 7
    with pytest.raises(UserError, match="are not valid today"):
        read_signed(signed(old=OLD), BOTH.keys, later)


REFUSED = {
    "unknown key": (signed(other=STRANGE), "a key that this version does not know"),
    "no signature": (signed(), "a key that this version does not know"),
    "wrong key": (signed(old=STRANGE), "wrong signature"),
    "signed for something else": (signed(old=OLD, purpose=b"another thing\n"), "wrong signature"),
    "expired": (signed({"expires": "2026-11-28"}, old=OLD), "held until"),
    "from the future": (signed({"issued": "2026-12-24"}, old=OLD), "still to come"),
    "half": (signed(old=OLD)[:-30], "not complete"),
    "no field": (signed({"version": None}, old=OLD), "not complete"),
    "no version": (signed({"version": "1.0; rm"}, old=OLD), "not complete"),
    "nothing": (b"", "not complete"),
}


@pytest.mark.parametrize(("news", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_believed_is_a_sentence(news: bytes, said: str) -> None:
    with pytest.raises(UserError, match=said) as raised:
        read_signed(news, BOTH.keys, TODAY)
    assert raised.value.advice


def test_news_of_another_form_is_left_to_newer_versions() -> None:
    envelope = json.loads(signed(old=OLD)) | {"format": 2}
    with pytest.raises(NewerDataError):
        read_signed(json.dumps(envelope).encode(), BOTH.keys, TODAY)


@given(st.data())
def test_no_byte_of_what_is_signed_can_be_changed(data: st.DataObject) -> None:
    envelope = json.loads(signed(old=OLD))
    text = envelope["signed"]
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda each: each != text[at]))
    envelope["signed"] = text[:at] + other + text[at + 1 :]
    with pytest.raises(UserError, match="wrong signature"):
        read_signed(json.dumps(envelope).encode(), BOTH.keys, TODAY)


@given(st.binary(max_size=200))
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(UserError):
        read_signed(data, BOTH.keys, TODAY)


numbers = st.lists(st.integers(0, 99), min_size=2, max_size=4)


@given(numbers, numbers)
def test_versions_are_compared_as_numbers(one: list[int], two: list[int]) -> None:
    width = max(len(one), len(two))
    padded = [each + [0] * (width - len(each)) for each in (one, two)]
    texts = [".".join(map(str, each)) for each in (one, two)]
    assert (version_number(texts[0]) < version_number(texts[1])) == (padded[0] < padded[1])


def test_the_news_itself_is_as_it_should_be() -> None:
    assert set(NEWS) >= {"serial", "expires", "version"}
