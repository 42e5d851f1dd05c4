"""What may stand in the council file as the address of a server that is asked. Knows nothing of asking."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import SplitResult, urljoin, urlsplit


def base(url: str) -> str:
    """The address that paths are added to, without a slash at its end. Raises ValueError."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        sound = sound and not (parts.username or parts.query or parts.fragment)
    except ValueError:
        sound = False
    if "://" not in url:
        raise ValueError("should begin with https://, such as 'https://reports.example/open311/v2'")
    if not sound or any(letter.isspace() for letter in url):
        raise ValueError("should be an address without anything after a ? or #, such as 'https://reports.example/api'")
    return url.rstrip("/")


def may_have_key(address: str, own_host: str) -> bool:
    """Whether a key may be sent to an address: the platform's own host over https, or this machine (for trials)."""
    parts = urlsplit(address)
    is_its_own = parts.scheme == "https" and parts.hostname == own_host and parts.port in (None, 443)
    return is_its_own or is_this_machine(parts)


def is_this_machine(parts: SplitResult) -> bool:
    """Whether an address never leaves this machine."""
    try:
        return parts.hostname == "localhost" or ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def on_server(link: str, ours: str) -> str:
    """Where a server sends us on, asked for as safely as ours; empty: it lies on another server.

    Behind a proxy a server may believe that it is asked over http.
    """
    try:
        parts, own = urlsplit(urljoin(f"{ours}/", link)), urlsplit(ours)
        same = parts.scheme in ("http", "https") and parts.netloc == own.netloc
        return parts._replace(scheme=own.scheme).geturl() if same else ""
    except ValueError:
        return ""


def without_scheme(url: str) -> str:
    """Host and path: what stays when a server moves from http to https."""
    return url.partition("://")[2]
