"""The documents are true: what they name is in the code, and what is in the code is named."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest

import pipeline.errors
from pipeline import query
from pipeline.errors import TearsheetError, WatchError
from pipeline.facts import Mechanism, Stage
from pipeline.health import Health
from pipeline.items import Article, ChannelKind, Fate, Flag, Origin, Precision, Source
from pipeline.judging.loading import load_watch
from pipeline.reading.boilerplate import builtin_rules
from pipeline.syntax import Bound, FieldName
from spiders.sources import builtin_sources, merge
from storage import Corpus, postgres, sqlite
from storage.search.records import Record
from storage.search.selection import Filters
from tearsheet import __version__
from tearsheet.cli import collect as collect_command
from tearsheet.cli import doctor as doctor_command
from tearsheet.cli.app import app
from tearsheet.config import CollectConfig, CorpusConfig, ScheduleConfig
from tearsheet.demo import Site
from tearsheet.watch_files import FILE

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
REFERENCE = (DOCS / "reference.md").read_text(encoding="utf-8")
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])

Rows = list[list[str]]


def section(title: str) -> str:
    """Return the text under a heading of the reference, down to the next heading of any level."""
    found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#|\Z)", REFERENCE, re.M | re.S)
    assert found is not None, f"the reference has no section {title}"
    return found[1]


def rows(text: str) -> Rows:
    """Return the cells of every table row, heads and rules left out."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return [
        row
        for place, row in enumerate(cells)
        if not any(set(r[0]) <= {"-"} for r in cells[place : place + 2])
    ]


def names(text: str) -> list[str]:
    """Return what stands in backquotes in the first column of the tables."""
    return [name for row in rows(text) for name in re.findall("`(.+?)`", row[0])]


def commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            yield from commands(child, f"{path} {name}")


COMMANDS = dict(commands(app, "tearsheet"))


def test_every_command_has_its_section_and_no_section_is_of_a_command_that_is_not_there() -> None:
    assert sorted(re.findall(r"^### (tearsheet.*)$", REFERENCE, re.M)) == sorted(COMMANDS)


@pytest.mark.parametrize("path", COMMANDS)
def test_the_options_of_a_command_are_those_of_its_section(path: str) -> None:
    options = [param for param in COMMANDS[path].params if isinstance(param, click.Option)]
    documented = [name.split()[0] for name in names(section(path))]

    assert sorted(documented) == sorted(name for option in options for name in option.opts)


@pytest.mark.parametrize("path", COMMANDS)
def test_the_choices_and_numbers_of_an_option_are_in_its_row(path: str) -> None:
    for row in rows(section(path)):
        option = next(param for param in COMMANDS[path].params if f"`{param.opts[0]}" in row[0])
        if isinstance(option.type, click.Choice):
            assert row[0] == f"`{option.opts[0]} " + "\\|".join(option.type.choices) + "`"
        if type(option.default) is int:
            assert str(option.default) in row[1]


def test_every_command_and_option_that_a_document_shows_is_there() -> None:
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        for name in re.findall(r"`[^`\n]*?(--[a-z][a-z-]+)", text):
            assert any(name in param.opts for command in COMMANDS.values() for param in command.params) or (
                name in {"--help"}
            ), f"{document.name} speaks of {name}"
        for name in re.findall(r"(?:`|^|&& |\$ |/)tearsheet ([a-z]+)", text, re.M):
            assert f"tearsheet {name}" in COMMANDS, f"{document.name} speaks of tearsheet {name}"


@pytest.mark.parametrize(
    ("table", "kind"),
    [("[corpus]", CorpusConfig), ("[collect]", CollectConfig), ("[schedule]", ScheduleConfig)],
)
def test_every_key_of_the_configuration_is_there_with_its_type_and_default(
    table: str, kind: type[CorpusConfig | CollectConfig | ScheduleConfig]
) -> None:
    types = {str: "text", bool: "true or false", int: "whole number", float: "number"}
    expected = [[f"`{key.name}`", types[type(key.default)], key.default] for key in fields(kind)]

    assert [[*row[:2], value_of(row[2])] for row in rows(section(table))] == expected


def test_every_key_of_a_source_is_there_with_its_default() -> None:
    expected = [
        [f"`{key.name}`", key.default]
        for key in fields(Source)
        if key.name != "name" and key.default is not MISSING
    ]

    assert [[row[0], value_of(row[2])] for row in rows(section("[sources.NAME]"))] == expected


def value_of(cell: str) -> object:
    """Return the value that a cell gives as TOML."""
    if cell == "none":
        return None
    value = tomllib.loads(f"value = {cell.strip('`')}")["value"]
    return tuple(value) if isinstance(value, list) else value


