"""What the writer had forgotten goes from memory too, and from all that was learned from it."""

from __future__ import annotations

from cowrite.app.shared import Shared
from cowrite.base.system_reasons import reason_of
from cowrite.decisions.maintenance.erasing import Erasure
from cowrite.editor.shell.window_manager import WindowManager
from cowrite.localization import tr
from cowrite.personalize.adapters.forgetting import without_recent


def forget_everywhere(erasure: Erasure, manager: WindowManager, shared: Shared) -> None:
    """Forget the documents of ``erasure`` wherever something of them is kept; the log has done so already."""
    identities, documents, everything = shared.identities, erasure.documents, erasure.everything
    manager.forget(lambda session: without_recent(session, erasure, identities))
    for room in (identities, shared.spelling.choices, shared.progress, shared.dismissals):
        room.forget(documents, everything=everything)
    shared.habits.forget(everything=everything)
    if everything:
        for forget in (shared.filter_store.forget, shared.pauses_store.forget):
            try:
                forget()
            except OSError as error:
                manager.tell(
                    tr("What was learned could not be deleted ({reason}).", reason=reason_of(error))
                )
    for document_id in documents:
        shared.bridge.learn(document_id, "")
