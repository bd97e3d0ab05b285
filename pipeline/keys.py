"""Names that a user wrote: every one is known, or the error names the nearest that is."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from pipeline.errors import ConfigError

__all__ = ["check_keys", "unknown_name"]


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
            hint = _hint(key, names, otherwise=f"known keys: {', '.join(sorted(names))}")
            raise error(f"{where}: unknown key {key!r}; {hint}")


def unknown_name(
    what: str, name: str, known: Iterable[str], *, otherwise: str, error: type[ConfigError]
) -> ConfigError:
    """Return the error for a name that is not known; ``otherwise`` is the advice where none is near."""
    return error(f"no {what} named {name!r}; {_hint(name, known, otherwise=otherwise)}")


def _hint(name: str, known: Iterable[str], *, otherwise: str) -> str:
    near = get_close_matches(name, list(known), n=1)
    return f"did you mean {near[0]!r}?" if near else otherwise
