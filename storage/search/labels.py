"""A question said in words of the full-text index, which knows each article's day, source and language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.engine import Connection

from pipeline.syntax import And, Bound, Everything, Field, FieldName, Node, Not, Or, Published
from pipeline.words import fold
from storage.dialect import dialect_of
from storage.fts5 import Label
from storage.search.conditions import Conditions, conditions
from storage.search.marked import under_marks
from storage.search.selection import Selection
from storage.tables import ARTICLE, ARTICLE_MARK

__all__ = ["Labelled", "between", "labelled", "span"]

# The migration that made the labels says what they are; no word of a text begins so.
_DAY, _MONTH, _SOURCE, _LANGUAGE, _COPY, _HIDDEN, _NONE = (f"\ue000{kind}" for kind in "dmslch-")
_KINDS = {FieldName.SOURCE: _SOURCE, FieldName.LANG: _LANGUAGE}
_COLUMNS = {FieldName.SOURCE: ARTICLE.c.source, FieldName.LANG: ARTICLE.c.language}

# Apart, because only so the database reads either end of the index, and not all of it.
_ENDS = select(func.min(ARTICLE.c.dated_at)), select(func.max(ARTICLE.c.dated_at))

_MOST_DAYS = 120
"""For a longer time the index would have to look for too many labels in each article."""
_MOST_MARKED = 500
"""As many articles under people's marks are looked at one by one; with more, the index is not asked alone."""


_ANY_MARK = select(exists(select(ARTICLE_MARK.c.watch)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A question as the index understands it."""

    found: Conditions
    """Finds what the question finds, and looks at fewer articles for it."""
    match: Node | None = None
    """Finds the same by the index alone, but for the articles ``apart``; None where it cannot."""
    unfolded: Node | None = None
    """Finds by the index alone what the question finds, and what is left out of that."""
    labels: tuple[Node, ...] = ()
    """What ``found`` has beside the question."""
    apart: tuple[int, ...] = ()
    """Articles under a person's mark, of which the index does not know."""


def labelled(connection: Connection, asked: Selection) -> Labelled:
    """Say in labels what can be said so."""
    if connection.dialect.name != "sqlite":
        return Labelled(found=_named(connection, asked))
    own = asked.tree.parts if isinstance(asked.tree, And) else (asked.tree,)
    rest = tuple(part for part in own if not _is_labelled(part))
    labels = tuple(_values(connection, own))
    days = _days(connection, own)
    apart = () if asked.include_off_topic else _marked(connection)
    words = conditions(And(tuple(part for part in rest if not isinstance(part, Everything))))
    narrowing = (*labels, *(() if days is None else days.labels))
    is_whole = days is not None and days.is_exact and len(apart) <= _MOST_MARKED and not words.others
    is_found_by_words = words.match is not None
    copies = () if asked.include_copies else (_COPY,)
    hidden = () if asked.include_off_topic else (_HIDDEN,)
    words_alone = (*rest, *narrowing)
    whole = conditions(And((*words_alone, *_without((*copies, *hidden))))) if is_whole else None
    more = (*narrowing, *_without((*copies, *(() if apart else hidden))))
    return Labelled(
        found=asked.narrowed(more) if is_found_by_words else asked.conditions,
        match=None if whole is None else whole.match,
        unfolded=conditions(And(words_alone)).match if is_whole else None,
        labels=more if is_found_by_words else (),
        apart=apart if is_whole else (),
    )


def _named(connection: Connection, asked: Selection) -> Conditions:
    """Return what finds the same, told by name which sources and languages are asked for.

    The database has counted how often each is met, and plans by that. Of marks it is told only where there
    are any: to plan for them takes it longer than to count.
    """
    own = asked.tree.parts if isinstance(asked.tree, And) else (asked.tree,)
    fields = [part for part in own if isinstance(part, Field) and part.name in _KINDS]
    rest = tuple(part for part in own if part not in fields)
    is_any_marked = bool(connection.execute(_ANY_MARK).scalar_one())
    found = replace(asked, tree=And(rest)).narrowed((), is_any_marked=is_any_marked)
    return found.narrowed(*(_COLUMNS[field.name].in_(_names(connection, field)) for field in fields))


def _names(connection: Connection, field: Field) -> list[str]:
    """Return the names that fold to what is asked for."""
    known = dialect_of(connection).names_known(connection, _COLUMNS[field.name].name)
    return [name for name in known if fold(name) == field.value]


@dataclass(frozen=True, slots=True)
class _Days:
    labels: tuple[Node, ...]
    is_exact: bool


def between(first: date, last: date) -> Node:
    """Return what finds the articles of some days, by as few labels as there are."""
    return _any(list(_periods(first, last)))


def span(connection: Connection) -> tuple[datetime, datetime] | None:
    """Return the times of the oldest and the newest article, None when there is none."""
    oldest, newest = (connection.execute(end).scalar() for end in _ENDS)
    return None if oldest is None or newest is None else (oldest, newest)


def _is_labelled(part: Node) -> bool:
    return isinstance(part, Published) or (isinstance(part, Field) and part.name in _KINDS)


def _values(connection: Connection, parts: Sequence[Node]) -> Iterator[Node]:
    """Yield a label for each source and language asked for: the names of any that fold to it."""
    for field in parts:
        if isinstance(field, Field) and field.name in _KINDS:
            names = _names(connection, field)
            yield _any([f"{_KINDS[field.name]}{name.encode().hex()}" for name in names])


def _days(connection: Connection, parts: Sequence[Node]) -> _Days | None:
    """Return the labels of the time asked for; None for a time that takes too many."""
    bounds = [part for part in parts if isinstance(part, Published)]
    known = span(connection) if bounds else None
    if known is None:
        return _Days((), is_exact=True)
    # What lies beyond the articles asks for nothing.
    since = max((at for at in _at(bounds, Bound.AFTER) if at > known[0]), default=None)
    until = min((at for at in _at(bounds, Bound.BEFORE) if at <= known[1]), default=None)
    if since is None and until is None:
        return _Days((), is_exact=True)
    first = (since or known[0]).date()
    last = known[1].date() if until is None else (until - timedelta(microseconds=1)).date()
    if (last - first).days >= _MOST_DAYS:
        return None
    return _Days((between(first, last),), is_exact=_is_midnight(since) and _is_midnight(until))


def _at(bounds: Sequence[Published], bound: Bound) -> Iterator[datetime]:
    return (part.at for part in bounds if part.bound is bound)


def _is_midnight(at: datetime | None) -> bool:
    return at is None or at.astimezone(UTC).time() == time()


def _periods(first: date, last: date) -> Iterator[str]:
    at = first
    while at <= last:
        # 32 days on is always in the next month.
        next_month = (at.replace(day=1) + timedelta(days=32)).replace(day=1)
        is_month = at.day == 1 and next_month - timedelta(days=1) <= last
        yield f"{_MONTH}{at:%Y%m}" if is_month else f"{_DAY}{at:%Y%m%d}"
        at = next_month if is_month else at + timedelta(days=1)


def _marked(connection: Connection) -> tuple[int, ...]:
    return tuple(number for (number,) in connection.execute(_some_marked()))


@cache
def _some_marked() -> Select[Any]:
    return under_marks().distinct().limit(_MOST_MARKED + 1)


def _without(labels: Sequence[str]) -> tuple[Node, ...]:
    return (Not(_any(labels)),) if labels else ()


def _any(labels: Sequence[str]) -> Node:
    texts = tuple(Label((label,)) for label in labels or (_NONE,))
    return texts[0] if len(texts) == 1 else Or(texts)
