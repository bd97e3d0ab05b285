"""The daemon: APScheduler waits, child processes work, and the corpus remembers what is due.

No interval of a source is in here: the job ``collect`` runs ``collect --due``, and the corpus knows what is.
"""

import asyncio
import signal
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from time import perf_counter

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from pipeline.errors import StorageError, TearsheetError
from storage.corpus import Corpus
from storage.jobs import Jobs
from tearsheet.agenda import Agenda
from tearsheet.children import Children, Ended
from tearsheet.config import load_config
from tearsheet.jobs import definitions
from tearsheet.lock import daemon_lock
from tearsheet.logs import Event, logger
from tearsheet.signals import stop_request

__all__ = ["Daemon"]

# How late a clock that was set, a machine that slept or a changed configuration is noticed at most.
_HEARTBEAT_SECONDS = 30


def _now() -> datetime:
    return datetime.now(UTC)


class Daemon:
    """Runs the jobs of [schedule] until a signal ends it: one process, one per corpus."""

    def __init__(
        self, config_path: str | None, *, tell: Callable[[str], None], options: Sequence[str] = ()
    ) -> None:
        """``tell`` is given one line for each thing that a person should see; it is logged as well.

        ``options`` come before the command in every child process.
        """
        self._config_path = config_path
        self._options = (*options, *(("--config", config_path) if config_path else ()))
        self._tell = tell
        self._children = Children()
        self._runs: dict[str, asyncio.Future[None]] = {}
        self._results: dict[str, str] = {}
        self._problem = ""
        self._exit_code = 0

    def serve(self) -> int:
        """Run until SIGTERM or SIGINT: what runs then is told to stop, and is awaited. Returns the exit code.

        Raises LockedError when another daemon serves this corpus, StorageError when it cannot be opened.
        """
        config = load_config(self._config_path)
        jobs = definitions(config)
        with ExitStack() as opened:
            corpus = opened.enter_context(
                Corpus.open(config.corpus.url, pages_url=config.corpus.pages_url, write=True)
            )
            opened.enter_context(daemon_lock(corpus))
            self._config = config
            self._agenda = Agenda(Jobs(corpus), now=_now)
            self._agenda.take_in(jobs)
            return asyncio.run(self._serve())

    async def _serve(self) -> int:
        self._stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._signalled, number)
        # What is late is made up once, however late it is.
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
        self._plan()
        self._scheduler.start()
        if stop_request.has_come:
            self._stopping.set()
        while not await self._is_told_to_stop(within_seconds=_HEARTBEAT_SECONDS):
            await self._heartbeat()
        self._scheduler.shutdown(wait=False)
        await self._children.stop()
        await asyncio.gather(*self._runs.values())
        return self._exit_code

    async def _is_told_to_stop(self, *, within_seconds: float) -> bool:
        """Wait, by the time that passes: all that waits for a clock stands still when it is put back."""
        try:
            await asyncio.wait_for(self._stopping.wait(), within_seconds)
        except TimeoutError:
            return False
        return True

    def _signalled(self, number: int) -> None:
        if self._stopping.is_set():
            self._children.kill()
            self._exit_code = 128 + number
        self._stopping.set()

    def _plan(self) -> None:
        """Give every job that is not running its time."""
        for name, due in self._agenda.due(but=self._runs.keys()).items():
            self._scheduler.add_job(self._begin, "date", [name], run_date=due, id=name, replace_existing=True)

    async def _begin(self, name: str) -> None:
        if name not in self._runs and not self._stopping.is_set():
            # A task of our own: those of the scheduler are cancelled when it ends.
            self._runs[name] = asyncio.ensure_future(self._run(name))

    async def _run(self, name: str) -> None:
        begun = perf_counter()
        try:
            job = self._agenda.begin(name)
            if job is None:
                return
            deadline = self._config.schedule.deadline_minutes * 60
            ended = await self._children.run((*self._options, *job.arguments), deadline_seconds=deadline)
            result = _result(ended)
            self._agenda.end(name, exit_code=ended.exit_code, result=result)
            took = perf_counter() - begun
            log = logger.info if result in _AS_IT_SHOULD_BE else logger.warning
            log(Event("job", job=name, result=result, exit_code=ended.exit_code, seconds=round(took, 3)))
            self._tell_news(name, result, took)
        except (StorageError, OSError) as error:
            logger.error(Event("job", job=name, failure=str(error)))
            self._tell(f"{name}: {error}")
        finally:
            del self._runs[name]
            await self._heartbeat()

    def _tell_news(self, name: str, result: str, took: float) -> None:
        """Say what did not go as it should: once, however often it then goes so, and when it is over."""
        if result in _AS_IT_SHOULD_BE:
            result = _DONE
        if result != self._results.get(name, _DONE):
            self._tell(f"{name}: {result} after {took:.0f} s")
        self._results[name] = result

    async def _heartbeat(self) -> None:
        """Take in a changed configuration, and give every job its time: the clock may have been set."""
        try:
            config = load_config(self._config_path)
            if config.schedule != self._config.schedule:
                jobs, self._config = definitions(config), config
                self._agenda.take_in(jobs)
                self._drop_all_but(jobs)
            if not self._stopping.is_set():
                self._plan()
            self._problem = ""
        except TearsheetError as error:
            # Once, not with every heartbeat; until it is mended all goes on as before.
            if str(error) != self._problem:
                logger.warning(Event("schedule", failure=str(error)))
                self._tell(f"the schedule stays as it was: {error}")
            self._problem = str(error)

    def _drop_all_but(self, names: Collection[str]) -> None:
        for planned in self._scheduler.get_jobs():
            if planned.id not in names:
                planned.remove()


_DONE, _BUSY = "done", "another run was under way"
_AS_IT_SHOULD_BE = frozenset({_DONE, _BUSY, "told to stop"})
_RESULTS = {0: _DONE, 3: "no source answered", 4: "needs a person", 75: _BUSY}


def _result(ended: Ended) -> str:
    if ended.is_overdue:
        return "ended at its deadline"
    if ended.was_told_to_stop:
        return "told to stop"
    if ended.exit_code < 0:
        return f"killed by signal {-ended.exit_code}"
    return _RESULTS.get(ended.exit_code, f"failed (exit {ended.exit_code})")
