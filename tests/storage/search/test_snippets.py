"""The words that show why a text was found."""

import random
import sys

import pytest

from pipeline.syntax import Exact, Near, Scope, Sought, Text
from pipeline.words import fold, forms
from storage.search.snippets import snippet


def marked(text: str, *sought: Sought) -> str:
    return snippet(text, sought).replace("\x02", "[").replace("\x03", "]")


def test_a_phrase_is_marked_as_one() -> None:
    assert marked("Entregan a El Mayo hoy", Text(("el", "mayo"))) == "Entregan a [El Mayo] hoy"


def test_a_word_is_marked_in_whatever_case_and_accent_it_stands() -> None:
    assert marked("NÚÑEZ, Nun\u0303ez; nunezes", Text(("nunez",))) == "[NÚÑEZ], [Nun\u0303ez]; nunezes"


def test_the_longer_of_two_matches_is_marked() -> None:
    assert marked("el mayo cae", Text(("el",)), Text(("el", "mayo"))) == "[el mayo] cae"


def test_a_word_sought_in_the_title_is_not_marked_in_the_text() -> None:
    assert marked("capo y jefe", Text(("capo",), Scope.TITLE), Text(("jefe",))) == "capo y [jefe]"


def test_what_stands_near_is_marked_only_where_it_is_near() -> None:
    near = Near(Text(("capo",)), Text(("jef",), prefix=True), 1)

    assert marked("capo a b c jefe a capo", near) == "capo a b c [jefe] a [capo]"


def test_what_is_exact_is_marked_only_as_it_is_written() -> None:
    assert marked("ano, an\u0303o, AÑO: año", Exact(("año",))) == "ano, [an\u0303o], AÑO: [año]"


def test_a_match_cut_by_the_end_of_the_piece_is_left_unmarked() -> None:
    text = "capo " + "x " * 30 + "el mayo"

    assert marked(text, Text(("capo",)), Text(("el", "mayo"))) == "[capo] " + "x " * 30 + "el…"


def test_a_long_text_without_a_match_gives_its_beginning() -> None:
    assert marked("uno dos " * 40) == ("uno dos " * 16).strip() + "…"


def test_line_breaks_become_spaces_and_nothing_gives_nothing() -> None:
    assert marked("uno\n\ndos", Text(("dos",))) == "uno [dos]"
    assert marked("") == ""
    assert marked("¡—!") == "¡—!"


@pytest.mark.parametrize("place", [0, 5, 150, 195, 200, 205, 240, 900])
def test_a_long_text_is_shown_around_its_first_match_wherever_that_is(place: int) -> None:
    words = [f"word{number}" for number in range(1_000)]
    words[place : place + 2] = ["el", "capo"]
    begins = max(place - 8, 0)
    shown = " ".join(words[begins : begins + 32]).replace("el capo", "[el capo]")

    expected = ("…" if begins else "") + shown + "…"
    assert marked(" ".join(words), Text(("el", "capo"))) == expected


@pytest.mark.parametrize("seed", range(40))
def test_the_same_piece_is_shown_of_a_text_with_letters_that_have_their_accents_behind_them(
    seed: int,
) -> None:
    rng = random.Random(seed)  # noqa: S311  # no secret
    vocabulary = (
        "el EL él capo CAPO capó capos El-Mayo mayo Mayo's año ano ß Ünal İpek x_capo 26.5 «el» — \n\n".split(
            " "
        )
    )
    for _ in range(50):
        said = rng.choices(vocabulary, k=rng.randrange(90))
        shown = [rng.choice([Text(("el",)), Text(("el", "mayo")), Text(("capo",)), Text(("ano",))])]
        shown += rng.sample(
            [Text(("el", "cap"), prefix=True), Text(("5",)), Exact(("año",)), Text(("ß",))], k=2
        )
        composed = rng.choice(["", "-", ", "]).join([" ".join(said), "y " * 60])

        # One such letter behind all that is shown lets each word be looked at.
        looked_through = snippet(composed + "s\u0331", shown)

        assert snippet(composed, shown) == looked_through


def test_a_letter_has_every_form_that_folds_to_it() -> None:
    folded = {chr(code): fold(chr(code)) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000}

    for letter, written in forms().items():
        assert sorted(written) == [char for char, plain in folded.items() if plain == letter]
