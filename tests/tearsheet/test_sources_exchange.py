"""`tearsheet sources import` and `export`: lists from feed readers and spreadsheets, and back."""

import csv
import io
import tomllib
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.tearsheet.commands import Desk, Done, complaint

OWN_ONLY = "[collect]\nuse_builtin_sources = false\n"
GAZETTE = '\n[sources.gazette]\nfeeds = ["https://gazette.example/rss"]\nlanguage = "en"\n'
READER = """<?xml version="1.0" encoding="UTF-8"?>

<opml version="1.0"><head><title>My feeds</title></head><body>
<outline text="News" title="News">
  <outline text="América">
    <outline type="rss" text="La Gaceta - Portada" xmlUrl="https://www.lagaceta.example/rss?a=1&amp;b=2" htmlUrl="https://www.lagaceta.example/"/>
    <outline type="rss" text="La Gaceta - Sucesos" xmlUrl="feed://www.lagaceta.example/sucesos" htmlUrl="https://www.lagaceta.example/s"/>
  </outline>
</outline>
<outline text="Oficina de Prensa" xmlUrl="https://feeds.example/oficina" language="es-MX"/>
<outline text="elsewhere" type="link" url="https://link.example/"/>
</body></opml>"""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.configure(OWN_ONLY)
    return desk


def take(desk: Desk, text: str | bytes, name: str, *more: str) -> Done:
    (desk.folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return desk.ask("sources", "import", name, *more)


def tables(desk: Desk) -> dict[str, dict[str, Any]]:
    text = (desk.folder / "tearsheet.toml").read_text(encoding="utf-8")
    return tomllib.loads(text).get("sources", {})


# OPML


def test_the_feeds_of_one_publisher_become_one_source_however_deep_they_stand(desk: Desk) -> None:
    done = take(desk, READER, "feeds.opml")

    assert (done.code, done.err) == (0, "")
    assert tables(desk) == {
        "lagaceta": {
            "feeds": ["https://www.lagaceta.example/rss?a=1&b=2", "http://www.lagaceta.example/sucesos"]
        },
        "oficina-de-prensa": {"feeds": ["https://feeds.example/oficina"], "language": "es"},
    }
    assert "2 sources added to tearsheet.toml, 0 known already, 0 left out." in done.out


def test_slips_that_feed_readers_let_pass_are_mended(desk: Desk) -> None:
    odd = (
        '\ufeff<OPML version="2.0"><body><Outline TEXT="R&D" XMLURL="https://a.example/rss?x=1&y=2"/>'
        '<outline text="B" xmlUrl=" https://b.example/rss "></body></OPML>'
    )

    done = take(desk, odd, "feeds.xml")

    assert done.code == 0
    assert tables(desk) == {
        "r-d": {"feeds": ["https://a.example/rss?x=1&y=2"]},
        "b": {"feeds": ["https://b.example/rss"]},
    }


def test_two_publishers_whose_sites_begin_alike_are_two_sources(desk: Desk) -> None:
    outlines = "".join(
        f'<outline text="The Paper" xmlUrl="https://paper.{end}/rss" htmlUrl="https://paper.{end}/"/>'
        for end in ("mx", "uy")
    )

    take(desk, f"<opml><body>{outlines}</body></opml>", "feeds.opml")

    assert list(tables(desk)) == ["paper", "paper-uy"]


def test_what_cannot_be_taken_is_told_with_its_line_and_costs_nothing_else(desk: Desk) -> None:
    desk.configure(OWN_ONLY + GAZETTE)
    text = (
        '<?xml version="1.0"?>\n\n<opml version="2.0"><body>\n'
        '<outline text="bad" xmlUrl="javascript:alert(1)"/>\n'
        '<outline text="known" xmlUrl="http://www.gazette.example/rss/?utm_source=reader"/>\n'
        '<outline text="Gazette" xmlUrl="https://gazette.example/other"/>\n'
        '<outline text="Good one" xmlUrl="https://good.example/rss"/>\n</body></opml>'
    )

    done = take(desk, text, "feeds.opml", "--json")

    assert done.code == 4
    assert done.json["added"] == [{"name": "good-one", "channels": ["https://good.example/rss"]}]
    assert [(each["line"], each["source"]) for each in done.json["known"]] == [(5, "gazette")]
    assert [each["line"] for each in done.json["bad"]] == [4, 6]
    assert "'javascript:alert(1)' is not an http(s) address" in done.json["bad"][0]["reason"]
    assert "gazette is there already, with other channels" in done.json["bad"][1]["reason"]
    assert list(tables(desk)) == ["gazette", "good-one"]


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<opml><body><outline text="&b;" xmlUrl="https://a.example/&b;"/></body></opml>'
)
OUTSIDE = (
    '<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    '<opml><body><outline text="&x;" xmlUrl="https://a.example/"/></body></opml>'
)


