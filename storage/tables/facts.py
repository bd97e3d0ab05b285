"""What is kept of what an article says."""

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from storage.columns import Written

__all__ = ["FACT", "StoredFact"]


class StoredFact(SQLModel, table=True):
    """One thing that the newest text of an article says of a move: narrow, to be found by what is said."""

    __tablename__ = "article_fact"
    __table_args__ = (Index("ix_article_fact_said", "name", "folded", "article_id"),)

    article_id: int = Field(foreign_key="article.id", primary_key=True)
    number: int = Field(primary_key=True)
    """Its place among the facts of the article, from 1."""
    name: str
    """As in ``pipeline.facts.Facts.named``: ``mechanism``, ``group`` and so on."""
    value: str = Field(sa_type=Written)
    folded: str = Field(sa_type=Written)
    """The value as a search compares it: in lower case without accents."""
    words: str = Field(sa_type=Written)
    sentence: str = Field(sa_type=Written)


FACT = SQLModel.metadata.tables["article_fact"]
