"""The values that flow through Tearsheet: frozen, keyword-only, every field with its format.

    Source -> Channel -> Entry -> Page -> Article | Rejected -> Decision

Every datetime in here is aware and in UTC.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from pipeline.facts import Facts
from pipeline.linking.sketch import Sketch
from pipeline.linking.ties import Links

__all__ = [
    "Article",
    "Channel",
    "ChannelKind",
    "Decision",
    "Entry",
    "Fate",
    "Flag",
    "Judgement",
    "Missed",
    "Origin",
    "Page",
    "Poll",
    "Precision",
    "Rejected",
    "Removed",
    "RobotsFile",
    "Source",
    "Stamp",
    "Validators",
]


class ChannelKind(StrEnum):
    """One way an article reaches us; the first three are ways in which a source announces articles."""

    FEED = "feed"
    SITEMAP = "sitemap"
    SECTION = "section"
    DIRECT = "direct"
    """Asked for by address: ``collect --url`` or ``--recheck``."""
    IMPORT = "import"


class Fate(StrEnum):
    """What became of one discovered URL in one run. Exactly one per URL and run."""

    NEW = "new"
    REVISION = "revision"
    UNCHANGED = "unchanged"
    KNOWN = "known"
    COPY = "copy"
    NEAR_COPY = "near_copy"
    OFF_TOPIC = "off_topic"
    PENDING = "pending"
    TOO_OLD = "too_old"
    NOT_ARTICLE = "not_article"
    TOO_SHORT = "too_short"
    CONSENT_WALL = "consent_wall"
    BLOCKED = "blocked"
    ROBOTS = "robots"
    GONE = "gone"
    FORGOTTEN = "forgotten"
    TOO_LARGE = "too_large"
    NOT_HTML = "not_html"
    UNSAFE = "unsafe"
    REDIRECT_LOOP = "redirect_loop"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    HTTP_ERROR = "http_error"
    PARSE_ERROR = "parse_error"

    @property
    def is_passing(self) -> bool:
        """The URL failed, or was left, for a reason that may be gone at the next run."""
        return self in _PASSING

    @property
    def is_error(self) -> bool:
        """The page could not be had, or not be read, though neither we nor its publisher decided so."""
        return self in _ERRORS


_PASSING = frozenset(
    {Fate.PENDING, Fate.BLOCKED, Fate.ROBOTS, Fate.TIMEOUT, Fate.UNREACHABLE, Fate.HTTP_ERROR},
)
_ERRORS = frozenset(
    {
        Fate.BLOCKED,
        Fate.TOO_LARGE,
        Fate.UNSAFE,
        Fate.REDIRECT_LOOP,
        Fate.TIMEOUT,
        Fate.UNREACHABLE,
        Fate.HTTP_ERROR,
        Fate.PARSE_ERROR,
    }
)


class Precision(StrEnum):
    """How much of a time is known."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"
    UNKNOWN = "unknown"


class Origin(StrEnum):
    """Where a published time was read, in falling order of trust."""

    JSON_LD = "json-ld"
    META = "meta"
    FEED = "feed"
    SITEMAP = "sitemap"
    URL = "url"
    TEXT = "text"
    UNKNOWN = "unknown"


class Flag(StrEnum):
    """A marked property of an article's text."""

    PAYWALLED = "paywalled"
    """The text is the teaser before a paywall."""
    WITHDRAWN = "withdrawn"
    TRUNCATED = "truncated"


_ISO_LENGTH = {Precision.MINUTE: 16, Precision.DAY: 10, Precision.MONTH: 7}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A time the publisher gave, with what is known of it."""

    at: datetime | None = None
    """UTC; a day or month stands for its first instant as the publisher wrote it, whatever its zone."""
    precision: Precision = Precision.UNKNOWN
    origin: Origin = Origin.UNKNOWN
    raw: str = ""
    """The text the time was read from."""
    day: date | None = None
    """The day as the publisher wrote it, in the publisher's own zone: what stands under the headline."""

    def __bool__(self) -> bool:
        return self.at is not None

    def iso(self) -> str | None:
        """ISO 8601 cut to the precision: ``2025-08-12`` for a day, None when unknown."""
        if self.at is None:
            return None
        text = self.at.strftime("%Y-%m-%dT%H:%M:%S")
        length = _ISO_LENGTH.get(self.precision)
        if length is None:
            return text + "Z"
        return text[:length] + ("Z" if self.precision is Precision.MINUTE else "")


