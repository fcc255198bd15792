"""What a job learns from, and how it is split: read from the log and from the writer's own texts. Imports no torch."""

from __future__ import annotations

import logging
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from cowrite.base.errors import UserError
from cowrite.base.words import without_endless_words
from cowrite.decisions.database.log_file import NoLogError, open_for_reading
from cowrite.personalize.data.decision_examples import Selection, examples_from_log
from cowrite.personalize.data.examples import Examples, examples_from_files, without_drafts
from cowrite.personalize.data.own_texts import find_own_texts, is_own
from cowrite.personalize.data.split import Split, split_by_time
from cowrite.personalize.settings import TrainingSettings, with_changes
from cowrite.personalize.training.job import TrainingJob
from cowrite.settings.exclusions import is_excluded

if TYPE_CHECKING:
    from cowrite.engine.tokens.vocabulary import Vocabulary

logger = logging.getLogger(__name__)


def read_examples(job: TrainingJob) -> Examples:
    """Everything that may be learned from, drafts left out. Raises UserError."""

    def may_learn(document: str, path: str) -> bool:
        there = Path(path) if path else None
        return document not in job.excluded and not is_excluded(there, job.excluded)

    own = (*job.own_texts, *job.files)
    found = Examples()
    if job.log:
        selection = Selection(
            may_learn=may_learn,
            is_own=lambda path: is_own(path, own),
            since_ms=job.since_ms,
            imported=job.imported,
        )
        # A copy in memory: the program goes on writing, and a copy on disk would have to be forgotten too.
        with closing(sqlite3.connect(":memory:")) as copy:
            try:
                with open_for_reading(Path(job.log)) as log:
                    log.backup(copy)
                found.add(examples_from_log(copy, selection))
            except NoLogError:
                logger.info("there is no log of decisions yet")
    # Of a file that the log tells too, the log knows which words are the model's.
    told = {os.path.realpath(each.source.path) for each in found.supervised if each.source.path}
    chosen = find_own_texts(job.own_texts)
    found.unread += chosen.missing
    for path in dict.fromkeys((*map(Path, job.files), *chosen.files)):
        if may_learn("", str(path)) and os.path.realpath(path) not in told:
            found.add(_examples_from(path, must=str(path) in job.files))
    every, found.supervised = found.supervised, without_drafts(found.supervised)
    stay = {each.source.document for each in found.supervised if each.is_text}
    texts = dict.fromkeys(each.source.document for each in every if each.is_text)
    found.repeats = [document for document in texts if document not in stay]
    return found


def split_for(job: TrainingJob, examples: Examples, words: Vocabulary) -> Split:
    """What ``job`` trains on and what it keeps back. Raises UserError for wrong settings."""
    settings = with_changes(TrainingSettings(), job.changes)
    return split_by_time(
        examples,
        lambda text: len(words.encode(without_endless_words(text))),
        least_train=settings.least_train_tokens,
        least_gate=settings.least_gate_tokens,
    )


def _examples_from(path: Path, *, must: bool) -> Examples:
    try:
        return examples_from_files([path], only_sure=not must)
    except UserError as error:
        if must:
            raise
        logger.info("one of the chosen texts is passed over: %s", type(error.__cause__).__name__)
        return Examples(unread=[str(path)])
