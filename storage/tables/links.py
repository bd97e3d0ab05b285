"""What ties articles to each other, and by what later ones find them."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from storage.columns import Instant

__all__ = [
    "BLOCK",
    "FINGERPRINT",
    "LINK",
    "MENTION",
    "PARAGRAPH",
    "SKETCH",
    "StoredBlock",
    "StoredFingerprint",
    "StoredLink",
    "StoredMention",
    "StoredParagraph",
    "StoredSketch",
]

_BY_KEY = {"sqlite_with_rowid": False}


class StoredSketch(SQLModel, table=True):
    """An article as linking compares it."""

    __tablename__ = "sketch"

    article_id: int = Field(foreign_key="article.id", primary_key=True)
    block: int
    words: bytes | None = None
    """Its words, compressed; none for an exact copy, and when its time for near copies is over."""
    length: int
    """The characters of its text."""
    weight: float
    """Of all that it mentions."""
    credit: str
    """Whom it credits with its text; empty for no one."""


class StoredFingerprint(SQLModel, table=True):
    """A passage of an article; the block of time comes first, so that what is looked up lies together."""

    __tablename__ = "fingerprint"
    __table_args__ = _BY_KEY

    block: int = Field(primary_key=True, sa_type=BigInteger)
    mark: int = Field(primary_key=True, sa_type=BigInteger)
    article_id: int = Field(primary_key=True)


class StoredMention(SQLModel, table=True):
    """A name or number in an article that opened a cluster."""

    __tablename__ = "mention"
    __table_args__ = _BY_KEY

    block: int = Field(primary_key=True, sa_type=BigInteger)
    mark: int = Field(primary_key=True, sa_type=BigInteger)
    article_id: int = Field(primary_key=True)


class StoredParagraph(SQLModel, table=True):
    """A paragraph of a source, and in how many of its articles it stood: three make it furniture."""

    __tablename__ = "paragraph"
    __table_args__ = _BY_KEY

    mark: int = Field(primary_key=True, sa_type=BigInteger)
    articles: int
    block: int
    """When it was counted last."""


class StoredBlock(SQLModel, table=True):
    """How many articles were first seen in a block of time."""

    __tablename__ = "block"

    block: int = Field(primary_key=True, sa_type=BigInteger)
    articles: int


class StoredLink(SQLModel, table=True):
    """One decision of the rules that ties two articles; what people decide is in ``pairing``."""

    __tablename__ = "link"
    __table_args__ = (Index("ix_link_article", "article_id"), Index("ix_link_other", "other_id"))

    id: int | None = Field(default=None, primary_key=True)
    article_id: int = Field(foreign_key="article.id")
    other_id: int = Field(foreign_key="article.id")
    kind: str
    """``copy``, ``near_copy``, ``bridge`` (two clusters became one), ``story``,
    ``follows`` (another story of the same people or places)."""
    score: float
    decided_at: datetime = Field(sa_type=Instant)


_TABLES = SQLModel.metadata.tables
BLOCK = _TABLES["block"]
FINGERPRINT = _TABLES["fingerprint"]
LINK = _TABLES["link"]
MENTION = _TABLES["mention"]
PARAGRAPH = _TABLES["paragraph"]
SKETCH = _TABLES["sketch"]
