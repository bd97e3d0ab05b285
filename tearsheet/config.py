"""Config: tearsheet.toml and the environment, read once. The only reader of the environment."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline.errors import ConfigError
from pipeline.items import Source
from pipeline.keys import check_keys
from pipeline.zones import zone_named
from tearsheet.watch_files import read_watch_files

if TYPE_CHECKING:
    from pipeline.judging.watch import Watch

__all__ = ["CONFIG_NAME", "CollectConfig", "Config", "CorpusConfig", "ScheduleConfig", "load_config"]

CONFIG_NAME = "tearsheet.toml"
_SQLITE = "sqlite:///"
_SECTIONS = ("corpus", "collect", "schedule", "sources", "watches")


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusConfig:
    """The table [corpus]."""

    url: str = "sqlite:///tearsheet.db"
    """Where the corpus is; a relative path starts at the configuration file."""
    pages_url: str = ""
    """Where raw pages are; empty means a SQLite file beside the corpus."""
    keep_pages_days: int = 365
    """How long the raw pages of stored articles are kept; 0: for ever."""
    keep_off_topic_pages_days: int = 30
    """How long all other raw pages are kept, for better rules to find them; 0: for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectConfig:
    """The table [collect]."""

    use_builtin_sources: bool = True
    contact: str = ""
    """An address or page that publishers may turn to; goes into the user agent."""
    delay_seconds: float = 1.0
    """Between two requests to one host."""
    concurrency: int = 32
    """Requests under way at once, over all hosts."""
    timeout_seconds: float = 30.0
    max_page_bytes: int = 10_000_000
    max_age_days: float = 14.0
    """What the first meeting with a channel takes; older entries end as too_old."""
    allow_private_hosts: bool = False
    """Only for tests and intranets."""
    workers: int = 0
    """Reading processes; 0 means one per core."""
    polls_per_day: float = 24.0
    """How often a channel is asked, as a mean over all of them: busy ones more, quiet ones less."""
    keep: str = "relevant"
    """``relevant``, or ``all``: off-topic articles are stored too, hidden unless asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleConfig:
    """The table [schedule]: crontab lines, or ``every 10 minutes``; an empty one switches its job off."""

    timezone: str = "UTC"
    """Whose clock the crontab lines mean."""
    collect: str = "*/2 * * * *"
    """``collect --due``: what is due, the sources' own rhythms say."""
    recheck: str = ""
    """``collect --recheck``; second looks come by themselves."""
    report: str = "0 7 * * *"
    """``doctor``: says what needs a person."""
    prune: str = "15 3 * * *"
    upkeep: str = "45 3 * * 0"
    """``corpus upkeep``: keeps the indexes quick."""
    deadline_minutes: float = 120.0
    """A job that runs longer hangs, and is ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything a user may set, with the defaults filled in."""

    origin: str = "the built-in configuration"
    """The file it was read from."""
    corpus: CorpusConfig = CorpusConfig()
    collect: CollectConfig = CollectConfig()
    schedule: ScheduleConfig = ScheduleConfig()
    source_tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    watch_tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The user's watches; one with a file of its own as that file says it."""
    watch_files: Mapping[str, str] = field(default_factory=dict)
    """The file of each watch that has one of its own."""

    @property
    def watches(self) -> "tuple[Watch, ...]":
        """The built-in watches, replaced, switched and joined by the user's; switched-off ones included."""
        from pipeline.judging.loading import watches_from  # thousands of terms: read only when asked for

        return watches_from(self.watch_tables, self.origin, files=self.watch_files)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The built-in sources and those written in Python, changed and joined by the user's tables.

        Switched-off ones included.
        """
        from spiders.sources import builtin_sources, merge  # 140 tables: read only when asked for
        from spiders.written import written_sources

        builtin = builtin_sources() if self.collect.use_builtin_sources else ()
        return merge((*builtin, *written_sources()), self.source_tables, origin=self.origin)

    @property
    def fingerprint(self) -> str:
        """A short hash of all that was set, for the run's record."""
        said = repr((self.corpus.url, self.collect, self.source_tables, self.watch_tables))
        return blake2b(said.encode(), digest_size=6).hexdigest()


def load_config(path: str | None = None) -> Config:
    """Read the configuration: ``path``, else $TEARSHEET_CONFIG, else ./tearsheet.toml if there is one.

    Raises ConfigError for a missing or unreadable file, a syntax error, an unknown key or a wrong value.
    """
    named = path or os.environ.get("TEARSHEET_CONFIG")
    file = Path(named or CONFIG_NAME)
    config = _config_from_file(file) if named or file.exists() else Config()
    url = os.environ.get("TEARSHEET_CORPUS_URL")
    return replace(config, corpus=replace(config.corpus, url=url)) if url else config


