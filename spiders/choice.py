"""Which of the channels that were found are taken, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from pipeline.items import ChannelKind
from spiders.discovery import Finding

__all__ = ["Choice", "Judged", "choice", "is_good", "whole_sitemaps"]

_DEAD = timedelta(days=60)
_LISTS_NEWS = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A finding with what is thought of it."""

    finding: Finding
    is_chosen: bool
    verdict: str
    """Why it was chosen, or why not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What was found for a site, what of it is taken, and in which language it is."""

    judged: tuple[Judged, ...]
    language: str

    @property
    def chosen(self) -> tuple[Finding, ...]:
        """The channels taken, in the order in which they were found."""
        return tuple(each.finding for each in self.judged if each.is_chosen)


def choice(findings: Sequence[Finding], *, at: datetime) -> Choice:
    """Choose among what was found; the first finding is the address that was given.

    A feed or sitemap that was given is taken; else one feed, and one news sitemap with it; without both a
    sitemap that is kept up to date; without any the page that was given, if it lists articles.
    """
    options = whole_sitemaps(findings)
    language = _site_language(options)
    reasons = _reasons(options, language=language, at=at)
    judged = tuple(
        Judged(
            finding=option,
            is_chosen=place in reasons,
            verdict=reasons.get(place) or _flaw(option, language=language, at=at) or _NOT_NEEDED,
        )
        for place, option in enumerate(options)
    )
    return Choice(judged=judged, language=language)


def is_good(finding: Finding, *, language: str, at: datetime) -> bool:
    """Tell whether a channel lists articles, in the language wanted, and is alive."""
    return finding.kind is not None and not _flaw(finding, language=language, at=at)


def whole_sitemaps(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings with what the parts of a sitemap index list told of the index.

    News sitemaps stand for themselves, unless their index is one of news.
    """
    found = tuple(findings)
    parts: dict[str, list[Finding]] = {}
    for each in found:
        parts.setdefault(each.candidate.parent, []).append(each)
    whole: list[Finding] = []
    for each in found:
        own = [part for part in parts.get(each.url, ()) if each.is_news_sitemap or not part.is_news_sitemap]
        if not each.candidate.parent or each.is_news_sitemap:
            entries = (*each.entries, *(entry for part in own for entry in part.entries))
            language = each.language or next((part.language for part in own if part.language), "")
            whole.append(replace(each, entries=entries, language=language))
    news_indexes = {each.url for each in whole if each.is_news_sitemap}
    return tuple(each for each in whole if each.candidate.parent not in news_indexes)


def _site_language(options: Sequence[Finding]) -> str:
    languages = [option.language for option in options if option.language]
    first = options[0].language if options else ""
    return first or max(languages, key=languages.count, default="")


_NOT_NEEDED = "not needed"
_FEED = "a feed names headline and time"
_NEWS = "a news sitemap lists all of the last two days"
_SITEMAP = "no feed, but this is kept up to date"
_SECTION = "nothing better, but its links look like articles"


def _reasons(options: Sequence[Finding], *, language: str, at: datetime) -> dict[int, str]:
    """The places of the options that are taken, with the reason."""
    given = options[0]
    if given.kind in {ChannelKind.FEED, ChannelKind.SITEMAP}:
        return {0: "it is what was given"} if given.entries else {}
    good = [place for place, option in enumerate(options) if is_good(option, language=language, at=at)]
    feeds = [place for place in good if options[place].kind is ChannelKind.FEED]
    feeds.sort(key=lambda place: not _is_below(options[place].url, given.url))
    news = [place for place in good if options[place].is_news_sitemap]
    taken = dict.fromkeys(feeds[:1], _FEED) | dict.fromkeys(news[:1], _NEWS)
    if taken:
        return taken
    for place in good:
        option = options[place]
        newest_at = option.newest_at
        if option.kind is ChannelKind.SITEMAP and newest_at and at - newest_at < _LISTS_NEWS:
            return {place: _SITEMAP}
    return {0: _SECTION} if 0 in good else _last_resort(options, language=language)


def _last_resort(options: Sequence[Finding], *, language: str) -> dict[int, str]:
    """A feed that says nothing new, where there is nothing else: some offices seldom have news."""
    for place, option in enumerate(options):
        if option.kind is ChannelKind.FEED and option.entries and not _is_foreign(option, language):
            return {place: f"nothing newer was found; its newest entry is of {option.newest_at:%Y-%m-%d}"}
    return {}


def _flaw(finding: Finding, *, language: str, at: datetime) -> str:
    """What speaks against a finding; empty when nothing does."""
    if finding.trouble:
        return finding.trouble
    if not finding.entries:
        return "lists nothing"
    if _is_foreign(finding, language):
        return f"in another language ({finding.language})"
    newest_at = finding.newest_at
    if newest_at and at - newest_at > _DEAD:
        return f"nothing new since {newest_at:%Y-%m-%d}"
    return ""


def _is_foreign(finding: Finding, language: str) -> bool:
    return bool(language and finding.language) and finding.language != language


def _is_below(url: str, page_url: str) -> bool:
    folder = urlsplit(page_url).path.rstrip("/")
    return bool(folder) and urlsplit(url).path.startswith(f"{folder}/")
