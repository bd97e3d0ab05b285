"""A run over sites that mean harm: it ends, stays small, reaches nothing forbidden, and collects the others."""

import itertools
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.tearsheet.commands import Desk, Done, ended
from tests.tearsheet.harbor import feed
from tests.tearsheet.hostile_site import (
    BIG,
    CODINGS,
    RSS,
    Answer,
    Forbidden,
    Proxy,
    answer,
    dripping,
    endless,
    entities,
    redirect,
    squeezed,
)

STORIES = 5
ALLOWED_GROWTH_KB = 60_000
XML = "application/xml"
PIECE = b"<p>x " * 13_000
OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/html\r\n"

# Channels with words of the reason (empty where any will do), pages with the fate that they must end with.
CHANNELS: dict[str, tuple[str, Answer, str]] = {
    "entity-feed": ("feeds", answer(entities("rss"), RSS), ""),
    "entity-sitemap": ("sitemaps", answer(entities("urlset"), XML), ""),
    "squeezed-feed": ("feeds", squeezed(b"<rss><channel>", b"<item/>", RSS), "max_page_bytes"),
    "squeezed-sitemap": ("sitemaps", squeezed(b"<urlset>", b"<url/>", XML), "max_page_bytes"),
    "brotli-feed": ("feeds", squeezed(b"<rss><channel>", b"<item/>", RSS, coding="br"), "max_page_bytes"),
    "endless-feed": (
        "feeds",
        endless(
            b"<rss><channel>", b"<item><title>x</title><link>http://endless-feed.example/x</link></item>" * 99
        ),
        "max_page_bytes",
    ),
    "dripping-feed": ("feeds", dripping(OK + b"\r\n<rss><channel>"), "no answer in time"),
    "nested-feed": ("feeds", answer("<rss>" + "<a>" * 60_000, RSS), ""),
    "redirecting-feed": ("feeds", redirect("http://127.0.0.1/feed"), "private network"),
}

PAGES: dict[str, tuple[Answer, str]] = {
    **{
        f"/squeezed-{coding}": (squeezed(b"<html>", b"<p>x", coding=coding), "too_large")
        for coding in CODINGS
    },
    "/big": (endless(b"<html>", PIECE, length=BIG), "too_large"),
    "/big-unannounced": (endless(b"<html>", PIECE), "too_large"),
    "/pdf": (answer(b"%PDF-1.7\n" + b"\0" * 9000), "not_html"),
    "/image": (answer(b"\x89PNG\r\n" + b"\0" * 9000, "image/png"), "not_html"),
    "/circle": (redirect("/circle"), "redirect_loop"),
    "/to-file": (redirect("file:///etc/passwd"), "unsafe"),
    "/to-data": (redirect("data:text/html,<p>x"), "unsafe"),
    "/to-script": (redirect("javascript:alert(1)"), "unsafe"),
    "/to-metadata": (redirect("http://169.254.169.254/latest/meta-data"), "unsafe"),
    "/to-private": (redirect("http://10.0.0.7/"), "unsafe"),
    "/refreshes-inside": (
        answer('<html><head><meta http-equiv="refresh" content="0;url=http://[::1]/"></head>'),
        "unsafe",
    ),
    "/nowhere": (answer(status=302), "http_error"),
    "/header-flood": (
        lambda: itertools.chain((OK,), itertools.repeat(b"X-More: of the same\r\n" * 1000)),
        "too_large",
    ),
    "/long-header": (lambda: (OK + b"X-Long: " + b"x" * 200_000 + b"\r\n\r\n<p>x",), "unreachable"),
    "/" + "x" * 9000: (answer("<html><p>x"), "too_short"),
    "/nulls": (answer(b"<html><body>" + b"<p>a\0b\0" * 5000), "off_topic"),
    "/nested": (answer("<html><body>" + "<div>" * 60_000 + "x"), "not_article"),
}
SLOW = {
    "/head": dripping(b"HTTP/1.1 200 OK\r\nX-Slow: "),
    "/body": dripping(OK + b"\r\n<p>"),
}

# Looked up without a proxy, so by the resolver of this machine, which these names are told to.
_RESOLVER = """
import socket
_ask = socket.getaddrinfo
def _told(name, port, *more, **named):
    if name != "inside.example":
        return _ask(name, port, *more, **named)
    return [(2, 1, 6, "", ("127.0.0.1", port)), (10, 1, 6, "", ("::1", port, 0, 0))]
socket.getaddrinfo = _told
"""


def forbidden_links(port: int) -> list[str]:
    hosts = ("127.0.0.1", "[::1]", "0x7f000001", "2130706433", "127.1", "localhost", "inside.example")
    literal = [f"http://{host}:{port}/a" for host in (*hosts, "[::ffff:127.0.0.1]", "127.0.0.%31")]
    return [
        *literal,
        f"http://hostile.example@127.0.0.1:{port}/b",
        f"http://inside.example:{port}/robots.txt",
        "http://169.254.169.254/latest/meta-data",
        "http://10.1.2.3/",
    ]


