"""The order of all steps, on one screen: read(page) -> article or rejection; place(article) -> decision."""

from collections.abc import Sequence
from dataclasses import replace

from pipeline.items import Article, Page, Rejected, Source
from pipeline.judging.evidence import Part
from pipeline.judging.facts import facts_of
from pipeline.judging.watch import Watch, verdicts
from pipeline.linking.fingerprints import text_hash
from pipeline.linking.place import place
from pipeline.linking.sketch import sketch_of
from pipeline.reading.page import Reading, reading_of
from pipeline.urls import url_key

__all__ = ["place", "read"]


def read(page: Page, *, source: Source, watches: Sequence[Watch]) -> Article | Rejected:
    """Read, judge and fingerprint one page. Pure and CPU-bound: runs in a worker process."""
    reading = reading_of(page, timezone=source.timezone, language=source.language)
    if reading.fate is not None:
        return Rejected(
            url=page.url,
            fate=reading.fate,
            reason=reading.reason,
            text=reading.text,
            title=reading.title,
            flags=reading.flags,
            removed=reading.removed,
        )
    article = _article(page, reading)
    return judged(article, watches)


def judged(article: Article, watches: Sequence[Watch]) -> Article:
    """Return the article with the judgement of every watch, and its facts where one of concepts wants it.

    What no watch wants has them too if it tells of moving somebody: a person may know better than the rules.
    """
    found = verdicts(article, watches)
    wanted = [each for each in found if each.judgement.relevant]
    telling = [each for each in found if each.finding and each.finding.shows[Part.TRANSFER] > 0]
    finding = next((each.finding for each in wanted or telling if each.finding), None)
    return replace(
        article,
        judgements=tuple(each.judgement for each in found),
        facts=facts_of(finding, article.language) if finding else None,
    )


def _article(page: Page, reading: Reading) -> Article:
    removed = [line.text for line in reading.removed]
    sketch = sketch_of(reading.title, reading.text, authors=reading.authors, removed=removed)
    return Article(
        url=page.url,
        url_key=url_key(page.url),
        canonical_url=reading.canonical_url,
        source=page.entry.source,
        channel=page.entry.channel,
        title=reading.title,
        standfirst=reading.standfirst,
        text=reading.text,
        text_hash=text_hash(reading.text),
        language=reading.language,
        authors=reading.authors,
        published=reading.published,
        modified=reading.modified,
        seen_at=page.fetched_at,
        flags=reading.flags,
        removed=reading.removed,
        sketch=sketch,
    )
