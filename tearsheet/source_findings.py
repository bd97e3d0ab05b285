"""What a run found out about its sources: which gave no answer, and which look another way."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from pipeline.layout import layout_change
from storage.sources import SourceState

__all__ = ["changed_sources", "failed_sources"]


def failed_sources(
    states: Mapping[str, SourceState], names: Collection[str], *, since: datetime, waiting: Mapping[str, str]
) -> dict[str, str]:
    """Return those none of whose channels answered since then, each with a reason.

    ``waiting`` says why some of them were not asked; of one that was asked all the same it does not count.
    """
    polls = {
        name: [each for each in state.channels if each.last_polled_at and each.last_polled_at >= since]
        for name, state in states.items()
        if name in names
    }
    failed = {
        name: next(channel.reason or str(channel.failure) for channel in asked)
        for name, asked in polls.items()
        if asked and all(channel.failure for channel in asked)
    }
    return {name: reason for name, reason in waiting.items() if not polls.get(name)} | failed


def changed_sources(
    states: Mapping[str, SourceState], names: Collection[str], *, today: date
) -> dict[str, str]:
    """Return those whose layout seems to have changed, with the finding."""
    found = {name: layout_change(states[name].days, today=today) for name in names if name in states}
    return {name: finding for name, finding in found.items() if finding is not None}
