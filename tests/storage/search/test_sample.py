"""A sample is the same for the same seed, and hardly another when articles arrive; words stand out by article."""

from storage import Corpus
from tests.storage.builders import article, store


def _ids(corpus: Corpus, number: int = 20, seed: int = 0) -> list[int]:
    return [hit.id for hit in corpus.sample("handed", number=number, seed=seed).articles]


def test_a_sample_is_the_same_for_the_same_seed_and_another_for_another(corpus: Corpus) -> None:
    store(corpus, *(article(f"a{number}") for number in range(60)))

    assert _ids(corpus) == _ids(corpus)
    assert _ids(corpus, seed=1) != _ids(corpus)
    assert _ids(corpus, number=5) == _ids(corpus)[:5]
    assert corpus.sample("handed", number=5).count == 60


def test_what_arrives_later_takes_no_more_places_than_it_is(corpus: Corpus) -> None:
    store(corpus, *(article(f"a{number}") for number in range(60)))
    before = _ids(corpus)

    store(corpus, *(article(f"b{number}") for number in range(3)))

    assert len(set(before) - set(_ids(corpus))) <= 3


def test_a_sample_marks_its_matches_and_leaves_out_what_was_not_found(corpus: Corpus) -> None:
    store(corpus, article("a"), article("b", text="Nothing of that"))

    (hit,) = corpus.sample("handed", number=9).articles

    assert "\x02handed\x03" in hit.snippet
    assert corpus.sample("", number=9).articles == ()


def test_the_words_that_stand_out_are_counted_by_article_without_stop_words(corpus: Corpus) -> None:
    capo = "El capo dijo que el capo Zambada fue extraditado según la fiscalía"
    store(
        corpus,
        *(article(f"a{number}", text=f"{capo} {number}", language="es") for number in range(4)),
        *(article(f"b{number}", text=f"El alcalde dijo {number}", language="es") for number in range(9)),
    )

    found = corpus.top_words("extraditado", number=3)

    assert (found.count, found.looked_at) == (4, 4)
    assert sorted(found.words) == [("capo", 4), ("fiscalía", 4), ("zambada", 4)]
    assert corpus.top_words("extradit* zambada", number=3).words == (("capo", 4), ("fiscalía", 4))
