"""What takes its time, written from top to bottom: coroutines on the GUI thread, with no event loop of their own."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from typing import Any, Generic, TypeVar

Answer = TypeVar("Answer")


class Later(Generic[Answer]):
    """An answer that may not be there yet. A coroutine awaits it; others ask for a call. Used by one thread."""

    def __init__(self) -> None:
        self._is_done = False
        self._answer: list[Answer] = []
        self._error: BaseException | None = None
        self._waiting: list[Callable[[], None]] = []

    @property
    def is_done(self) -> bool:
        """Whether the answer, or an error, is there."""
        return self._is_done

    @property
    def result(self) -> Answer:
        """The answer. Raises the error if it is one, and RuntimeError if neither is there yet."""
        if not self._is_done:
            raise RuntimeError("the answer is not there yet")
        if self._error is not None:
            raise self._error
        return self._answer[0]

    @property
    def error(self) -> BaseException | None:
        """The error, if there is one."""
        return self._error

    def set(self, answer: Answer) -> None:
        """The answer is there. What comes after the first is ignored."""
        if not self._is_done:
            self._answer.append(answer)
            self._finish()

    def fail(self, error: BaseException) -> None:
        """There will be no answer."""
        if not self._is_done:
            self._error = error
            self._finish()

    def then(self, call: Callable[[], None]) -> None:
        """Have ``call`` called when it is done; at once if it is."""
        if self._is_done:
            call()
        else:
            self._waiting.append(call)

    def __await__(self) -> Generator[Later[Any], None, Answer]:
        if not self._is_done:
            yield self
        return self.result

    def _finish(self) -> None:
        self._is_done = True
        waiting, self._waiting = self._waiting, []
        for call in waiting:
            call()


class Flow(Later[Answer]):
    """A coroutine under way. It goes as far as it can at once, and on as soon as what it awaits is there.

    It awaits only :class:`Later`. An error that it ends with is raised for whoever awaits it; if nobody does, it is
    raised where the coroutine went on last.
    """

    def __init__(self, coroutine: Coroutine[Later[Any], None, Answer]) -> None:
        super().__init__()
        self._coroutine = coroutine
        self._go_on()

    def _go_on(self) -> None:
        try:
            awaited = self._coroutine.send(None)
        except StopIteration as end:
            self.set(end.value)
        except Exception as error:
            is_awaited = bool(self._waiting)
            self.fail(error)
            if not is_awaited:
                raise
        else:
            awaited.then(self._go_on)


def begin(later: Later[Answer], coroutine: Coroutine[Any, None, Answer]) -> None:
    """Do ``coroutine``, with ``later`` for its answer; whoever begins it anew meanwhile can find it under way.

    Raises what it raises before it awaits anything.
    """

    async def do() -> None:
        try:
            answer = await coroutine
        except Exception as error:
            later.fail(error)
            raise
        later.set(answer)

    Flow(do())


class Turns:
    """Lets one coroutine at a time go on, in the order in which they came."""

    def __init__(self) -> None:
        self._last: Later[None] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether one of them is under way."""
        return self._last is not None and not self._last.is_done

    async def take(self, work: Callable[[], Coroutine[Any, None, Answer]]) -> Answer:
        """Do ``work`` when those before it are done. Raises what it raises."""
        before, mine = self._last, Later[None]()
        self._last = mine
        if before is not None:
            await before
        try:
            return await work()
        finally:
            mine.set(None)
