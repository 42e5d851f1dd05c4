"""Opening a connection to the bus: one attempt at a time, each with an end.

Knows nothing of what goes over it, and leaves trying again to `soundings.bus`.
"""

from __future__ import annotations

import asyncio
import logging

import nats.errors
from faststream.nats import NatsBroker
from faststream.nats.security import NatsToken
from nats.aio.client import Client

from soundings.errors import OursFailed
from soundings.lacks import Lack
from soundings.settings import Settings, secret

ATTEMPT = 10.0
"""Seconds. A client that never gives up reconnecting never gives up its first attempt either, and says nothing."""
REFUSED = "authorization"
"""So the server's own words begin when it does not know the token."""


def make_broker(settings: Settings, name: str) -> NatsBroker:
    """A FastStream broker for the configured bus that never gives up reconnecting."""
    token = secret(settings.nats_token_file)
    security = NatsToken(token.get_secret_value()) if token else None
    return NatsBroker(
        settings.nats_url,
        name=f"soundings {name}",
        security=security,
        max_reconnect_attempts=-1,
        reconnect_time_wait=1,
        connect_timeout=5,
        logger=logging.getLogger("faststream"),
        graceful_timeout=10.0,
        apply_types=False,
    )


async def opened(settings: Settings, name: str) -> tuple[NatsBroker, Client]:
    """A broker that is connected, and its client. Raises OursFailed when the bus does not answer or refuses the token.

    The token's file is read each time: once it is mended, the next attempt goes through.
    """
    broker = make_broker(settings, name)
    try:
        return broker, await asyncio.wait_for(broker.connect(), ATTEMPT)
    except (nats.errors.Error, OSError) as error:
        lack = Lack.BUS_REFUSES if REFUSED in str(error).casefold() else Lack.BUS
        raise OursFailed(f"{lack.who}: {lack.why} ({type(error).__name__})", lack) from error
