"""What is kept of the runs: channels, addresses and their fates, and what the pages gave."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, UniqueConstraint
from sqlmodel import JSON, Field, SQLModel

from storage.columns import Instant, Written

__all__ = [
    "ADDRESS",
    "CHANNEL",
    "FATE",
    "GAP",
    "HOLD",
    "LINE",
    "POLL_DAY",
    "READING_DAY",
    "ROBOTS",
    "RUN",
    "StoredAddress",
    "StoredChannel",
    "StoredFate",
    "StoredGap",
    "StoredHold",
    "StoredLine",
    "StoredPollDay",
    "StoredReadingDay",
    "StoredRobots",
    "StoredRun",
]


class StoredChannel(SQLModel, table=True):
    """One feed, sitemap or section page, and how its polls went."""

    __tablename__ = "channel"
    __table_args__ = (UniqueConstraint("source", "url"),)

    id: int | None = Field(default=None, primary_key=True)
    url: str = Field(sa_type=Written)
    kind: str
    source: str
    etag: str = Field(default="", sa_type=Written)
    last_modified: str = Field(default="", sa_type=Written)
    last_status: int = 0
    last_failure: str = ""
    reason: str = Field(default="", sa_type=Written)
    failures: int = 0
    new_per_day: float
    first_polled_at: datetime | None = Field(default=None, sa_type=Instant)
    last_polled_at: datetime = Field(sa_type=Instant)
    last_item_at: datetime | None = Field(default=None, sa_type=Instant)
    last_new_at: datetime | None = Field(default=None, sa_type=Instant)
    next_poll_at: datetime = Field(sa_type=Instant)
    moved_to: str = Field(default="", sa_type=Written, sa_column_kwargs={"server_default": ""})
    last_full_at: datetime | None = Field(default=None, sa_type=Instant)
    last_hit_at: datetime | None = Field(default=None, sa_type=Instant)
    hours: list[float] = Field(sa_type=JSON, sa_column_kwargs={"server_default": "[]"})
    last_run_id: int = Field(foreign_key="run.id")


class StoredAddress(SQLModel, table=True):
    """One URL key ever met: what was announced of it, and whether it is still to be fetched."""

    __tablename__ = "address"
    __table_args__ = (Index("ix_address_open", "settled", "source"),)

    id: int | None = Field(default=None, primary_key=True)
    url_key: str = Field(unique=True, sa_type=Written)
    url: str = Field(sa_type=Written)
    source: str
    channel: str
    announced: dict[str, Any] = Field(sa_type=JSON)
    modified_at: datetime | None = Field(default=None, sa_type=Instant)
    first_seen_at: datetime = Field(sa_type=Instant)
    last_seen_at: datetime = Field(sa_type=Instant)
    tried_at: datetime | None = Field(default=None, sa_type=Instant)
    attempts: int = 0
    next_try_at: datetime | None = Field(default=None, sa_type=Instant)
    settled: bool = False
    fate: str = ""
    article_id: int | None = Field(default=None, foreign_key="article.id", index=True)
    etag: str = Field(default="", sa_type=Written, sa_column_kwargs={"server_default": ""})
    page_last_modified: str = Field(default="", sa_type=Written, sa_column_kwargs={"server_default": ""})
    next_look_at: datetime | None = Field(default=None, sa_type=Instant, index=True)


class StoredGap(SQLModel, table=True):
    """A time in which a channel may have announced articles unseen: all that it listed then was new."""

    __tablename__ = "gap"

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(index=True)
    url: str = Field(sa_type=Written)
    since: datetime = Field(sa_type=Instant)
    until: datetime = Field(sa_type=Instant)


class StoredRobots(SQLModel, table=True):
    """What an origin last answered for its robots.txt."""

    __tablename__ = "robots"

    origin: str = Field(primary_key=True, sa_type=Written)
    status: int
    body: bytes = Field(sa_type=LargeBinary)
    fetched_at: datetime = Field(sa_type=Instant)


class StoredHold(SQLModel, table=True):
    """A site that asked to be left alone, and until when."""

    __tablename__ = "hold"

    site: str = Field(primary_key=True, sa_type=Written)
    until: datetime = Field(sa_type=Instant)


class StoredRun(SQLModel, table=True):
    """One execution of collect or import."""

    __tablename__ = "run"
    __table_args__: ClassVar[dict[str, Any]] = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    started_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    outcome: str
    version: str
    config_hash: str
    sources: list[str] = Field(sa_type=JSON)
    fates: dict[str, int] = Field(sa_type=JSON)
    failed: dict[str, str] = Field(sa_type=JSON)
    changed: dict[str, str] = Field(sa_type=JSON, sa_column_kwargs={"server_default": "{}"})
    removed_lines: int = 0
    fetched_bytes: int = Field(
        default=0,
        sa_column=Column("fetched_bytes", BigInteger().with_variant(Integer, "sqlite"), nullable=False),
    )
    requests: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    received_bytes: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    fetch_seconds: float = Field(default=0.0, sa_column_kwargs={"server_default": "0"})
    read_seconds: float = Field(default=0.0, sa_column_kwargs={"server_default": "0"})
    errors: list[dict[str, Any]] = Field(sa_type=JSON, sa_column_kwargs={"server_default": "[]"})
    failure: str = Field(default="", sa_type=Written, sa_column_kwargs={"server_default": ""})


class StoredFate(SQLModel, table=True):
    """What became of one address in one run."""

    __tablename__ = "fate"
    __table_args__: ClassVar[dict[str, Any]] = {"sqlite_with_rowid": False}

    run_id: int = Field(foreign_key="run.id", primary_key=True)
    address_id: int = Field(foreign_key="address.id", primary_key=True, index=True)
    at: datetime = Field(sa_type=Instant)
    channel: str
    fate: str
    rule: str = ""
    reason: str = Field(default="", sa_type=Written)
    score: float | None = None
    compared_with: int | None = None


class StoredReadingDay(SQLModel, table=True):
    """What the pages of one source gave on one day: ``pipeline.figures.Day``."""

    __tablename__ = "reading_day"
    __table_args__: ClassVar[dict[str, Any]] = {"sqlite_with_rowid": False}

    source: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    pages: int
    articles: int
    rejected: dict[str, int] = Field(sa_type=JSON)
    characters: int
    lines_cut: int
    residue: int
    undated: int
    unsigned: int
    paywalled: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class StoredPollDay(SQLModel, table=True):
    """How often the channels of a source were asked on one day (UTC), and how often they answered."""

    __tablename__ = "poll_day"
    __table_args__: ClassVar[dict[str, Any]] = {"sqlite_with_rowid": False}

    source: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    polls: int
    answers: int


class StoredLine(SQLModel, table=True):
    """One short line met in the articles of a source, by number: in which of them, as bits, and when last."""

    __tablename__ = "reading_line"
    __table_args__: ClassVar[dict[str, Any]] = {"sqlite_with_rowid": False}

    line: int = Field(primary_key=True, sa_type=BigInteger)
    articles: int = Field(sa_type=BigInteger)
    day: date


_TABLES = SQLModel.metadata.tables
ADDRESS = _TABLES["address"]
CHANNEL = _TABLES["channel"]
FATE = _TABLES["fate"]
GAP = _TABLES["gap"]
HOLD = _TABLES["hold"]
LINE = _TABLES["reading_line"]
POLL_DAY = _TABLES["poll_day"]
READING_DAY = _TABLES["reading_day"]
ROBOTS = _TABLES["robots"]
RUN = _TABLES["run"]
