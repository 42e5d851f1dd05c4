"""A real PDS as a child of a test, and what people do on it, by its own HTTP interface."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from listeners.bluesky_posts import POST, PROFILE
from tests.pds.there import FOLDER, node
from tests.servers import free_port

ADMIN = ("admin", "admin")
PASSWORD = "a long enough one"


@dataclass
class Person:
    """An account."""

    did: str
    token: str


class Pds:
    """The server. Use it as a context."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.port, self._plc = folder, free_port(), free_port()
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self.port}/xrpc/", timeout=30, trust_env=False)
        self.people: dict[str, Person] = {}

    def __enter__(self) -> Pds:
        self._folder.mkdir()
        errors = (self._folder / "errors.txt").open("wb")
        self._process = subprocess.Popen(
            [node() or "node", str(FOLDER / "server.js"), str(self._folder), str(self.port), str(self._plc)],
            stdout=subprocess.PIPE, stderr=errors, env={"LOG_ENABLED": "false", "NODE_ENV": "production"}, cwd=FOLDER,
        )  # fmt: skip
        assert self._process.stdout
        first = self._process.stdout.readline()
        assert first == b"ready\n", (first, (self._folder / "errors.txt").read_text())
        threading.Thread(target=self._process.stdout.read, daemon=True).start()  # or a full pipe would stop it
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()
        self._process.kill()
        self._process.wait()

    def join(self, name: str) -> Person:
        """A new account."""
        given = {"handle": f"{name}.test", "email": f"{name}@example.test", "password": PASSWORD}
        made = self._do("com.atproto.server.createAccount", given)
        self.people[name] = Person(made["did"], made["accessJwt"])
        return self.people[name]

    def post(self, name: str, text: str, **more: Any) -> str:
        """A post; its id."""
        given = {"repo": self.people[name].did, "collection": POST, "record": _record(text, more)}
        return str(self._do("com.atproto.repo.createRecord", given, name)["uri"])

    def reply(self, name: str, text: str, root: str, parent: str = "") -> str:
        """A reply; its id."""
        refs = {"root": self._ref(root), "parent": self._ref(parent or root)}
        return self.post(name, text, reply=refs)

    def edit(self, name: str, uri: str, text: str) -> None:
        """Another text for a post."""
        given = {"repo": self.people[name].did, "collection": POST, "rkey": uri.rpartition("/")[2]}
        self._do("com.atproto.repo.putRecord", {**given, "record": _record(text, {})}, name)

    def delete(self, name: str, uri: str) -> None:
        """Delete a post."""
        given = {"repo": self.people[name].did, "collection": POST, "rkey": uri.rpartition("/")[2]}
        self._do("com.atproto.repo.deleteRecord", given, name)

    def label(self, name: str, *labels: str) -> None:
        """Say something of oneself in the profile."""
        values = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": one} for one in labels]}
        given = {"repo": self.people[name].did, "collection": PROFILE, "rkey": "self"}
        self._do("com.atproto.repo.putRecord", {**given, "record": {"$type": PROFILE, "labels": values}}, name)

    def deactivate(self, name: str) -> None:
        """Hide an account."""
        self._do("com.atproto.server.deactivateAccount", {}, name)

    def activate(self, name: str) -> None:
        """Show it again."""
        self._do("com.atproto.server.activateAccount", None, name)

    def leave(self, name: str) -> None:
        """Delete an account for ever."""
        answer = self.http.post("com.atproto.admin.deleteAccount", json={"did": self.people.pop(name).did}, auth=ADMIN)
        answer.raise_for_status()

    def record(self, uri: str) -> dict[str, Any] | None:
        """A post or profile as the server gives it to anyone; None when it does not."""
        repo, collection, rkey = uri.removeprefix("at://").split("/")
        answer = self.http.get(
            "com.atproto.repo.getRecord", params={"repo": repo, "collection": collection, "rkey": rkey}
        )
        found: dict[str, Any] | None = answer.json()["value"] if answer.status_code == 200 else None
        return found

    def shown(self) -> Iterator[tuple[str, str]]:
        """The id and the text of every post that the server shows to anyone."""
        for person in self.people.values():
            asked: dict[str, str | int] = {"repo": person.did, "collection": POST, "limit": 100}
            answer = self.http.get("com.atproto.repo.listRecords", params=asked)
            if answer.status_code == 200:
                yield from ((one["uri"], one["value"]["text"]) for one in answer.json()["records"])

    def _ref(self, uri: str) -> dict[str, str]:
        repo, collection, rkey = uri.removeprefix("at://").split("/")
        answer = self.http.get(
            "com.atproto.repo.getRecord", params={"repo": repo, "collection": collection, "rkey": rkey}
        )
        answer.raise_for_status()
        return {"uri": uri, "cid": answer.json()["cid"]}

    def _do(self, method: str, given: dict[str, Any] | None, name: str = "") -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.people[name].token}"} if name else {}
        answer = self.http.post(method, json=given, headers=headers)
        assert answer.status_code == 200, f"{method}: {answer.status_code} {answer.text}"
        return dict(answer.json()) if answer.content else {}


def _record(text: str, more: dict[str, Any]) -> dict[str, Any]:
    said = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return {"$type": POST, "text": text, "createdAt": said, "langs": ["en"], **more}
