"""What the ``scrapy`` command reads (scrapy.cfg names it): settings by the configuration of this folder."""

from tearsheet.config import load_config
from tearsheet.crawl_settings import scrapy_settings

globals().update(scrapy_settings(load_config()))
