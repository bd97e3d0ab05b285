"""What may be asked at all."""

import ipaddress

import pytest
from scrapy import Request
from scrapy.resolver import dnscache
from twisted.internet.base import ReactorBase
from twisted.internet.error import DNSLookupError

from spiders.outcomes import UnsafeAddress
from spiders.safety import AddressGuard, GuardedResolver, is_private


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "0.0.0.0",  # noqa: S104
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "64:ff9b:1::7f00:1",
        "::7f00:1",
        "::ffff:0:10.0.0.7",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
    ],
)
def test_addresses_inside_a_machine_or_network_are_private(address):
    assert is_private(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_of_public_hosts_are_not(address):
    assert not is_private(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://017700000001/",
        "http://127.0.0.%31/",
        "http://\uff11\uff12\uff17.0.0.1/",
        "http://news.example:80@127.0.0.1/",
        "http://[::1]/",
        "http://[fe80::1%25eth0]/",
        "http://localhost/",
        "http://localhost./",
        "http://app.localhost/",
        "https://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "data:text/html,hola",
        "ftp://diario.example/a",
    ],
)
def test_a_request_to_a_private_address_or_another_scheme_is_refused(url):
    with pytest.raises(UnsafeAddress):
        AddressGuard(allows_private_hosts=False).process_request(Request(url))


def test_a_request_to_a_name_or_a_public_address_passes():
    guard = AddressGuard(allows_private_hosts=False)

    guard.process_request(Request("https://diario.example/"))
    guard.process_request(Request("https://8.8.8.8/"))


def test_the_proxy_itself_is_no_site():
    guard = AddressGuard(allows_private_hosts=False, proxies=frozenset({"proxy.example"}))

    with pytest.raises(UnsafeAddress, match="is the proxy"):
        guard.process_request(Request("https://proxy.example:8443/admin"))


def test_private_addresses_can_be_allowed_but_other_schemes_never():
    guard = AddressGuard(allows_private_hosts=True)

    guard.process_request(Request("http://127.0.0.1/"))
    with pytest.raises(UnsafeAddress):
        guard.process_request(Request("file:///etc/passwd"))


@pytest.fixture
def resolver():
    """A resolver that knows two names already, so that none is looked up."""
    resolver = GuardedResolver(ReactorBase, cache_size=10, timeout=1)
    dnscache.update({"public.example": "8.8.8.8", "inside.example": "10.0.0.7"})
    yield resolver
    dnscache.clear()


def test_a_name_of_a_public_host_is_resolved(resolver):
    assert resolver.getHostByName("public.example").result == "8.8.8.8"


def test_a_name_of_a_private_host_is_refused_each_time_and_remembered(resolver):
    for _ in range(2):
        lookup = resolver.getHostByName("inside.example")
        lookup.addErrback(lambda failure: failure.type)
        assert lookup.result is DNSLookupError

    assert resolver.refused == {"inside.example"}


# What a crawl's process is told in place of the network: the answers of a name server, in turn, and that a
# public address leads to the test's own site. Every connect is written down.
_NETWORK = """
import socket
answers = {answers}
def ask(name):
    return answers.pop(0) if len(answers) > 1 else answers[0]
def connect(self, address, connect=socket.socket.connect_ex):
    with open({log!r}, "a") as log:
        print(address[0], file=log)
    return connect(self, ("127.0.0.1", address[1]))
socket.gethostbyname = ask
socket.getaddrinfo = lambda *arguments, **named: [(2, 1, 6, "", ("127.0.0.1", arguments[1] or 0))]
socket.socket.connect_ex = connect
"""
# Public to every list of addresses, and routed nowhere (RFC 7526).
PUBLIC = "192.88.99.1"


@pytest.fixture
def crawl_of_a_changing_name(site, crawl, tmp_path, monkeypatch):
    """Crawl a page of a name that resolves so, look-up by look-up; return what came of it, and the connects."""

    def run(*answers, cached):
        log = tmp_path / "connects"
        log.touch()
        (tmp_path / "sitecustomize.py").write_text(_NETWORK.format(answers=list(answers), log=str(log)))
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        site.put("/robots.txt", "", connection="close")
        site.put("/a", "<html><p>Hola", content_type="text/html", connection="close")
        page = f"http://changing.example:{site.port}/a"
        settings = {"TEARSHEET_ALLOW_PRIVATE_HOSTS": False, "DNSCACHE_ENABLED": cached}
        crawled = crawl(
            '[diario]\nfeeds = ["http://127.0.0.1/"]', direct=[page], channels_too=False, settings=settings
        )
        fate = "page" if crawled.pages else crawled.fates()[page]
        return fate, set(log.read_text().split())

    return run


def test_a_name_that_is_public_first_and_private_later_is_refused_at_the_later_connect(
    crawl_of_a_changing_name,
):
    fate, connects = crawl_of_a_changing_name(PUBLIC, "127.0.0.1", cached=False)

    assert fate == "unsafe"
    assert connects == {PUBLIC}


def test_what_was_connected_to_first_is_connected_to_for_the_whole_run(crawl_of_a_changing_name):
    fate, connects = crawl_of_a_changing_name(PUBLIC, "127.0.0.1", cached=True)

    assert fate == "page"
    assert connects == {PUBLIC}


def test_a_name_that_is_private_is_never_connected_to(crawl_of_a_changing_name):
    fate, connects = crawl_of_a_changing_name("10.0.0.7", cached=True)

    assert fate == "unsafe"
    assert connects == set()
