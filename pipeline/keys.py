"""The keys of a user's table: every one is known, or the error names the nearest that is."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from pipeline.errors import ConfigError

__all__ = ["check_keys"]


def check_keys(
    table: Mapping[str, object],
    known: Iterable[str],
    *,
    where: str,
    error: type[ConfigError] = ConfigError,
) -> None:
    """Raise ``error`` for the first unknown key; ``where`` says which file and table."""
    names = tuple(known)
    for key in table:
        if key not in names:
            near = get_close_matches(key, names, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(sorted(names))}"
            raise error(f"{where}: unknown key {key!r}; {hint}")
