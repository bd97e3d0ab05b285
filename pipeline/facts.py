"""What an article says of one move, as values: what is not said is None or empty."""

from collections.abc import Iterable, Iterator
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

    def named(self) -> Iterator[tuple[str, Fact[Any]]]:
        """Yield every fact with its name, in order; a ``person`` or ``group`` may come more than once."""
        single = {
            "mechanism": self.mechanism,
            "stage": self.stage,
            "from": self.from_country,
            "to": self.to_country,
            "count": self.count,
        }
        yield from ((name, fact) for name, fact in single.items() if fact is not None)
        yield from (("person", fact) for fact in self.names)
        yield from (("group", fact) for fact in self.groups)

    @classmethod
    def from_named(cls, named: Iterable[tuple[str, Fact[Any]]]) -> "Facts":
        """Return the facts that ``named`` gave."""
        pairs = tuple(named)
        single = dict(pairs)
        return cls(
            mechanism=single.get("mechanism"),
            stage=single.get("stage"),
            from_country=single.get("from"),
            to_country=single.get("to"),
            count=single.get("count"),
            names=tuple(fact for name, fact in pairs if name == "person"),
            groups=tuple(fact for name, fact in pairs if name == "group"),
        )

    def as_dict(self) -> dict[str, Any]:
        """Return them as JSON: each fact an object of value, words and sentence, or null."""
        return {
            "mechanism": self.mechanism and asdict(self.mechanism),
            "stage": self.stage and asdict(self.stage),
            "from": self.from_country and asdict(self.from_country),
            "to": self.to_country and asdict(self.to_country),
            "count": self.count and asdict(self.count),
            "names": [asdict(fact) for fact in self.names],
            "groups": [asdict(fact) for fact in self.groups],
        }
