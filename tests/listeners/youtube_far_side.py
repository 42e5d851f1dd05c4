"""The YouTube Data API as Google's reference describes it, for one channel: a server of ours on loopback.

Held to the documentation: the key, the limits of `maxResults`, newest first, five replies at most beside a comment,
errors with their reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.listeners.json_far_side import JsonFarSide, Reply

CHANNEL, KEY = "UC" + "a" * 22, "AIinvented"
UPLOADS = "UU" + "a" * 22
INLINE = 5


def stamp(moment: datetime) -> str:
    """An instant as Google writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def error(reason: str, status: int = 403) -> Reply:
    """An error as Google writes it."""
    fault = {"message": "Anna Jones", "domain": "youtube", "reason": reason}
    return status, {}, {"error": {"code": status, "message": "Anna Jones", "errors": [fault]}}


class YouTubeFarSide(JsonFarSide):
    """One channel. `most`: how many items a page of a listing has at most."""

    def __init__(self) -> None:
        super().__init__()
        self.videos: dict[str, dict[str, Any]] = {}
        self.said: dict[str, dict[str, Any]] = {}
        self.closed: set[str] = set()
        self.most = 100

    def upload(self, name: str, title: str, at: datetime, description: str = "") -> str:
        """The council publishes a video."""
        about = {"title": title, "description": description, "publishedAt": stamp(at), "channelId": CHANNEL}
        dates = {"videoId": name, "videoPublishedAt": stamp(at)}
        self.videos[name] = {"id": f"item-{name}", "snippet": about, "contentDetails": dates}
        return name

    def says(self, video: str, name: str, text: str, at: datetime, who: str = "UCanna", **more: Any) -> str:
        """Somebody comments. `parent`: the id of what they answer."""
        parent, edited = more.pop("parent", ""), more.pop("edited", at)
        about: dict[str, Any] = {"textDisplay": text, "authorDisplayName": "@anna-jones", "videoId": video}
        about |= {"publishedAt": stamp(at), "updatedAt": stamp(edited)}
        about |= {"authorChannelId": {"value": who}} if who else {}
        about |= {"parentId": parent} if parent else {}
        self.said[name] = {"id": name, "snippet": about | more}
        return name

    def reply(self, path: str, given: dict[str, str], headers: Mapping[str, str]) -> Reply:
        """What the Data API answers."""
        if headers.get("x-goog-api-key") != KEY:
            return error("badRequest", 400)
        assert "key" not in given
        match path:
            case "/channels":
                lists = {"contentDetails": {"relatedPlaylists": {"uploads": UPLOADS}}}
                return 200, {}, {"items": [lists]} if given["id"] == CHANNEL else {"pageInfo": {"totalResults": 0}}
            case "/playlistItems":
                assert given["playlistId"] == UPLOADS and int(given["maxResults"]) <= 50
                return self._page(_newest(self.videos.values()), given)
            case "/commentThreads":
                return self._threads(given)
            case "/comments":
                assert given["textFormat"] == "plainText" and int(given["maxResults"]) <= 100
                return self._page(self._replies(given["parentId"]), given)
        raise AssertionError(f"it may not ask {path}")

    def _threads(self, given: dict[str, str]) -> Reply:
        assert (given["textFormat"], given["order"]) == ("plainText", "time") and int(given["maxResults"]) <= 100
        if given["videoId"] in self.closed:
            return error("commentsDisabled")
        if given["videoId"] not in self.videos:
            return error("videoNotFound", 404)
        firsts = [one for one in self.said.values() if "parentId" not in one["snippet"]]
        here = _newest(one for one in firsts if one["snippet"]["videoId"] == given["videoId"])
        return self._page([self._thread(one) for one in here], given)

    def _thread(self, first: dict[str, Any]) -> dict[str, Any]:
        replies = self._replies(first["id"])
        about = {"topLevelComment": first, "totalReplyCount": len(replies)}
        return {"id": first["id"], "snippet": about} | ({"replies": {"comments": replies[:INLINE]}} if replies else {})

    def _replies(self, parent: str) -> list[dict[str, Any]]:
        return [one for one in self.said.values() if one["snippet"].get("parentId") == parent]

    def _page(self, items: list[dict[str, Any]], given: dict[str, str]) -> Reply:
        begin = int(given.get("pageToken", 0))
        end = begin + min(int(given["maxResults"]), self.most)
        answer: dict[str, Any] = {"items": items[begin:end]}
        return 200, {}, answer | ({"nextPageToken": str(end)} if end < len(items) else {})


def _newest(items: Any) -> list[dict[str, Any]]:
    return sorted(items, key=lambda one: one["snippet"]["publishedAt"], reverse=True)
