"""What a search found, as JSON."""

from typing import Any

from storage.search.records import Hit

__all__ = ["MATCH_CLOSES", "MATCH_OPENS", "hit_as_dict"]

MATCH_OPENS, MATCH_CLOSES = "\x02", "\x03"


def hit_as_dict(hit: Hit) -> dict[str, Any]:
    """Return an article that was found, the matches in its snippet not marked."""
    return hit.as_dict() | {"snippet": hit.snippet.replace(MATCH_OPENS, "").replace(MATCH_CLOSES, "")}
