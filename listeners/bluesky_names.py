"""How a person names an account or a post of Bluesky, and what our records know it by. Asks nobody."""

from __future__ import annotations

import re

from listeners.accounts import DID
from listeners.bluesky_posts import POST
from soundings.errors import BadInput

LINK = re.compile(r"(?:https?://)?bsky\.app/profile/([^/\s]+)/post/([^/?#\s]+)/?(?:[?#].*)?")
BY_DID = (
    "On Bluesky an account is known by its DID (did:plc:...), which stays when its handle changes. Give that. This "
    "address shows it: https://public.api.bsky.app/xrpc/com.atproto.identity.resolveHandle?handle=HANDLE."
)


def account(given: str) -> str:
    """The DID that was given. Raises BadInput for a handle."""
    found = given.strip().lstrip("@")
    if not DID.fullmatch(found):
        raise BadInput(BY_DID)
    return found


def post(given: str) -> str:
    """The native id of a post that was given by its link; any other name of it as it was given."""
    found = LINK.fullmatch(given.strip())
    return f"at://{account(found.group(1))}/{POST}/{found.group(2)}" if found else given
