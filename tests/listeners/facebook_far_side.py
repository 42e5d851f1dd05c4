"""The Graph API as Meta's reference describes it, for one Page: a server of ours on loopback, with invented people.

Held to the documentation: only the fields that are asked for, `toplevel` unless `stream` is asked for, at most 100 a
page, cursors, a `next` that holds the token, errors with their code.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.listeners.json_far_side import JsonFarSide, Reply

PAGE, TOKEN, VERSION = "1001", "EAAinvented", "v26.0"


def stamp(moment: datetime) -> str:
    """An instant as Facebook writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S+0000")


def error(code: int, status: int = 400, message: str = "Anna Jones") -> Reply:
    """An error as the guide on handling them has it."""
    return status, {}, {"error": {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "x"}}


class FacebookFarSide(JsonFarSide):
    """One Page. `most`: how many items a page of a listing has at most."""

    def __init__(self) -> None:
        super().__init__()
        self.me, self.most = PAGE, 100
        self.posts: dict[str, dict[str, Any]] = {}
        self.said: dict[str, dict[str, dict[str, Any]]] = {}
        self.usage = ""

    def publish(self, number: int, message: str, at: datetime) -> str:
        """The Page posts something."""
        name = f"{PAGE}_{number}"
        self.posts[name] = {"id": name, "message": message, "created_time": stamp(at)}
        self.said.setdefault(name, {})
        return name

    def says(self, under: str, number: int, message: str, at: datetime, who: str = "77", **more: Any) -> str:
        """Somebody comments. `parent`: the id of what they answer."""
        name = f"{under.partition('_')[2]}_{number}"
        parent = more.pop("parent", "")
        item = {"id": name, "message": message, "created_time": stamp(at), "is_hidden": False, "is_private": False}
        item |= {"from": {"id": who, "name": "Anna Jones"}} if who else {}
        item |= {"parent": {"id": parent, "message": "x"}} if parent else {}
        self.said[under][name] = item | {"permalink_url": f"https://www.facebook.com/{name}"} | more
        return name

    def reply(self, path: str, given: dict[str, str], headers: Mapping[str, str]) -> Reply:
        """What the Graph API answers."""
        if headers.get("authorization") != f"Bearer {TOKEN}":
            return error(190, 401)
        _, version, node, *edge = path.split("/")
        assert version == VERSION and "access_token" not in given
        if node == "me":
            return 200, {}, {"id": self.me}
        if node == PAGE and edge == ["posts"]:
            return self._page(list(self.posts.values()), given)
        if node in self.posts and edge == ["comments"]:
            stream = given.get("filter", "toplevel") == "stream"
            return self._page([one for one in self.said[node].values() if stream or "parent" not in one], given)
        return error(100)

    def _page(self, items: list[dict[str, Any]], given: dict[str, str]) -> Reply:
        assert 1 <= int(given["limit"]) <= 100
        since = int(given.get("since", 0))
        items = [one for one in items if datetime.fromisoformat(one["created_time"]).timestamp() >= since]
        begin = int(given["after"].removeprefix("c")) if given.get("after") else 0
        end = begin + min(int(given["limit"]), self.most)
        fields = given["fields"].split(",")
        shown = [{name: one[name] for name in fields if name in one} for one in items[begin:end]]
        answer: dict[str, Any] = {"data": shown}
        if end < len(items):
            answer["paging"] = {"cursors": {"after": f"c{end}"}, "next": f"{self.url}/x?access_token={TOKEN}"}
        return 200, {"X-Business-Use-Case-Usage": self.usage} if self.usage else {}, answer
