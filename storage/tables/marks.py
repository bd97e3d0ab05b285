"""What is kept of what people decided."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from storage.columns import Instant, Written

__all__ = ["ARTICLE_MARK", "PAIRING", "StoredMark", "StoredPairing"]


class StoredMark(SQLModel, table=True):
    """Whether an article belongs to a watch, as a person says; nothing but a person writes here."""

    __tablename__ = "article_mark"

    article_id: int = Field(foreign_key="article.id", primary_key=True)
    watch: str = Field(primary_key=True)
    verdict: str
    """``relevant`` or ``not``."""
    marked_at: datetime = Field(sa_type=Instant)
    note: str = Field(default="", sa_type=Written)


class StoredPairing(SQLModel, table=True):
    """Whether two articles carry the same text, as a person says; one row a pair, whichever came first."""

    __tablename__ = "pairing"
    __table_args__ = (Index("ix_pairing_other", "other_id"),)

    article_id: int = Field(foreign_key="article.id", primary_key=True)
    other_id: int = Field(foreign_key="article.id", primary_key=True)
    verdict: str
    """``same`` or ``different``."""
    marked_at: datetime = Field(sa_type=Instant)
    note: str = Field(default="", sa_type=Written)


ARTICLE_MARK = SQLModel.metadata.tables["article_mark"]
PAIRING = SQLModel.metadata.tables["pairing"]
