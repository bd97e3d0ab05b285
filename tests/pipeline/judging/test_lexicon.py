"""Terms found in one pass over a sentence."""

from pipeline.judging.lexicon import Concept, Lexicon, Meaning
from pipeline.judging.plain import article_from_text
from pipeline.judging.sentences import sentences

CRIME, GROUP, PLACE = (Meaning(concept) for concept in (Concept.CRIME, Concept.GROUP, Concept.PLACE))


def found(text: str, *terms: tuple[str, Meaning]) -> list[tuple[str, Concept]]:
    (sentence,) = sentences(article_from_text(title=text, text=""))
    spans = [(hit.span(sentence), hit.meaning.concept) for hit in Lexicon(terms).hits(sentence)]
    return [(sentence.text[start:end], concept) for (start, end), concept in spans]


def test_case_accents_and_punctuation_do_not_hide_a_term() -> None:
    terms = ("cartel de sinaloa", GROUP), ("MS-13", GROUP)

    assert found("El CÁRTEL de Sinaloa y la MS-13", *terms) == [
        ("CÁRTEL de Sinaloa", Concept.GROUP),
        ("MS-13", Concept.GROUP),
    ]


def test_a_star_ends_the_beginning_of_any_word_of_a_term() -> None:
    terms = ("extradit*", CRIME), ("reo*", CRIME), ("grupo* criminal*", GROUP)

    assert found("Extraditados: dos reos de grupos criminales", *terms) == [
        ("Extraditados", Concept.CRIME),
        ("reos", Concept.CRIME),
        ("grupos criminales", Concept.GROUP),
    ]


def test_a_term_without_a_star_is_whole_words() -> None:
    assert found("carteles y cartelera", ("cartel", CRIME)) == []


def test_a_term_in_capitals_is_found_in_capitals_only() -> None:
    assert found("They told us that the US asked", ("US", PLACE)) == [("US", Concept.PLACE)]


def test_the_longest_term_wins_and_its_words_are_not_looked_at_again() -> None:
    terms = ("OPEC cartel", PLACE), ("cartel*", CRIME), ("OPEC", GROUP)

    assert found("The OPEC cartel met another cartel", *terms) == [
        ("OPEC cartel", Concept.PLACE),
        ("cartel", Concept.CRIME),
    ]


def test_a_term_of_two_concepts_gives_both() -> None:
    assert found("capos", ("capos", CRIME), ("capos", GROUP)) == [
        ("capos", Concept.CRIME),
        ("capos", Concept.GROUP),
    ]


def test_a_term_that_would_run_past_the_sentence_is_not_found() -> None:
    assert found("Cartel de", ("Cartel de Cali", GROUP)) == []
