"""YouTube: comments under the videos of the council's own channel, by the Data API v3 and an API key.

Knows nothing of what a comment holds (`listeners.youtube_comments`) and of when to ask (`listeners.own_page`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Annotated, Any, ClassVar

from pydantic import Field

from listeners import youtube_comments as data
from listeners.fetching import Answer
from listeners.own_page import OwnPage, OwnPageSettings
from listeners.polled_source import each, items_of, lacks
from listeners.published import Found, Listed, Listing, Published
from listeners.secrets import secret
from listeners.sources import SourceSettings

KEY, WHAT = "SOUNDINGS_YOUTUBE_API_KEY", "API key for YouTube"
lacking = partial(lacks, KEY, WHAT)


class YouTubeSettings(OwnPageSettings):
    """The table `[sources.youtube]`."""

    needs, key_goes_to, pattern, how_to_name_it = "channel", "www.googleapis.com", data.CHANNEL, data.HOW_TO_NAME_IT
    channel: str = Field("", description="The id of the council's own channel; it begins with UC.")
    units_a_day: Annotated[int, Field(ge=100, le=10**6)] = Field(5000, description="The most of Google's quota to use.")


class YouTube(OwnPage):
    """Comments under the videos of the council's own YouTube channel."""

    Settings: ClassVar[type[SourceSettings]] = YouTubeSettings
    called, part, api = "the council's YouTube channel", "a video", "https://www.googleapis.com/youtube/v3"
    keeps_days = 30
    settings: YouTubeSettings

    def headers(self) -> Mapping[str, str]:
        return {"X-Goog-Api-Key": secret(KEY, WHAT)}  # not in the address, which a proxy may log

    def check(self, answer: Answer) -> None:
        data.check(answer.status, answer.body, self.clock(), KEY)
        super().check(answer)

    async def ask(self, path: str, **parameters: Any) -> Any:
        data.spend(self.state.setdefault("quota", {}), self.settings.units_a_day, self.clock())
        return await super().ask(path, **parameters)

    async def published(self, since: datetime) -> AsyncIterator[Listed]:
        uploads = data.uploads(await self.ask("channels", part="contentDetails", id=self.page))
        read = partial(data.video, channel=self.page, now=self.clock())
        with suppress(data.Nothing):
            async for videos in self._listed("playlistItems", 50, "snippet,contentDetails", playlistId=uploads):
                found = list(each(videos, read))
                for one in (one for one in found if not isinstance(one, Published) or one.at >= since):
                    yield one
                if all(isinstance(one, Published) and one.at < since for one in found):
                    return

    async def comments(self, under: Published, since: datetime | None) -> AsyncIterator[Found]:
        try:
            async for found in self._said(under, since):
                yield found
        except data.Nothing:
            yield Listing.CLOSED

    async def _said(self, under: Published, since: datetime | None) -> AsyncIterator[Found]:
        read, plain = partial(data.comment, channel=self.page, video=under.native_id), {"textFormat": "plainText"}
        threads = self._listed("commentThreads", 100, "snippet,replies", videoId=under.native_id, order="time", **plain)
        async for some in threads:
            for comments, parent in map(data.opened, some):
                more = self._listed("comments", 100, "snippet", parentId=parent, **plain)
                replies = [one async for page in more for one in page] if parent else []
                for found in each([*comments, *replies], read):
                    yield found
            if since and data.are_before(some, since):
                return

    async def _listed(self, path: str, most: int, part: str, **asked: Any) -> AsyncIterator[list[Any]]:
        async for answer in self.pages(path, data.following, "pageToken", maxResults=most, part=part, **asked):
            yield items_of(answer, "items")
