"""The tables of the corpus. The migrations make the same ones, and a test says so."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Computed, Index, UniqueConstraint
from sqlmodel import JSON, Column, Field, SQLModel

from storage.columns import Instant, Written

__all__ = [
    "ADDRESS",
    "ARTICLE",
    "CHANNEL",
    "FATE",
    "JUDGEMENT",
    "LINE",
    "MARK",
    "READING_DAY",
    "RECEIPT",
    "REVISION",
    "RUN",
    "TEXT",
    "SearchMark",
    "StoredAddress",
    "StoredArticle",
    "StoredChannel",
    "StoredFate",
    "StoredJudgement",
    "StoredLine",
    "StoredReadingDay",
    "StoredReceipt",
    "StoredRevision",
    "StoredRun",
    "StoredText",
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
    fetched_bytes: int = 0


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


class StoredArticle(SQLModel, table=True):
    """One article without its text: the narrow row that sorting and counting read."""

    __tablename__ = "article"
    __table_args__ = (
        Index("ix_article_dated", "dated_at", "id"),
        Index("ix_article_source", "source", "dated_at"),
        # Numbers are never used again: a mark or a note that names a forgotten article must not find another.
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    external_id: str = Field(default="", sa_type=Written)
    url: str = Field(sa_type=Written)
    url_key: str = Field(unique=True, sa_type=Written)
    canonical_url: str = Field(default="", sa_type=Written)
    source: str = Field(sa_type=Written)
    channel: str
    language: str = Field(default="", sa_type=Written)
    authors: list[str] = Field(sa_type=JSON)
    published_at: datetime | None = Field(default=None, sa_type=Instant)
    published_precision: str
    published_from: str
    published_raw: str = Field(default="", sa_type=Written)
    modified_at: datetime | None = Field(default=None, sa_type=Instant)
    first_seen_at: datetime = Field(sa_type=Instant)
    last_seen_at: datetime = Field(sa_type=Instant)
    dated_at: datetime | None = Field(
        default=None,
        sa_column=Column(
            "dated_at",
            Instant,
            Computed("coalesce(published_at, first_seen_at)", persisted=True),
            nullable=False,
        ),
    )
    flags: list[str] = Field(sa_type=JSON)
    fate: str
    hidden: bool
    text_hash: str = Field(index=True)
    revision: int = 1
    duplicate_of: int | None = Field(default=None, foreign_key="article.id", index=True)
    duplicate_cluster: int = Field(index=True)
    story: int = Field(index=True)


class StoredText(SQLModel, table=True):
    """The newest text of an article: what the full-text index is made from."""

    __tablename__ = "article_text"

    article_id: int = Field(foreign_key="article.id", primary_key=True)
    title: str = Field(sa_type=Written)
    standfirst: str = Field(sa_type=Written)
    text: str = Field(sa_type=Written)


class StoredRevision(SQLModel, table=True):
    """One text that an article had; the words of the newest are in ``article_text``, not here."""

    __tablename__ = "revision"

    article_id: int = Field(foreign_key="article.id", primary_key=True)
    number: int = Field(primary_key=True)
    seen_at: datetime = Field(sa_type=Instant)
    title: str | None = Field(default=None, sa_type=Written)
    standfirst: str | None = Field(default=None, sa_type=Written)
    text: str | None = Field(default=None, sa_type=Written)
    text_hash: str
    modified_at: datetime | None = Field(default=None, sa_type=Instant)
    page_id: int | None = None


class StoredReceipt(SQLModel, table=True):
    """Every line cut from one revision of an article."""

    __tablename__ = "receipt"

    article_id: int = Field(foreign_key="article.id", primary_key=True)
    number: int = Field(primary_key=True)
    lines: list[list[Any]] = Field(sa_type=JSON)


class StoredJudgement(SQLModel, table=True):
    """What one watch thinks of one article."""

    __tablename__ = "judgement"
    __table_args__ = (Index("ix_judgement_watch", "watch", "relevant", "article_id"),)

    article_id: int = Field(foreign_key="article.id", primary_key=True)
    watch: str = Field(primary_key=True)
    score: float
    relevant: bool
    reasons: list[str] = Field(sa_type=JSON)


class SearchMark(SQLModel, table=True):
    """How far a repeated search has been answered."""

    __tablename__ = "search_mark"

    key: str = Field(primary_key=True)
    article_id: int
    asked_at: datetime = Field(sa_type=Instant)


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


class StoredLine(SQLModel, table=True):
    """One short line met in the articles of a source, by number: in which of them, as bits, and when last."""

    __tablename__ = "reading_line"
    __table_args__: ClassVar[dict[str, Any]] = {"sqlite_with_rowid": False}

    line: int = Field(primary_key=True, sa_type=BigInteger)
    articles: int = Field(sa_type=BigInteger)
    day: date


_TABLES = SQLModel.metadata.tables
ADDRESS = _TABLES["address"]
ARTICLE = _TABLES["article"]
CHANNEL = _TABLES["channel"]
FATE = _TABLES["fate"]
JUDGEMENT = _TABLES["judgement"]
LINE = _TABLES["reading_line"]
MARK = _TABLES["search_mark"]
READING_DAY = _TABLES["reading_day"]
RECEIPT = _TABLES["receipt"]
REVISION = _TABLES["revision"]
RUN = _TABLES["run"]
TEXT = _TABLES["article_text"]
