"""On what ground an answer stands: who was asked, since when, and who did not answer."""

from sqlalchemy import func, select, union
from sqlalchemy.engine import Connection

from storage.search.records import Coverage
from storage.tables import ARTICLE, CHANNEL, RUN

__all__ = ["coverage_of"]


def coverage_of(connection: Connection) -> Coverage:
    """Return what the corpus can know of."""
    names = union(select(CHANNEL.c.source), select(ARTICLE.c.source))
    since, runs = connection.execute(select(func.min(RUN.c.started_at), func.count())).one()
    last = select(RUN.c.failed).where(RUN.c.ended_at.is_not(None)).order_by(RUN.c.id.desc()).limit(1)
    return Coverage(
        sources=tuple(sorted(connection.execute(names).scalars())),
        since=since,
        runs=runs,
        failed_sources=tuple(sorted(connection.execute(last).scalar() or {})),
    )
