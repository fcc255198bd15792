"""``cowrite task``: every task from a file, bad input in one plain sentence, and what the real model answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cowrite.__main__ import EXIT_USER_ERROR, main
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences
from cowrite.settings.store import PreferencesStore

STARTER = "smollm2-135m-instruct"


def complaint(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """The one line on standard error with which the command ends."""
    assert main(["task", *map(str, arguments)]) == EXIT_USER_ERROR
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("cowrite: ")
    assert err.count("\n") == 1
    return err


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("instruct", b'{"user": 7}', "“user” should be a text"),
        ("score", b'{"variants": ["a"', "not complete JSON"),
        ("fill-in", b"no gap at all", "no gap"),
        ("continue", b"{\xff", "not UTF-8"),
        ("score", b"\n \n", "one for each variant"),
    ],
)
def test_a_bad_file_is_said(
    paths: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes, said: str
) -> None:  # fmt: skip
    file = tmp_path / "task.json"
    file.write_bytes(content)
    assert said in complaint(capsys, name, "--file", file)


def test_no_file_and_no_model_are_said(
    paths: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "No such file" in complaint(capsys, "score", "--file", tmp_path / "none.json")
    (tmp_path / "a.txt").write_text("Do it.")
    complaint(capsys, "instruct", "--file", tmp_path / "a.txt")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["translate"], "Say into which language with --instruction."),
        (["shorten", "--versions", "4"], "--versions takes a number from 1 to 3."),
        (["shorten", "--criticmarkup", "--lines"], "--criticmarkup goes with one passage"),
        (["summarize", "--criticmarkup"], "--criticmarkup goes with one passage"),
        (["score", "--criticmarkup"], "--criticmarkup does not go with score."),
        (["score", "--lines"], "--lines does not go with score."),
    ],
)
def test_what_does_not_go_together_is_said(
    paths: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:  # fmt: skip
    file = tmp_path / "passage.txt"
    file.write_text("The door was open.")
    assert said in complaint(capsys, *arguments, "--file", file)
    with pytest.raises(SystemExit):
        main(["task", "shorten", "--file", str(file), "--thoroughness", "2"])
    assert "from 0 to 1, careful or thorough" in capsys.readouterr().err


@pytest.mark.starter_model
def test_the_starter_model_works_on_passages(
    starter_paths: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    PreferencesStore(starter_paths.settings_file).save(Preferences(model=STARTER, device="cpu"))
    file = tmp_path / "passages.txt"
    file.write_text("The door was open, and the lamp was still lit.\n\n")
    assert main(["task", "continue-passage", "--file", str(file), "--lines"]) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert list(first) == ["task", "model", "adapter", "passage", "versions", "refused", "ms"]
    assert (first["task"], first["model"], first["adapter"]) == ("continue-passage", STARTER, None)
    assert first["passage"] == "The door was open, and the lamp was still lit."
    (version,) = first["versions"]
    (hunk,) = version["hunks"]
    assert version["text"] == first["passage"] + hunk["after"]
    assert (hunk["start"], hunk["end"]) == (len(first["passage"]), len(first["passage"]))
    assert first["ms"]["total"] >= first["ms"]["first"]
    assert second["versions"] == []
    assert "Select a passage" in second["refused"]
    assert main(["task", "continue-passage", "--file", str(file), "--criticmarkup"]) == 0
    assert capsys.readouterr().out.startswith(first["passage"] + "{++")
    file.write_text("word " * 3_000)
    assert "3,000 words" in complaint(capsys, "shorten", "--file", file)


@pytest.mark.starter_model
def test_the_starter_model_does_every_task(
    starter_paths: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    PreferencesStore(starter_paths.settings_file).save(Preferences(model=STARTER, device="cpu"))

    def asked(name: str, **fields: object) -> dict[str, Any]:
        file = tmp_path / "task.json"
        file.write_text(json.dumps(fields))
        assert main(["task", name, "--file", str(file), "--json"]) == 0
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        assert (answer["task"], answer["model"]) == (name, STARTER)
        return answer

    capital = asked("instruct", user="What is the capital of France?", max_tokens=30)
    assert "Paris" in capital["text"]
    assert capital["text"] == "".join(each["text"] for each in capital["tokens"])
    assert not capital["is_cut"]
    cut = asked("instruct", user="What is the capital of France?", max_tokens=3)
    assert cut["is_cut"]
    assert len(cut["tokens"]) == 3
    stopped = asked("instruct", user="What is the capital of France?", stop=["Paris"])
    assert stopped["text"] == capital["text"].partition("Paris")[0]
    banned = asked(
        "instruct", user="What is the capital of France?", max_tokens=30, banned=["Paris"]
    )
    assert "Paris" not in banned["text"]
    chosen = asked(
        "instruct", user="What is the capital of France?", allowed=["Rome", "Paris", "Oslo"]
    )
    assert chosen["text"] == "Paris"
    scored = asked(
        "score", before="It was late. ", variants=["She opened the door.", "She opens door the."]
    )
    first, second = scored["scores"]
    assert first["logprob"] > second["logprob"]
    assert first["tokens"] > 3
    filled = asked("fill-in", before="The cat sat on the", after=" and fell asleep.")
    assert len(filled["candidates"]) <= 4
    gone_on = asked("continue", before="Once upon a", max_words=1)
    assert gone_on["candidates"][0]["text"].strip().startswith("time")
    plain = tmp_path / "variants.txt"
    plain.write_text("She opened the door.\nShe opens door the.\n")
    assert main(["task", "score", "--file", str(plain)]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert [row.split(maxsplit=2)[2] for row in rows] == plain.read_text().splitlines()
