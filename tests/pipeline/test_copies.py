"""Which stored articles are worth reading beside a text, by the passages that they share."""

import pytest

from pipeline.linking.copies import candidates


def test_clusters_are_compared_by_how_many_passages_are_their_own() -> None:
    # Articles 1 and 2 are one cluster; 3 shares one passage with it, which is half its own.
    sharing = {10: (1,), 11: (1, 2), 12: (1, 3), 13: (1, 2)}

    first, second = candidates(range(8), sharing, {1: 1, 2: 1, 3: 3})

    assert [first.article_id, second.article_id] == [1, 2]
    assert (first.cluster, first.shared, first.own) == (1, 4 / 8, 3.5)
    assert (first.rarity, second.rarity) == (pytest.approx(3.5 / 4), 1)


def test_what_shares_one_passage_is_compared_only_with_a_tiny_text() -> None:
    sharing, cluster_of = {10: (1,), 11: (2,)}, {1: 1, 2: 2}

    assert candidates(range(5), sharing, cluster_of) == ()
    assert [each.article_id for each in candidates(range(4), sharing, cluster_of)] == [1, 2]


def test_where_few_passages_are_shared_only_short_articles_are_read_beside_a_text() -> None:
    sharing, cluster_of = {10: (1, 2, 3), 11: (1, 2, 3)}, {1: 1, 2: 2, 3: 3}

    some, few = (candidates(range(passages), sharing, cluster_of)[0] for passages in (16, 32))

    assert (some.most_words(90), few.most_words(90)) == (None, 45)
