"""Article -> its place in the corpus: seen again, revised, copied, new, or off topic."""

from pipeline.items import Article, ChannelKind, Decision, Fate
from pipeline.protocols import Seen
from pipeline.words import words

__all__ = ["place"]


def place(article: Article, *, seen: Seen, keep_all: bool) -> Decision:
    """Decide where an article goes; the first rule that holds decides.

    ``keep_all`` stores off-topic articles too; an imported article is always kept.
    """
    stored = seen.at_address(article.url_key)
    if stored is not None:
        same = stored.text_hash == article.text_hash and words(stored.title) == words(article.title)
        fate, rule = (
            (Fate.UNCHANGED, "same address and words")
            if same
            else (Fate.REVISION, "same address, other words")
        )
        return Decision(
            fate=fate, rule=rule, keep=True, article_id=stored.article_id, score=1.0 if same else None
        )
    twin = seen.with_text(article.text_hash)
    if twin is not None:
        return Decision(
            fate=Fate.COPY, rule="same words", keep=True, compared_with=twin.article_id, score=1.0
        )
    imported = article.channel is ChannelKind.IMPORT
    if article.is_relevant or imported:
        return Decision(fate=Fate.NEW, rule="imported" if imported else _wanted_by(article), keep=True)
    return Decision(fate=Fate.OFF_TOPIC, rule="no watch wants it", keep=keep_all)


def _wanted_by(article: Article) -> str:
    return ", ".join(f"wanted by {said.watch}" for said in article.judgements if said.relevant)
