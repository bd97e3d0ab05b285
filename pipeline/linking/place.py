"""Article -> its place in the corpus: seen again, revised, copied, new, or off topic."""

from pipeline.items import Article, ChannelKind, Decision, Fate
from pipeline.linking.credit import credit_of
from pipeline.linking.fingerprints import text_hash
from pipeline.linking.links import links_of
from pipeline.linking.sketch import Sketch, sketch_of
from pipeline.linking.ties import Links
from pipeline.seen import KnownText, Seen
from pipeline.words import words

__all__ = ["by_todays_rules", "place"]


def place(article: Article, *, seen: Seen, keep_all: bool) -> Decision:
    """Decide where an article goes; the first rule that holds decides.

    ``keep_all`` stores off-topic articles too; an imported article is always kept.
    """
    stored = seen.at_address(article.url_key)
    if stored is not None:
        return _again(article, stored)
    twin = seen.with_text(article.text_hash)
    if twin is not None:
        return Decision(
            fate=Fate.COPY,
            rule="same words",
            keep=True,
            compared_with=twin.article_id,
            score=1.0,
            links=Links(copy_of=twin.article_id, score=1.0, credit=_credit(article)),
        )
    links = links_of(
        _sketch(article),
        source=article.source,
        title=article.title,
        language=article.language,
        seen_at=article.seen_at,
        seen=seen,
    )
    if links.copy_of is not None:
        return Decision(
            fate=Fate.NEAR_COPY,
            rule="nearly the same words",
            keep=True,
            compared_with=links.copy_of,
            score=links.score,
            reasons=links.against,
            links=links,
        )
    return _first(article, links, keep_all=keep_all)


def by_todays_rules(decision: Decision, article: Article, before: Article | None) -> Decision:
    """Return what a revision is when its earlier page is read by today's rules too, as far as that is known.

    Where both pages say the same, what changed since are our rules, not the article.
    """
    if before is None or (before.text_hash, words(before.title)) != (article.text_hash, words(article.title)):
        return decision
    return Decision(
        fate=Fate.UNCHANGED,
        rule="same address, the same words by today's rules",
        keep=True,
        article_id=decision.article_id,
        score=1.0,
    )


def _sketch(article: Article) -> Sketch:
    return article.sketch or sketch_of(article.title, article.text, authors=article.authors)


def _credit(article: Article) -> str:
    return article.sketch.credit if article.sketch else credit_of(article.text, authors=article.authors)


def _again(article: Article, stored: KnownText) -> Decision:
    """Place what is already stored at this address."""
    # The hash may have been made by earlier rules: today's decide about both texts.
    same_text = article.text_hash in (stored.text_hash, text_hash(stored.text))
    if same_text and words(stored.title) == words(article.title):
        return Decision(
            fate=Fate.UNCHANGED,
            rule="same address and words",
            keep=True,
            article_id=stored.article_id,
            score=1.0,
        )
    sketch = _sketch(article)
    said = tuple(" ".join(sketch.prose).split(" "))
    return Decision(
        fate=Fate.REVISION,
        rule="same address, other words",
        keep=True,
        article_id=stored.article_id,
        links=Links(words=said, fingerprints=sketch.fingerprints, credit=sketch.credit),
    )


def _first(article: Article, links: Links, *, keep_all: bool) -> Decision:
    """Place what is like nothing stored."""
    imported = article.channel is ChannelKind.IMPORT
    is_wanted = article.is_relevant or imported
    rule = "imported" if imported else _wanted_by(article) or "no watch wants it"
    return Decision(
        fate=Fate.NEW if is_wanted else Fate.OFF_TOPIC,
        rule=rule,
        keep=is_wanted or keep_all,
        reasons=links.against,
        links=links,
    )


def _wanted_by(article: Article) -> str:
    return ", ".join(f"wanted by {said.watch}" for said in article.judgements if said.relevant)
