"""Facebook: comments under the posts of the council's own Page, by the Graph API and the Page's own token.

Knows nothing of what a comment holds (`listeners.facebook_comments`) and of when to ask (`listeners.own_page`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Annotated, Any, ClassVar

from pydantic import Field

from listeners import facebook_comments as graph
from listeners.fetching import Answer
from listeners.own_page import OwnPage, OwnPageSettings
from listeners.polled_source import each, items_of, lacks
from listeners.published import Found, Listed, Published
from listeners.secrets import secret
from listeners.sources import SourceSettings
from soundings.errors import BadInput

KEY, WHAT = "SOUNDINGS_FACEBOOK_PAGE_TOKEN", "page token of the council's Facebook Page"
lacking = partial(lacks, KEY, WHAT)


class FacebookSettings(OwnPageSettings):
    """The table `[sources.facebook]`."""

    needs, key_goes_to, pattern, how_to_name_it = "page", "graph.facebook.com", graph.PAGE, graph.HOW_TO_NAME_IT
    page: str = Field("", description="The number of the council's Page.")
    version: Annotated[str, Field(pattern=r"^v[0-9]{1,3}\.[0-9]$")] = Field("v26.0", description="Of the Graph API.")


class Facebook(OwnPage):
    """Comments under the posts of the council's own Facebook Page."""

    Settings: ClassVar[type[SourceSettings]] = FacebookSettings
    called, part, api = "the council's Facebook Page", "a post", "https://graph.facebook.com"
    settings: FacebookSettings

    def headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {secret(KEY, WHAT)}"}  # not in the address, which a proxy may log

    def check(self, answer: Answer) -> None:
        self.rest(graph.rest(answer.headers))
        graph.check(answer.body, answer.headers, KEY)
        super().check(answer)

    async def prove_ours(self) -> None:
        me = await self.ask("me", fields="id")
        if not isinstance(me, dict) or me.get("id") != self.page:
            raise BadInput(
                f"The token in {KEY} is not that of the Page in `page`: only the council's own Page is read."
            )

    async def ask(self, path: str, **parameters: Any) -> Any:
        return await super().ask(f"{self.settings.version}/{path}", **parameters)

    async def published(self, since: datetime) -> AsyncIterator[Listed]:
        read = partial(graph.post, page=self.page, now=self.clock())
        asked = {"fields": graph.POST_FIELDS, "since": int(since.timestamp()), "limit": 100}
        async for answer in self.pages(f"{self.page}/posts", graph.following, "after", **asked):
            for found in each(items_of(answer, "data"), read):
                yield found

    async def comments(self, under: Published, since: datetime | None) -> AsyncIterator[Found]:
        read = partial(graph.comment, page=self.page, under=under.native_id)
        asked = {"fields": graph.COMMENT_FIELDS, "filter": "stream", "order": "chronological", "limit": 100}
        asked["since"] = int(since.timestamp()) if since else None
        async for answer in self.pages(f"{under.native_id}/comments", graph.following, "after", **asked):
            here: Iterator[Found] = each(items_of(answer, "data"), read)
            for found in here:
                yield found
