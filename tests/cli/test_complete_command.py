"""``cowrite complete``: a bad input is one plain sentence, and what the real model says is shown with its working."""

from __future__ import annotations

import io
import json
import math
import os
import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from made_up_model import safetensors, write_model

from cowrite.__main__ import EXIT_USER_ERROR, main
from cowrite.models.inspection import file_record
from cowrite.models.store import DeviceChoice, Manifest, ModelStore, write_manifest
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences
from cowrite.settings.store import PreferencesStore

STARTER = "smollm2-135m-instruct"
OPENING = "Once upon a time, there was a little girl who lived in a small vill"
Damage = Callable[[Path], object]


def pipe(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    """Let ``content`` come in from standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"))


def complaint(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """The one line on standard error with which the command ends."""
    assert main(["complete", *map(str, arguments)]) == EXIT_USER_ERROR
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("cowrite: ")
    assert err.endswith((".\n", "…\n"))
    assert err.count("\n") == 1
    assert "Traceback" not in err
    return err


# --- bad input -------------------------------------------------------------------------------------------------------


def test_no_text_at_a_terminal_is_said_instead_of_waiting(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal())
    assert "no text to continue" in complaint(capsys)


@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_a_closed_standard_input_is_no_text(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert "no text before the caret" in complaint(capsys, *arguments)
    sys.stdin.close()


@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_standard_input_that_is_not_utf_8(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    pipe(monkeypatch, "Stra\xdfe".encode("latin-1"))
    assert "Standard input is not UTF-8" in complaint(capsys, *arguments)


def test_a_text_on_the_command_line_that_is_not_utf_8(capsys: pytest.CaptureFixture[str]) -> None:
    """As Python gives bytes of an argument that are no character."""
    assert "--text is not UTF-8" in complaint(capsys, "--text", "Stra\udcdfe")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, "There is no file"),
        (lambda path: path.mkdir(), "is a folder"),
        (lambda path: path.write_bytes(bytes(range(256))), "is not a text file"),
    ],
    ids=["missing", "folder", "binary"],
)
def test_a_file_that_is_none(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, make: Callable[[Path], None], words: str
) -> None:
    path = tmp_path / "story.txt"
    make(path)
    assert words in complaint(capsys, "--file", path)


@pytest.mark.parametrize(
    "arguments",
    [["--text", ""], ["--text", " \n\t "], ["--text", "Once upon", "--cursor=0"], ["-"]],
    ids=["empty", "blank", "at the beginning", "empty input"],
)
def test_nothing_to_continue_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    pipe(monkeypatch, b"")
    assert "no text before the caret" in complaint(capsys, *arguments)


@pytest.mark.parametrize("cursor", [-1, 6, 10**30])
def test_a_cursor_outside_the_text(capsys: pytest.CaptureFixture[str], cursor: int) -> None:
    error = complaint(capsys, "--text", "naïv😀", f"--cursor={cursor}")
    assert f"--cursor {cursor} is outside the text, which has 5 characters" in error


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--candidates", 0),
        ("--candidates", -3),
        ("--candidates", 21),
        ("--max-words", 0),
        ("--max-words", -1),
        ("--max-words", 101),
        ("--temperature", -0.1),
        ("--temperature", 5.1),
        ("--temperature", "nan"),
    ],
)
def test_a_number_out_of_range_names_the_range(
    capsys: pytest.CaptureFixture[str], option: str, value: int
) -> None:
    error = complaint(capsys, "--text", "Once", f"{option}={value}")
    assert f"{option} takes a number from " in error


@pytest.mark.parametrize(
    "arguments",
    [
        ["--candidates", "many"],
        ["--cursor", "here"],
        ["--device", "moon"],
        ["--temperature", "warm"],
        ["--seed", "1.5"],
        ["--text", "a", "--file", "b"],
        ["story.txt"],
        ["--unknown"],
    ],
)
def test_what_the_command_line_does_not_know_ends_with_status_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["complete", *arguments])
    assert ended.value.code == EXIT_USER_ERROR
    assert capsys.readouterr().err.startswith("usage: cowrite complete")


# --- bad models ------------------------------------------------------------------------------------------------------


def test_without_a_model_it_says_how_to_get_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert "cowrite models install" in complaint(capsys, "--text", "Once")


@pytest.fixture
def toy(paths: Paths) -> Path:
    """The folder of an installed model, chosen in the settings, that is right in form but has no sense."""
    folder = write_model(paths.models_dir / "toy")
    manifest = Manifest(
        id="toy",
        name="Toy",
        licence="",
        source="",
        parameters=9,
        files={path.name: file_record(path) for path in folder.iterdir()},
        quantization={"cpu": DeviceChoice(default="int8")},
    )
    write_manifest(folder, manifest)
    PreferencesStore(paths.settings_file).save(Preferences(model="toy", device="cpu"))
    return folder


def cut(name: str) -> Damage:
    return lambda folder: os.truncate(folder / name, (folder / name).stat().st_size // 2)


def lengthen(name: str) -> Damage:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes() + b" ")


def remove(name: str) -> Damage:
    return lambda folder: (folder / name).unlink()


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (cut("model.safetensors"), "model.safetensors is incomplete"),
        (cut("config.json"), "config.json is incomplete"),
        (lengthen("model.safetensors"), "model.safetensors was altered"),
        (lengthen("tokenizer.json"), "tokenizer.json was altered"),
        (remove("model.safetensors"), "model.safetensors is missing"),
        (remove("tokenizer.json"), "tokenizer.json is missing"),
        (cut("manifest.json"), "manifest cannot be read"),
        (remove("manifest.json"), "manifest cannot be read"),
    ],
)
def test_a_model_that_is_not_as_it_was_installed_is_not_loaded(
    capsys: pytest.CaptureFixture[str], toy: Path, damage: Damage, words: str
) -> None:
    damage(toy)
    error = complaint(capsys, "--text", "Once")
    assert words in error
    assert "Reinstall the model" in error


def overwrite(name: str, content: bytes) -> Damage:
    """Other content of the same length, as far as that goes."""

    def do(folder: Path) -> None:
        size = (folder / name).stat().st_size
        (folder / name).write_bytes(content[:size].ljust(size))

    return do


@pytest.mark.expects_warnings
@pytest.mark.parametrize(
    "damage",
    [
        overwrite("config.json", b"{"),
        overwrite("config.json", b"\xff" * 1000),
        overwrite("config.json", b"[]"),
        overwrite("config.json", b"[" * 100_000),
        overwrite("config.json", b'{"model_type":"llama","rope_scaling":7}'),
        overwrite("model.safetensors", b"\x00" * 1000),
        overwrite("model.safetensors", b"\xff" * 1000),
        overwrite("model.safetensors", safetensors({"em.ed": b"abcdef", "head": b"ghi"})),
        lambda folder: None,  # whole, but without the weights that its kind has
    ],
    ids=["config", "bytes", "list", "nested", "number", "zeros", "ones", "names", "senseless"],
)
def test_a_model_that_was_altered_at_the_same_length_is_a_plain_sentence(
    capsys: pytest.CaptureFixture[str], toy: Path, damage: Damage
) -> None:
    damage(toy)
    assert "damaged or of a kind that Cowrite does not support" in complaint(
        capsys, "--text", "Once"
    )


class Trap:
    """Makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return os.mkdir, (str(self.path),)


@pytest.mark.expects_warnings
def test_a_pickle_in_place_of_the_weights_is_never_opened(
    capsys: pytest.CaptureFixture[str], toy: Path, tmp_path: Path
) -> None:
    trap = pickle.dumps(Trap(tmp_path / "sprung"))
    weights = toy / "model.safetensors"
    weights.write_bytes(trap)
    store = ModelStore(toy.parent)
    manifest = store.get("toy").manifest
    manifest.files[weights.name] = file_record(weights)  # even if the manifest speaks for it
    write_manifest(toy, manifest)
    assert "damaged or of a kind" in complaint(capsys, "--text", "Once")
    assert not (tmp_path / "sprung").exists()
    pickle.loads(trap)
    assert (tmp_path / "sprung").exists()


def test_a_pickle_beside_missing_weights_is_never_opened(
    capsys: pytest.CaptureFixture[str], toy: Path, tmp_path: Path
) -> None:
    (toy / "model.safetensors").unlink()
    (toy / "pytorch_model.bin").write_bytes(pickle.dumps(Trap(tmp_path / "sprung")))
    assert "model.safetensors is missing" in complaint(capsys, "--text", "Once")
    assert not (tmp_path / "sprung").exists()


def test_no_word_of_the_text_is_in_the_log_of_errors(
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    toy: Path,
    paths: Paths,
) -> None:
    overwrite("config.json", b"{")(toy)
    complaint(capsys, "--text", "A secret about Käuzchen")
    written = paths.log_file.read_text()
    assert "Traceback" in written
    assert "secret" not in written
    assert "uzchen" not in written


# --- the starter model -----------------------------------------------------------------------------------------------


@pytest.fixture
def starter(starter_paths: Paths) -> Paths:
    PreferencesStore(starter_paths.settings_file).save(Preferences(device="cpu"))
    return starter_paths


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["complete", "--json", *map(str, arguments)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.count("\n") == 1
    report: dict[str, Any] = json.loads(out)
    return report


def texts(report: dict[str, Any]) -> list[str]:
    return [candidate["text"] for candidate in report["candidates"]]


@pytest.mark.starter_model
def test_the_json_shows_the_working(starter: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    report = answer(capsys, "--text", OPENING, "--candidates", 4, "--max-words", 5)
    assert list(report) == [
        "model", "adapter", "device", "quantization", "suggestion", "candidates", "shown",
        "not_shown_reason", "ms",
    ]  # fmt: skip
    expected = ModelStore(starter.models_dir).get(STARTER).quantizations()["cpu"]
    assert (report["model"], report["adapter"]) == (STARTER, None)
    assert (report["device"], report["quantization"]) == ("cpu", expected)
    assert report["shown"] is (report["not_shown_reason"] is None)
    assert report["suggestion"]
    assert report["candidates"][0]["text"].startswith(report["suggestion"])
    assert list(report["ms"]) == ["load", "prefill", "first_token", "total"]
    assert all(isinstance(value, float) and value > 0 for value in report["ms"].values())
    assert len(texts(report)) == len(set(texts(report))) == 4
    for candidate in report["candidates"]:
        require_sound(candidate, most_words=5)


def require_sound(candidate: dict[str, Any], *, most_words: int) -> None:
    assert list(candidate) == ["text", "logprob", "tokens"]
    assert candidate["tokens"]
    for token in candidate["tokens"]:
        assert list(token) == ["text", "logprob"]
        assert token["logprob"] <= 0
    assert candidate["text"] == "".join(token["text"] for token in candidate["tokens"]) != ""
    total = math.fsum(token["logprob"] for token in candidate["tokens"])
    assert candidate["logprob"] == pytest.approx(total)
    assert len(candidate["text"].split()) <= most_words


@pytest.mark.starter_model
@pytest.mark.parametrize(("candidates", "most_words"), [(1, 1), (20, 2), (2, 12)])
def test_as_many_candidates_of_as_many_words_as_were_asked_for(
    starter: Paths, capsys: pytest.CaptureFixture[str], candidates: int, most_words: int
) -> None:
    report = answer(
        capsys,
        *("--text", "The old man said "),
        *("--candidates", candidates),
        *("--max-words", most_words),
    )
    assert len(set(texts(report))) == len(texts(report)) == candidates
    for candidate in report["candidates"]:
        require_sound(candidate, most_words=most_words)
    if most_words > 2:
        assert max(len(text.split()) for text in texts(report)) > 2


@pytest.mark.starter_model
def test_a_seed_draws_the_same_words_again_and_another_seed_others(
    starter: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    def drawn(temperature: float, seed: int) -> list[str]:
        return texts(
            answer(
                capsys,
                *("--text", "The old man said ", "--max-words", 8),
                *("--temperature", temperature, "--seed", seed),
            )
        )

    seeds = [drawn(1.0, seed) for seed in (1, 2, 3)]
    assert drawn(1.0, 2) == seeds[1]
    assert len({tuple(each) for each in seeds}) > 1
    assert drawn(0, 1) == drawn(0, 2)


@pytest.mark.starter_model
def test_a_text_is_the_same_from_wherever_it_comes(
    starter: Paths,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    text = "😀 Die Straße. The capital of France is"
    file = tmp_path / "story.txt"
    file.write_bytes(b"\xef\xbb\xbf" + f"{text}\r\nAnd so on.".encode())
    given = texts(answer(capsys, "--text", text))
    assert given
    assert texts(answer(capsys, "--file", file, "--cursor", len(text))) == given
    pipe(monkeypatch, b"\xef\xbb\xbf" + text.encode())
    assert texts(answer(capsys, "-")) == given


@pytest.mark.starter_model
def test_after_a_whole_word_comes_the_next_one(
    starter: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    best = texts(answer(capsys, "--text", "Marguerite poured the"))[0]
    assert best.startswith(" ")
    assert best.strip()


@pytest.mark.starter_model
def test_the_plain_answer_is_a_line_and_why_the_editor_would_be_silent_another(
    starter: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["complete", "--text", "The lighthouse", "--cursor", "9"]) == 0
    out, err = capsys.readouterr()
    assert out.strip()
    assert out.count("\n") == 1
    assert err == "(The editor would not show this: the caret was inside a word.)\n"


@pytest.mark.starter_model
def test_several_plain_answers_are_as_many_lines(
    starter: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["complete", "--text", OPENING, "--candidates", "3"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(set(lines)) == 3
    assert "" not in lines
