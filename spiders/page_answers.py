"""What a page answered: the page, or why there is none."""

from datetime import datetime

from scrapy.http import Response
from twisted.python.failure import Failure

from pipeline.items import Entry, Fate, Missed, Page
from spiders.channel_answers import content_type_of
from spiders.downloads import FETCH_SECONDS
from spiders.holds import retry_after
from spiders.outcomes import trouble_of_failure, trouble_of_page, wish_of
from spiders.politeness import answers_unchanged, validators_from_headers

__all__ = ["page_from_answer", "page_from_failure"]


def page_from_answer(response: Response, entry: Entry, *, at: datetime) -> Page | Missed:
    """Return the page that an announced address answered with, or why the answer is none."""
    took = response.meta.get(FETCH_SECONDS, 0.0)
    if answers_unchanged(response):
        said = "the server says that it has not changed"
        return Missed(entry=entry, fate=Fate.UNCHANGED, reason=said, fetch_seconds=took)
    trouble = trouble_of_page(response)
    if trouble is not None:
        fate, reason = trouble
        retry_at = retry_after(response.headers, now=at)
        return Missed(entry=entry, fate=fate, reason=reason, retry_at=retry_at, fetch_seconds=took)
    return Page(
        entry=entry,
        url=response.url,
        body=response.body,
        content_type=content_type_of(response),
        fetched_at=at,
        fetch_seconds=took,
        validators=validators_from_headers(response.headers, now=at),
    )


def page_from_failure(failure: Failure) -> Missed:
    """Return why there was no answer."""
    cause = failure.value or Exception("unknown failure")
    fate, reason = trouble_of_failure(cause)
    request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it
    return Missed(
        entry=request.cb_kwargs["entry"],
        fate=fate,
        reason=reason,
        retry_at=wish_of(cause),
        fetch_seconds=request.meta.get(FETCH_SECONDS, 0.0),
    )