@pytest.mark.parametrize("text", [BOMB, OUTSIDE])
def test_a_file_that_declares_entities_is_refused(desk: Desk, text: str) -> None:
    done = take(desk, text, "feeds.opml")

    assert done.code == 2
    assert "declares XML entities" in complaint(done)
    assert tables(desk) == {}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<html><body>no</body></html>", "is not OPML"),
        ("<", "is not OPML"),
        ("", "is not OPML"),
        ("<opml", "names no feed"),
        ('<opml><body><outline text="x"/></body></opml>', "names no feed"),
    ],
)
def test_what_is_no_opml_is_one_line(desk: Desk, text: str, reason: str) -> None:
    done = take(desk, text, "feeds.opml")

    assert done.code == 2
    assert reason in complaint(done)


def test_outlines_without_end_are_survived(desk: Desk) -> None:
    deep = "<outline text='x'>" * 60_000

    done = take(desk, f"<opml><body><outline text='A' xmlUrl='https://a.example/'/>{deep}", "feeds.opml")

    assert done.code == 0
    assert list(tables(desk)) == ["a"]


def test_exported_opml_has_the_feeds_of_the_sources_that_are_on(desk: Desk) -> None:
    desk.configure(
        OWN_ONLY
        + GAZETTE
        + '\n[sources.off]\nfeeds = ["https://off.example/"]\nenabled = false\n'
        + '\n[sources.mapped]\nsitemaps = ["https://mapped.example/news.xml"]\n'
    )

    done = desk.ask("sources", "export")

    (outline,) = etree.fromstring(done.out.encode()).iter("outline")
    assert dict(outline.attrib) == {
        "type": "rss",
        "text": "gazette",
        "title": "gazette",
        "xmlUrl": "https://gazette.example/rss",
        "language": "en",
    }
    assert done.err == "1 source without a feed left out: OPML lists feeds only; CSV has all.\n"


# CSV


def test_a_spreadsheet_is_read_with_its_own_separator_and_words(desk: Desk) -> None:
    text = (
        "Name;Feeds;Language;Tier;Enabled;Note\r\n"
        'El País;"https://elpais.example/rss\nhttps://elpais.example/rss2";ES;1;sí;"says ""hi"""\r\n'
        "\r\n"
        "reuters;https://reuters.example/rss;;;FALSO;\r\n"
    )

    done = take(desk, text.encode("cp1252"), "list.csv")

    assert done.code == 0
    assert tables(desk) == {
        "el-pais": {
            "feeds": ["https://elpais.example/rss", "https://elpais.example/rss2"],
            "language": "es",
            "tier": 1,
            "note": 'says "hi"',
        },
        "reuters": {"feeds": ["https://reuters.example/rss"], "enabled": False},
    }


@pytest.mark.parametrize("name", ["list.csv", "list.txt", "list"])
def test_a_lone_column_of_addresses_is_enough(desk: Desk, name: str) -> None:
    text = "https://one.example/feed,x;y\n\nhttps://www.two.example/sitemap.xml\nhttps://two.example/robots.txt\n"

    done = take(desk, text, name)

    assert done.code == 0
    assert tables(desk) == {
        "one": {"feeds": ["https://one.example/feed,x;y"]},
        "two": {"sitemaps": ["https://www.two.example/sitemap.xml", "https://two.example/robots.txt"]},
    }


def test_a_column_called_url_is_enough_too(desk: Desk) -> None:
    take(desk, "country,URL\nMX,https://one.example/feed\n", "list.csv")

    assert tables(desk) == {"one": {"feeds": ["https://one.example/feed"]}}


