"""What stands behind a field of the query language -> the value that is compared."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from enum import StrEnum

from pipeline.facts import Mechanism, Stage
from pipeline.items import Fate
from pipeline.syntax import FieldName
from pipeline.tokens import ADDRESS
from pipeline.words import fold, words

__all__ = ["UnknownValueError", "field_value", "instant"]

_CONTAINED = (FieldName.AUTHOR, FieldName.URL, FieldName.GROUP, FieldName.PERSON)
_LISTED: Mapping[FieldName, type[StrEnum]] = {
    FieldName.FATE: Fate,
    FieldName.MECHANISM: Mechanism,
    FieldName.STAGE: Stage,
}
_NUMBER = re.compile(r"0*([1-9][0-9]{0,17})")
_DAY = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{1,2})(?:-(?P<day>[0-9]{1,2}))?)?")
_AGO = re.compile(r"(?P<number>[0-9]{1,4})(?P<unit>[hdw])")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


class UnknownValueError(ValueError):
    """The field cannot have this value; the message is for the person who typed it."""


def field_value(name: FieldName, text: str) -> str:
    """Return the folded value, empty where no word is in it; or UnknownValueError.

    >>> field_value(FieldName.STAGE, "carried-out")
    'carried_out'
    >>> field_value(FieldName.URL, "https://Gazette.example/a/#top")
    'gazette.example/a'
    """
    # NUL, controls and lone surrogates cannot be stored, so nothing stored can match them.
    printable = "".join(char if char.isprintable() else " " for char in fold(text))
    value = " ".join(printable.split())
    if name is FieldName.URL:
        value = ADDRESS.sub("", value).partition("#")[0].rstrip("/")
    if name not in _CONTAINED and "*" in value:
        raise UnknownValueError(f"{name}: takes a whole name, without a star")
    value = value.rstrip("*").strip()
    if not words(value):
        return ""
    if name is FieldName.STORY:
        return _number(value)
    return _listed(name, value) if name in _LISTED else value


def _number(value: str) -> str:
    number = _NUMBER.fullmatch(value)
    if number is None:
        raise UnknownValueError("story: takes the number of a story")
    return number[1]


def _listed(name: FieldName, value: str) -> str:
    value, known = "_".join(words(value)), [each.value for each in _LISTED[name]]
    if value not in known:
        nearest = get_close_matches(value, known, n=1)
        hint = f"did you mean {nearest[0]}?" if nearest else f"it takes {', '.join(known)}"
        raise UnknownValueError(f"no {name}: has this value; {hint}")
    return value


def instant(text: str, *, now: datetime | None) -> datetime:
    """Return the first instant of a day, month or year, or so long ago; else UnknownValueError.

    >>> instant("2025-08", now=None)
    datetime.datetime(2025, 8, 1, 0, 0, tzinfo=datetime.timezone.utc)
    """
    said = fold(text).strip()
    if ago := _AGO.fullmatch(said):
        if now is None:
            raise UnknownValueError("a time ago has no meaning here; write a date such as 2025-08-12")
        return now.astimezone(UTC) - int(ago["number"]) * _UNITS[ago["unit"]]
    if day := _DAY.fullmatch(said):
        with suppress(ValueError):
            return datetime(int(day["year"]), int(day["month"] or 1), int(day["day"] or 1), tzinfo=UTC)
    raise UnknownValueError("not a date; write 2025-08-12, 2025-08, 2025, or a time ago such as 7d")
