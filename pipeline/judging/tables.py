"""Strict reading of a watch's table: what is wrong is a WatchError that says what to write."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NoReturn

from pipeline.errors import WatchError
from pipeline.words import words

__all__ = ["Table"]

_MIN_PREFIX = 3


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a TOML file, with the name under which an error message mentions it."""

    values: Mapping[str, object]
    name: str
    """Such as ``tearsheet.toml: [watches.capos]``."""

    def fail(self, message: str) -> NoReturn:
        """Raise WatchError about this table."""
        raise WatchError(f"{self.name} {message}")

    def only(self, known: Iterable[str]) -> None:
        """Refuse a key that is not known, naming the nearest that is."""
        known = tuple(known)
        for key in self.values:
            if key not in known:
                self.fail(f"has an unknown key {key}; {_hint(key, known)}")

    def table(self, key: str) -> "Table":
        """Return the table at a key; an empty one where there is none."""
        value = self.values.get(key, {})
        if not isinstance(value, Mapping):
            self.fail(f"{key} must be a table, not {value!r}")
        return Table(value, f"{self.name} {key}:")

    def tables(self) -> dict[str, "Table"]:
        """Return every table in this one by its name."""
        return {key: self.table(key) for key in self.values}

    def number(self, key: str, *, default: float | None = None) -> float:
        """Return the number from 0 to 1 at a key."""
        value = self.values.get(key, default)
        if value is None:
            self.fail(f"{key} is missing: a number from 0 to 1")
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            self.fail(f"{key} must be a number from 0 to 1, not {value!r}")
        return float(value)

    def choices(self, key: str, allowed: Iterable[str]) -> frozenset[str]:
        """Return the list of allowed words at a key."""
        value, allowed = self.values.get(key), tuple(allowed)
        if not isinstance(value, list):
            self.fail(f"{key} must be a list of some of {', '.join(allowed)}, not {value!r}")
        for each in value:
            if each not in allowed:
                self.fail(f"{key} holds an unknown {each}; {_hint(str(each), allowed)}")
        return frozenset(value)

    def flag(self, key: str, *, default: bool) -> bool:
        """Return the boolean at a key."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            self.fail(f"{key} must be true or false, not {value!r}")
        return value

    def text(self, key: str) -> str:
        """Return the string at a key; an empty one where there is none."""
        value = self.values.get(key, "")
        if not isinstance(value, str):
            self.fail(f"{key} must be a text in quotes, not {value!r}")
        return value

    def terms(self, key: str) -> tuple[str, ...]:
        """Return the list of terms at a key; none where there is none."""
        value = self.values.get(key, [])
        if not isinstance(value, list):
            self.fail(f"{key} must be a list of terms, not {value!r}")
        return tuple(self._term(key, term) for term in value)

    def _term(self, key: str, term: object) -> str:
        if not isinstance(term, str) or not words(term):
            self.fail(f"{key} must hold terms with letters or digits, not {term!r}")
        for piece in term.split():
            last = (words(piece) or [""])[-1]
            if "*" in piece and (not piece.endswith("*") or len(last) < _MIN_PREFIX):
                self.fail(
                    f"{key}: {term!r} needs {_MIN_PREFIX} letters or more before a star, and none after"
                )
        return term


def _hint(found: str, known: tuple[str, ...]) -> str:
    nearest = get_close_matches(found, known, n=1)
    return f"did you mean {nearest[0]}?" if nearest else f"known are {', '.join(known)}."
