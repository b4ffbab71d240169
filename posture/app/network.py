"""Address of the computer in its local network."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address

# An address of documentation, RFC 5737: nothing is sent, the system only says by which way it would be.
_FAR_AWAY = ("198.51.100.1", 9)


def local_address() -> str | None:
    """Return this computer's IPv4 address in the local network, by which it also reaches others; None without one."""
    candidates = [*_route_address(), *_interface_addresses()]
    return next((address for address in candidates if is_local(address)), None)


def is_local(address: str) -> bool:
    """Return whether an address is one of a local network: private, and not this computer only."""
    number = IPv4Address(address)
    return number.is_private and not (number.is_loopback or number.is_link_local or number.is_unspecified)


def _route_address() -> list[str]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_FAR_AWAY)
        except OSError:
            return []
        return [str(probe.getsockname()[0])]


def _interface_addresses() -> list[str]:
    import psutil

    states = psutil.net_if_stats()
    return [
        address.address
        for name, addresses in psutil.net_if_addrs().items()
        for address in addresses
        if address.family == socket.AF_INET and name in states and states[name].isup
    ]
