"""Articles cut into sentences whose words can be pointed at."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.judging.plain import article_from_text
from pipeline.judging.sentences import Place, sentences
from pipeline.words import words


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("One. Two! Three? ¿Cuatro?", ["One.", "Two!", "Three?", "¿Cuatro?"]),
        ("The U.S. Justice Department spoke. So did Rosa A. Mora.", None),
        ("El gobierno de EE. UU. Sí pidió. La Sra. Peña no.", None),
        ("He said “no.” Then he left.", ["He said “no.”", "Then he left."]),
        ("It cost 26.5 million. 26 men left.", ["It cost 26.5 million.", "26 men left."]),
        ("A list\nof lines\n\nand more", ["A list", "of lines", "and more"]),
        ("no end", ["no end"]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, pieces: list[str] | None) -> None:
    found = [sentence.text for sentence in sentences(article_from_text(title="", text=text))]

    assert found == pieces if pieces else len(found) == 2


def test_each_sentence_knows_its_place() -> None:
    article = replace(article_from_text(title="Head", text="One. Two. Three."), standfirst="Below. It.")

    places = [(sentence.place, sentence.label) for sentence in sentences(article)]

    assert places == [
        (Place.HEADLINE, "headline"),
        (Place.STANDFIRST, "standfirst"),
        (Place.STANDFIRST, "standfirst"),
        (Place.LEAD, "sentence 1"),
        (Place.LEAD, "sentence 2"),
        (Place.BODY, "sentence 3"),
    ]


def test_words_written_with_combining_marks_are_whole_words() -> None:
    (sentence,) = sentences(article_from_text(title=unicodedata.normalize("NFD", "Cártel de Núñez"), text=""))

    assert sentence.words == ("cartel", "de", "nunez")
    assert [sentence.text[start:end] for start, end in sentence.spans] == ["Cártel", "de", "Núñez"]


@example("0\u0332 a\u0332b")
@given(st.text())
def test_no_word_of_a_text_is_lost_or_made_up(text: str) -> None:
    found = sentences(article_from_text(title="", text=text))

    seen = " ".join(word for sentence in found for word in sentence.words)
    assert seen.replace(" ", "") == "".join(words(unicodedata.normalize("NFC", text)))


def test_a_long_run_of_stops_costs_no_more_than_its_length() -> None:
    assert len(sentences(article_from_text(title="", text="." * 300_000 + "a"))) == 1
