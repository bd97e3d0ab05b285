"""What the full-text index cannot tell, asked of the stored words themselves."""

from sqlalchemy import false, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from pipeline.syntax import Exact, Near, Scope, Sought, Text
from storage.search.fulltext import Holds
from storage.tables import ARTICLE, TEXT

__all__ = ["verified"]


def verified(sought: Sought) -> ColumnElement[bool] | None:
    """Return what must hold beside the index's answer, or None where that is the whole truth.

    Costs a look at the text of each article that everything else lets through.
    """
    match sought:
        case Exact():
            return _in_some_text(sought)
        case Near(left, right) if _may_overlap(left, right):
            return _in_some_text(sought)
    return None


def _in_some_text(sought: Exact | Near) -> ColumnElement[bool]:
    columns = (
        (TEXT.c.title,) if sought.scope is Scope.TITLE else (TEXT.c.title, TEXT.c.standfirst, TEXT.c.text)
    )
    # One value, not an EXISTS, which PostgreSQL would ask of all texts before it looks into the index.
    held = select(or_(*(Holds(column, sought) for column in columns))).where(
        TEXT.c.article_id == ARTICLE.c.id
    )
    # A subquery on the article at hand is looked at last: after the index, the dates and the sources.
    return func.coalesce(held.correlate(ARTICLE).scalar_subquery(), false())


def _may_overlap(left: Text, right: Text) -> bool:
    """Say whether both could stand on the same word: to the index ``capo* NEAR capos`` finds one "capos".

    >>> _may_overlap(Text(("el", "mayo")), Text(("mayo", "zambada")))
    True
    >>> _may_overlap(Text(("el", "mayo")), Text(("el", "chapo")))
    False
    """
    shifts = range(1 - len(right.words), len(left.words))
    return any(_fit(left, right, shift) for shift in shifts)


def _fit(left: Text, right: Text, shift: int) -> bool:
    """Say whether ``right`` can begin ``shift`` words after ``left``."""
    shared = range(max(shift, 0), min(len(left.words), shift + len(right.words)))
    return all(_is_one_word(left, place, right, place - shift) for place in shared)


def _is_one_word(left: Text, left_place: int, right: Text, right_place: int) -> bool:
    one, other = left.words[left_place], right.words[right_place]
    is_open = left.prefix and left_place == len(left.words) - 1
    is_other_open = right.prefix and right_place == len(right.words) - 1
    return one == other or (is_open and other.startswith(one)) or (is_other_open and one.startswith(other))
