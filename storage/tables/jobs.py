"""What is kept of the daemon's jobs."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.columns import Instant, Written

__all__ = ["JOB", "StoredJob"]


class StoredJob(SQLModel, table=True):
    """One job of the daemon: when it is due, and its last run."""

    __tablename__ = "job"

    name: str = Field(primary_key=True)
    timetable: str = Field(sa_type=Written)
    next_at: datetime = Field(sa_type=Instant)
    started_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    exit_code: int | None = None
    result: str = Field(default="", sa_type=Written)


JOB = SQLModel.metadata.tables["job"]
