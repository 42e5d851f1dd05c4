"""docs/adding-a-source.md is true: its example runs as it stands, and its lines are counted."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pytest

from listeners import sources
from listeners.fetching import Fetcher
from listeners.polled_source import PolledSource
from listeners.posting import Rules
from soundings import policies
from soundings.bus import Bus
from soundings.council import CouncilFile
from soundings.messages import Gap, Retraction
from soundings.settings import Settings
from tests.listeners.json_far_side import JsonFarSide, Reply
from tests.listeners.kit import COUNCIL, NOON, Clock, notices, outlet, posts, rejects
from tests.listeners.pages_desk import at_once

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "adding-a-source.md").read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
ROWS = re.findall(r"^\| `(listeners/\w+\.py)` \| (\d+) \|", PAGE, re.MULTILINE)


class Box(JsonFarSide):
    """The suggestion box, two ideas a page."""

    def __init__(self) -> None:
        super().__init__()
        self.ideas: list[Any] = []

    def reply(self, path: str, given: dict[str, str], headers: Mapping[str, str]) -> Reply:
        """`GET /ideas`."""
        assert path == "/ideas" and set(given) <= {"after", "topic"}
        begin = int(given.get("after", 0))
        more = {"next": str(begin + 2)} if begin + 2 < len(self.ideas) else {}
        return 200, {}, {"ideas": self.ideas[begin : begin + 2]} | more


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[Box]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = Box()
    yield server
    server.close()


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code of the page as the module that it says it is, and its line in the table."""
    module = ModuleType("listeners.suggestions")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(EXAMPLE, "docs/adding-a-source.md", "exec"), module.__dict__)
    (name, where) = re.findall(r'`"(\w+)": "(listeners\.\w+:\w+)"`', PAGE)[0]
    monkeypatch.setitem(sources.SOURCES, name, where)
    monkeypatch.setattr(policies, "POLICIES", {**policies.POLICIES, name: policies.of("feeds")})


def idea(number: int, **more: Any) -> dict[str, Any]:
    return {"id": str(number), "idea": f"Benches {number}", "by": "anna", "sent": "2026-11-10T09:00:00Z"} | more


@pytest.mark.servers
@pytest.mark.usefixtures("example")
async def test_the_example_listens(bus: Bus, settings: Settings, clock: Clock, box: Box) -> None:
    table = {"suggestions": {"enabled": True, "address": box.url, "allow_private": True, "interval_minutes": 20}}
    assert sources.problems(table) == []
    ((name, source, ours),) = sources.enabled(CouncilFile(None, tables={"sources": table}))
    async with (
        outlet(bus, settings, clock, name, rules=Rules(look_back=source.look_back, local=source.local)) as out,
        Fetcher("", True, at_once) as fetcher,
    ):
        made = cast(PolledSource, source(ours, out, COUNCIL, clock))
        made.prepare(fetcher, made.headers())
        box.ideas = [idea(1), idea(2), {"id": 3}, idea(4, idea=""), idea(5, by=None, sent=None)]
        await made.poll()
        assert [post.text for post in await posts(bus)] == ["Benches 1", "Benches 2", "Benches 5"]
        (reject,) = await rejects(bus)
        assert reject.reason == "the entry could not be read: id (string_type)"
        assert made.place.seconds == timedelta(minutes=20).total_seconds()

        box.ideas = [idea(1, withdrawn=True), idea(2, idea="Fewer", changed="2026-11-10T10:00:00Z")]
        await made.poll()
        assert (await posts(bus))[-1].text == "Fewer" and len(await posts(bus)) == 4
        (removed,) = await notices(bus)
        assert isinstance(removed, Retraction) and removed.post_id == (await posts(bus))[0].id

        broken: list[Reply] = [(500, {}, b""), (200, {}, {"ideas": None}), (429, {"Retry-After": "36000"}, {})]
        for answer in broken:
            box.instead["/ideas"] = answer
            await made.poll()
        assert made.place.seconds == 36_000
        (gap,) = [one for one in await notices(bus) if isinstance(one, Gap)]
        assert (gap.start, gap.end) == (NOON, None) and gap.why.startswith("the suggestion box is not heard")


@pytest.mark.usefixtures("example")
def test_the_example_says_what_cannot_be_set() -> None:
    for table, word in (({"topics": "x"}, "not something that can be set"), ({"interval_minutes": 1}, "greater than")):
        (problem,) = sources.problems({"suggestions": table})
        assert word in problem.message


def test_a_new_source_takes_less_than_80_lines() -> None:
    assert EXAMPLE.count("\n") < 80
    for name, most in (("facebook", 80), ("youtube", 90)):  # the second has a quota to count, and replies to ask for
        assert (ROOT / "listeners" / f"{name}.py").read_text(encoding="utf-8").count("\n") < most


def test_the_lines_that_it_names_are_counted() -> None:
    assert len(ROWS) == 7
    for name, lines in ROWS:
        assert (ROOT / name).read_text(encoding="utf-8").count("\n") == int(lines), f"{name} in docs/adding-a-source.md"


def test_what_it_sends_the_reader_to_is_there() -> None:
    for name in re.findall(r"`(listeners/\w+\.py)`", PAGE):
        assert (ROOT / name).exists(), name
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "listeners").glob("*.py"))
    for word in ("Polled", "attempt", "each", "offer", "gives_all", "OwnPage", "AskFailed", "lacks", "prove_ours"):
        assert re.search(rf"`[^`\n]*\b{word}\b[^`\n]*`", PAGE), word
        assert re.search(rf"(?:def|class) {word}\b", code), word
