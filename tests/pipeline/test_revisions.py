"""What changed between two texts of an article, as words, as facts, and as the paper tells it."""

import pytest

from pipeline.revisions.changes import Altered, alterations
from pipeline.revisions.notices import new_notice
from pipeline.revisions.wording import Wording, differences


def marked(before: str, after: str, context: int = 0) -> list[str]:
    passages = differences(_text(before), _text(after))
    return [(each.shortened(context) if context else each).marked() for each in passages]


def _text(text: str) -> Wording:
    return Wording(title="", standfirst="", text=text)


def altered(before: str, after: str, language: str = "en") -> list[tuple[str, str, str, str]]:
    passages = differences(_text(before), _text(after))
    found = alterations(passages, before=before, after=after, language=language)
    return [(each.kind, each.before, each.after, each.of) for each in found]


def test_only_changed_paragraphs_are_told_word_by_word() -> None:
    before = "All 26 of them left at dawn.\n\nNobody spoke.\n\nThe planes were grey."
    after = "All 29 of them left at dawn.\n\nNobody spoke.\n\nThe planes were grey and loud."

    assert marked(before, after) == [
        "All [-26-]{+29+} of them left at dawn.",
        "The planes were [-grey.-]{+grey and loud.+}",
    ]


def test_a_paragraph_that_is_new_or_gone_is_told_by_itself() -> None:
    before = "All 26 of them left at dawn.\n\nNobody spoke at the gates of the prison."
    added = "Correction: They were 29, not 26, as the ministry said later."

    assert marked(before, f"{before}\n\n{added}") == [f"{{+{added}+}}"]
    assert marked(f"{added}\n\n{before}", before) == [f"[-{added}-]"]
    changed = before.replace("prison.", "jail.")
    assert marked(before, f"{changed}\n\n{added}") == [
        "Nobody spoke at the gates of the [-prison.-]{+jail.+}",
        f"{{+{added}+}}",
    ]


def test_paragraphs_written_anew_are_not_held_against_each_other_word_by_word() -> None:
    before = "The families of the men were told by the radio on the way to work."
    after = "A judge in the north of Texas will hear one of them in May, it was said."

    assert marked(before, after) == [f"[-{before}-]", f"{{+{after}+}}"]


def test_breaks_alone_are_no_change_of_words() -> None:
    assert marked("One two.\n\nThree four.", "One two. Three four.") == []


def test_a_long_paragraph_is_shortened_around_what_changed() -> None:
    words = [f"w{number}" for number in range(40)]
    after = [*words[:20], "new", *words[20:]]

    assert marked(" ".join(words), " ".join(after), context=2) == ["… w18 w19 {+new+} w20 w21 …"]


def test_title_and_standfirst_come_first() -> None:
    before = Wording(title="26 men sent", standfirst="", text="One.")
    after = Wording(title="29 men sent", standfirst="By plane", text="One.")

    passages = differences(before, after)

    assert [(each.field, each.marked()) for each in passages] == [
        ("title", "[-26-]{+29+} men sent"),
        ("standfirst", "{+By plane+}"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "language", "fact"),
    [
        (
            "Mexico flew 26 prisoners north.",
            "Mexico flew 29 prisoners north.",
            "en",
            ("number", "26", "29", "prisoners"),
        ),
        (
            "Salieron 26 presuntos integrantes de cárteles.",
            "Salieron 29 presuntos integrantes de cárteles.",
            "es",
            ("number", "26", "29", "presuntos integrantes"),
        ),
        (
            "Salieron veintiséis presos de Toluca.",
            "Salieron 29 presos de Toluca.",
            "es",
            ("number", "veintiséis", "29", "presos"),
        ),
        ("It cost $1.2 million.", "It cost $1.4 million.", "en", ("number", "1.2", "1.4", "million")),
        (
            "He is called Omar García, they say.",
            "He is called Omar Pérez, they say.",
            "en",
            ("name", "Omar García", "Omar Pérez", ""),
        ),
        (
            "They left on Aug. 12 by air.",
            "They left on Aug. 13 by air.",
            "en",
            ("date", "Aug. 12", "Aug. 13", ""),
        ),
        (
            "Llegaron el martes por la noche.",
            "Llegaron el miércoles por la noche.",
            "es",
            ("date", "martes", "miércoles", ""),
        ),
        (
            "Salió el 12 de agosto de 2024 de Toluca.",
            "Salió el 12 de agosto de 2025 de Toluca.",
            "es",
            ("date", "12 de agosto de 2024", "12 de agosto de 2025", ""),
        ),
        (
            "They are with the mayor.",
            "They are with Ana Núñez, the mayor.",
            "en",
            ("name", "", "Ana Núñez", ""),
        ),
    ],
)
def test_what_changed_is_told_as_a_fact(
    before: str, after: str, language: str, fact: tuple[str, str, str, str]
) -> None:
    assert altered(before, after, language) == [fact]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Twenty-six men left by air.", "26 men left by air."),
        ("They left by air at noon.", "They left by plane at noon."),
        ("The men spoke. They left.", "The men spoke. Everybody left."),
        ("Omar García came with Ana Núñez here.", "Ana Núñez here came with Omar García."),
    ],
    ids=["a number written otherwise", "no fact", "a sentence that opens otherwise", "names moved about"],
)
def test_other_words_for_the_same_are_no_changed_fact(before: str, after: str) -> None:
    assert altered(before, after) == []