def _config_from_file(file: Path) -> Config:
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"no configuration at {file}; `tearsheet init` writes one") from None
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} is not valid TOML: {error}") from error
    check_keys(tables, _SECTIONS, where=str(file))
    corpus = _section(CorpusConfig, tables.get("corpus", {}), where=f"{file}: [corpus]")
    collect = _section(CollectConfig, tables.get("collect", {}), where=f"{file}: [collect]")
    schedule = _section(ScheduleConfig, tables.get("schedule", {}), where=f"{file}: [schedule]")
    watch_tables, watch_files = read_watch_files(
        _tables(tables.get("watches", {}), where=f"{file}: [watches]"), config=file
    )
    return Config(
        origin=str(file),
        corpus=replace(
            _checked_corpus(corpus, where=f"{file}: [corpus]"),
            url=_beside(file, corpus.url),
            pages_url=_beside(file, corpus.pages_url or _pages_of_server(corpus.url)),
        ),
        collect=_checked(collect, where=f"{file}: [collect]"),
        schedule=_checked_schedule(schedule, where=f"{file}: [schedule]"),
        source_tables=_tables(tables.get("sources", {}), where=f"{file}: [sources]"),
        watch_tables=watch_tables,
        watch_files=watch_files,
    )


_Section = TypeVar("_Section", CorpusConfig, CollectConfig, ScheduleConfig)


def _section(kind: type[_Section], table: object, *, where: str) -> _Section:
    if not isinstance(table, dict):
        raise ConfigError(f"{where} is not a table")
    defaults = {each.name: each.default for each in fields(kind)}
    check_keys(table, defaults, where=where)
    return kind(**{key: _typed(value, defaults[key], f"{where} {key}") for key, value in table.items()})


def _typed(value: object, default: object, where: str) -> Any:
    """The value, if it is of the default's type; a whole number will do for a fraction."""
    wanted = type(default)
    if wanted is float and type(value) is int:
        return float(value)
    if type(value) is not wanted:
        raise ConfigError(f"{where}: expected {_TYPE_NAMES[wanted]}, found {value!r}")
    return value


_TYPE_NAMES: dict[type, str] = {
    str: "text in quotes",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
}


def _checked(collect: CollectConfig, *, where: str) -> CollectConfig:
    if collect.keep not in {"relevant", "all"}:
        raise ConfigError(f'{where} keep: expected "relevant" or "all", found {collect.keep!r}')
    for name in ("delay_seconds", "max_age_days", "workers"):
        if getattr(collect, name) < 0:
            raise ConfigError(f"{where} {name}: expected 0 or more, found {getattr(collect, name)}")
    for name in ("concurrency", "timeout_seconds", "max_page_bytes", "polls_per_day"):
        if getattr(collect, name) <= 0:
            raise ConfigError(f"{where} {name}: expected more than 0, found {getattr(collect, name)}")
    return collect


def _checked_corpus(corpus: CorpusConfig, *, where: str) -> CorpusConfig:
    for name in ("keep_pages_days", "keep_off_topic_pages_days"):
        if getattr(corpus, name) < 0:
            raise ConfigError(f"{where} {name}: expected 0 or more, found {getattr(corpus, name)}")
    return corpus


def _checked_schedule(schedule: ScheduleConfig, *, where: str) -> ScheduleConfig:
    if schedule.deadline_minutes <= 0:
        raise ConfigError(
            f"{where} deadline_minutes: expected more than 0, found {schedule.deadline_minutes:g}"
        )
    try:
        zone_named(schedule.timezone)
    except ValueError as error:
        raise ConfigError(f"{where} timezone: {error}") from error
    return schedule


def _tables(value: object, *, where: str) -> Mapping[str, Mapping[str, Any]]:
    if not isinstance(value, dict):
        raise ConfigError(f"{where} is not a table")
    for name, table in value.items():
        if not isinstance(table, dict):
            raise ConfigError(
                f"{where} {name}: expected a table such as [{where.split('[')[-1][:-1]}.{name}]"
            )
    return value


def _pages_of_server(url: str) -> str:
    """A corpus on a server has no place beside it: its raw pages lie beside the configuration file."""
    return "" if url.startswith("sqlite:") else f"{_SQLITE}tearsheet.pages.db"


def _beside(file: Path, url: str) -> str:
    """A relative SQLite path starts at the configuration file, so that cron finds it from any folder."""
    path = url.removeprefix(_SQLITE)
    if path == url or not path or path.startswith("/") or path == ":memory:":
        return url
    return f"{_SQLITE}{file.resolve().parent / path}"
