"""What an article says of one move, as values: what is not said is None or empty."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

__all__ = ["Fact", "Facts", "Mechanism", "Stage"]

T = TypeVar("T")


class Mechanism(StrEnum):
    """By what right somebody is moved, as far as the words say it."""

    EXTRADITION = "extradition"
    TRANSFER = "transfer"
    """Handed over, sent, flown: the words that name no law."""
    EXPULSION = "expulsion"
    DEPORTATION = "deportation"
    SURRENDER = "surrender"
    """By one court to another, as under the European arrest warrant."""


class Stage(StrEnum):
    """How far the move has come in the article."""

    REQUESTED = "requested"
    GRANTED = "granted"
    BLOCKED = "blocked"
    CONSENTED = "consented"
    """By the one who is to be moved."""
    CARRIED_OUT = "carried_out"
    IN_COURT = "in_court"
    SENTENCED = "sentenced"


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """One thing that the article says, and where."""

    value: T
    words: str
    """The words that say it, as written."""
    sentence: str
    """The sentence they stand in, as written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Who is moved, how, how far it has come, and from where to where."""

    mechanism: Fact[Mechanism] | None = None
    stage: Fact[Stage] | None = None
    from_country: Fact[str] | None = None
    """ISO 3166-1 alpha-2."""
    to_country: Fact[str] | None = None
    """ISO 3166-1 alpha-2."""
    count: Fact[int] | None = None
    """How many people are moved."""
    names: tuple[Fact[str], ...] = ()
    """Those known to the watch by the name it gives them, others as written."""
    groups: tuple[Fact[str], ...] = ()
    """By the name that the watch gives them."""

    def as_record(self) -> dict[str, Any]:
        """Return them as JSON can hold them: each fact an object of value, words and sentence."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Facts":
        """Return the facts that ``as_record`` gave, after JSON too."""
        return cls(
            mechanism=_fact(record["mechanism"], Mechanism),
            stage=_fact(record["stage"], Stage),
            from_country=_fact(record["from_country"], str),
            to_country=_fact(record["to_country"], str),
            count=_fact(record["count"], int),
            names=tuple(Fact(**each) for each in record["names"]),
            groups=tuple(Fact(**each) for each in record["groups"]),
        )


def _fact(record: Mapping[str, Any] | None, kind: Callable[[Any], T]) -> Fact[T] | None:
    if record is None:
        return None
    return Fact(kind(record["value"]), record["words"], record["sentence"])
