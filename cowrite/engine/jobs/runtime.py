"""A loaded model on its device, and what to do when the device gives out.

Importing this module imports torch.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import cast

import torch

from cowrite.base.errors import UserError
from cowrite.base.process_priority import return_free_memory
from cowrite.engine.decoding.completer import Completer
from cowrite.engine.decoding.personal_ngrams import PersonalNgrams
from cowrite.engine.decoding.step_control import UNINTERRUPTED, StepControl, Steps
from cowrite.engine.devices import (
    UnusedCard,
    choose_device,
    engine_threads,
    fallback_quantization,
    unused_card,
)
from cowrite.engine.influence import Influence
from cowrite.engine.jobs.placing import (
    SHORT_PROMPT_TOKENS,
    free_device_memory,
    on_processor,
    place,
    short_context_notice,
)
from cowrite.engine.jobs.taken_memory import TakenMemory
from cowrite.engine.jobs.task_steps import TaskSteps
from cowrite.engine.loading.load import LoadedModel, load_model
from cowrite.engine.messages import AnyResult, Candidate, CompletionRequest, CompletionResult, Task
from cowrite.engine.networks.adapter import read_adapter
from cowrite.engine.networks.quantize import Quantization
from cowrite.engine.networks.steps import Cancelled, finish
from cowrite.engine.out_of_memory import is_out_of_memory
from cowrite.engine.prompts import PromptBuilder
from cowrite.engine.tokens.vocabulary import Vocabulary
from cowrite.localization import tr

logger = logging.getLogger(__name__)

# Each layer that is taken over leaves its old weights behind; without this they would add up to more than the model.
STEPS_BETWEEN_TIDYING = 8
# From the model's folder and its tokens to what puts tasks to it.
PromptsOf = Callable[[Path, Vocabulary], PromptBuilder]


class _BeginAgain(Exception):
    """The memory of what was done so far was given back."""


class Runtime:
    """Does tasks on one model. ``notice`` is a standing sentence for the status line, mostly empty.

    ``unused_card`` is a card on which it could have been loaded, or None; ``taken`` what it takes of the memory.
    """

    def __init__(
        self,
        completer: Completer,
        reload_on_cpu: Callable[[], Completer],
        prompts: Callable[[Vocabulary], PromptBuilder] | None = None,
    ) -> None:
        self._completer: Completer | None = completer
        self._prompts = prompts
        self._reload_on_cpu = reload_on_cpu
        self.ngrams = completer.ngrams
        self._optimizations: Iterator[None] = completer.model.network.optimizations()
        self._is_tidy = False
        self._optimized = 0
        self._adapter_dir: Path | None = None
        self._influence = Influence.AS_TESTED
        self._under_way: set[Steps[AnyResult]] = set()
        self.notice = ""
        self.unused_card: UnusedCard | None = None
        self.taken = TakenMemory()

    @classmethod
    def open(
        cls,
        model_dir: Path,
        *,
        model_id: str,
        device: str,
        quantizations: Mapping[str, str],
        prompts_of: PromptsOf | None = None,
    ) -> Runtime:
        """Load the model on the wanted device, or on the CPU where that does not work. Raises UserError.

        ``prompts_of`` makes what puts tasks to the model, when one comes that is more than going on from a text.
        """
        torch.set_num_threads(engine_threads())

        ngrams = PersonalNgrams()

        def load(target: torch.device) -> Completer:
            kind = quantizations.get(target.type) or fallback_quantization(target)
            model = load_model(model_dir, target, Quantization(kind))
            return Completer(model, model_id=model_id, ngrams=ngrams)

        target, notice = choose_device(device)
        taken = TakenMemory()
        with taken.measured():
            placed = place(load, target)
            return_free_memory()  # of each tensor as it was read, which adds up to hundreds of megabytes
        prompts = partial(prompts_of, model_dir) if prompts_of is not None else None
        runtime = cls(placed.completer, lambda: on_processor(load), prompts)
        runtime.taken = taken
        runtime.unused_card = unused = unused_card(device, target)
        runtime.notice = placed.notice or (unused.sentence if unused else notice)
        return runtime

    @property
    def device(self) -> str:
        """“cpu” or “cuda”."""
        return str(self._loaded().model.device)

    def complete(
        self,
        request: CompletionRequest,
        on_update: Callable[[Candidate], None] = lambda _: None,
        control: StepControl = UNINTERRUPTED,
        say: Callable[[str], None] = lambda _: None,
    ) -> CompletionResult | None:
        """Answer ``request`` now, or None if it was cancelled. Raises UserError as :meth:`steps` does."""
        try:
            result = finish(
                self.steps(request, control, say), lambda each: on_update(each) if each else None
            )
        except Cancelled:
            return None
        return cast(CompletionResult, result)

    def steps(
        self,
        task: Task,
        control: StepControl = UNINTERRUPTED,
        say: Callable[[str], None] = lambda _: None,
    ) -> Steps[AnyResult]:
        """Do ``task`` step by step; other tasks may be worked on between two steps. Raises Cancelled.

        Raises UserError when memory cannot be found or the device is lost. Each step that is taken for want of memory
        is said; then the task begins again.
        """
        try:
            return (yield from self._with_remedies(task, control, say))
        except torch.AcceleratorError as error:  # nothing that is on the card can be used any more
            logger.warning("the device is lost (%s)", type(error).__qualname__)
            raise UserError(
                tr("The graphics card stopped answering; your text is safe."),
                tr("Start Cowrite again, or choose the processor in the settings."),
            ) from error

    def _with_remedies(
        self, task: Task, control: StepControl, say: Callable[[str], None]
    ) -> Steps[AnyResult]:
        """Meet a lack of memory step by step."""
        remedies = iter((self._drop_cache, self._shorten_context, self._move_to_cpu))
        while True:
            try:
                return (yield from self._until_interrupted(task, control))
            except _BeginAgain:
                continue
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                logger.warning("out of memory; helping with smaller steps", exc_info=True)
            remedy = next(remedies, None)
            if remedy is None:
                raise UserError(
                    tr("There is not enough free memory for suggestions; your text is safe."),
                    tr("Close other programs, or choose a smaller model."),
                )
            say(remedy())

    def _until_interrupted(self, task: Task, control: StepControl) -> Steps[AnyResult]:
        """Work until the end, or until another task needed the memory of this one. Raises _BeginAgain then."""
        steps = self._begin(task, control)
        self._under_way.add(steps)
        try:
            while steps in self._under_way:
                try:
                    progress = next(steps)
                except StopIteration as end:
                    result: AnyResult = end.value
                    return result
                yield progress
        finally:
            self._under_way.discard(steps)
            steps.close()
        raise _BeginAgain

    def _begin(self, task: Task, control: StepControl) -> Steps[AnyResult]:
        return TaskSteps(self._loaded(), self._prompts).begin(task, control)

    def _end_all(self) -> None:
        """End what is under way and free what it holds; each begins again when it is taken up."""
        under_way, self._under_way = self._under_way, set()
        for steps in under_way:
            steps.close()

    @property
    def model(self) -> LoadedModel:
        """The model as it is served. Raises UserError if there is none any more."""
        return self._loaded().model

    @property
    def adapter_id(self) -> str:
        """The id of the adapter in use, “” for none."""
        return self._loaded().adapter_id

    def use_adapter(self, folder: Path | None) -> None:
        """Use the adapter in ``folder``, or none, as far as the influence says; the model stays where it is.

        Raises UserError if it cannot be used; then none is.
        """
        self._adapter_dir = None
        self._end_all()
        try:
            adapter = read_adapter(folder) if folder is not None else None
            self._loaded().use_adapter(adapter, self._influence.adapter_scale)
        except UserError:
            self._loaded().use_adapter(None)
            raise
        self._adapter_dir = folder

    @property
    def influence(self) -> Influence:
        """How far the writer's own words and the adapter bend what is answered."""
        return self._influence

    def set_influence(self, influence: Influence) -> None:
        """Let the writer's own words and the adapter bend the answers so far from now on; nothing is loaded again.

        Raises UserError as :meth:`use_adapter` does.
        """
        is_other_scale = influence.adapter_scale != self._influence.adapter_scale
        self._influence = influence
        self.ngrams.odds = influence.word_odds
        if is_other_scale and self._adapter_dir is not None:
            self.use_adapter(self._adapter_dir)

    def optimize(self) -> bool:
        """Use a fraction of a second without requests to become faster; False when nothing is left to do."""
        with self.taken.measured():
            optimized = next(self._optimizations, self) is not self
            self._optimized += optimized
            if optimized and self._optimized % STEPS_BETWEEN_TIDYING == 0:
                return_free_memory()
            if not optimized and not self._is_tidy:
                self._is_tidy = True
                self.model.vocabulary.prepare()
                return_free_memory()
        return optimized

    def _adapt_again(self) -> None:
        """The model was loaded anew, without the adapter."""
        try:
            self.use_adapter(self._adapter_dir)
        except UserError:
            logger.warning("the adapter cannot be used any more", exc_info=True)

    def close(self) -> None:
        """Free the model."""
        self._end_all()
        self._completer, self._optimizations = None, iter(())
        free_device_memory()

    def _loaded(self) -> Completer:
        if self._completer is None:
            raise UserError(tr("The model is not loaded."), tr("Choose a model in the settings."))
        return self._completer

    def _drop_cache(self) -> str:
        self._end_all()
        self._loaded().cache.clear()
        self._loaded().model.network.release("memory was short")
        free_device_memory()
        return tr("Memory was low: the model has to read the text again.")

    def _shorten_context(self) -> str:
        self._end_all()
        completer = self._loaded()
        completer.cache.clear()
        completer.max_prompt_tokens = SHORT_PROMPT_TOKENS
        self.notice = short_context_notice()
        return self.notice

    def _move_to_cpu(self) -> str:
        was = self.device
        self._end_all()
        self._completer, self._optimizations = None, iter(())
        free_device_memory()
        self._completer = self._reload_on_cpu()
        self._optimizations = self._completer.model.network.optimizations()
        self._is_tidy = False
        self._adapt_again()
        self._completer.max_prompt_tokens = SHORT_PROMPT_TOKENS
        self.notice = (
            short_context_notice()
            if was == "cpu"
            else tr("The graphics card is out of memory; using the processor.")
        )
        return self.notice
