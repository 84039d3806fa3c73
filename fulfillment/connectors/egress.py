"""Where connectors may connect to: a host is resolved once, judged, and the judged address is the one connected to.

Security T16: a data map that points at the cloud's metadata service or at our own Redis must reach nothing. The
allow-list comes from the deployment (UMBS_EGRESS_ALLOW: names, `*.example.org`, addresses or networks), not from a map.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable

from fulfillment.connectors.base import ConnectorError, Kind

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def pin(host: str, port: int, allow: Iterable[str]) -> str:
    """The address to connect to. An empty allow-list admits the public internet; a filled one only what it names."""
    rules = tuple(allow)
    addresses = _resolve(host, port)
    named = any(_names(rule, host) for rule in rules)
    for address in addresses:
        if named or any(_covers(rule, address) for rule in rules) or (not rules and _is_public(address)):
            return str(address)
    message = f"This deployment does not let connectors reach {host}; add it to UMBS_EGRESS_ALLOW and search again."
    raise ConnectorError(message, permanent=True, kind=Kind.NOT_ALLOWED)


def _resolve(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        message = f"The name {host} is not known to the network; check the connection's host."
        raise ConnectorError(message, permanent=False, kind=Kind.UNREACHABLE) from None
    return [_plain(ipaddress.ip_address(str(item[4][0]).partition("%")[0])) for item in found]


def _plain(address: Address) -> Address:
    """An IPv4 address in IPv6 clothes (mapped, 6to4, NAT64) is judged, and reached, as what it is."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address.sixtofour:
            return address.sixtofour
        if address in ipaddress.ip_network("64:ff9b::/96"):
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_public(address: Address) -> bool:
    return address.is_global and not address.is_multicast


def _names(rule: str, host: str) -> bool:
    wanted, given = rule.lower(), host.lower().rstrip(".")
    return given == wanted or (wanted.startswith("*.") and given.endswith(wanted[1:]))


def _covers(rule: str, address: Address) -> bool:
    try:
        return address in ipaddress.ip_network(rule, strict=False)
    except ValueError:
        return False
