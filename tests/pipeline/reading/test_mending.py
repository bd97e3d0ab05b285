"""Structure that extraction misreads is set right first."""

import json

from tests.pipeline.reading.pages import PARAGRAPHS, article_html, page, paragraphs, read


def test_an_article_in_two_elements_is_read_whole():
    first, second, third = (f"<p>{text}</p>" for text in PARAGRAPHS)
    html = f"<html><body><main><article><h1>Handover</h1>{first}{second}</article><div>300x250</div><article>{third}</article></main></body></html>"

    assert read(html).text == "\n\n".join(PARAGRAPHS)


def test_the_teasers_of_other_articles_are_not_taken_for_the_second_half():
    teaser = f'<article><h3><a href="/b">Another story of the day</a></h3><p>{PARAGRAPHS[2]}</p></article>'
    html = (
        f"<html><body><main><article><h1>Handover</h1>{paragraphs()}</article>{teaser}</main></body></html>"
    )

    assert read(html).text == "\n\n".join(PARAGRAPHS)


def test_a_body_in_an_aside_is_the_text():
    html = f"<html><body><h1>Handover of prisoners</h1><div><p>We use cookies.</p></div><aside>{paragraphs()}</aside></body></html>"

    assert read(html).text == "\n\n".join(PARAGRAPHS)


def test_a_text_that_stands_in_the_json_ld_only_is_read_from_there():
    said = {"@type": "NewsArticle", "headline": "Handover", "articleBody": "\n\n".join(PARAGRAPHS * 2)}
    html = f"<html><head><title>Handover</title><script type='application/ld+json'>{json.dumps(said)}</script></head><body><h1>Handover</h1><div id='app'></div></body></html>"

    assert read(html).text == "\n\n".join(PARAGRAPHS * 2)


def test_what_is_visible_wins_over_a_json_ld_body_of_like_length():
    said = {"@type": "NewsArticle", "headline": "Handover", "articleBody": " ".join(PARAGRAPHS * 2)}
    head = f"<script type='application/ld+json'>{json.dumps(said)}</script>"

    assert read(article_html(paragraphs(), head=head)).text == "\n\n".join(PARAGRAPHS)


def test_an_embedded_post_stays_as_a_marked_quote():
    post = '<blockquote class="twitter-tweet"><p>The planes have left.</p>— Security Office (@office) <a href="#">August 12, 2025</a></blockquote>'

    text = read(article_html(paragraphs("", post))).text

    assert text.split("\n\n") == [
        PARAGRAPHS[0],
        "> The planes have left. — Security Office (@office) August 12, 2025",
        *PARAGRAPHS[1:],
    ]


def test_a_page_laid_out_by_tables_is_read_without_its_menu():
    html = (
        "<html><body><table><tr><td><a href='/'>Home</a></td>"
        f"<td><h1>Handover of prisoners</h1>{paragraphs()}</td></tr></table></body></html>"
    )

    assert read(html).text == "\n\n".join(PARAGRAPHS)


def test_a_table_of_figures_stays():
    table = "<table><tr><th>Year</th><th>Prisoners</th></tr><tr><td>2024</td><td>61</td></tr><tr><td>2025</td><td>55</td></tr></table>"

    text = read(article_html(paragraphs("", table))).text

    assert "55" in text
    assert "Prisoners" in text


def test_words_styled_as_blocks_are_parted_and_a_drop_cap_is_not():
    glued = "<p>TOLUCA<span>12 August</span><b>The office</b> said the planes had left before dawn on that day.</p>"
    drop_cap = (
        "<p><span>T</span>he last of them landed in Texas in the afternoon, the same office wrote later.</p>"
    )

    text = read(article_html(paragraphs("", glued, drop_cap))).text

    assert "TOLUCA 12 August The office said" in text
    assert "The last of them landed" in text


def test_a_page_encoded_twice_is_set_right():
    html = article_html(
        "<p>La extradición de México a España costó más de un millón, según el señor fiscal.</p>" * 2
    )

    reading = read(html.encode().decode("cp1252").encode())

    assert reading.text.startswith("La extradición de México a España costó más")


def test_reading_does_not_change_the_page_it_was_given():
    given = page(article_html(paragraphs("<p>970x125</p>")))
    body = bytes(given.body)

    read(body)

    assert given.body == body
