"""How a ghost that stands grows at its end: by what follows it, or by what a fresh answer says besides it."""

from __future__ import annotations

from cowrite.engine.messages import CompletionResult, JobListener, JobMessage
from cowrite.suggest.filter.expected_value import WordChance, agreed, together
from cowrite.suggest.filter.show_filter import FilterDecision, judge, model_estimate
from cowrite.suggest.live.questions import Questions
from cowrite.suggest.live.stage import SuggestionStage
from cowrite.suggest.live.suggestion import Suggestion
from cowrite.suggest.ports import EngineJobs
from cowrite.suggest.settings import TOGETHER_PROBABILITY, Length


class GhostGrowth:
    """Asks ``jobs`` how the ghost of ``stage`` goes on, and adds what is still likely with all before it."""

    def __init__(self, stage: SuggestionStage, jobs: EngineJobs, questions: Questions) -> None:
        self._stage = stage
        self._jobs = jobs
        self._questions = questions

    def ask(self, suggestion: Suggestion, listener: JobListener) -> None:
        """Ask what follows, if about a word is left and that was not asked yet."""
        settings = self._stage.rule.settings
        if (
            settings.saves_power
            or settings.length is not Length.WORDS
            or suggestion.result is None
            or suggestion.growth_after == suggestion.whole
            or len(suggestion.words) != 1
            or not self._stage.rule.decides(suggestion)
        ):
            return
        suggestion.growth_after = suggestion.whole
        job = self._questions.job_after(suggestion.remaining)
        suggestion.growth_job_id = job.id
        self._jobs.submit(job, listener)

    def received(self, suggestion: Suggestion, message: JobMessage) -> None:
        """How it goes on, if it still stands as it was when that was asked."""
        suggestion.growth_job_id = 0
        if not isinstance(message, CompletionResult) or not message.candidates:
            return
        if suggestion.whole != suggestion.growth_after or not suggestion.is_visible:
            return
        settings = self._stage.rule.settings
        context = self._questions.context_after(suggestion.remaining)
        decision = judge(message.candidates[0], context, settings, acceptance=model_estimate)
        likely = together(suggestion.words)
        more: list[WordChance] = []
        for word in decision.words[: max(0, settings.most_words - len(suggestion.words))]:
            likely *= word.probability
            if likely < TOGETHER_PROBABILITY:
                break
            more.append(word)
        text = decision.text[: sum(word.characters for word in more)]
        if text.strip():
            self._add(suggestion, text, tuple(more))

    def agree(self, suggestion: Suggestion, decision: FilterDecision) -> None:
        """Take over what a fresh answer for the same place has more, if it begins as the ghost does."""
        remaining = suggestion.remaining
        if decision.text.startswith(remaining) and len(decision.text) > len(remaining):
            more = agreed(decision.words, len(remaining))
            self._add(suggestion, decision.text[len(remaining) :], more)

    def _add(self, suggestion: Suggestion, text: str, words: tuple[WordChance, ...]) -> None:
        whole = suggestion.remaining + text
        if not self._stage.is_repetition(whole, self._stage.page.caret_context()):
            suggestion.grow(text, words)
            self._stage.draw(suggestion)
