"""The whole process, as the program starts it: from texts to a finished adapter, stopped, killed and gone on with."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from peft_oracle import peft_model
from safetensors import safe_open
from safetensors.torch import load_file
from tiny_model import SENTENCES
from written_session import WrittenSession

from cowrite.decisions.events import EventKind
from cowrite.personalize.training.adapter_file import TRAINING, WEIGHTS
from cowrite.personalize.training.checkpoints import NAME
from cowrite.personalize.training.job import TrainingJob
from cowrite.personalize.training.preview import preview
from cowrite.personalize.training.progress import (
    TrainingPhase,
    TrainingProgress,
    parse_progress,
    training_command,
)

FAST = (
    "rank=4", "alpha=8", "sequence_tokens=256", "micro_batch_tokens=512", "batch_tokens=1024",
    "learning_rate=0.005", "checkpoint_minutes=0.01", "threads=1",
)  # fmt: skip


@pytest.fixture
def job(tiny_model_dir: Path, tmp_path: Path) -> TrainingJob:
    chosen = random.Random(1)
    words = " ".join(SENTENCES[:2]).split()
    paragraphs = (" ".join(chosen.choices(words, k=60)) for _ in range(300))
    text = tmp_path / "novel.txt"
    text.write_text("\n\n".join(paragraphs), "utf-8")
    return TrainingJob(
        model_id="tiny",
        model_dir=str(tiny_model_dir),
        quantization="int8",
        work=str(tmp_path / "work"),
        staging=str(tmp_path / "staging"),
        files=(str(text),),
        changes=(*FAST, "epochs=0.3"),
    )


def start(job: TrainingJob, folder: Path) -> subprocess.Popen[str]:
    path = folder / "job.json"
    job.write(path)
    return subprocess.Popen(
        training_command(path),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def read_until(process: subprocess.Popen[str], *phases: TrainingPhase) -> TrainingProgress:
    assert process.stdout is not None
    for line in process.stdout:
        progress = parse_progress(line)
        if progress is not None and progress.phase in phases:
            return progress
    raise AssertionError("the process ended too soon")


def end(process: subprocess.Popen[str]) -> int:
    with process:
        assert process.stdin is not None
        process.stdin.close()
        return process.wait(60)


def saved_step(checkpoint: Path) -> int:
    with safe_open(checkpoint, framework="pt") as file:
        state = json.loads(file.metadata()["state"])
    return int(state["standing"]["step"])


def test_texts_become_an_adapter_that_peft_can_load(
    job: TrainingJob, tmp_path: Path, tiny_model_dir: Path
) -> None:
    process = start(job, tmp_path)
    done = read_until(process, TrainingPhase.DONE, TrainingPhase.KEPT, TrainingPhase.FAILED)
    assert end(process) == 0
    assert done.phase is TrainingPhase.DONE
    adapter = tmp_path / "staging" / "adapter"
    training = json.loads((adapter / TRAINING).read_text("utf-8"))
    assert training["documents"] == list(job.files)
    assert training["validation"]["after"] < training["validation"]["before"]
    assert training["data"]["own_words"] == 18000
    assert set(training["events"]) == {"first_ms", "last_ms"}
    assert (adapter / WEIGHTS).stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / "work" / NAME).exists()
    assert load_file(adapter / WEIGHTS)
    ids = torch.arange(1, 20)[None]
    model = peft_model(tiny_model_dir, adapter)
    with torch.no_grad():
        learned = model(input_ids=ids).logits
        with model.disable_adapter():
            plain = model(input_ids=ids).logits
    assert not torch.allclose(learned, plain)


def test_what_was_taken_and_refused_is_learned_after_the_texts(
    job: TrainingJob, tmp_path: Path
) -> None:
    session = WrittenSession("letter")
    for sentence in random.Random(2).choices(SENTENCES, k=40):
        first, *rest = sentence.split()
        session.edit(f"{first} ")
        refused = session.show("$ 17 % 23 {")
        session.end(EventKind.REJECTED, refused, text="$ 17 % 23 {")
        taken = session.show(" ".join(rest))
        session.accept(taken, " ".join(rest))
        session.keep(taken, "exact", " ".join(rest), 0)
        session.edit(" ")
    session.write(tmp_path / "log.sqlite3", "")
    changes = (
        *job.changes,
        "preference_verdicts=20",
        "preference_rate=0.0001",
        "preference_share=0.9",
        "epochs=1",
    )
    job = replace(job, log=str(tmp_path / "log.sqlite3"), changes=changes)
    process = start(job, tmp_path)
    read_until(process, TrainingPhase.PREFERENCES)
    done = read_until(process, TrainingPhase.DONE, TrainingPhase.KEPT, TrainingPhase.FAILED)
    assert end(process) == 0
    assert done.phase is TrainingPhase.DONE
    training = json.loads((tmp_path / "staging" / "adapter" / TRAINING).read_text("utf-8"))
    last = training["curve"][-1]
    assert last["choice_loss"] < last["choice_loss_before"]
    # Of each kind 40, of which four are kept back; some may be of pages that are kept back, or not get their turn.
    assert 0 < training["preferences_used"] <= 72


def limited_while_loading(
    job: TrainingJob, folder: Path, limit: Callable[[int], None]
) -> TrainingProgress:
    """The end of ``job``, whose process ``limit(pid)`` takes something away from before it loads the model."""
    process = start(job, folder)
    read_until(process, TrainingPhase.LOADING)
    limit(process.pid)
    last = read_until(process, TrainingPhase.FAILED, TrainingPhase.DONE)
    assert end(process) == 2
    assert not (folder / "staging" / "adapter").exists()
    return last


@pytest.mark.skipif(sys.platform != "linux", reason="limits of another process are Linux's")
def test_where_a_file_cannot_be_written_nothing_is_changed(
    job: TrainingJob, tmp_path: Path
) -> None:
    import resource

    last = limited_while_loading(
        job, tmp_path, lambda pid: resource.prlimit(pid, resource.RLIMIT_FSIZE, (1000, 1000))
    )
    assert "could not write or read its files (File too large). Nothing was changed" in last.message
    assert "disk" in last.advice


@pytest.mark.starter_model
@pytest.mark.skipif(sys.platform != "linux", reason="limits of another process are Linux's")
@pytest.mark.parametrize("megabytes", [100, 300])
def test_out_of_memory_is_told_in_plain_words(
    job: TrainingJob, tmp_path: Path, starter_model_dir: Path, megabytes: int
) -> None:
    import resource

    def limit(pid: int) -> None:
        status = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
        used = next(int(line.split()[1]) << 10 for line in status if line.startswith("VmSize"))
        room = used + (megabytes << 20)
        resource.prlimit(pid, resource.RLIMIT_AS, (room, room))

    last = limited_while_loading(replace(job, model_dir=str(starter_model_dir)), tmp_path, limit)
    assert "too little memory" in last.message
    assert "micro_batch_tokens" in last.advice


@pytest.mark.parametrize("how", ["stop", "sigterm", "kill"])
def test_ended_in_between_it_goes_on_to_the_same_adapter(
    job: TrainingJob, tmp_path: Path, how: str
) -> None:
    if how == "stop":
        whole = start(
            replace(job, work=str(tmp_path / "w2"), staging=str(tmp_path / "s2")), tmp_path
        )
        read_until(whole, TrainingPhase.DONE)
        assert end(whole) == 0
    if how == "kill":
        job = replace(job, changes=(*FAST, "epochs=8"))  # or a fast machine is done before
    process = start(job, tmp_path)
    while read_until(process, TrainingPhase.TRAINING).step < 2:
        pass
    if how == "kill":
        deadline = time.monotonic() + 60
        while not (tmp_path / "work" / NAME).exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        process.kill()
    elif how == "stop":
        assert process.stdin is not None
        process.stdin.write("stop\n")
        process.stdin.flush()
    else:
        os.kill(process.pid, signal.SIGTERM)
    if how != "kill":
        read_until(process, TrainingPhase.STOPPED)
        assert (tmp_path / "work" / NAME).exists()
    end(process)
    assert not (tmp_path / "staging" / "adapter").exists()
    if how == "sigterm":
        return  # what follows is the same as after “stop”
    saved = saved_step(tmp_path / "work" / NAME)
    # A slow machine has kept no more than the first step when it is killed in or right after the second.
    assert saved >= (1 if how == "kill" else 2)
    again = start(job, tmp_path)
    first = read_until(again, TrainingPhase.TRAINING)
    assert first.step == saved
    if how == "kill":
        again.kill()
        end(again)
        return
    read_until(again, TrainingPhase.DONE)
    assert end(again) == 0
    if how == "stop":
        torch.testing.assert_close(
            load_file(tmp_path / "staging" / "adapter" / WEIGHTS),
            load_file(tmp_path / "s2" / "adapter" / WEIGHTS),
            rtol=0,
            atol=0,
        )


def test_a_pause_and_a_wrong_setting_and_too_little_text(job: TrainingJob, tmp_path: Path) -> None:
    process = start(job, tmp_path)
    read_until(process, TrainingPhase.TRAINING)
    assert process.stdin is not None
    process.stdin.write("pause\n")
    process.stdin.flush()
    read_until(process, TrainingPhase.PAUSED)
    process.stdin.write("resume\n")
    process.stdin.flush()
    read_until(process, TrainingPhase.DONE)
    assert end(process) == 0

    process = start(replace(job, changes=("rnak=8",)), tmp_path)
    failed = read_until(process, TrainingPhase.FAILED)
    assert end(process) == 2
    assert "rank" in failed.advice

    (tmp_path / "short.txt").write_text("A few words.", "utf-8")
    process = start(replace(job, files=(str(tmp_path / "short.txt"),)), tmp_path)
    kept = read_until(process, TrainingPhase.KEPT)
    assert end(process) == 0
    assert "are needed" in kept.message


def test_what_only_repeats_itself_is_left_out_and_said(job: TrainingJob, tmp_path: Path) -> None:
    again = tmp_path / "again.txt"
    again.write_text("All work and no play makes Jack a dull boy. " * 5_000, "utf-8")
    alone = replace(job, files=(str(again),))
    process = start(alone, tmp_path)
    kept = read_until(process, TrainingPhase.KEPT)
    assert end(process) == 0
    assert "are needed. One text was skipped" in kept.message
    seen = preview(alone)
    assert seen.left_out == ("again.txt",)
    assert "One text was skipped" in seen.too_little
    beside = preview(replace(job, files=(*job.files, str(again))))
    assert (beside.documents, beside.left_out, beside.too_little) == (
        ("novel.txt",),
        ("again.txt",),
        "",
    )


def test_a_file_that_the_log_knows_under_two_names_is_named_once(
    job: TrainingJob, tmp_path: Path
) -> None:
    text = Path(job.files[0]).read_text("utf-8")
    log, file = tmp_path / "log.sqlite3", tmp_path / "essays.txt"
    untitled, once, later = (WrittenSession(name, name) for name in ("untitled", "once", "later"))
    untitled.edit(text[:20_000])
    once.open(untitled.text)
    once.edit(text[20_000:])
    later.open(once.text)
    for words in ("And ", "some ", "more."):
        later.edit(words)
    for session, where in ((untitled, ""), (once, file), (later, file)):
        session.write(log, where)
    seen = preview(replace(job, files=(), log=str(log)))
    assert (seen.documents, seen.left_out) == (("essays.txt",), ())
    assert seen.own_words == len(f"{text}And some more.".split())
    assert "from 1 document: “essays.txt”" in seen.sentence


def test_it_speaks_the_language_of_the_program_that_starts_it(
    job: TrainingJob, tmp_path: Path, speak: Callable[[str], None]
) -> None:
    speak("zh_CN")
    empty = tmp_path / "empty"
    empty.mkdir()
    process = start(replace(job, model_dir=str(empty)), tmp_path)
    with process:
        assert process.stdout is not None
        ends = [progress for line in process.stdout if (progress := parse_progress(line))]
    assert ends[-1].phase is TrainingPhase.FAILED
    assert any("\u4e00" <= character <= "\u9fff" for character in ends[-1].message)