def test_a_fact_that_changed_in_several_places_is_told_once_with_what_is_counted() -> None:
    before, after = "All of the 26.\n\nThe 26 prisoners left.", "All of the 29.\n\nThe 29 prisoners left."

    assert altered(before, after) == [("number", "26", "29", "prisoners")]
    assert Altered("number", "26", "29", "men").as_dict() == {
        "kind": "number",
        "before": "26",
        "after": "29",
        "of": "men",
    }


NOTICES = [
    "Correction: There were 18.",
    "CORRECTION (Aug. 12, 2025): There were 18.",
    "Correction, Aug. 12: There were 18.",
    "Correction to this article: There were 18.",
    "Clarification: He was not there.",
    "Editor’s note: He was not there.",
    "Update: He has left.",
    "Updated at 3:15 p.m. ET: He has left.",
    "UPDATE 2-Mexico hands over 18 men",
    "(Corrected) Mexico hands over 18 men",
    "This story has been updated with a comment of the ministry.",
    "An earlier version of this article misstated the number.",
    "Corrección: Fueron 18.",
    "Corrección a la nota: Fueron 18.",
    "Fe de erratas.- Donde dice 20 debe decir 18.",
    "FE DE ERRORES: fueron 18",
    "Rectificación: Fueron 18.",
    "Actualización (14:30): Ya salió.",
    "Actualización del 12 de agosto: Ya salió.",
    "Aclaración: No estuvo ahí.",
    "Nota de la Redacción: No estuvo ahí.",
    "Nota del editor: No estuvo ahí.",
    "Una versión anterior de esta nota decía 20.",
    "Este artículo ha sido actualizado con la respuesta de la Fiscalía.",
]


@pytest.mark.parametrize("notice", NOTICES)
def test_what_the_paper_says_of_its_change_is_quoted(notice: str) -> None:
    assert new_notice("Twenty men left.", f"Eighteen men left.\n\n{notice}") == notice
    assert new_notice(f"Twenty men left.\n\n{notice}", f"Eighteen men left.\n\n{notice}") == ""


@pytest.mark.parametrize(
    "said",
    [
        "The correction facility holds 18 men.",
        "Correction officers moved the men at dawn.",
        "Correction facility: what we know so far",
        "Corrections chief resigns",
        "Updated figures are due on Friday.",
        "Update on the trial: the judge is ill",
        "The report was updated by the police.",
        "This article of the constitution was amended in 1994.",
        "Rectificación del Ejército: no hubo disparos",
        "Aclaración de sentencia: el juez responde",
        "Actualización de precios: sube la gasolina",
        "La corrección de estilo es un oficio.",
        "The ministry asked for a correction: there were 18.",
    ],
)
def test_news_about_corrections_and_updates_are_no_notice(said: str) -> None:
    assert new_notice("Twenty men left.", f"Twenty men left.\n\n{said}") == ""


def test_a_notice_under_a_heading_of_its_own_is_quoted_with_it() -> None:
    assert new_notice("A.", "A.\n\nCorrection\n\nThere were 18.") == "Correction There were 18."


def test_a_notice_that_says_something_else_than_before_is_new() -> None:
    before, after = "A.\n\nUpdate: One has left.", "A.\n\nUpdate: Two have left."

    assert new_notice(before, after) == "Update: Two have left."