def test_every_key_of_a_watch_is_there() -> None:
    with pytest.raises(WatchError) as raised:
        load_watch("prisons", {"zzzz": 1}, "tearsheet.toml")
    known = str(raised.value).partition("known are ")[2].rstrip(".").split(", ")

    assert sorted(names(section("[watches.NAME]"))) == sorted([*known, FILE])


def test_the_variables_that_the_code_reads_are_those_of_the_environment_section() -> None:
    code = (ROOT / "tearsheet" / "config.py").read_text(encoding="utf-8")
    own = [name for name in names(section("Environment")) if name.isupper()]

    assert sorted(own) == sorted(re.findall(r'environ\.get\("(\w+)"\)', code))


def test_every_fate_is_there_and_says_whether_it_may_pass() -> None:
    expected = [[f"`{fate}`", "yes" if fate.is_passing else "no"] for fate in Fate]

    assert [[row[0], row[2]] for row in rows(section("Fates"))] == expected


def test_every_health_is_there() -> None:
    assert names(section("Health of a source")) == [health.value for health in Health]


def test_every_field_of_an_article_is_there_in_its_order() -> None:
    assert names(section("Article record")) == list(article().as_dict())


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("channel", ChannelKind),
        ("published_precision", Precision),
        ("published_from", Origin),
        ("flags", Flag),
    ],
)
def test_every_value_of_a_field_is_there(
    field: str, values: type[ChannelKind | Precision | Origin | Flag]
) -> None:
    row = next(row for row in rows(section("Article record")) if row[0] == f"`{field}`")

    assert re.findall("`(.+?)`", row[2]) == [value.value for value in values]


def article() -> Record:
    at = datetime(2025, 8, 12, tzinfo=UTC)
    texts = ("external_id", "url", "canonical_url", "source", "title", "standfirst", "text", "language")
    return Record(
        **dict.fromkeys(texts, ""),
        **dict.fromkeys(("id", "duplicate_cluster", "story", "revision"), 1),
        **dict.fromkeys(("authors", "flags", "watches"), ()),
        **dict.fromkeys(("published_at", "modified_at", "duplicate_of")),
        first_seen_at=at,
        last_seen_at=at,
        channel=ChannelKind.FEED,
        published_precision=Precision.UNKNOWN,
        published_from=Origin.UNKNOWN,
        fate=Fate.NEW,
    )


def test_every_clutter_rule_is_there() -> None:
    rules = {rule.name for rule in builtin_rules()} | {"headline", "standfirst", "link-only"}

    assert sorted(names(section("Clutter rules"))) == sorted(rules)


