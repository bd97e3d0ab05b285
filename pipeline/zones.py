"""Time zones by their IANA names."""

import difflib
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

__all__ = ["zone_named"]


def zone_named(name: str) -> ZoneInfo:
    """Return a time zone; raises ValueError with the nearest known name when there is none.

    >>> zone_named("America/Mexico_City").key
    'America/Mexico_City'
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        nearest = difflib.get_close_matches(name, available_timezones(), n=1)
        meant = f"; did you mean {nearest[0]}?" if nearest else ""
        raise ValueError(f"unknown timezone {name!r}{meant}") from error
