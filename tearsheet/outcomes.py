"""How one URL ended, before the corpus was asked about it: read here, sealed for the way, or broken."""

import pickle
from dataclasses import dataclass, fields
from typing import Self

from pipeline.figures import PageFigures, figures_of
from pipeline.items import Article, Entry, Fate, Missed, Page, Rejected, Validators

__all__ = ["Fetched", "Outcome", "Sealed", "SealedReading", "broken_outcome"]

_NONE = Validators()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What is known of one URL that ended, whatever its page says."""

    entry: Entry
    landed_url: str = ""
    """The address that answered; empty when none did."""
    page_id: int | None = None
    page_bytes: int = 0
    fetch_seconds: float = 0.0
    read_seconds: float = 0.0
    """From handing it to a reading process to its article."""
    validators: Validators = _NONE
    """What to ask for the page with next time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Fetched):
    """How one URL ended, before the corpus was asked about it."""

    what: Article | Rejected | Missed
    figures: PageFigures | None = None
    """What a page that was read shows of its source's layout."""


@dataclass(frozen=True, slots=True)
class SealedReading:
    """What was read in a page, as bytes: who only passes it on need not build the article."""

    content: bytes

    @classmethod
    def of(cls, what: Article | Rejected, figures: PageFigures) -> Self:
        """Seal what was read."""
        return cls(pickle.dumps((what, figures), pickle.HIGHEST_PROTOCOL))

    def opened(self) -> tuple[Article | Rejected, PageFigures]:
        """Return what was read, sealed by one of our own processes."""
        what, figures = pickle.loads(self.content)  # noqa: S301
        return what, figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed(Fetched):
    """A URL whose page was read, with what was read in it for who stores it."""

    reading: SealedReading

    def opened(self) -> Outcome:
        """Return the outcome."""
        what, figures = self.reading.opened()
        known = {each.name: getattr(self, each.name) for each in fields(Fetched)}
        return Outcome(what=what, figures=figures, **known)


def broken_outcome(page: Page, reason: str) -> Outcome:
    """Return how a page ended that could not be read."""
    what = Rejected(url=page.url, fate=Fate.PARSE_ERROR, reason=reason)
    figures = figures_of(what, source=page.entry.source)
    return Outcome(entry=page.entry, what=what, landed_url=page.url, figures=figures)