def errors(kind: type[TearsheetError] = TearsheetError) -> Iterator[type[TearsheetError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from errors(child)


def test_every_error_is_there_with_its_exit_code() -> None:
    expected = {f"`{kind.__name__}`": str(kind.exit_code) for kind in errors()}

    assert {row[0]: row[1] for row in rows(section("Errors"))} == expected
    assert {f"`{name}`" for name in pipeline.errors.__all__} == set(expected)


def test_every_exit_code_is_there() -> None:
    codes = {0, 130, collect_command._NOTHING_ANSWERED, doctor_command._NEEDS_A_PERSON}
    codes |= {kind.exit_code for kind in errors()}

    assert [int(row[0]) for row in rows(section("Exit codes"))] == sorted(codes)


def test_every_field_and_limit_of_the_query_language_is_there() -> None:
    text = section("The query language")
    shown = set(re.findall(r"`(\w+):", "\n".join(row[0] for row in rows(text)))) - {"12"}

    assert shown == {"title", *FieldName, *Bound}
    limits = f"at most {query.MAX_CHARACTERS} characters, {query.MAX_TERMS} words, and {query.MAX_DEPTH} "
    assert limits in " ".join(text.split())
    assert query.MIN_PREFIX == 3
    assert f"`NEAR/{query.USUALLY_BETWEEN}`, the most is `NEAR/{query.MAX_BETWEEN}`" in text
    for values in ([each.value for each in Mechanism], [each.value for each in Stage]):
        assert ", ".join(f"`{value}`" for value in values) in text
    limits = f"more than {sqlite.RANK_LIMIT:,} hits ({postgres.RANK_LIMIT:,} in PostgreSQL)"
    assert limits in " ".join(section("tearsheet search").split())


def test_the_examples_of_the_query_language_find_what_they_say() -> None:
    examples = [row for row in rows(section("The query language")) if len(row) == 3]
    assert len(examples) > 20
    wrong = [
        (shown, text)
        for shown, *texts in examples
        for is_found, text in zip((True, False), texts, strict=True)
        if query.matches(query.parse(shown.strip("`")), read(text)) is not is_found
    ]

    assert wrong == []


def read(text: str) -> Article:
    return Article(
        url="https://gazette.example/a",
        url_key="gazette.example/a",
        source="gazette",
        channel=ChannelKind.FEED,
        title="",
        text=text,
        text_hash="",
        seen_at=datetime(2025, 8, 12, tzinfo=UTC),
    )


def test_every_query_of_the_query_language_is_understood() -> None:
    for shown in names(section("The query language")):
        query.parse(shown, now=datetime(2025, 8, 12, tzinfo=UTC))


def test_every_method_of_the_corpus_is_there_and_no_other() -> None:
    text = section("Python")
    public = {name for name, value in vars(Corpus).items() if not name.startswith("_") and callable(value)}

    assert {re.sub(r"\(.*|Corpus\.", "", name) for name in names(text)} == public | {"open"}
    assert set(re.findall(r"`(\w+)`", text[text.index("`filters` are") :].partition("A `Record`")[0])) == {
        "filters",
        *Filters.__annotations__,
    }


def test_the_python_examples_are_valid() -> None:
    for document in DOCUMENTS:
        for example in re.findall(
            r"^```python\n(.*?)^```", document.read_text(encoding="utf-8"), re.M | re.S
        ):
            compile(example, document.name, "exec")


def test_the_tables_of_the_documents_are_a_valid_configuration() -> None:
    builtin = builtin_sources()
    for example in re.findall(
        r"^```toml\n(.*?)^```", (DOCS / "sources.md").read_text(encoding="utf-8"), re.M | re.S
    ):
        merge(builtin, tomllib.loads(example)["sources"])


def test_the_list_of_sources_is_as_described() -> None:
    sources = builtin_sources()
    text = " ".join((DOCS / "sources.md").read_text(encoding="utf-8").split())

    assert f"{len(sources)} sources come with Tearsheet" in text
    assert f"{sum(source.enabled for source in sources)} of them are switched on" in text
    assert {source.tier for source in sources} == {1, 2, 3}


def test_every_source_that_is_switched_off_says_why() -> None:
    assert [source.name for source in builtin_sources() if not source.enabled and not source.note] == []


def test_the_readme_names_the_two_commands_first() -> None:
    first = re.search(r"^```sh\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)

    assert first is not None
    assert first[1].split("\n") == ["make demo", "make test", ""]


def test_the_changes_begin_with_this_version() -> None:
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)

    assert headings[0] == __version__


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_no_document_knows_a_machine(document: Path) -> None:
    text = document.read_text(encoding="utf-8")

    assert not re.search(r"(?<![\w.])/(?:work|tmp|home|root|usr|Users)/", text)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8")):
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.M)
            assert anchor in {
                re.sub(r"[^\w\s-]", "", heading.lower()).replace(" ", "-") for heading in headings
            }, link


def test_every_decision_says_what_would_change_our_mind() -> None:
    decisions = sorted((DOCS / "decisions").glob("*.md"))

    assert [path.name[:3] for path in decisions] == [
        f"{number:03}" for number in range(1, len(decisions) + 1)
    ]
    for path in decisions:
        headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.M)
        assert headings[1:] == ["Context", "Choice", "Consequence", "What would change our mind"], path.name


@pytest.fixture
def gazette() -> Iterator[Site]:
    """A paper whose list is JSON."""
    with Site() as site:
        text = "A judge signed the extradition of a cartel leader from Mexico to the United States on Monday."
        head = "<title>Cartel leader extradited</title>"
        site.page(
            "/a",
            f"<html><head>{head}</head><article><h1>Cartel leader extradited</h1><p>{text}</p></article>",
        )
        site.page(
            "/api/latest.json",
            f'{{"stories": [{{"link": "{site.url("/a")}"}}]}}',
            content_type="application/json",
        )
        yield site


def test_the_odd_source_of_the_documents_is_collected(gazette: Site, tmp_path: Path) -> None:
    written = tmp_path / "written"
    written.mkdir()
    example = re.search(
        r"^```python\n(.*?)^```", (DOCS / "sources.md").read_text(encoding="utf-8"), re.M | re.S
    )
    assert example is not None
    code = example[1].replace("https://gazette.example", gazette.url(""))
    (written / "__init__.py").touch()
    (written / "gazette.py").write_text(code, encoding="utf-8")
    (tmp_path / "scrapy.cfg").write_bytes((ROOT / "scrapy.cfg").read_bytes())
    (tmp_path / "tearsheet.toml").write_text("[collect]\nallow_private_hosts = true\ndelay_seconds = 0\n")

    scrapy(["crawl", "gazette", "-s", "SPIDER_MODULES=written"], tmp_path)

    with Corpus.open(f"sqlite:///{tmp_path}/tearsheet.db") as corpus:
        assert [found.title for found in corpus.search("source:gazette").articles] == [
            "Cartel leader extradited"
        ]


def scrapy(arguments: Sequence[str], folder: Path) -> None:
    environment = os.environ | {"no_proxy": "*", "PYTHONPATH": os.pathsep.join((str(folder), str(ROOT)))}
    command = [sys.executable, "-m", "scrapy", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
