"""The token loop of one request: rows of candidates grow until each has ended. It yields after each token.

Several candidates differ in their first token and are then continued together in one batch. Does not know what will be
shown of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from cowrite.engine.decoding.candidate_row import CandidateRow
from cowrite.engine.decoding.choice import LOOKED_AT, Chooser, ChosenToken, Seam
from cowrite.engine.decoding.draft import NO_DRAFT, Draft, Drafter, SuccessRates
from cowrite.engine.decoding.first_word import FirstWord
from cowrite.engine.decoding.next_characters import NextCharacters
from cowrite.engine.decoding.prefix_cache import CachedText
from cowrite.engine.decoding.step_control import StepControl, Steps
from cowrite.engine.loading.load import LoadedModel
from cowrite.engine.messages import CompletionRequest
from cowrite.engine.networks.network import Cache
from cowrite.engine.networks.sampling import Sampling
from cowrite.engine.networks.steps import Cancelled

# From this probability on, what is typed is taken to be a whole word, and candidates differ in what comes after it.
SURE_OF_SPELLING = 0.5


class TokenLoop:
    """Continues ``text``, which is claimed for ``request``. Without a ``drafter`` nothing is drafted.

    ``read_at`` and ``first_at`` are the times by ``clock`` when the prompt was read and when there was some text.
    """

    def __init__(
        self,
        *,
        model: LoadedModel,
        request: CompletionRequest,
        text: CachedText,
        chooser: Chooser,
        drafter: Drafter | None,
        rates: SuccessRates,
        control: StepControl,
        clock: Callable[[], float],
    ) -> None:
        self._model = model
        self._request = request
        self._text = text
        self._chooser = chooser
        self._drafter = drafter
        self._rates = rates
        self._control = control
        self._clock = clock
        self.read_at: float | None = None
        self.first_at: float | None = None
        self.next_characters = NextCharacters(chooser, model.vocabulary)

    def rows(self, prompt: list[int], pending: bytes) -> Steps[list[CandidateRow]]:
        """Read ``prompt`` and grow the rows, the best first; ``pending`` is what was typed and is chosen again."""
        first = CandidateRow(pending, typed=pending)
        alone = self._request.candidates == 1
        # What need not be read is not worth a pass for the sake of a draft: the first token is there without any.
        drafts_first = alone and not self._text.knows_what_follows(prompt)
        draft = self._draft(first) if drafts_first else NO_DRAFT
        logits = yield from self._text.read_on(prompt, draft.tokens, self._control)
        self.read_at = self._clock()
        if alone:
            return [(yield from self._grow_one(first, draft, logits))]
        rows = self._first_rows(first, logits[0])
        yield from self._report(rows[0])
        yield from self._grow_all(rows)
        return rows

    def _report(self, row: CandidateRow, contest: FirstWord | None = None) -> Steps[None]:
        """Say how far ``row`` is, as soon as nothing of it will be taken back."""
        if row.text and not (contest and contest.is_open(row)):
            self.first_at = self.first_at or self._clock()
            yield row.candidate()
        else:
            yield None

    def _first_rows(self, row: CandidateRow, logits: Tensor) -> list[CandidateRow]:
        """The rows after their first different token; ``logits (V,)`` are those after the prompt.

        Where the most probable token only spells what is typed, the candidates part after it: they are other words,
        not other ways to write this one.
        """
        request = self._request
        while True:
            choices = self._choices(logits, row, request.candidates)
            best = row.copy()
            best.take(choices[0] if choices else None, self._model, request)
            undecided = request.candidates > 1 and not best.done and not best.text
            if not undecided or choices[0].logprob < math.log(SURE_OF_SPELLING):
                break
            row = best
            logits = self._step([row.last], None)[0]
        others = [row.copy() for _ in choices[1:]]
        for number, (other, choice) in enumerate(zip(others, choices[1:], strict=True), start=1):
            other.number = number
            other.take(choice, self._model, request)
        return [best, *others]

    def _choices(self, logits: Tensor, row: CandidateRow, count: int) -> list[ChosenToken]:
        """The ``count`` tokens that come next in ``row`` by ``logits (V,)``, the one to take first."""
        text = self._request.before + row.text
        # As soon as something is new, the seam lies behind.
        seam = Seam(row.typed, row.spelled) if row.typed and not row.text else None
        sampling = self._sampling(row)
        found = self._chooser.choices(logits, text, row.pending, count, sampling, seam, row.begun)
        if row.number == 0 and not row.text:
            self.next_characters.look(logits, text, row, found)
        return found

    def _sampling(self, row: CandidateRow) -> Sampling:
        """How the next token of ``row`` is chosen."""
        request = self._request
        return Sampling(request.temperature, request.seed, row.number, len(row.tokens))

    def _draft(self, row: CandidateRow) -> Draft:
        if self._drafter is None:
            return NO_DRAFT
        most = self._request.max_tokens - len(row.tokens) - 1  # the last one need not be read

        def text() -> str:
            return self._request.before + row.text

        return self._drafter.draft(text, row.pending, most, row.begun)

    def _ahead(self, row: CandidateRow) -> tuple[Draft, Tensor] | None:
        """What the model makes of itself when nobody looks, as a draft, where that is faster than to look."""
        if self._drafter is None or row.pending:
            return None
        most = self._request.max_tokens - len(row.tokens)
        ahead = self._text.append_ahead(row.last, most, self._sampling(row))
        return ahead and (Draft(tuple(ahead[0]), "ahead"), ahead[1])

    def _grow_one(self, row: CandidateRow, draft: Draft, logits: Tensor) -> Steps[CandidateRow]:
        """Add tokens to the only row until it ends, as many at a time as the draft was right about.

        ``draft`` is what was drafted and ``logits`` are those before, within and after it. The row that has ended may
        be another one: its first word was more probable.
        """
        start = len(self._text.tokens) - len(draft.tokens)
        contest = FirstWord(self._model.vocabulary, row.copy().copy, self._take)
        while True:
            certain = len(self._text.tokens) - len(draft.tokens)
            agreed, better = yield from self._verify(row, draft, logits, contest)
            self._text.keep(certain + agreed if better is None else start)
            self._rates.record(draft, agreed)
            if better is not None:
                row = better
                yield from self._report(row, contest)
            if row.done:
                return row
            if self._control.cancelled():
                raise Cancelled
            unread = [row.last] if better is None else [*row.chosen]
            again, unread = self._text.recall_all(unread)
            if again is not None and not unread:
                draft, logits = NO_DRAFT, again[None]
                continue
            draft = self._draft(row)
            seen = None if draft.tokens or better is not None else self._ahead(row)
            if seen is not None:
                draft, logits = seen
            else:
                logits = yield from self._text.read_more(unread, draft.tokens, self._control)

    def _verify(
        self, row: CandidateRow, draft: Draft, logits: Tensor, contest: FirstWord
    ) -> Steps[tuple[int, CandidateRow | None]]:
        """Take tokens as long as each is the one that was drafted, and one more.

        How many were; and the row to go on with if it is another one.
        """
        for agreed, row_logits in enumerate(logits):
            self._take(row, self._best(row_logits, row, contest))
            better = contest.instead_of(row)
            if better is not None:
                return agreed, better
            yield from self._report(row, contest)
            if row.done:
                return agreed, None
            if self._drafter is not None:
                self._drafter.chosen(row.last)
            if agreed == len(draft.tokens) or row.last != draft.tokens[agreed]:
                return agreed, None
        raise AssertionError("there is one row of logits more than drafted tokens")

    def _best(self, logits: Tensor, row: CandidateRow, contest: FirstWord) -> ChosenToken | None:
        """The token that comes next in the only row."""
        if row.pending and not row.chosen and self._request.temperature <= 0.0:
            return contest.best(self._choices(logits, row, LOOKED_AT), row.pending)
        return next(iter(self._choices(logits, row, 1)), None)

    def _take(self, row: CandidateRow, choice: ChosenToken | None) -> None:
        row.take(choice, self._model, self._request)

    def _grow_all(self, rows: list[CandidateRow]) -> Steps[None]:
        """Add a token to every unfinished row until none is left. One row goes on in the kept cache itself."""
        forked = self._text.fork(len(rows)) if len(rows) > 1 else None
        while not all(row.done for row in rows):
            if self._control.cancelled():
                raise Cancelled
            logits = self._step([row.last for row in rows], forked)
            for row, row_logits in zip(rows, logits, strict=True):
                if not row.done:
                    best = self._choices(row_logits, row, 1)
                    row.take(best[0] if best else None, self._model, self._request)
            yield from self._report(rows[0])

    def _step(self, tokens: list[int], forked: Cache | None) -> Tensor:
        """Read one more token in each row: ``(B,) -> logits (B, V)``."""
        if forked is None:
            return self._text.append_draft(tokens, [])
        ids = torch.tensor(tokens, device=self._model.device)[:, None]
        return self._model.network(ids, forked, last=1)[:, -1]  # type: ignore[no-any-return]
