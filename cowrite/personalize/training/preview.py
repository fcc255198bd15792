"""What would be learned from, before anything is learned: for the writer to see, and to agree to."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from cowrite.decisions.database.log_file import NoLogError, open_for_reading
from cowrite.localization import tr, tr_noop
from cowrite.personalize.data.dataset_card import DatasetCard
from cowrite.personalize.data.own_texts import find_own_texts
from cowrite.personalize.data.split import tokens_to_read
from cowrite.personalize.learning_messages import LearningPreview
from cowrite.personalize.settings import TrainingSettings, likely_speed, with_changes
from cowrite.personalize.training.job import TrainingJob, parameters_of
from cowrite.personalize.training.job_examples import read_examples, split_for
from cowrite.settings.exclusions import is_excluded

# Replaying and looking for copies takes as long as training on so many tokens, and on a fast machine the time that it
# may take; and each token that was kept back is read twice or three times, at some three times the speed of training.
# Measured with the starter model on two cores.
REPLAY_TOKENS, REPLAY_S = 30_000, 180.0
UNTITLED = tr_noop("Untitled")


def preview(job: TrainingJob, *, tokens_per_s: float = 0.0) -> LearningPreview:
    """Read everything ``job`` would learn from. ``tokens_per_s`` is the speed of the last run, if there was one.

    Raises UserError for what cannot be read, and for wrong settings.
    """
    settings = with_changes(TrainingSettings(), job.changes)
    examples = read_examples(job)
    from cowrite.engine.tokens.vocabulary import Vocabulary

    words = Vocabulary.load(Path(job.model_dir))
    split = split_for(job, examples, words)
    tokens = tokens_to_read(split.train, lambda text: len(words.encode(text)))
    speed = tokens_per_s or _likely_speed(job)
    kept_back = sum(len(words.encode(each.text)) for each in split.gate)
    minutes = tokens * settings.epochs / speed / 60
    wanted = sum(each.desirable for each in split.unpaired)
    unwanted = len(split.unpaired) - wanted
    if settings.enough_pairs(len(split.preferences)) or settings.enough_unpaired(wanted, unwanted):
        minutes /= 1 - settings.preference_share
    minutes = min(settings.max_minutes, minutes)
    minutes += (max(REPLAY_TOKENS / speed, REPLAY_S) + kept_back / speed) / 60
    names = _names(job.log)
    card = DatasetCard.of(examples)
    files = card.files(names)
    # What is learned from under the same name is not left out, and what has no name says nothing to the writer.
    left_out = [names.get(each, each) for each in (*examples.unread, *examples.repeats)]
    left_out = [each for each in left_out if each not in (tr(UNTITLED), *files)]
    return LearningPreview(
        sentence=card.sentence(names),
        own_words=card.own_words,
        decisions=card.decisions,
        documents=tuple(Path(each).name for each in files),
        excluded=_excluded(job, names),
        left_out=tuple(Path(each).name for each in left_out),
        minutes=None if split.too_little else round(minutes, 1),
        too_little=split.too_little,
    )


def _likely_speed(job: TrainingJob) -> float:
    """Tokens per second of training, guessed from the size of the model."""
    from cowrite.engine.devices import choose_device

    has_card = choose_device(job.device)[0].type == "cuda"
    return likely_speed(
        parameters_of(Path(job.model_dir)), cores=os.cpu_count() or 1, has_card=has_card
    )


def _names(log: str) -> dict[str, str]:
    """The file of each document in the log that has one, and a word for those that have none."""
    if not log:
        return {}
    try:
        with open_for_reading(Path(log)) as connection:
            rows = connection.execute("SELECT id, path FROM documents").fetchall()
    except NoLogError:
        return {}
    return {str(document): str(path) or tr(UNTITLED) for document, path in rows}


def _excluded(job: TrainingJob, names: Mapping[str, str]) -> tuple[str, ...]:
    """The names of what is known but must not be learned from."""
    known = {*names.values(), *job.files, *map(str, find_own_texts(job.own_texts).files)}
    left_out = {each for each in known if is_excluded(Path(each), job.excluded)}
    return tuple(sorted(Path(each).name for each in left_out))
