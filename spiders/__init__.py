"""Finds pages. A new source is a table in sources.toml, or in the user's tearsheet.toml.

    [el-ejemplo]
    feeds = ["https://elejemplo.example/rss/mexico.xml"]
    language = "es"

Every source is a spider: ``scrapy list`` shows it and ``scrapy crawl el-ejemplo`` collects it.
"""
