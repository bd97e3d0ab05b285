"""Values with everything filled in, so that a test names only what it is about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline.facts import Fact, Facts, Mechanism, Stage
from pipeline.items import (
    Article,
    Channel,
    ChannelKind,
    Decision,
    Entry,
    Fate,
    Judgement,
    Origin,
    Page,
    Poll,
    Precision,
    Source,
    Stamp,
    Validators,
)
from pipeline.linking.fingerprints import text_hash
from pipeline.urls import url_key
from storage import Corpus
from storage.articles import Articles
from storage.frontier import RunFrontier
from storage.runs import RunLog

NOON = datetime(2025, 8, 12, 12, 0, tzinfo=UTC)
FEED = Channel(url="https://gazette.example.org/rss", kind=ChannelKind.FEED, source="gazette")
GAZETTE = Source(name="gazette", feeds=(FEED.url,))
WANTED = Judgement(watch="cartel-extraditions", score=0.9, relevant=True, reasons=("handed over",))
UNWANTED = Judgement(watch="cartel-extraditions", score=0.1, relevant=False)

_SAID = "Mexico handed over two men of «Los Ñandúes»."
SAID = Facts(
    mechanism=Fact(Mechanism.TRANSFER, "handed over", _SAID),
    stage=Fact(Stage.CARRIED_OUT, "handed over", _SAID),
    from_country=Fact("MX", "Mexico", _SAID),
    count=Fact(2, "two men", _SAID),
    names=(Fact("Ana Núñez", "Núñez", "Núñez was one of them."),),
    groups=(Fact("Los Ñandúes", "«Los Ñandúes»", _SAID),),
)


class Clock:
    """A clock that a test sets."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **duration: float) -> None:
        self.at += timedelta(**duration)


def stamp(at: datetime, precision: Precision = Precision.SECOND) -> Stamp:
    return Stamp(at=at, precision=precision, origin=Origin.FEED, raw=at.isoformat())


def entry(path: str = "a", **changes: Any) -> Entry:
    url = f"https://gazette.example.org/{path}"
    return replace(
        Entry(url=url, source="gazette", channel=ChannelKind.FEED, title=f"Title {path}"), **changes
    )


def poll(*entries: Entry, at: datetime = NOON, **changes: Any) -> Poll:
    answer = Poll(channel=FEED, at=at, status=200, entries=entries, validators=Validators(etag='"1"'))
    return replace(answer, **changes)


def article(path: str = "a", **changes: Any) -> Article:
    url = changes.pop("url", f"https://gazette.example.org/{path}")
    text = changes.setdefault("text", f"Two men were handed over at {path}.")
    changes.setdefault("text_hash", text_hash(text))
    plain = Article(
        url=url,
        url_key=url_key(url),
        source="gazette",
        channel=ChannelKind.FEED,
        title=f"Title {path}",
        text=text,
        text_hash="",
        language="en",
        published=stamp(NOON),
        seen_at=NOON,
        judgements=(WANTED,),
    )
    return replace(plain, **changes)


def page(path: str = "a", body: bytes = b"<p>Two men</p>", at: datetime = NOON) -> Page:
    return Page(
        entry=entry(path),
        url=entry(path).url,
        body=body,
        content_type="text/html; charset=utf-8",
        fetched_at=at,
    )


def decision(fate: Fate = Fate.NEW, **changes: Any) -> Decision:
    return replace(Decision(fate=fate, rule="test", keep=True), **changes)


def store(corpus: Corpus, *articles: Article, fate: Fate = Fate.NEW, **changes: Any) -> list[int]:
    """Store the articles in one transaction."""
    keeper = Articles(corpus)
    with corpus.write():
        return [keeper.store(one, decision(fate, **changes)) for one in articles]


def frontier(corpus: Corpus, clock: Clock | None = None, **changes: Any) -> RunFrontier:
    """Start a run and return its frontier."""
    run_id = start_run(corpus)
    return RunFrontier(corpus, run_id, now=clock or Clock(), **{"max_age_days": 14, **changes})


def start_run(corpus: Corpus, at: datetime = NOON) -> int:
    return RunLog(corpus).start(at=at, version="0.1.0", config_hash="abc", sources=["gazette"])
