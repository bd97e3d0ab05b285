"""Every source is a spider."""

import sys

import pytest
from scrapy import Request
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from pipeline.items import Source
from spiders.article_spider import ArticleSpider
from spiders.loader import SourceLoader
from spiders.sources import builtin_sources

SOURCES = (
    Source(name="el-diario", feeds=("https://diario.example/rss",)),
    Source(name="agencia", feeds=("https://agencia.example/rss",), enabled=False),
)


def loader(**settings):
    return get_spider_loader(Settings({"SPIDER_LOADER_CLASS": SourceLoader, **settings}))


def test_without_settings_the_built_in_sources_are_the_spiders():
    assert loader().list() == sorted(source.name for source in builtin_sources())


def test_every_source_of_the_settings_is_listed_in_order_switched_off_ones_too():
    assert loader(TEARSHEET_SOURCES=SOURCES).list() == ["agencia", "el-diario"]


def test_a_spider_carries_its_source():
    spider = loader(TEARSHEET_SOURCES=SOURCES).load("el-diario")

    assert issubclass(spider, ArticleSpider)
    assert (spider.name, spider.__name__) == ("el-diario", "ElDiarioSpider")
    assert spider(limit="5").sources == (SOURCES[0],)
    assert spider(limit="5").limit == 5


def test_an_unknown_name_is_a_key_error_as_scrapy_expects():
    with pytest.raises(KeyError, match="nadie"):
        loader(TEARSHEET_SOURCES=SOURCES).load("nadie")


def test_the_spider_of_a_request_is_told_by_its_host():
    found = loader(TEARSHEET_SOURCES=SOURCES).find_by_request(Request("https://diario.example/nota"))

    assert found == ["el-diario"]


def test_a_spider_written_in_python_is_found_without_registration(tmp_path, monkeypatch):
    package = tmp_path / "written"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "gaceta.py").write_text(
        "from pipeline.items import Source\n"
        "from spiders.article_spider import ArticleSpider\n"
        "class WeeklySpider(ArticleSpider):\n"
        "    limit = 5\n"
        "class GacetaSpider(WeeklySpider):\n"
        "    source = Source(name='gaceta', feeds=('https://gaceta.example/rss',))\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, "written", None)
    del sys.modules["written"]

    found = loader(TEARSHEET_SOURCES=SOURCES, SPIDER_MODULES=["written"])

    assert found.list() == ["agencia", "el-diario", "gaceta"]
    assert found.load("gaceta").sources[0].name == "gaceta"
