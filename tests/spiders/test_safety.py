"""What may be asked at all."""

import ipaddress
import socket
import threading
from http.server import ThreadingHTTPServer

import pytest
from scrapy import Request
from scrapy.resolver import dnscache
from twisted.internet.address import IPv4Address, IPv6Address

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


class Network:
    """A reactor whose name server knows these names, and what came of a look-up."""

    def __init__(self, **names):
        self.names = names
        self.nameResolver = self
        self.found = []
        self.is_complete = False

    def resolveHostName(self, receiver, name, port=0, *more):  # noqa: N802
        receiver.resolutionBegan(None)
        for address in self.names[name]:
            kind = IPv6Address if ":" in address else IPv4Address
            receiver.addressResolved(kind("TCP", address, port))
        receiver.resolutionComplete()

    def resolutionBegan(self, resolution):  # noqa: N802
        self.found, self.is_complete = [], False

    def addressResolved(self, address):  # noqa: N802
        self.found.append((address.host, address.port))

    def resolutionComplete(self):  # noqa: N802
        self.is_complete = True


@pytest.fixture
def network():
    yield Network(
        public=["2606:4700::1111", "1.1.1.1"],
        inside=["::1", "10.0.0.7"],
        mixed=["fd00::7", "1.1.1.1", "::ffff:127.0.0.1"],
    )
    dnscache.clear()


@pytest.mark.parametrize("cache_size", [0, 10])
@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("public", [("2606:4700::1111", 443), ("1.1.1.1", 443)]),
        ("inside", []),
        ("mixed", [("1.1.1.1", 443)]),
    ],
)
def test_a_name_is_resolved_to_its_public_addresses_of_both_families_each_time(
    network, name, found, cache_size
):
    resolver = GuardedResolver(network, cache_size=cache_size)

    for _ in range(2):
        resolver.resolveHostName(network, name, 443)
        assert (network.found, network.is_complete) == (found, True)

    assert resolver.refused == (set() if found else {name})


# What a crawl's process is told in place of the network: the answers of a name server, in turn, and that a
# public address leads to the test's own site. Every connect is written down.
_NETWORK = """
import socket
answers = {answers}
def ask(name, port, *more, **named):
    answer = answers.pop(0) if len(answers) > 1 else answers[0]
    found = answer if isinstance(answer, list) else [answer]
    return [(10, 1, 6, "", (each, port, 0, 0)) if ":" in each else (2, 1, 6, "", (each, port)) for each in found]
def connect(self, address, connect=socket.socket.connect_ex):
    with open({log!r}, "a") as log:
        print(address[0], file=log)
    return connect(self, ("127.0.0.1", address[1]))
socket.gethostbyname = lambda name: "127.0.0.1"
socket.getaddrinfo = ask
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


def test_of_a_name_with_private_and_public_addresses_the_public_ones_are_connected_to(
    crawl_of_a_changing_name,
):
    fate, connects = crawl_of_a_changing_name(["::1", "127.0.0.1", PUBLIC, "fd00::7"], cached=True)

    assert fate == "page"
    assert connects == {PUBLIC}


# A host that has an IPv6 address only


@pytest.fixture
def six(site):
    """The site, listening on [::1] and nowhere else."""
    with socket.socket(socket.AF_INET6) as probe:
        try:
            probe.bind(("::1", 0))
        except OSError:
            pytest.skip("this machine does not speak IPv6")
    server = SixServer(("::1", 0), site.handler())
    site.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield site
    server.shutdown()
    server.server_close()
    thread.join()


class SixServer(ThreadingHTTPServer):
    address_family = socket.AF_INET6


_ONLY_SIX = """
import socket
ask = socket.getaddrinfo
def told(name, port, *more, **named):
    return ask("::1" if name == "six.example" else name, port, *more, **named)
socket.getaddrinfo = told
"""


@pytest.mark.parametrize("host", ["[::1]", "six.example"])
@pytest.mark.parametrize("allowed", [True, False])
def test_a_host_with_an_ipv6_address_only_is_reached_where_that_is_allowed(
    six, crawl, tmp_path, monkeypatch, host, allowed
):
    (tmp_path / "sitecustomize.py").write_text(_ONLY_SIX)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    six.put_article("/a")
    page = f"http://{host}:{six.port}/a"

    crawled = crawl(
        '[diario]\nfeeds = ["http://127.0.0.1/"]',
        direct=[page],
        channels_too=False,
        settings={"TEARSHEET_ALLOW_PRIVATE_HOSTS": allowed},
    )

    assert crawled.page_urls() == ({page} if allowed else set())
    assert crawled.fates() == ({} if allowed else {page: "unsafe"})
    assert six.paths() == (["/a"] if allowed else [])


_SLOW = """
import socket, time
ask = socket.getaddrinfo
def told(name, port, *more, **named):
    if name == "slow.example":
        time.sleep(2)
    return ask("127.0.0.1", port, *more, **named)
socket.getaddrinfo = told
"""


def test_a_name_server_that_does_not_answer_in_time_costs_its_own_page_alone(
    site, crawl, tmp_path, monkeypatch
):
    (tmp_path / "sitecustomize.py").write_text(_SLOW)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    slow, page = f"http://slow.example:{site.port}/a", site.put_article("/a")

    crawled = crawl(
        '[diario]\nfeeds = ["http://127.0.0.1/"]',
        direct=[slow, page],
        channels_too=False,
        timeout_seconds=0.5,
    )

    assert crawled.fates() == {slow: "timeout"}
    assert crawled.page_urls() == {page}
