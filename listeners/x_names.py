"""How a person names an account or a post of X, and the number by which our records know it.

A handle is made its number by asking X, once, for the one person who asked us to.
"""

from __future__ import annotations

import asyncio
import re

from listeners.x_events import Busy, NotUnderstood, Refused
from listeners.x_posts import ID
from listeners.x_rules import HANDLE, SOURCE
from listeners.x_settings import XSettings, token
from soundings import council
from soundings.errors import BadInput
from soundings.settings import Settings
from soundings.stage import now

LINK = re.compile(
    r"(?:https?://)?(?:www\.|mobile\.)?(?:x|twitter)\.com/(?:i|\w{1,20})/status/(\d{1,19})(?:[/?#].*)?", re.I
)
UNKNOWN = (
    "X knows no account of that name now: it may have been renamed or deleted. Give its number, or remove its posts "
    "one by one with --post and their links."
)


def account(given: str, settings: Settings) -> str:
    """The number of an account that was given by it, or by its handle. Raises BadInput."""
    found = given.strip().lstrip("@＠")
    if ID.fullmatch(found):
        return found
    if not HANDLE.fullmatch(found):
        raise BadInput("On X a handle has up to 15 letters, digits and _. Give that, or the account's number.")
    table = council.load(settings.council_path).tables.get("sources", {}).get(SOURCE, {})
    return asyncio.run(_number(found, XSettings.model_validate({**table, "enabled": False}).api))


def post(given: str) -> str:
    """The native id of a post that was given by its link; any other name of it as it was given."""
    found = LINK.fullmatch(given.strip())
    return found.group(1) if found else given


async def _number(handle: str, api: str) -> str:
    from listeners.x_api import XApi  # heavy, and needed here only

    try:
        users = await XApi(api, token(), now).users([handle])
    except (Refused, Busy, NotUnderstood) as error:
        raise BadInput(f"{error}, so the number of that account is not known. Try again, or give the number.") from None
    user = users[0] if users else None
    if not isinstance(user, dict) or not isinstance(user.get("id"), str) or not ID.fullmatch(user["id"]):
        raise BadInput(UNKNOWN)
    return str(user["id"])
