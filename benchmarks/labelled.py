"""The labelled pages that the benchmarks read: their publishers' own, and not part of this project."""

import gzip
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from trafilatura import bare_extraction
from trafilatura.settings import Document

from benchmarks.measure import skip
from pipeline.items import ChannelKind, Entry, Page

__all__ = ["SETS", "LabelledPage", "labelled_pages", "pages_of", "shared", "trafilatura_alone"]

SETS = ("seb", "fundus")
_SOURCE = "benchmark"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPage:
    """One page with its right text."""

    id: str
    url: str
    html: str
    text: str
    """The label: the article's paragraphs."""

    def as_page(self, fetched_at: datetime) -> Page:
        """Return it as fetched."""
        entry = Entry(url=self.url, source=_SOURCE, channel=ChannelKind.DIRECT)
        return Page(
            entry=entry, url=self.url, body=self.html.encode("utf-8", "replace"), fetched_at=fetched_at
        )


def shared() -> Path:
    """Return the folder of labelled data: $TEARSHEET_SHARED, else ``shared`` beside the project."""
    folder = Path(os.environ.get("TEARSHEET_SHARED", Path(__file__).parents[2] / "shared"))
    if not folder.is_dir():
        skip("no labelled data beside the project; set TEARSHEET_SHARED")
    return folder


def labelled_pages(name: str) -> list[LabelledPage]:
    """Return the pages of one set, in their order."""
    return list(_labelled_pages(shared() / "bench" / "extraction" / name / f"{name}.jsonl.gz"))


def _labelled_pages(file: Path) -> Iterator[LabelledPage]:
    if not file.exists():
        skip(f"the labelled set {file.parent.name} is not there")
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            yield LabelledPage(
                id=line["id"], url=line["url"] or "", html=line["html"], text=line.get("text") or ""
            )


def pages_of(*names: str) -> tuple[Page, ...]:
    """Return the pages of some sets, as fetched now."""
    now = datetime.now(UTC)
    return tuple(page.as_page(now) for name in names for page in labelled_pages(name))


def trafilatura_alone(html: str, url: str) -> Document | None:
    """Read a page with the peer: trafilatura, comments off, tables and metadata on."""
    found = bare_extraction(
        html, url=url or None, include_comments=False, include_tables=True, with_metadata=True
    )
    return found if isinstance(found, Document) else None
