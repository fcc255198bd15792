"""Every place where the program reads what another program, or an accident, may have written."""

from __future__ import annotations

import shutil
from pathlib import Path

from fuzz import (
    adapter_readers,
    archive_readers,
    log_readers,
    model_readers,
    own_readers,
    text_readers,
)
from fuzz.reader import Reader

from cowrite.base.errors import UserError

READERS: tuple[Reader, ...] = (
    Reader("log import, own format", log_readers.own_sessions, log_readers.read_sessions_and_use),
    Reader(
        "log import, CoAuthor", log_readers.coauthor_sessions, log_readers.read_sessions_and_use
    ),
    Reader("rows of the log", log_readers.log_rows, log_readers.read_log_rows),
    Reader("adapter file (zip)", adapter_readers.adapter_zips, adapter_readers.read_adapter_zip),
    Reader("adapter manifest", adapter_readers.adapter_manifests, adapter_readers.read_registry),
    Reader("adapters in use", adapter_readers.adapter_pointers, adapter_readers.read_pointers),
    Reader(
        "adapter_config.json", adapter_readers.adapter_configs, adapter_readers.read_adapter_config
    ),
    Reader(
        "adapter weights", adapter_readers.adapter_weights, adapter_readers.read_adapter_weights
    ),
    Reader("GGUF head", model_readers.gguf_files, model_readers.read_gguf),
    Reader("safetensors head", model_readers.safetensors_files, model_readers.read_safetensors),
    Reader("config.json", model_readers.model_configs, model_readers.read_model_config),
    Reader("model manifest", model_readers.model_manifests, model_readers.read_models),
    Reader("catalogue", model_readers.catalogues, model_readers.read_catalogue),
    Reader("chat template", model_readers.chat_templates, model_readers.read_chat_template),
    Reader(
        "chat template in tokenizer_config.json",
        model_readers.tokenizer_configs,
        model_readers.read_tokenizer_config,
    ),
    Reader("task file", own_readers.task_files, own_readers.read_task_file),
    Reader("session", own_readers.session_files, own_readers.read_session),
    Reader("identities", own_readers.identity_files, own_readers.read_identities),
    Reader("dismissed findings", own_readers.check_files, own_readers.read_check),
    Reader("spelling of documents", own_readers.spelling_files, own_readers.read_spelling),
    Reader("own words", own_readers.word_lists, own_readers.read_word_list),
    Reader("journal", own_readers.journal_files, own_readers.read_journal),
    Reader("undo steps", own_readers.undo_files, own_readers.read_undo),
    Reader("note of old bytes", own_readers.note_files, own_readers.read_notes),
    Reader("settings", own_readers.settings_files, own_readers.read_settings),
    Reader("writer's filter", own_readers.gate_files, own_readers.read_gate),
    Reader("outcome of learning", own_readers.outcome_files, own_readers.read_outcome_file),
    Reader("training job", own_readers.job_files, own_readers.read_job),
    Reader("lines of child processes", own_readers.child_lines, own_readers.read_child_lines),
    Reader("provenance", own_readers.provenance_rows, own_readers.read_provenance),
    Reader("text", own_readers.texts, own_readers.read_text),
    Reader("HTML", text_readers.pages, text_readers.read_page),
    Reader("RTF", text_readers.rich_texts, text_readers.read_rich_text),
    Reader("ODT", text_readers.packed_texts, text_readers.read_packed_text),
    Reader("text of an ODT", text_readers.open_texts, text_readers.read_open_text),
    Reader("DOCX", archive_readers.docx_archives, archive_readers.read_docx),
    Reader("parts of a DOCX", archive_readers.docx_texts, archive_readers.read_docx_parts),
)


def emptied(folder: Path) -> Path:
    """``folder``, with nothing in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def errors_of(reader: Reader) -> tuple[type[BaseException], ...]:
    """All that ``reader`` may raise."""
    from cowrite.base.errors import BugError

    return (UserError, *reader.refusals, *((BugError,) if reader.name == "catalogue" else ()))
