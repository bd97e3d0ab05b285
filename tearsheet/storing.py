"""The process that writes the corpus while a run collects: one thing after the other, as it is told.

Placing and storing a page takes longer than fetching it; in the process that fetches, it held up the loop.
"""

import asyncio
import multiprocessing
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from functools import partial
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from pipeline.errors import StorageError, TearsheetError
from pipeline.items import Channel, Entry, Poll, RobotsFile, Source
from pipeline.protocols import Asking
from storage.corpus import Corpus
from storage.hosts import HostMemory
from tearsheet.config import Config
from tearsheet.order import Order
from tearsheet.run_book import RunBook
from tearsheet.signals import deaf

__all__ = ["StoringProcess", "ToldFrontier", "ToldHosts"]

_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")


class StoringProcess:
    """A context manager around the process that keeps the book of one run.

    It begins the run when it is entered, hears no signal, and ends with what it was told last; when this
    process dies, after what it is at. Whoever enters holds the run lock. Raises StorageError for all that
    keeps it from writing, its own death too; ``location`` is how the corpus is named to people.
    """

    def __init__(self, location: str, config: Config, order: Order, sources: Iterable[Source]) -> None:
        # Not forked: this process has threads, and the fork server is busy loading what reads pages.
        context = multiprocessing.get_context("spawn")
        self._location = location
        self._pipe, self._their_pipe = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(self._their_pipe, config, order, tuple(sources)), name="tearsheet-storing"
        )
        # One thread: what it is told, it is told in this order.
        self._talking = ThreadPoolExecutor(max_workers=1)
        self._unheard: BaseException | None = None
        self.run_id = 0

    def __enter__(self) -> Self:
        try:
            with deaf():
                self._process.start()
            self._their_pipe.close()
            self.run_id = self._answer()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    async def asked(
        self,
        question: Callable[Concatenate[RunBook, _Given], _Answer],
        *given: _Given.args,
        **named: _Given.kwargs,
    ) -> _Answer:
        """Have the book do this after all that it was asked before, and return what it answers."""
        answering = self._talking.submit(self._ask, question, given, named)
        answer: _Answer = await asyncio.wrap_future(answering)
        return answer

    def ask(
        self,
        question: Callable[Concatenate[RunBook, _Given], _Answer],
        *given: _Given.args,
        **named: _Given.kwargs,
    ) -> _Answer:
        """As ``asked``, but wait for it: only where no loop has to go on."""
        answer: _Answer = self._talking.submit(self._ask, question, given, named).result()
        return answer

    def tell(
        self,
        question: Callable[Concatenate[RunBook, _Given], None],
        *given: _Given.args,
        **named: _Given.kwargs,
    ) -> None:
        """Have the book do this too, and go on; what it fails with, the next question raises."""
        self._talking.submit(self._ask, question, given, named).add_done_callback(self._remember)

    def _remember(self, told: "Future[None]") -> None:
        self._unheard = told.exception() or self._unheard

    def _ask(self, *question: Any) -> Any:
        if self._unheard is not None:
            unheard, self._unheard = self._unheard, None
            raise unheard
        with suppress(OSError):  # the answer says what has become of it
            self._pipe.send(question)
        return self._answer()

    def _answer(self) -> Any:
        try:
            answer, error = self._pipe.recv()
        except (EOFError, OSError) as ended:
            self._process.join()
            said = f"the process that writes it ended (exit code {self._process.exitcode})"
            raise StorageError(f"{self._location}: {said}; nothing that was stored is lost") from ended
        if error is not None:
            raise error
        return answer

    def _end(self) -> None:
        self._talking.shutdown()
        self._pipe.close()
        self._their_pipe.close()
        if self._process.pid is not None:
            self._process.join()


def _serve(pipe: Connection, config: Config, order: Order, sources: Sequence[Source]) -> None:
    """Keep the book until nobody is there any more who could ask."""
    with ExitStack() as opened, suppress(EOFError, OSError):

        def begun() -> RunBook:
            url, pages_url = config.corpus.url, config.corpus.pages_url
            corpus = opened.enter_context(Corpus.open(url, pages_url=pages_url, write=True))
            return RunBook(corpus, config, order, sources)

        book, error = _answered(begun)
        pipe.send((book and book.run_id, error))
        while book is not None:
            question, given, named = pipe.recv()
            pipe.send(_answered(partial(question, book, *given, **named)))
    # The corpus is closed. To tear down all that was imported takes longer, and the run waits for it.
    os._exit(0)


def _answered(work: Callable[[], _Answer]) -> tuple[_Answer | None, Exception | None]:
    try:
        return work(), None
    except TearsheetError as error:
        return None, error
    except Exception as error:  # noqa: BLE001  the run loop: it is raised where it was asked for
        # Not itself: not every error can be sent.
        return None, RuntimeError(f"{type(error).__name__}: {error}")


class ToldFrontier:
    """The frontier of the book: ``pipeline.protocols.Frontier``."""

    def __init__(self, process: StoringProcess) -> None:
        self._process = process

    async def pending(self, sources: Iterable[str]) -> tuple[Entry, ...]:
        """Return what earlier runs left and whose time has come, and take it up."""
        return await self._process.asked(RunBook.pending, tuple(sources))

    async def asking(self, channel: Channel) -> Asking | None:
        """Return how to ask the channel; None when it is not to be asked."""
        return await self._process.asked(RunBook.asking, channel)

    async def knows_any(self, entries: Iterable[Entry]) -> bool:
        """Tell whether one of the entries was met before."""
        return await self._process.asked(RunBook.knows_any, tuple(entries))

    async def record(self, poll: Poll) -> tuple[Entry, ...]:
        """Store a channel's answer and return the entries to fetch now."""
        return await self._process.asked(RunBook.record, poll)


class ToldHosts(HostMemory):
    """The memory of a corpus, read here and written by the book: ``pipeline.protocols.Hosts``.

    Writing is not waited for. What fails is raised by the next question to the process.
    """

    def __init__(self, corpus: Corpus, process: StoringProcess) -> None:
        super().__init__(corpus, now=lambda: datetime.now(UTC))
        self._process = process

    def keep_robots(self, origin: str, robots: RobotsFile) -> None:
        """Remember it, in place of what was there."""
        self._process.tell(RunBook.keep_robots, origin, robots)

    def hold(self, site: str, until: datetime) -> None:
        """Leave a site alone until then; a later time that was given before stays."""
        self._process.tell(RunBook.hold, site, until)