@dataclass(frozen=True)
class Attacked:
    """What a run over the good paper alone came to, and one over it and the hostile sites."""

    desk: Desk
    calm: Done
    calm_kb: int
    done: Done
    peak_kb: int
    proxy: Proxy
    forbidden: Forbidden

    def fate(self, url: str) -> Any:
        fates = self.desk.why(url)
        return fates[0] if fates else None

    def reason(self, source: str) -> str:
        return str(self.done.json["failed"].get(source, ""))


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "names").mkdir()
    (folder / "names" / "sitecustomize.py").write_text(_RESOLVER)
    with Proxy() as proxy, Forbidden() as forbidden:
        _publish(proxy, forbidden.port)
        calm, calm_kb = _collect(Desk(_made(folder / "calm")), proxy, folder / "names", "good")
        desk = Desk(_made(folder / "attacked"))
        done, peak_kb = _collect(desk, proxy, folder / "names")
        yield Attacked(desk, calm, calm_kb, done, peak_kb, proxy, forbidden)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _publish(proxy: Proxy, port: int) -> None:
    proxy.paper("good.example", STORIES)
    for host, (_, served, _) in CHANNELS.items():
        proxy.answers[f"http://{host}.example/channel"] = served
    for path, (served, _) in PAGES.items():
        proxy.answers[f"http://hostile.example{path}"] = served
    for path, served in SLOW.items():
        proxy.answers[f"http://slow.example{path}"] = served
    links = [f"http://hostile.example{path}" for path in PAGES]
    odd = ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", *forbidden_links(port)]
    proxy.answers["http://hostile.example/feed"] = answer(feed([*links, *odd]), RSS)
    proxy.answers["http://slow.example/feed"] = answer(
        feed(f"http://slow.example{path}" for path in SLOW), RSS
    )
    proxy.answers["http://bomb.example/robots.txt"] = squeezed(
        b"User-agent: *\n", b"Disallow: /x\n", "text/plain"
    )
    proxy.answers["http://bomb.example/feed"] = answer(feed(["http://bomb.example/a"]), RSS)


def _config() -> str:
    named = {name: (kind, f"http://{name}.example/channel") for name, (kind, _, _) in CHANNELS.items()}
    feeds = {name: ("feeds", f"http://{name}.example/feed") for name in ("good", "hostile", "slow", "bomb")}
    tables = "".join(
        f'[sources.{name}]\n{kind} = ["{url}"]\n' for name, (kind, url) in (named | feeds).items()
    )
    return (
        "[collect]\nuse_builtin_sources = false\ndelay_seconds = 0\ntimeout_seconds = 4\nconcurrency = 16\n"
        f'max_page_bytes = 2000000\nkeep = "all"\n{tables}'
    )


def _collect(desk: Desk, proxy: Proxy, names: Path, *sources: str) -> tuple[Done, int]:
    """Run ``collect`` behind the proxy; return what it left and its own peak of memory, workers apart."""
    desk.configure(_config())
    process = desk.start(
        "collect",
        *sources,
        "--json",
        http_proxy=proxy.address,
        no_proxy="inside.example",
        PYTHONPATH=os.pathsep.join(filter(None, (str(names), os.environ.get("PYTHONPATH")))),
    )
    peak_kb = 0
    while process.poll() is None:
        peak_kb = max(peak_kb, _peak_kb(process.pid))
        time.sleep(0.02)
    return ended(process), peak_kb


def _peak_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def test_the_run_ends_well_and_the_good_paper_is_collected(attacked: Attacked) -> None:
    assert attacked.done.code == 0, attacked.done.err
    assert attacked.desk.rows("SELECT count(*) FROM article WHERE source = 'good'") == [(STORIES,)]


def test_nothing_forbidden_is_reached(attacked: Attacked) -> None:
    known = {f"{name}.example" for name in (*CHANNELS, "good", "hostile", "slow", "bomb")}

    assert attacked.forbidden.connections() == 0
    assert attacked.proxy.hosts() <= known


def test_the_memory_of_a_run_does_not_grow_with_what_it_is_sent(attacked: Attacked) -> None:
    assert attacked.calm.code == 0
    assert attacked.peak_kb - attacked.calm_kb < ALLOWED_GROWTH_KB


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path[:20])
def test_a_hostile_page_ends_with_its_fate(attacked: Attacked, path: str) -> None:
    assert attacked.fate(f"http://hostile.example{path}") == PAGES[path][1]


def test_what_is_kept_of_a_page_of_nulls_has_none(attacked: Attacked) -> None:
    ((kept,),) = attacked.desk.rows(
        "SELECT instr(text, char(0)) FROM article_text WHERE article_id ="
        " (SELECT id FROM article WHERE url LIKE '%/nulls')"
    )

    assert kept == 0


@pytest.mark.parametrize("path", SLOW)
def test_a_page_that_drips_times_out(attacked: Attacked, path: str) -> None:
    assert attacked.fate(f"http://slow.example{path}") == "timeout"


def test_an_address_inside_a_private_network_is_unsafe_however_it_is_written(attacked: Attacked) -> None:
    fates = {url: attacked.fate(url) for url in forbidden_links(attacked.forbidden.port)}

    assert fates == dict.fromkeys(fates, "unsafe")


@pytest.mark.parametrize("source", [name for name in CHANNELS if CHANNELS[name][2]])
def test_a_hostile_channel_fails_with_its_reason(attacked: Attacked, source: str) -> None:
    assert CHANNELS[source][2] in attacked.reason(source)
