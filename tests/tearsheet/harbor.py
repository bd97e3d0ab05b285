"""A small paper of our own, page by page: what the sample newsroom does not do, it does."""

from collections.abc import Iterable

from tearsheet.demo import Site

PARAGRAPHS = 6


def page(number: int, *, paragraphs: int = PARAGRAPHS) -> str:
    """An article that no other resembles."""
    title = f"Story number {number} of the harbor"
    told = (
        f"<p>Paragraph {each} of story {number} tells of {number * 7 + each} boats in the harbor and of the "
        f"people who mended {number * each + 3} nets.</p>"
        for each in range(1, paragraphs + 1)
    )
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title></head>'
        f"<body><article><h1>{title}</h1>{''.join(told)}</article></body></html>"
    )


def feed(urls: Iterable[str]) -> str:
    items = "".join(f"<item><title>A story</title><link>{url}</link></item>" for url in urls)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Harbor</title>{items}</channel></rss>'


class Harbor(Site):
    """A site with a feed of ``count`` articles at /a0, /a1, ..., each at /a<number>."""

    def print(self, count: int) -> None:
        for number in range(count):
            self.page(f"/a{number}", page(number))
        self.announce(range(count))

    def announce(self, numbers: Iterable[int]) -> None:
        urls = [self.url(f"/a{number}") for number in numbers]
        self.page("/feed", feed(urls), content_type="application/rss+xml")

    def config(self, more: str = "") -> str:
        """A configuration that collects from here alone and keeps all of it."""
        return (
            "[collect]\nuse_builtin_sources = false\nallow_private_hosts = true\ndelay_seconds = 0\n"
            f'keep = "all"\n{more}\n[sources.harbor]\nfeeds = ["{self.url("/feed")}"]\n'
        )

    def asked(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(request.path == path for request in self.requests)
