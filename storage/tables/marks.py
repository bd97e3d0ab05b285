"""What is kept of what people decided."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.columns import Instant, Written

__all__ = ["ARTICLE_MARK", "StoredMark"]


class StoredMark(SQLModel, table=True):
    """Whether an article belongs to a watch, as a person says; nothing but a person writes here."""

    __tablename__ = "article_mark"

    article_id: int = Field(foreign_key="article.id", primary_key=True)
    watch: str = Field(primary_key=True)
    verdict: str
    """``relevant`` or ``not``."""
    marked_at: datetime = Field(sa_type=Instant)
    note: str = Field(default="", sa_type=Written)


ARTICLE_MARK = SQLModel.metadata.tables["article_mark"]