def test_bad_rows_are_told_with_their_lines_and_do_not_stop_the_others(desk: Desk) -> None:
    text = (
        "name,feeds,language,tier,timezone,enabled\n"
        '"two\nlines",,,,,\n'
        "a,https://a.example/rss,english,,,\n"
        "b,https://b.example/rss,,9,,\n"
        "c,https://c.example/rss,,,Mars/Base,\n"
        "d,https://d.example/rss,,,,perhaps\n"
        "e,ftp://e.example/rss,,,,\n"
        "f,https://f.example/rss,,,,,,more\n"
        "g,https://g.example/rss,es,2,UTC,yes\n"
    )

    done = take(desk, text, "list.csv")

    assert done.code == 4
    told = done.err.splitlines()
    assert [line.partition(":")[0] for line in told] == [f"line {number}" for number in (2, 4, 5, 6, 7, 8, 9)]
    for reason, line in zip(
        ("names no address", "'english'", "found 9", "Mars/Base", "'perhaps'", "ftp://e", "8 cells for 6"),
        told,
        strict=True,
    ):
        assert reason in line
    assert tables(desk) == {"g": {"feeds": ["https://g.example/rss"], "language": "es"}}


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "has no line"), ("a,b\n1,2\n", "names no column of addresses"), ("\n\n", "has no line")],
)
def test_a_file_whose_columns_cannot_be_told_is_one_line(desk: Desk, text: str, reason: str) -> None:
    done = take(desk, text, "list.csv")

    assert done.code == 2
    assert reason in complaint(done)


def test_no_cell_runs_as_a_formula_and_it_comes_back_as_it_was(desk: Desk) -> None:
    notes = ["=1+1", "+1", "-1", "@SUM(A1)", "'quoted", 'plain, "with" commas\nand lines']
    for number, note in enumerate(notes):
        text = (desk.folder / "tearsheet.toml").read_text()
        written = note.replace('"', '\\"').replace("\n", "\\n")
        desk.configure(
            f'{text}\n[sources.s{number}]\nfeeds = ["https://s{number}.example/"]\nnote = "{written}"\n'
        )
    before = tables(desk)

    exported = desk.ask("sources", "export", "--format", "csv").out
    desk.configure(OWN_ONLY)
    take(desk, exported, "list.csv")

    cells = [cell for row in csv.reader(io.StringIO(exported)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert tables(desk) == before


# Both ways


@pytest.mark.parametrize("name", ["list.csv", "list.toml"])
def test_all_built_in_sources_come_back_as_they_were(desk: Desk, name: str) -> None:
    desk.configure("")
    done = desk.ask("sources", "export", "--output", name)
    first = (desk.folder / name).read_bytes()
    desk.configure(OWN_ONLY)

    taken = desk.ask("sources", "import", name)
    desk.ask("sources", "export", "--output", name)

    assert (done.code, taken.code, done.out) == (0, 0, "")
    assert (desk.folder / name).read_bytes() == first
    assert len(tables(desk)) > 100


def test_a_second_import_adds_nothing(desk: Desk) -> None:
    take(desk, READER, "feeds.opml")
    text = (desk.folder / "tearsheet.toml").read_text()

    again = take(desk, READER, "feeds.opml")

    assert again.code == 0
    assert "0 sources added to tearsheet.toml, 3 known already, 0 left out." in again.out
    assert (desk.folder / "tearsheet.toml").read_text() == text


def test_a_dry_run_shows_what_would_be_added_and_writes_nothing(desk: Desk) -> None:
    done = take(desk, READER, "feeds.opml", "--dry-run")

    assert "2 sources would be added to tearsheet.toml" in done.out
    assert tables(desk) == {}


def test_the_kind_of_a_file_without_an_ending_is_told_by_its_content(desk: Desk) -> None:
    take(desk, READER, "feeds")

    assert "lagaceta" in tables(desk)


def test_tables_of_toml_are_taken_with_or_without_their_prefix(desk: Desk) -> None:
    text = (
        'x = 1\n\n[plain]\nfeeds = ["https://plain.example/"]\nexpect_per_day = [1, 2]\n\n[odd]\nfeed = "x"\n'
    )

    done = take(desk, text, "list.toml")

    assert done.code == 4
    assert tables(desk) == {"plain": {"feeds": ["https://plain.example/"], "expect_per_day": [1.0, 2.0]}}
    assert "line 1: x is not a table" in done.err
    assert "line 7: there is no key 'feed'; did you mean feeds?" in done.err


@pytest.mark.parametrize("name", ["none.csv", "broken.toml", "large.csv", "folder"])
def test_a_file_that_cannot_be_read_is_one_line_and_exit_2(desk: Desk, name: str) -> None:
    (desk.folder / "broken.toml").write_text("[")
    (desk.folder / "large.csv").write_bytes(b"x" * 20_000_001)
    (desk.folder / "folder").mkdir()

    done = desk.ask("sources", "import", name)

    assert done.code == 2
    assert name in complaint(done)


def test_a_place_that_cannot_be_written_is_one_line_and_exit_2(desk: Desk) -> None:
    done = desk.ask("sources", "export", "--output", "no/such/list.csv")

    assert done.code == 2
    assert "cannot be written" in complaint(done)
