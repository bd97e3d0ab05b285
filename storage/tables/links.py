"""What ties articles to each other, and by what later ones find them."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer
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
# In SQLite a key of this very type is the number of the row: found twice as fast as by an index.
_KEY = BigInteger().with_variant(Integer, "sqlite")


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
    """The articles that have a passage, of those first seen in one block of time (storage.postings)."""

    __tablename__ = "fingerprint"

    key: int = Field(primary_key=True, sa_type=_KEY, sa_column_kwargs={"autoincrement": False})
    articles: str


class StoredMention(SQLModel, table=True):
    """The articles that mention a name or number, of those that opened a cluster in one block of time."""

    __tablename__ = "mention"

    key: int = Field(primary_key=True, sa_type=_KEY, sa_column_kwargs={"autoincrement": False})
    articles: str


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
