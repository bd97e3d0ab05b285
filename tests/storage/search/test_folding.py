"""The words of a query, of an article that comes in, and of the index are split and folded alike."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from unicodedata import category

import pytest
from sqlalchemy import text

from pipeline.matching import matches
from pipeline.query import parse
from pipeline.words import words
from storage import Corpus
from tests.storage.builders import article, store


@pytest.fixture
def split(corpus: Corpus) -> Iterator[sqlite3.Cursor]:
    """A full-text index made as that of the corpus is, with all its words in the table ``word``."""
    with corpus.read() as connection:
        made = connection.execute(
            text("SELECT sql FROM sqlite_master WHERE name = 'article_fts'")
        ).scalar_one()
    options = made[made.index("tokenize") :].rstrip(" )\n")
    index = sqlite3.connect(":memory:")
    index.execute(f"CREATE VIRTUAL TABLE said USING fts5(text, {options})")
    index.execute("CREATE VIRTUAL TABLE word USING fts5vocab(said, instance)")
    yield index.cursor()
    index.close()


SCRIPTS = {
    "latin": (*range(0x20, 0x1E0), *range(0x1E4, 0x1EE), *range(0x200, 0x250), *range(0x1EA0, 0x1EFA)),
    "marks": range(0x300, 0x370),
    "greek": range(0x386, 0x3CF),
    "cyrillic": range(0x400, 0x524),
    "hebrew": range(0x5D0, 0x5EB),
    "arabic": range(0x620, 0x660),
    "thai": range(0xE01, 0xE3A),
    "signs": (*range(0x2010, 0x2183), *range(0x2190, 0x2C00)),
    "kana": range(0x3041, 0x30FF),
    "chinese": range(0x4E00, 0x9FA6, 7),
    "korean": range(0xAC00, 0xD7A4, 11),
    "forms": range(0xFF01, 0xFF5F),
    "emoji": range(0x1F000, 0x1FB00),
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_letter_and_sign_in_use_is_split_and_folded_as_the_index_does(
    split: sqlite3.Cursor, script: str
) -> None:
    assigned = [code for code in SCRIPTS[script] if category(chr(code)) != "Cn"]
    said = {code: f"x{chr(code)}y {chr(code)}" for code in assigned}
    split.executemany("INSERT INTO said (rowid, text) VALUES (?, ?)", said.items())
    indexed: dict[int, list[str]] = defaultdict(list)
    for code, word in split.execute('SELECT doc, term FROM word ORDER BY doc, "offset"'):
        indexed[code].append(word)

    assert {code: words(text) for code, text in said.items() if words(text) != indexed[code]} == {}


@pytest.mark.parametrize(
    "name",
    [
        "Андрей",
        "Ёлкин",
        "Україна",
        "Αθήνα",
        "ΑΘΉΝΑΣ",
        "λόγος",
        "Đặng",
        "Łódź",
        "São",
        "東京",
        "서울",
        "القاهرة",
        "🚨",
    ],
)
def test_a_name_in_any_script_is_found_as_it_is_written(corpus: Corpus, name: str) -> None:
    given = article(text=f"a {name}, b")
    store(corpus, given)

    assert corpus.count(f'"a {name} b"') == matches(parse(f'"a {name} b"'), given) == 1
