"""What is logged of a run: one event for each address that ended, and one summary."""

import logging

from pipeline.items import Fate
from storage.runs import RunReport
from tearsheet.logs import Event, logger
from tearsheet.writer import Stored

__all__ = ["page_event", "run_event"]


def page_event(run: int, stored: Stored) -> None:
    """Log how one address ended; a warning when a page broke what reads it."""
    outcome = stored.outcome
    logger.log(
        logging.WARNING if stored.fate is Fate.PARSE_ERROR else logging.INFO,
        Event(
            "page",
            run=run,
            url=outcome.entry.url,
            source=outcome.entry.source,
            fate=stored.fate.value,
            reason=stored.reason or None,
            article=stored.article_id,
            fetch_ms=round(outcome.fetch_seconds * 1000),
            read_ms=round(outcome.read_seconds * 1000),
            bytes=outcome.page_bytes,
        ),
    )


def run_event(report: RunReport) -> None:
    """Log the summary of a run: an error when it failed, a warning when all of its sources did."""
    none_answered = bool(report.sources) and report.failed.keys() >= set(report.sources)
    level = logging.ERROR if report.failure else logging.WARNING if none_answered else logging.INFO
    costs = report.costs
    logger.log(
        level,
        Event(
            "run",
            run=report.id,
            outcome=report.outcome,
            failure=report.failure or None,
            seconds=report.seconds,
            version=report.version,
            configuration=report.config_hash,
            sources=len(report.sources),
            failed=report.failed or None,
            changed=report.changed or None,
            discovered=report.discovered,
            fates=report.fates,
            requests=costs.requests,
            received_bytes=costs.received_bytes,
            fetched_bytes=costs.fetched_bytes,
            fetch_ms=round(costs.fetch_seconds * 1000),
            read_ms=round(costs.read_seconds * 1000),
        ),
    )
