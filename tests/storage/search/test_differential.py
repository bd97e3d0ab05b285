"""Two answers to one question, the corpus's and the tree's applied to each article, are the same."""

import pytest
from sqlalchemy import text

from benchmarks.chance import Chance
from benchmarks.differential import differences, refused
from storage import Corpus


@pytest.mark.both_databases
@pytest.mark.parametrize("seed", range(4))
def test_random_trees_find_in_the_corpus_what_they_match_one_by_one(corpus: Corpus, seed: int) -> None:
    assert list(differences(corpus, Chance(seed), queries=100)) == []


def test_a_difference_is_seen(corpus: Corpus) -> None:
    with corpus.write() as connection:
        connection.execute(text("DROP TRIGGER article_text_inserted"))

    found = list(differences(corpus, Chance(0), queries=20))

    assert found
    assert all(each.only_python or each.only_corpus for each in found)


def test_whatever_is_typed_is_understood_or_refused_where_it_stands() -> None:
    chance = Chance(1)

    refusals = [refused(chance.typed()) for _ in range(5000)]

    assert 500 < sum(refusals) < 4500