UNKNOWN_TIME = Stamp()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A publisher we collect from: one table of sources.toml."""

    name: str
    """Lower-case letters, digits and hyphens; the spider's name."""
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    """Sitemap addresses; one that ends in ``/robots.txt`` stands for the sitemaps it lists."""
    sections: tuple[str, ...] = ()
    article_links: str = ""
    """CSS selector of the links to articles on its section pages; empty means by their shape."""
    next_page: str = ""
    """CSS selector of the link from a section page to the next, with older articles; empty: by its shape."""
    language: str = ""
    """ISO 639-1; a hint, not a filter."""
    timezone: str = "UTC"
    """IANA name, for dates without a zone."""
    tier: int = 2
    """1 wire and official, 2 newspaper, 3 aggregator."""
    every: str = ""
    """Fixed cadence such as ``30 minutes``; empty means adaptive."""
    expect_per_day: tuple[float, float] | None = None
    """Outside this band of articles a day the source is reported."""
    enabled: bool = True
    note: str = ""
    """Why a source is switched off, or what to know of it."""

    @property
    def channels(self) -> "tuple[Channel, ...]":
        """Every channel that the source's table names, feeds first."""
        kinds = (
            (ChannelKind.FEED, self.feeds),
            (ChannelKind.SITEMAP, self.sitemaps),
            (ChannelKind.SECTION, self.sections),
        )
        return tuple(Channel(url=url, kind=kind, source=self.name) for kind, urls in kinds for url in urls)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One feed, sitemap or section page of a source."""

    url: str
    kind: ChannelKind
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a server gave us to ask with next time (RFC 9110, section 13)."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One article that a channel announces."""

    url: str
    """As it is to be fetched: absolute, not normalised."""
    source: str
    channel: ChannelKind
    title: str = ""
    published: Stamp = UNKNOWN_TIME
    modified: Stamp = UNKNOWN_TIME
    authors: tuple[str, ...] = ()
    validators: Validators = Validators()
    """What to ask its page with, where a page that is known is looked at again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """What one channel answered when it was asked."""

    channel: Channel
    at: datetime
    status: int = 0
    """HTTP status; 0 when there was no answer."""
    entries: tuple[Entry, ...] = ()
    validators: Validators = Validators()
    failure: Fate | None = None
    """None when the channel answered with entries or with 304."""
    reason: str = ""
    moved_to: str = ""
    """The address that answered, where every redirect to it says that it is for good (301, 308)."""
    retry_at: datetime | None = None
    """The server asks not to be asked before (Retry-After)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A fetched response, before extraction."""

    entry: Entry
    """What announced it: the URL asked for, and what the channel said of it."""
    url: str
    """The address that answered, after redirects."""
    body: bytes
    content_type: str = ""
    """The Content-Type header, as sent."""
    fetched_at: datetime
    fetch_seconds: float = 0.0
    """From asking for it to its last byte; 0 when it came from a file."""
    validators: Validators = Validators()
    """What the server gave to ask for this page with next time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A URL that gave no page in this run, and why."""

    entry: Entry
    fate: Fate
    """UNCHANGED where the server says that the page is what it was (304)."""
    reason: str
    retry_at: datetime | None = None
    """The server asks not to be asked before (Retry-After)."""
    fetch_seconds: float = 0.0
    """From asking for it to the answer or the failure; 0 when it was not asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsFile:
    """What a host answered when it was asked for its robots.txt."""

    status: int
    """HTTP status; 0 when there was no answer."""
    body: bytes = b""
    """Empty unless the status is 2xx."""
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """One line cut from the text of a page: an entry of the receipt."""

    line: int
    """Its place among the lines that extraction gave, from 0."""
    rule: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Whether an article belongs to a watch, and why."""

    watch: str
    score: float
    """0 to 1."""
    relevant: bool
    """The score reached the watch's threshold."""
    reasons: tuple[str, ...] = ()
    """Each names a concept and the words that showed it."""
    version: str = ""
    """The watch's version, when it judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One publisher's text at one URL, as read."""

    url: str
    """The address fetched."""
    url_key: str
    """Normalised form for equality only (pipeline.urls)."""
    canonical_url: str = ""
    """As the publisher declares it; empty when none or not to be trusted."""
    source: str
    channel: ChannelKind
    external_id: str = ""
    """The ``id`` of an imported record."""
    title: str
    standfirst: str = ""
    text: str
    """Paragraphs joined by blank lines: no headline, no standfirst, no clutter."""
    text_hash: str
    """Hash of the folded text (pipeline.linking.fingerprints); equal for exact duplicates."""
    language: str = ""
    """ISO 639-1; empty when unknown."""
    authors: tuple[str, ...] = ()
    published: Stamp = UNKNOWN_TIME
    modified: Stamp = UNKNOWN_TIME
    seen_at: datetime
    """When we fetched it."""
    flags: tuple[Flag, ...] = ()
    removed: tuple[Removed, ...] = ()
    """The receipt: every line cut."""
    judgements: tuple[Judgement, ...] = ()
    facts: Facts | None = None
    """What it says of the move; None where only a query wants it. A corpus keeps those of what is wanted."""
    sketch: Sketch | None = None
    """What linking needs of it; ``place`` makes it where it is missing."""

    @property
    def is_relevant(self) -> bool:
        """Some watch wants it."""
        return any(judgement.relevant for judgement in self.judgements)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A page that is not an article we can keep, and why."""

    url: str
    fate: Fate
    reason: str
    text: str = ""
    """What was found all the same."""
    title: str = ""
    flags: tuple[Flag, ...] = ()
    removed: tuple[Removed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Where an article goes in the corpus, and by which rule."""

    fate: Fate
    rule: str
    """Short name of the rule, for ``why``."""
    keep: bool
    article_id: int | None = None
    """The stored article at the same address, for UNCHANGED and REVISION."""
    compared_with: int | None = None
    """The stored article whose text decided, for COPY and NEAR_COPY."""
    score: float | None = None
    reasons: tuple[str, ...] = field(default=())
    links: Links | None = None
    """What ties it to other articles; None for UNCHANGED."""
