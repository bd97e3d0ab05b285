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
