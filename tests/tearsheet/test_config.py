"""The configuration: what is wrong in it is named, with what would be right."""

from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.judging.loading import watches_from
from tearsheet.config import Config, load_config
from tests.tearsheet.commands import Desk, complaint


@pytest.fixture(autouse=True)
def nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TEARSHEET_CONFIG", raising=False)
    monkeypatch.delenv("TEARSHEET_CORPUS_URL", raising=False)


def configured(text: str) -> Config:
    """A configuration from a file, with everything in it looked at."""
    Path("tearsheet.toml").write_text(text, encoding="utf-8")
    config = load_config()
    assert isinstance(config.sources, tuple)
    watches_from(config.watch_tables, origin=config.origin)
    return config


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[colect]\n", "tearsheet.toml: unknown key 'colect'; did you mean 'collect'?"),
        ("[collect]\nworker = 1", "[collect]: unknown key 'worker'; did you mean 'workers'?"),
        ('[collect]\nworkers = "1"', "[collect] workers: expected a whole number, found '1'"),
        ("[collect]\nworkers = true", "[collect] workers: expected a whole number, found True"),
        ("[collect]\ndelay_seconds = -1", "[collect] delay_seconds: expected 0 or more, found -1.0"),
        ("[collect]\nconcurrency = 0", "[collect] concurrency: expected more than 0, found 0"),
        ('[collect]\nkeep = "some"', '[collect] keep: expected "relevant" or "all", found \'some\''),
        ("corpus = 3", "[corpus] is not a table"),
        ("[corpus", "tearsheet.toml is not valid TOML"),
        ("[sources]\na = 1", "[sources] a: expected a table such as [sources.a]"),
        (
            '[sources.a]\nfeds = ["http://x.example/"]',
            "[sources.a]: there is no key 'feds'; did you mean feeds?",
        ),
        ('[sources.a]\nlanguage = "en"', "[sources.a] has neither feeds nor sitemaps nor sections"),
        ('[watches.w]\nquery = "a OR"', "[watches.w] query: OR needs something after it"),
        ('[watches.w]\nqery = "a"', "[watches.w] has an unknown key qery; did you mean query?"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_what_would_be_right(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        configured(text)

    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_key_has_a_default_and_without_a_file_all_defaults_hold() -> None:
    assert load_config() == Config()
    assert configured("").collect == Config().collect
    assert len(Config().sources) > 50


def test_a_whole_number_will_do_where_a_fraction_is_expected() -> None:
    assert configured("[collect]\ntimeout_seconds = 5").collect.timeout_seconds == 5.0


def test_a_relative_corpus_starts_at_the_configuration_file(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    file = elsewhere / "my.toml"
    file.write_text('[corpus]\nurl = "sqlite:///data/news.db"\npages_url = "sqlite:////var/pages.db"')

    config = load_config(str(file))

    assert config.corpus.url == f"sqlite:///{elsewhere}/data/news.db"
    assert config.corpus.pages_url == "sqlite:////var/pages.db"


def test_the_environment_names_the_file_and_the_option_wins_over_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, workers in (("a.toml", 1), ("b.toml", 2), ("tearsheet.toml", 3)):
        (tmp_path / name).write_text(f"[collect]\nworkers = {workers}")

    assert load_config().collect.workers == 3
    monkeypatch.setenv("TEARSHEET_CONFIG", "a.toml")
    assert load_config().collect.workers == 1
    assert load_config("b.toml").collect.workers == 2


def test_the_environment_moves_the_corpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEARSHEET_CORPUS_URL", "sqlite:////elsewhere/news.db")

    assert configured('[corpus]\nurl = "sqlite:///here.db"').corpus.url == "sqlite:////elsewhere/news.db"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "latin.toml").write_bytes(b"# a\xf1o")

    with pytest.raises(ConfigError, match=r"no configuration at nowhere\.toml; `tearsheet init` writes one"):
        load_config("nowhere.toml")
    with pytest.raises(ConfigError, match=r"latin\.toml is not valid TOML"):
        load_config("latin.toml")
    with pytest.raises(ConfigError, match="Is a directory"):
        load_config(str(tmp_path))
    monkeypatch.setenv("TEARSHEET_CONFIG", "gone.toml")
    with pytest.raises(ConfigError, match=r"no configuration at gone\.toml"):
        load_config()


def test_the_fingerprint_changes_with_what_was_set_and_with_nothing_else() -> None:
    assert (
        configured("[collect]\nworkers = 1").fingerprint
        == configured("[collect]\nworkers=1 # one").fingerprint
    )
    assert (
        configured("[collect]\nworkers = 1").fingerprint != configured("[collect]\nworkers = 2").fingerprint
    )


def test_every_command_meets_a_mistake_with_one_line_and_exit_2(desk: Desk) -> None:
    desk.configure('[corpus]\nurl = "mysql://user@host/db"')
    (desk.folder / "typo.toml").write_text("[colect]")
    (desk.folder / "watch.toml").write_text(
        '[collect]\nuse_builtin_sources = false\n[sources.a]\nfeeds = ["http://127.0.0.1:9/"]\n[watches.w]\nquery = "a OR"'
    )

    other, typo, missing, watch = desk.run_all(
        [
            ("search", "x"),
            ("--config", "typo.toml", "sources"),
            ("--config", "nowhere.toml", "collect"),
            ("--config", "watch.toml", "collect"),
        ]
    )

    assert [done.code for done in (other, typo, missing, watch)] == [2, 2, 2, 2]
    assert "mysql is not a database that Tearsheet stores this in" in complaint(other)
    assert "did you mean 'collect'?" in complaint(typo)
    assert "no configuration at nowhere.toml" in complaint(missing)
    assert "OR needs something after it" in complaint(watch)


def test_init_writes_a_file_that_changes_nothing_and_never_overwrites_one(desk: Desk) -> None:
    first = desk.run("init")
    again = desk.run("init")
    forced = desk.run("init", "--force")

    assert (first.code, again.code, forced.code) == (0, 2, 0)
    assert "is there already" in complaint(again)
    config = load_config(str(desk.folder / "tearsheet.toml"))
    assert config.collect == Config().collect
    assert (config.source_tables, config.watch_tables) == ({}, {})
    uncommented = [
        line.removeprefix("# ").partition("  # ")[0]
        for line in (desk.folder / "tearsheet.toml").read_text().splitlines()
        if line.startswith(("[co", "# ")) and (" = " in line or line.startswith("[co"))
    ]
    settings = [line for line in uncommented if line.split(" = ")[0] in _keys() or line.startswith("[")]
    assert configured("\n".join(settings)).collect == Config().collect


def _keys() -> set[str]:
    """The keys of [corpus] and [collect]."""
    return {"url", "pages_url"} | set(Config().collect.__slots__)
