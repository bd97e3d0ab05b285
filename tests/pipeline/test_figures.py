"""What the pages of a source give, in figures."""

from collections.abc import Iterable
from datetime import date

from pipeline.figures import Day, PageFigures, figures_of
from pipeline.items import Fate, Flag, Missed, Rejected, Removed
from tests.storage.builders import article, entry

TODAY = date(2025, 8, 12)
MENU = "Home\n\nWorld and politics\n\nSign in to read more"


def residues(pages: Iterable[PageFigures]) -> list[int]:
    """The residue of each page by those before it."""
    met: dict[int, int] = {}
    found = []
    for page in pages:
        found.append(page.residue(met))
        met |= {line: met.get(line, 0) | page.bit for line in page.lines}
    return found


def page(number: int, text: str, source: str = "gazette") -> PageFigures:
    return figures_of(article(f"a{number}", text=text), source=source)


def test_an_article_counts_with_its_text_its_cuts_and_what_it_names() -> None:
    removed = [
        Removed(line=line, rule=rule, text="") for line, rule in enumerate(("headline", "ad-slot", "share"))
    ]

    figures = figures_of(
        article(text="A\n\nB", removed=tuple(removed), authors=("Ana Ruiz",)), source="gazette"
    )

    assert (figures.fate, figures.characters, figures.lines_cut) == (None, 4, 2)
    assert (figures.is_dated, figures.is_signed, len(figures.lines)) == (True, True, 2)


def test_a_page_without_an_article_counts_with_its_fate_and_cuts_and_not_with_its_text() -> None:
    removed = (Removed(line=0, rule="ad-slot", text=""),)
    short = Rejected(url="https://a.example/x", fate=Fate.TOO_SHORT, reason="", text="Home", removed=removed)

    figures = figures_of(short, source="gazette")

    assert figures == PageFigures(source="gazette", fate=Fate.TOO_SHORT, lines_cut=1)


def test_a_page_that_never_came_counts_with_its_fate() -> None:
    gone = Missed(entry=entry("a"), fate=Fate.GONE, reason="the server answered 404")

    assert figures_of(gone, source="gazette") == PageFigures(source="gazette", fate=Fate.GONE)


def test_a_teaser_is_a_short_text_whose_publisher_says_that_it_is_not_free() -> None:
    flags = (Flag.PAYWALLED,)
    short = Rejected(url="https://a.example/x", fate=Fate.TOO_SHORT, reason="", flags=flags)

    teasers = [article(text="A short one.", flags=flags), short]
    others = [article(text="A short one."), article(text="A whole text. " * 200, flags=flags)]

    assert all(figures_of(each, source="gazette").is_paywalled for each in teasers)
    assert not any(figures_of(each, source="gazette").is_paywalled for each in others)
    assert Day(day=TODAY).with_page(figures_of(short, source="gazette"), residue=0).paywalled == 1


def test_a_line_is_residue_once_it_stood_in_three_other_articles() -> None:
    pages = [page(number, f"What happened at place {number}.\n\n{MENU}") for number in range(6)]

    assert residues(pages) == [0, 0, 0, 3, 3, 3]


def test_the_same_article_read_again_and_again_is_no_residue() -> None:
    assert residues(page(1, f"What happened.\n\n{MENU}") for _ in range(8)) == [0] * 8


def test_what_two_follow_ups_repeat_is_no_residue() -> None:
    assert residues(page(number, MENU) for number in (1, 2, 3, 1, 2, 3)) == [0] * 6


def test_the_lines_of_another_source_do_not_count() -> None:
    pages = [page(number, MENU, source=f"source-{number}") for number in range(6)]

    assert residues(pages) == [0] * 6


def test_case_accents_and_marks_make_no_other_line_and_a_line_without_words_is_none() -> None:
    pages = [
        page(number, f"{text}\n\n* * *")
        for number, text in enumerate(("Más NOTAS »", "mas notas", "Más notas", "más notas…"))
    ]

    assert residues(pages) == [0, 0, 0, 1]


def test_a_paragraph_that_all_repeat_is_no_line() -> None:
    assert (
        residues(page(number, "They were flown north in the night. " * 8) for number in range(5)) == [0] * 5
    )


def test_a_day_adds_up_its_pages() -> None:
    day = Day(day=TODAY)
    for figures in (
        PageFigures(source="gazette", fate=None, characters=100, lines_cut=2, is_dated=True),
        PageFigures(source="gazette", fate=None, characters=50, is_signed=True),
        PageFigures(source="gazette", fate=Fate.TOO_SHORT, lines_cut=1),
    ):
        day = day.with_page(figures, residue=figures.lines_cut)

    assert day == Day(
        day=TODAY,
        pages=3,
        articles=2,
        rejected={"too_short": 1},
        characters=150,
        lines_cut=3,
        residue=3,
        undated=1,
        unsigned=1,
    )
