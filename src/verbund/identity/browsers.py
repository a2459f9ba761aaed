"""From where somebody signs in: the network address behind trusted proxies, and the device in few words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

# The order matters: browsers name those they descend from.
_BROWSERS = (
    ("Edge", r"\bEdg(?:e|A|iOS)?/"),
    ("Opera", r"\bOPR/"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Firefox", r"\b(?:Firefox|FxiOS)/"),
    ("Chrome", r"\b(?:Headless)?(?:Chrome|CriOS)/"),
    ("Safari", r"\bSafari/"),
)
_SYSTEMS = (
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Android", r"\bAndroid\b"),
    ("Windows", r"\bWindows\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("macOS", r"\bMac OS X\b|\bMacintosh\b"),
    ("Linux", r"\bLinux\b"),
)


@dataclass(frozen=True, slots=True)
class Device:
    """The browser and the system it runs on, as their makers call them; empty where the browser does not say."""

    browser: str = ""
    system: str = ""


@dataclass(frozen=True, slots=True)
class Browser:
    """Who asks, before anybody is known.

    `address` is the network address; `agent` the User-Agent header; `devices` the cookie that a former sign-in left;
    `secret` a random word that only this browser has, to which what it is given is bound.
    """

    address: str | None = field(default=None, repr=False)
    agent: str = ""
    devices: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)

    @property
    def device(self) -> Device:
        """The device in few words."""
        return device_of(self.agent)

    @property
    def network(self) -> str | None:
        """The network that one subscriber has: the IPv4 address itself, the /64 of an IPv6 address."""
        return None if self.address is None else network_of(self.address)


def device_of(agent: str) -> Device:
    """Browser and system of a User-Agent header (RFC 9110, section 10.1.5); what is unknown stays empty."""

    def first(names: Sequence[tuple[str, str]]) -> str:
        return next((name for name, pattern in names if re.search(pattern, agent[:500])), "")

    return Device(first(_BROWSERS), first(_SYSTEMS))


def network_of(address: str) -> str:
    """The network of an address; what is no address (a socket of this machine) stands for itself."""
    try:
        found = _unmapped(address)
    except ValueError:
        return address
    return str(found) if found.version == 4 else str(ip_network(f"{found}/64", strict=False))


def caller_of(peer: str | None, forwarded: Sequence[str], trusted: Sequence[Network]) -> str | None:
    """Who asks: the peer, or, where it is a trusted proxy, who that proxy says (X-Forwarded-For, newest last).

    The list is read from its end as long as its entries are trusted proxies themselves; what stands before the first
    that is none was written by strangers and is not believed. An entry that is no address ends the reading at the
    proxy that sent it.
    """
    caller = peer
    hops = [hop.strip() for header in forwarded for hop in header.split(",")]
    while hops and caller is not None and _is_of(caller, trusted):
        hop = hops.pop()
        try:
            caller = str(_unmapped(hop))
        except ValueError:
            break
    return caller


def networks(settings: Sequence[str]) -> tuple[Network, ...]:
    """The networks of `trusted_proxies`; ValueError for what is none."""
    return tuple(ip_network(text) for text in settings)


def _is_of(address: str, trusted: Sequence[Network]) -> bool:
    try:
        found = _unmapped(address)
    except ValueError:
        return False
    return any(found.version == network.version and found in network for network in trusted)


def _unmapped(text: str) -> IPv4Address | IPv6Address:
    """The address, an IPv4 address within IPv6 (RFC 4291, section 2.5.5.2) as itself."""
    found = ip_address(text)
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
