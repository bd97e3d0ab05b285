"""The sample newsroom: invented publishers on real loopback servers, for ``tearsheet demo`` and the tests.

with Newsroom(datetime.now(UTC)) as newsroom:
    sources = newsroom.sources
    newsroom.publish_second_edition()
"""

from tearsheet.demo.articles import DemoArticle
from tearsheet.demo.newsroom import Newsroom
from tearsheet.demo.site import Request, Site

__all__ = ["DemoArticle", "Newsroom", "Request", "Site"]
