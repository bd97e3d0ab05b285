"""The dates that pages, feeds and sitemaps write -> Stamp. Strict: one that may mean two days is unknown.

The parsers of libraries are not used: they take slash dates and epoch numbers for other days, drop "PM" and
"UTC-06:00", read a missing zone as UTC, and do not know Spanish names.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from pipeline.items import Origin, Precision, Stamp
from pipeline.words import fold

__all__ = ["believable", "date_in", "stamp_from_date_text"]

_MONTH_NAMES = {
    # English, Spanish, German, French, Portuguese, Italian; folded, so that février is fevrier.
    **dict.fromkeys("jan january ene enero januar janner janvier janv janeiro gen gennaio".split(), 1),
    **dict.fromkeys("feb february febrero februar fevrier fev fevereiro febbraio".split(), 2),
    **dict.fromkeys("mar march marzo marz maerz mars marco".split(), 3),
    **dict.fromkeys("apr april abr abril avril avr aprile".split(), 4),
    **dict.fromkeys("may mayo mai maio maggio mag".split(), 5),
    **dict.fromkeys("jun june junio juni juin junho giugno giu".split(), 6),
    **dict.fromkeys("jul july julio juli juillet juil julho luglio lug".split(), 7),
    **dict.fromkeys("aug august ago agosto aout".split(), 8),
    **dict.fromkeys("sep sept september septiembre set setiembre septembre setembro settembre".split(), 9),
    **dict.fromkeys("oct october octubre oktober okt octobre outubro out ottobre ott".split(), 10),
    **dict.fromkeys("nov november noviembre novembre novembro".split(), 11),
    **dict.fromkeys("dec december dic diciembre dezember dez decembre dezembro dicembre".split(), 12),
}
_MONTH = rf"(?P<name>{'|'.join(sorted(_MONTH_NAMES, key=len, reverse=True))})\.?"
_WEEKDAY = r"(?:[^\W\d_]+(?:\.?,? |,))??"
_CLOCK = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?(?: ?h(?:rs|oras)?\b\.?)?"
    r"(?: ?(?P<half>[ap])\.? ?m\.?(?![a-z]))?"
)
_ZONE = r"(?: ?(?P<zone>(?:utc|gmt)? ?[+-]\d{1,2}(?::?\d{2})?|[a-z]{1,5})(?: (?:utc|gmt))?)?"
_TIME = rf"(?:(?:t|,? |, )(?:a las |at |- )?{_CLOCK}{_ZONE})?"

# Each shape is the whole text, folded to lower case without accents.
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        # 2025-08-12T14:30:00-06:00, 2025/8/12 09:12:05, 2025-08
        rf"(?P<year>\d{{4}})(?P<sep>[-/.])(?P<month>\d{{1,2}})(?:(?P=sep)(?P<day>\d{{1,2}}){_TIME})?",
        # Tue, 12 Aug 2025 14:30:00 GMT; 12-Aug-25; 12 de agosto de 2025
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:er|º|°|\.|st|nd|rd|th)?(?:[- /]| de | of |){_MONTH}"
        r"(?:[- /]| de |, )"
        rf"(?P<year>\d{{4}}|\d{{2}}){_TIME}",
        # Tue, Aug 12, 2025 05:41:10 PM
        rf"{_WEEKDAY}{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}}){_TIME}",
        # Tue Aug 12 14:30:00 UTC 2025
        rf"{_WEEKDAY}{_MONTH} (?P<day>\d{{1,2}}) {_CLOCK}{_ZONE} (?P<year>\d{{4}})",
        # 20250812, 20250812T143000Z
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
        rf"(?:t?(?P<hour>\d{{2}})(?P<minute>\d{{2}})(?P<second>\d{{2}})?{_ZONE})?",
    )
)
_ISO_DAY = re.compile(
    rf"(?P<year>(?:19|20)\d{{2}})(?P<sep>[-/.])(?P<month>\d{{1,2}})(?P=sep)(?P<day>\d{{1,2}}){_TIME}"
)
# 12/08/2025: which of the two is the day is for the source's country to say.
_SLASHES = re.compile(
    rf"{_WEEKDAY}(?P<one>\d{{1,2}})([/.-])(?P<two>\d{{1,2}})\2(?P<year>\d{{4}}|\d{{2}}){_TIME}"
)
# The same shapes inside a line; a bare number or a month alone is no date there.
_WITHIN = tuple(
    re.compile(rf"(?<![\w/.-])(?:{shape.pattern})(?![\w/-])") for shape in (*_SHAPES[1:4], _SLASHES, _ISO_DAY)
)
_EPOCH = re.compile(r"1\d{9}(?P<thousandths>\d{3})?(?:\.\d+)?")
_COMMENT = re.compile(r"\([^()]*\)")

_FIXED_ZONES = (
    dict.fromkeys(("z", "ut", "utc", "gmt", "wet"), 0)
    | {"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7}
    | {"akst": -9, "akdt": -8, "hst": -10}
    | {"bst": 1, "west": 1, "cet": 1, "met": 1, "cest": 2, "mest": 2, "eet": 2, "eest": 3, "msk": 3}
    | {"cot": -5, "pet": -5, "ect": -5, "bot": -4, "vet": -4, "art": -3, "brt": -3, "uyt": -3}
    | {"gst": 4, "pkt": 5, "sgt": 8, "hkt": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11}
)
# Names that stand for whichever of winter and summer time holds.
_PLACES = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
}
_OFFSET = re.compile(r"(?:utc|gmt)? ?([+-])(\d{1,2}):?(\d{2})?")

_DAY_FIRST_LANGUAGES = frozenset({"es", "pt", "fr", "it", "de"})
_MONTH_FIRST_ZONES = frozenset(
    "America/New_York America/Detroit America/Chicago America/Denver America/Phoenix America/Los_Angeles "
    "America/Anchorage Pacific/Honolulu".split(),
)
_DAY_FIRST_ZONES = ("America/", "Europe/", "Asia/Kolkata", "Asia/Dubai", "Asia/Qatar")
# Both orders are in use there.
_MIXED_ZONES = frozenset({"America/Toronto", "America/Vancouver", "America/Edmonton", "America/Halifax"})

# Empty date fields come out as the year 1, 1900 or 1970.
_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
_LONGEST = 80
# Clocks are wrong and embargoes are announced early; a time further ahead of the fetch is a mistake.
_AHEAD = timedelta(days=1)


def stamp_from_date_text(raw: str, *, timezone: str, language: str = "", origin: Origin) -> Stamp:
    """Read a date as publishers write it; one without zone is in ``timezone``.

    A date that cannot be read, or may mean two days, is unknown; its raw text is kept.

    >>> stamp_from_date_text("Tue, 12 Aug 2025 14:30:00 UTC-06:00", timezone="UTC", origin=Origin.FEED).iso()
    '2025-08-12T20:30:00Z'
    >>> stamp_from_date_text("08/12/2025", timezone="UTC", origin=Origin.FEED).iso() is None
    True
    """
    text = fold(" ".join(_COMMENT.sub(" ", raw.replace("\N{MINUS SIGN}", "-")).split())).strip(" ,")
    unknown = Stamp(origin=origin, raw=raw) if raw else Stamp()
    if len(text) > _LONGEST:
        return unknown
    try:
        stamp = _from_epoch(text) or _from_shapes(text, timezone) or _from_slashes(text, timezone, language)
    except (ValueError, OverflowError):
        return unknown
    return replace(stamp, origin=origin, raw=raw) if stamp else unknown


def date_in(line: str) -> str | None:
    """Return the first whole date (day, month and year) in a line, with its time; None if there is none.

    >>> date_in("/ martes 17 de marzo de 2020 a las 10:15 h")
    'martes 17 de marzo de 2020 a las 10:15 h'
    """
    text = fold(line)
    if len(text) != len(line):
        return None
    found = next((found for shape in _WITHIN if (found := shape.search(text))), None)
    return line[found.start() : found.end()] if found else None


def believable(stamp: Stamp, *, fetched_at: datetime | None) -> Stamp:
    """Return the stamp; without its time if that lies more than a day ahead of the fetch."""
    if stamp.at is None or fetched_at is None or stamp.at <= fetched_at + _AHEAD:
        return stamp
    return replace(stamp, at=None, precision=Precision.UNKNOWN, day=None)


def _from_epoch(text: str) -> Stamp | None:
    found = _EPOCH.fullmatch(text)
    if found is None:
        return None
    seconds = float(text) / (1000 if found["thousandths"] else 1)
    at = datetime.fromtimestamp(int(seconds), UTC)
    return Stamp(at=at, precision=Precision.SECOND, day=at.date())


def _from_shapes(text: str, timezone: str) -> Stamp | None:
    found = next((found for shape in _SHAPES if (found := shape.fullmatch(text))), None)
    if found is None:
        return None
    parts = found.groupdict()
    month = _MONTH_NAMES[parts["name"]] if parts.get("name") else int(parts["month"])
    return _stamp(parts, month=month, day=parts["day"], timezone=timezone)


def _from_slashes(text: str, timezone: str, language: str) -> Stamp | None:
    found = _SLASHES.fullmatch(text)
    if found is None:
        return None
    one, two = int(found["one"]), int(found["two"])
    is_day_first = one > 12 or one == two or (two <= 12 and _is_day_first(timezone, language))
    is_month_first = two > 12 or (one <= 12 and _is_month_first(timezone, language))
    if is_day_first:
        return _stamp(found.groupdict(), month=two, day=str(one), timezone=timezone)
    if is_month_first:
        return _stamp(found.groupdict(), month=one, day=str(two), timezone=timezone)
    return None


def _is_month_first(timezone: str, language: str) -> bool:
    return timezone in _MONTH_FIRST_ZONES and language not in _DAY_FIRST_LANGUAGES


def _is_day_first(timezone: str, language: str) -> bool:
    if language in _DAY_FIRST_LANGUAGES:
        return True
    if timezone in _MONTH_FIRST_ZONES or timezone in _MIXED_ZONES:
        return False
    return timezone.startswith(_DAY_FIRST_ZONES)


def _stamp(parts: dict[str, str | None], *, month: int, day: str | None, timezone: str) -> Stamp | None:
    year = parts["year"] or ""
    start = datetime(int(year if len(year) == 4 else f"20{year}"), month, int(day or 1), tzinfo=UTC)
    if start < _OLDEST:
        return None
    if day is None:
        return Stamp(at=start, precision=Precision.MONTH)
    written = start.date()
    hour, minute, second = parts.get("hour"), parts.get("minute"), parts.get("second")
    if hour is None or minute is None:
        return Stamp(at=start, precision=Precision.DAY, day=written)
    # A leap second (60) is the last one that a datetime can hold.
    local = start.replace(
        hour=_hour(int(hour), parts.get("half")), minute=int(minute), second=min(int(second or 0), 59)
    )
    zone = _zone(parts.get("zone"), local, timezone)
    if zone is None:
        # The clock of an unknown zone says nothing, but the day as the publisher wrote it stands.
        return Stamp(at=start, precision=Precision.DAY, day=written)
    at = local.replace(tzinfo=zone).astimezone(UTC)
    return Stamp(at=at, precision=Precision.SECOND if second else Precision.MINUTE, day=written)


def _hour(hour: int, half: str | None) -> int:
    # "14:30 PM" is written too; it means what it says.
    if half is None or hour > 12:
        return hour
    return hour % 12 + (12 if half == "p" else 0)


def _zone(name: str | None, local: datetime, timezone_name: str) -> tzinfo | None:
    home = ZoneInfo(timezone_name)
    # An abbreviation that several countries use ("IST") means the source's own zone first.
    if name is None or (local.replace(tzinfo=home).tzname() or "").lower() == name:
        return home
    if name in _FIXED_ZONES:
        return timezone(timedelta(hours=_FIXED_ZONES[name]))
    if name in _PLACES:
        return ZoneInfo(_PLACES[name])
    offset = _OFFSET.fullmatch(name)
    if offset is None:
        return None
    sign, hours, minutes = offset.groups()
    return timezone((1 if sign == "+" else -1) * timedelta(hours=int(hours), minutes=int(minutes or 0)))
