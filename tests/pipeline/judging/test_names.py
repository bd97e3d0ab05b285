"""The ways in which papers write a name. The people are those of the built-in watch."""

import pytest

from pipeline.judging.loading import builtin_watches
from pipeline.judging.plain import article_from_text
from pipeline.judging.watch import explain

(WATCH,) = builtin_watches()


def persons(text: str) -> set[str]:
    explanation = explain(article_from_text(title="", text=text, language="es"), WATCH)
    return {
        each.name for sentence in explanation.sentences for each in sentence.found if each.concept == "person"
    }


@pytest.mark.parametrize(
    "written",
    [
        "Ismael Zambada García",
        "ISMAEL ZAMBADA GARCIA",
        "Ismael 'El Mayo' Zambada García",
        "Ismael «Mayo» Zambada",
        "El Mayo Zambada",
        "Mayo Zambada",
        "el capo Ismael Zambada",
        "el capo Zambada García",
    ],
)
def test_a_person_is_found_however_the_name_is_written(written: str) -> None:
    assert persons(f"Hablaron de {written} ayer.") == {"Ismael Zambada García"}


@pytest.mark.parametrize("written", ["Z-40", "Z40", "Z 40", "El Z40"])
def test_a_nickname_with_a_number_is_found_with_its_hyphen_and_without(written: str) -> None:
    assert persons(f"Detuvieron a {written} ayer.") == {"Miguel Ángel Treviño Morales"}


@pytest.mark.parametrize("written", ["Servando Gómez", "Pedro Inzunza", "El Mayo", "Fito", "la señora"])
def test_a_name_that_others_bear_too_does_not_count_alone(written: str) -> None:
    assert persons(f"{written} abrió una panadería en Lima.") == set()
