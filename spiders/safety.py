"""What may be asked at all: http(s) only, and no address inside a machine or a private network.

Two guards, because a name may resolve to anything: the middleware refuses schemes and literal addresses
before a request is made (robots.txt and every hop of a redirect included), the resolver refuses at connect
time what a name stands for. Behind a proxy names are resolved by the proxy; its own name is exempt.
"""

import ipaddress
import socket
from typing import Any, Self
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.resolver import CachingHostnameResolver
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.base import ReactorBase
from twisted.internet.interfaces import IHostResolution

from spiders.outcomes import UnsafeAddress

__all__ = ["ALLOW_PRIVATE_HOSTS", "AddressGuard", "GuardedResolver", "is_private"]

ALLOW_PRIVATE_HOSTS = "TEARSHEET_ALLOW_PRIVATE_HOSTS"
"""Scrapy setting: true only for tests and intranets."""

_SCHEMES = frozenset({"http", "https"})
# Networks whose last 32 bits are an IPv4 address: compatible, translated, and NAT64 of RFC 6052 and 8215.
_CARRYING = tuple(
    ipaddress.IPv6Network(network)
    for network in ("::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48")
)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_private(address: Address) -> bool:
    """Tell whether an address is no public host's; an IPv4 address carried in an IPv6 one counts."""
    if isinstance(address, ipaddress.IPv6Address):
        carried = _carried(address)
        if carried is not None:
            return is_private(carried)
        if address.is_site_local:
            return True
    return not address.is_global or address.is_multicast


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if any(address in network for network in _CARRYING):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def _literal_address(host: str) -> Address | None:
    """Read a host that is an address, in any notation that a resolver takes (``127.1``, ``0x7f000001``)."""
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


class AddressGuard:
    """Downloader middleware: refuses every request whose address may not be asked."""

    def __init__(self, *, allows_private_hosts: bool, proxies: frozenset[str] = frozenset()) -> None:
        self._allows_private_hosts = allows_private_hosts
        self._proxies = proxies

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read the setting TEARSHEET_ALLOW_PRIVATE_HOSTS and, as Scrapy does, the proxies in use."""
        return cls(allows_private_hosts=crawler.settings.getbool(ALLOW_PRIVATE_HOSTS), proxies=_proxy_hosts())

    def process_request(self, request: Request) -> None:
        """Raise UnsafeAddress for a scheme or a literal address that is not allowed."""
        parts = urlparse_cached(request)
        if parts.scheme not in _SCHEMES:
            raise UnsafeAddress(f"{parts.scheme}: addresses are never fetched")
        if self._allows_private_hosts:
            return
        # A proxy may decode what no resolver would.
        host = unquote(parts.hostname or "").rstrip(".")
        address = _literal_address(host)
        if host == "localhost" or host.endswith(".localhost") or (address and is_private(address)):
            raise UnsafeAddress(f"{host} is inside a private network")
        if host in self._proxies:
            # The resolver lets its name pass, so that it can be connected to as a proxy; as nothing else.
            raise UnsafeAddress(f"{host} is the proxy, not a site")

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Raise UnsafeAddress where the resolver refused what the name stands for."""
        host = urlparse_cached(request).hostname or ""
        if isinstance(exception, CannotResolveHostError) and host in _names_refused():
            raise UnsafeAddress(f"{host} resolves to an address inside a private network") from exception


def _proxy_hosts() -> frozenset[str]:
    addresses = (proxy for scheme, proxy in getproxies().items() if scheme != "no")
    # A proxy may be written without its scheme, as Scrapy takes it.
    hosts = (urlsplit(proxy if "//" in proxy else f"//{proxy}").hostname for proxy in addresses)
    return frozenset(host for host in hosts if host)


def _names_refused() -> frozenset[str]:
    # Twisted passes on that a name has no address, not why; the resolver in use remembers.
    # Imported here, because importing it installs it, and Scrapy must choose which.
    from twisted.internet import reactor

    resolver = getattr(reactor, "nameResolver", None)
    return frozenset(resolver.refused) if isinstance(resolver, GuardedResolver) else frozenset()


class GuardedResolver(CachingHostnameResolver):
    """Scrapy's resolver for both families, without the addresses inside a machine or a private network.

    Every connect asks it, for literal addresses too, and goes to addresses that it answers only, one after
    the other: there is no second look-up between the check and the connect, and a cached answer is checked
    like a fresh one.
    """

    def __init__(self, reactor: ReactorBase, cache_size: int) -> None:
        super().__init__(reactor, cache_size)
        self.refused: set[str] = set()
        """The names that had no address but refused ones."""
        self._is_caching = cache_size > 0
        self._exempt: frozenset[str] = frozenset()
        self._allows_private_hosts = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        """Read the setting TEARSHEET_ALLOW_PRIVATE_HOSTS and, as Scrapy does, the proxies in use."""
        resolver = super().from_crawler(crawler, reactor)
        resolver._allows_private_hosts = crawler.settings.getbool(ALLOW_PRIVATE_HOSTS)
        resolver._exempt = _proxy_hosts()
        return resolver

    def resolveHostName(  # noqa: N802  # Twisted's name
        self,
        resolutionReceiver: Any,  # noqa: N803  # an IResolutionReceiver, which no type checker understands
        hostName: str,  # noqa: N803
        *arguments: Any,
        **options: Any,
    ) -> IHostResolution:
        """Resolve a name to those of its addresses that are allowed."""
        guarded = _GuardedReceiver(self, resolutionReceiver, hostName)
        # Scrapy's own keeps what it finds, even where it is told not to.
        asked: Any = super() if self._is_caching else self.original_resolver
        resolution: IHostResolution = asked.resolveHostName(guarded, hostName, *arguments, **options)
        return resolution

    def allows(self, address: IPv4Address | IPv6Address, name: str) -> bool:
        """Tell whether a name may be connected to at this address."""
        if self._allows_private_hosts or name in self._exempt:
            return True
        return not is_private(ipaddress.ip_address(address.host))


class _GuardedReceiver:
    """Passes on the addresses of one look-up that are allowed."""

    def __init__(self, resolver: GuardedResolver, receiver: Any, name: str) -> None:
        self._resolver = resolver
        self._receiver = receiver
        self._name = name
        self._allowed = self._refused = 0

    def resolutionBegan(self, resolution: IHostResolution) -> None:  # noqa: N802  # Twisted's names
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: IPv4Address | IPv6Address) -> None:  # noqa: N802
        if not self._resolver.allows(address, self._name):
            self._refused += 1
            return
        self._allowed += 1
        self._receiver.addressResolved(address)

    def resolutionComplete(self) -> None:  # noqa: N802
        if self._refused and not self._allowed:
            self._resolver.refused.add(self._name)
        self._receiver.resolutionComplete()
