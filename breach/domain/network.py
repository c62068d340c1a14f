"""The network that an address lies in: what counts as one source."""

from ipaddress import ip_address, ip_network

NETWORK_BITS = {4: 24, 6: 56}
"""Length of the network that counts as one source, by the version of the address."""


def network(address: str) -> str:
    """Return the /24 or /56 that an address lies in; what is no address counts as one source."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    return str(ip_network(f"{found}/{NETWORK_BITS[found.version]}", strict=False))
