"""What is kept of the articles, of their texts and of what was asked of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Computed, Index
from sqlmodel import JSON, Column, Field, SQLModel

from storage.columns import Instant, Written

__all__ = [
    "ARTICLE",
    "JUDGEMENT",
    "MARK",
    "RECEIPT",
    "REVISION",
    "TEXT",
    "SearchMark",
    "StoredArticle",
    "StoredJudgement",
    "StoredReceipt",
    "StoredRevision",
    "StoredText",
]


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
    version: str = ""


class SearchMark(SQLModel, table=True):
    """How far a repeated search has been answered."""

    __tablename__ = "search_mark"

    key: str = Field(primary_key=True)
    article_id: int
    asked_at: datetime = Field(sa_type=Instant)


_TABLES = SQLModel.metadata.tables
ARTICLE = _TABLES["article"]
JUDGEMENT = _TABLES["judgement"]
MARK = _TABLES["search_mark"]
RECEIPT = _TABLES["receipt"]
REVISION = _TABLES["revision"]
TEXT = _TABLES["article_text"]
