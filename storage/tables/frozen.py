"""What is kept of frozen sets: what a question found at one time, to be given again as it was."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index
from sqlmodel import JSON, Field, SQLModel

from storage.columns import Instant, Written

__all__ = [
    "FROZEN_ARTICLE",
    "FROZEN_SET",
    "FROZEN_TEXT",
    "StoredFrozenArticle",
    "StoredFrozenSet",
    "StoredFrozenText",
]


class StoredFrozenSet(SQLModel, table=True):
    """What was asked, and when; without a name while its articles are still being written."""

    __tablename__ = "frozen_set"
    __table_args__: ClassVar[dict[str, Any]] = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    name: str | None = Field(default=None, unique=True, sa_type=Written)
    query: str = Field(sa_type=Written)
    filters: dict[str, Any] = Field(sa_type=JSON)
    frozen_at: datetime = Field(sa_type=Instant)
    version: str
    watches: dict[str, list[str]] = Field(sa_type=JSON)
    newest_id: int
    """The last number given to an article then: what has a higher one came since."""
    articles: int
    forgotten: int
    """How many of them are; counted here, for it is asked of every set that is listed."""
    fingerprint: str


class StoredFrozenArticle(SQLModel, table=True):
    """One article of a set; all but its numbers is empty once it is forgotten."""

    __tablename__ = "frozen_article"
    __table_args__ = (Index("ix_frozen_article_article", "article_id"),)

    # No foreign key to the article: that it was in the set is known after it is forgotten.
    set_id: int = Field(foreign_key="frozen_set.id", primary_key=True)
    article_id: int = Field(primary_key=True)
    revision: int
    words_hash: str | None = None
    record: bytes | None = None
    """The record without its words (storage.frozen.packing)."""


class StoredFrozenText(SQLModel, table=True):
    """Frozen words that reading anew has replaced: they are in no revision any more."""

    __tablename__ = "frozen_text"

    article_id: int = Field(primary_key=True)
    words_hash: str = Field(primary_key=True)
    title: str = Field(sa_type=Written)
    standfirst: str = Field(sa_type=Written)
    text: str = Field(sa_type=Written)


_TABLES = SQLModel.metadata.tables
FROZEN_ARTICLE = _TABLES["frozen_article"]
FROZEN_SET = _TABLES["frozen_set"]
FROZEN_TEXT = _TABLES["frozen_text"]
