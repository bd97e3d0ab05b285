"""What stands in the way of the text goes, and only that."""

import pytest

from tests.pipeline.reading.pages import PARAGRAPHS, article_html, paragraphs, read

SLOTS = (
    "970x125",
    "300 x 250",
    "728×90",
    "(300x600)",
    "Advertisement",
    "ADVERTISEMENT",
    "Publicidad",
    "- Anuncio -",
)
WRAPPERS = ("<p>{}</p>", "{}", '<div id="div-gpt-ad-1"><p>{}</p></div>', "<div><span>{}</span></div>")


@pytest.mark.parametrize("slot", SLOTS)
@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_an_ad_slot_before_between_and_after_the_paragraphs_leaves_exactly_the_paragraphs(slot, wrapper):
    clutter = wrapper.format(slot)

    reading = read(article_html(paragraphs(clutter, clutter, clutter, clutter)))

    assert reading.text == "\n\n".join(PARAGRAPHS)


def test_a_line_made_to_hold_up_the_rules_does_not():
    line = ("x" + "." * 25) * 13 + "q"

    assert line in read(article_html(paragraphs("", f"<p>{line}</p>"))).text


def test_a_slot_after_a_line_break_leaves_its_paragraph_whole():
    html = article_html(f"<p>{PARAGRAPHS[0]}<br>970x125</p><p>{PARAGRAPHS[1]}</p><p>{PARAGRAPHS[2]}</p>")

    assert read(html).text == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    "line",
    [
        "Lea también: Cae el operador de un grupo rival",
        "Te puede interesar: Las rutas del norte",
        "Read more: The prisoners who were flown north",
        "Sign up for our newsletter to get the day's stories.",
        "Suscríbete a nuestro boletín y recibe las noticias en tu correo.",
        "Story continues below advertisement",
        "La nota continúa después de la publicidad",
    ],
)
def test_a_promotion_between_paragraphs_is_cut_and_stands_in_the_receipt(line):
    reading = read(article_html(paragraphs("", f"<p>{line}</p>")))

    assert reading.text == "\n\n".join(PARAGRAPHS)
    assert line in [removed.text for removed in reading.removed]


@pytest.mark.parametrize(
    "line",
    [
        "The seizure included a banner of 970x125 centimetres and a print of 300x250 dots.",
        "Read more than 400 pages of testimony before the hearing, the judge told both sides.",
        "Reporting by local journalists led to the arrests, the prosecutor said on Monday.",
        "He signed up for the witness programme in 2019 and moved to another state.",
        "Publicidad engañosa fue el cargo que la fiscalía retiró antes de la audiencia.",
        "The advertisement ran for two days in a border paper.",
        "Thank you.",
        "Gracias.",
        "The pilot was flown to Texas on Tuesday, the ministry said. (AP)",
        "El piloto fue trasladado a Texas el martes, informó la secretaría. (EFE)",
        "Más de 400 páginas de testimonio.",
        "Updated rules let a judge decide within ten days of the request.",
        "Sources: three officials who were not allowed to speak.",
        "Copyright cases were the lawyer's trade before she took this one.",
        "Photo evidence showed the convoy at the gate.",
        "Click of a lock, steps in the yard, then nothing: that was the night of the transfer.",
        "“Más información no daremos”, dijo el vocero al cerrar la puerta.",
        "Share prices of the carrier fell after the flights became known.",
        "By noon the planes had crossed the border, and nobody had said a word.",
        "Follow the money, the prosecutor told the jury, and you will find the harbour.",
        "See also the ruling of 2019, which the defence cited at length in its filing to the court this week.",
    ],
)
def test_a_sentence_that_holds_the_words_of_clutter_stays(line):
    reading = read(article_html(paragraphs("", f"<p>{line}</p>")))

    assert line in reading.text.split("\n\n")


def test_the_receipt_and_the_text_together_are_what_was_extracted():
    reading = read(article_html(paragraphs("<p>970x125</p>", "<p>Advertisement</p>")))

    kept = iter(reading.text.split("\n\n"))
    removed = {cut.line: cut.text for cut in reading.removed}
    lines = [removed[place] if place in removed else next(kept) for place in range(len(removed) + 3)]

    assert [cut.rule for cut in reading.removed] == ["headline", "ad-slot", "ad-label"]
    assert lines == [
        "Mexico hands over 26 prisoners",
        "970x125",
        PARAGRAPHS[0],
        "Advertisement",
        PARAGRAPHS[1],
        PARAGRAPHS[2],
    ]


def test_quotes_lists_and_subheadings_are_kept_as_paragraphs():
    extras = (
        "<blockquote><p>“Nobody told us,” said the sister of one of them.</p></blockquote>",
        "<h2>Three airports</h2><ul><li>Toluca, with ten prisoners on board</li><li>Monterrey, with nine</li></ul>",
    )

    text = read(article_html(paragraphs("", *extras))).text

    assert text.split("\n\n") == [
        PARAGRAPHS[0],
        "“Nobody told us,” said the sister of one of them.",
        PARAGRAPHS[1],
        "Three airports",
        "Toluca, with ten prisoners on board",
        "Monterrey, with nine",
        PARAGRAPHS[2],
    ]


CLUTTER_CASES = (
    "clutter-adsize-paragraphs",
    "clutter-adsize-tail-text",
    "clutter-adsize-legit-kept",
    "clutter-ad-label-en",
    "clutter-newsletter",
    "clutter-copyright-line",
    "clutter-hidden-elements",
    "clutter-ins-noscript",
    "clutter-caption-paragraph",
    "extract-short-twice",
    "extract-split-body",
    "extract-layout-table",
    "extract-words-glued",
)


@pytest.mark.parametrize("case_id", CLUTTER_CASES)
def test_a_known_failure_of_extraction_does_not_happen(case_id, cases):
    case = cases[case_id]

    text = " ".join(read(case["input"]["html"], url=case["input"]["url"]).text.split())

    assert [absent for absent in case["expect"].get("text_absent", ()) if absent in text] == []
    places = [text.find(" ".join(present.split())) for present in case["expect"].get("text_present", ())]
    assert -1 not in places
    assert places == sorted(places)
    for sentence, count in case["expect"].get("count", {}).items():
        assert text.count(sentence) == count
