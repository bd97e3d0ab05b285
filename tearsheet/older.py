"""The page that a stored article was read from, read again by the rules of the new one."""

from pipeline.errors import RecordError
from pipeline.items import Article, ChannelKind, Entry, Page, Source
from storage.corpus import Corpus
from storage.pages import PageFile

__all__ = ["OlderPages"]


class OlderPages:
    """The kept pages of a corpus; opened when first asked for, only to be read."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def article(self, article_id: int) -> Article | None:
        """Return what today's rules read in the page of an article's newest text, unjudged; some 50 ms.

        None when the page is not kept, is damaged, or has no article in it by today's rules.
        """
        revisions = self._corpus.revisions(article_id)
        if not revisions or revisions[-1].page_id is None or not self._corpus.has_pages:
            return None
        try:
            with PageFile(self._corpus.pages_path) as pages:
                kept = pages.page(revisions[-1].page_id)
        except RecordError:
            return None
        if kept is None:
            return None
        # Seldom needed, and all that reads pages hangs on it: half a second to import.
        from pipeline.steps import read

        # Neither the channel nor the source says what a text is.
        entry = Entry(url=kept.url, source="", channel=ChannelKind.DIRECT)
        page = Page(
            entry=entry,
            url=kept.url,
            body=kept.body,
            content_type=kept.content_type,
            fetched_at=kept.fetched_at,
        )
        found = read(page, source=Source(name=""), watches=())
        return found if isinstance(found, Article) else None
