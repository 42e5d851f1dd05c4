"""Petitions: a real HTTP server on loopback and the real bus."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from listeners.again import ask_again
from listeners.fetching import MAX_BODY
from listeners.petitions import Petitions
from listeners.petitions_settings import PetitionsSettings
from listeners.posting import Rules
from soundings.bus import Bus
from soundings.errors import SoundingsError
from soundings.messages import Gap, Kind, Retraction
from soundings.settings import Settings
from soundings.streams import POSTS
from soundings.tasks import end
from tests.listeners.kit import COUNCIL, NOON, Clock, bodies, notices, outlet, posts, rejects
from tests.listeners.petitions_far_side import Answer, PetitionSite, desk, petition

pytestmark = pytest.mark.servers

FAR = "Plant more trees by the road"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[PetitionSite]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = PetitionSite()
    yield server
    server.close()


async def numbers(bus: Bus) -> list[int]:
    return [int(post.original.native_id.rpartition("/")[2]) for post in await posts(bus)]


async def removed(bus: Bus) -> list[str]:
    return [str(one.post_id) for one in await notices(bus) if isinstance(one, Retraction)]


async def gaps(bus: Bus) -> list[Gap]:
    return [one for one in await notices(bus) if isinstance(one, Gap)]


async def test_one_that_names_the_area_is_kept_and_its_creator_is_not(
    bus: Bus, settings: Settings, clock: Clock, site: PetitionSite
) -> None:
    site.shows(petition(1, additional_details="Write to Anna Tresize"), petition(2, FAR, signature_count=5))
    async with desk(bus, settings, clock, site) as one:
        await one.walk()
    (post,) = await posts(bus)
    assert (post.kind, post.voice, post.happened_at) == (Kind.PETITION, "", NOON - timedelta(days=3))
    assert post.area_match.reason == "names Penmarrow" and post.original.link == f"{site.url}/petitions/1"
    assert not any(b"Tresize" in body for body in await bodies(bus, POSTS)) and site.asked_for() == []


async def test_one_that_is_signed_here_far_more_than_elsewhere_is_kept(
    bus: Bus, settings: Settings, clock: Clock, site: PetitionSite
) -> None:
    site.shows(petition(1, FAR), west=30, east=10, other=60)
    site.shows(petition(2, FAR, signature_count=100_000), west=300, other=99_700)
    site.shows(petition(3, FAR, signature_count=30), west=9, east=10, other=11)
    async with desk(bus, settings, clock, site) as one:
        await one.walk()
    (post,) = await posts(bus)
    assert post.original.native_id.endswith("/1")
    assert post.area_match.reason == "40% of its signatures come from Penmarrow East and Penmarrow West"


async def test_its_own_page_is_asked_for_only_when_it_could_be_local_by_now(
    bus: Bus, settings: Settings, clock: Clock, site: PetitionSite
) -> None:
    site.shows(petition(1, FAR), west=10, other=90)
    async with desk(bus, settings, clock, site) as one:
        await one.walk()
        await one.walk()
        site.change(1, signature_count=109)
        await one.walk()
        assert site.asked_for() == [1]
    async with desk(bus, settings, clock, site) as one:
        await one.walk()
        assert site.asked_for() == [1], "it remembers"
        site.change(1, signature_count=115)
        site.shows(site.petitions[1], west=25, other=90)
        await one.walk()
        await one.walk()
    assert site.asked_for() == [1, 1] and await numbers(bus) == [1], "what is kept is not asked about"


async def test_all_pages_are_walked(bus: Bus, settings: Settings, clock: Clock, site: PetitionSite) -> None:
    site.page_size = 2
    site.shows(*[petition(number, signature_count=number) for number in range(1, 6)])
    async with desk(bus, settings, clock, site) as one:
        await one.walk()
    assert await numbers(bus) == [5, 4, 3, 2, 1]
    assert site.paths == [f"/petitions.json?page={number}&state=open" for number in (1, 2, 3)]


async def test_an_edit_is_a_new_text_and_a_signature_is_none(
    bus: Bus, settings: Settings, clock: Clock, site: PetitionSite
) -> None:
    site.shows(petition(1))
    async with desk(bus, settings, clock, site) as one:
        await one.walk()
        site.change(1, signature_count=101, updated_at=(NOON + timedelta(hours=1)).isoformat())
        await one.walk()
        assert len(await posts(bus)) == 1
        site.change(1, background="It matters much.", updated_at=(NOON + timedelta(hours=2)).isoformat())
        await one.walk()
        site.change(1, background="An older page.", updated_at=NOON.isoformat())
        await one.walk()
    first, second = await posts(bus)
    assert "much" in second.text and first.id == second.id and second.version > first.version


@pytest.mark.parametrize("how", ["rejected", "hidden", "removed", "gone"])
async def test_one_that_was_taken_down_is_removed_and_one_that_was_closed_is_not(
    bus: Bus, settings: Settings, clock: Clock, site: PetitionSite, how: str
) -> None:
    site.shows(petition(1), petition(2), petition(3))
    async with desk(bus, settings, clock, site) as one:
        await one.walk()
        ids = {post.original.native_id[-1]: post.id for post in await posts(bus)}
        site.change(2, state="closed", creator_name=None)
        if how == "gone":
            del site.petitions[1]
        else:
            site.change(1, state=how)
        await one.walk()
        assert sorted(site.asked_for()) == [1, 2] and list(one.state["closed"]) == ["2"]
        await one.walk(hours=18)
        assert site.asked_for().count(2) == 1, "a closed one is asked for once a day"
        if how in ("hidden", "gone"):
            assert await removed(bus) == [], "a petition that is not found may be found tomorrow"
        await one.walk()
        assert await removed(bus) == [ids["1"]]
        await one.walk(hours=24)
        site.change(2, state="rejected")
        await one.walk()
    assert await removed(bus) == [ids["1"], ids["2"]] and one.state["closed"] == {}
    assert len(await posts(bus)) == 3


async def test_one_that_the_list_itself_calls_rejected_is_removed(
    bus: Bus, settings: Settings, clock: Clock, site: PetitionSite
) -> None:
    site.shows(petition(1))
    async with desk(bus, settings, clock, site) as one:
        await one.walk()
        list_, body = "/petitions.json?page=1&state=open", b'{"data": [{"id": 1, "attributes": {"state": "stopped"}}]}'
        site.trouble = lambda path: (200, {}, body) if path == list_ else None
        await one.walk()
    assert len(await removed(bus)) == 1


async def test_an_empty_list_removes_nothing(bus: Bus, settings: Settings, clock: Clock, site: PetitionSite) -> None:
    """When Parliament is dissolved every open petition is closed on one day; and any server can have a bad one."""
    site.shows(*[petition(number) for number in range(1, 9)])
    async with desk(bus, settings, clock, site) as one:
        await one.walk()
        empty: Answer = (200, {}, b'{"links": {}, "data": []}')
        site.trouble = lambda path: empty if path.startswith("/petitions.json") else None
        await one.walk()
        assert len(site.asked_for()) == 8
    assert await removed(bus) == []


async def test_many_that_a_site_no_longer_shows_are_believed_on_the_third_day(
    bus: Bus, settings: Settings, clock: Clock, site: PetitionSite
) -> None:
    site.shows(*[petition(number) for number in range(1, 8)])
    async with desk(bus, settings, clock, site) as one:
        await one.walk()
    petitions = dict(site.petitions)
    site.petitions = {7: petitions[7]}
    async with desk(bus, settings, clock, site) as one:
        for _ in range(8):
            await one.walk()
    assert await removed(bus) == []
    site.petitions = petitions
    async with desk(bus, settings, clock, site) as one:
        await one.walk()
        assert one.state["missing"] == {}
        site.petitions = {7: petitions[7]}
        for count in (0, 0, 6):
            await one.walk(hours=24)
            assert len(await removed(bus)) == count


async def test_a_site_that_shows_no_petition_by_itself_is_not_believed(
    bus: Bus, settings: Settings, clock: Clock, site: PetitionSite
) -> None:
    site.shows(*[petition(number) for number in range(1, 4)])
    async with desk(bus, settings, clock, site) as one:
        await one.walk()
        del site.petitions[1]
        site.trouble = lambda path: (404, {}, b"") if path.startswith("/petitions/") else None
        for _ in range(4):
            await one.walk(hours=24)
    assert await removed(bus) == []


@pytest.mark.parametrize("answer", [(403, {}, b""), (200, {}, b" " * (MAX_BODY + 1))])
async def test_one_own_page_that_is_refused_or_too_long_ends_no_walk(
    bus: Bus, settings: Settings, clock: Clock, site: PetitionSite, answer: Answer
) -> None:
    site.shows(*[petition(number) for number in range(1, 5)])
    async with desk(bus, settings, clock, site) as one:
        await one.walk()
        site.change(1, state="closed")
        site.change(2, state="rejected")
        site.trouble = lambda path: answer if path == "/petitions/1.json" else None
        await one.walk()
        assert one.state["site"]["failures"] == 0
    assert len(await removed(bus)) == 1 and await gaps(bus) == []


@pytest.mark.parametrize(
    "ill",
    [
        (500, {}, b""),
        (429, {"Retry-After": "60"}, b""),
        (200, {}, b"<html>home</html>"),
        (200, {}, b'{"data": {"id": 99, "attributes": {"state": "rejected"}}}'),
        (406, {}, b""),
    ],
)
async def test_an_answer_that_is_none_removes_nothing(
    bus: Bus, settings: Settings, clock: Clock, site: PetitionSite, ill: Answer
) -> None:
    site.shows(petition(1), petition(2), petition(3))
    async with desk(bus, settings, clock, site) as one:
        await one.walk()
        del site.petitions[1], site.petitions[2]
        site.trouble = lambda path: ill if path.startswith("/petitions/") else None
        for _ in range(4):
            await one.walk(hours=24)
        assert await removed(bus) == []
        site.trouble = lambda path: None
        await one.walk(hours=24)
        await one.walk()
    assert len(await removed(bus)) == 2


async def test_one_page_that_breaks_its_server_hides_no_other(
    bus: Bus, settings: Settings, clock: Clock, site: PetitionSite
) -> None:
    site.shows(*[petition(number, FAR, signature_count=100 + number) for number in (1, 2, 3)], west=90, other=20)
    site.trouble = lambda path: (500, {}, b"") if path == "/petitions/3.json" else None
    async with desk(bus, settings, clock, site) as one:
        await one.walk()
        assert one.state["site"]["failures"] == 0 and await numbers(bus) == [2, 1]
        site.trouble = lambda path: None
        await one.walk()
    assert await numbers(bus) == [2, 1, 3]


async def test_a_site_that_fails_is_left_alone_told_and_ended(
    bus: Bus, settings: Settings, clock: Clock, site: PetitionSite
) -> None:
    site.trouble = lambda path: (500, {}, b"")
    async with desk(bus, settings, clock, site, interval_hours=1) as one:
        pauses = []
        for _ in range(4):
            await one.source.poll(one.fetcher)
            pauses.append(one.source.polled.seconds / 3600)
            clock.move(seconds=one.source.polled.seconds)
        assert pauses == [2, 4, 6, 6]
        site.trouble = lambda path: (503, {"Retry-After": "80000"}, b"")
        await one.source.poll(one.fetcher)
        assert one.source.polled.seconds == 80000
        site.trouble = lambda path: None
        await one.walk()
    told, ended = await gaps(bus)
    assert told.why == "the petitions site cannot be heard: its server answers 500" and ended.start == told.start
    assert told.end is None and ended.end


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((403, {}, b""), "its server refuses us (403): ask whoever runs it to let us read"),
        ((404, {}, b""), "its server answers 404"),
        ((200, {}, b"<html>Cookies?</html>"), "holds no petitions"),
    ],
)
async def test_what_will_not_pass_is_told_at_once_and_once(
    bus: Bus, settings: Settings, clock: Clock, site: PetitionSite, answer: Answer, why: str
) -> None:
    site.trouble = lambda path: answer
    async with desk(bus, settings, clock, site) as one:
        await one.walk()
        await one.walk()
    (gap,) = await gaps(bus)
    assert why in gap.why


async def test_one_that_cannot_be_taken_is_rejected_alone(
    bus: Bus, settings: Settings, clock: Clock, site: PetitionSite
) -> None:
    site.shows(petition(1), petition(2, "\0 Penmarrow"), petition(3))
    async with desk(bus, settings, clock, site) as one:
        await one.walk()
    assert sorted(await numbers(bus)) == [1, 3]
    (reject,) = await rejects(bus)
    assert "NUL" in reject.reason and not reject.body


async def test_what_cannot_be_worked_is_a_failure(
    bus: Bus, settings: Settings, clock: Clock, site: PetitionSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("listeners.petitions.page", lambda body: 1 / 0)
    async with desk(bus, settings, clock, site) as one:
        await one.walk()
        assert one.state["site"]["failures"] == 1


class Killed(SoundingsError):
    """The process ends here."""


@pytest.mark.parametrize("after", [0, 2, 5])
async def test_killed_in_the_middle_it_loses_nothing_and_counts_nothing_twice(
    bus: Bus, settings: Settings, clock: Clock, site: PetitionSite, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    site.page_size = 2
    site.shows(*[petition(number, signature_count=number) for number in range(1, 7)])
    with pytest.raises(Killed):
        async with desk(bus, settings, clock, site) as one:
            take, taken = one.out.offer, 0

            async def offer(native: Any) -> Any:
                nonlocal taken
                if taken == after:
                    raise Killed
                taken += 1
                return await take(native)

            monkeypatch.setattr(one.out, "offer", offer)
            await one.walk()
    async with desk(bus, settings, clock, site) as one:
        await one.walk()
    assert sorted(await numbers(bus)) == [1, 2, 3, 4, 5, 6]


async def test_another_bus_is_given_everything_again(
    bus: Bus, settings: Settings, clock: Clock, site: PetitionSite
) -> None:
    site.shows(petition(1), petition(2))
    async with desk(bus, settings, clock, site) as one:
        await one.walk(hours=0)
    await bus.jetstream.delete_stream(POSTS.name)
    await bus.declare()
    async with desk(bus, settings, clock, site) as one:
        assert one.source.polled.seconds == 0
        await one.walk()
    assert sorted(await numbers(bus)) == [1, 2]


async def test_a_post_that_is_wanted_once_more_comes_with_the_next_walk(
    bus: Bus, settings: Settings, clock: Clock, site: PetitionSite
) -> None:
    site.shows(petition(1), petition(2))
    async with desk(bus, settings, clock, site) as one:
        await one.walk()
        wanted = (await posts(bus))[0].id
        await ask_again(bus, "petitions", [wanted], clock.now)
        clock.move(minutes=1)
        await one.walk()
        await one.walk()
    assert [post.id for post in await posts(bus)][2:] == [wanted]


async def test_a_constituency_that_nobody_knows_is_said(
    bus: Bus, settings: Settings, clock: Clock, site: PetitionSite, caplog: pytest.LogCaptureFixture
) -> None:
    site.shows(petition(1, FAR, signature_count=1000), west=1)
    site.places[1] += [{"name": f"Place {n}", "ons_code": f"E{n}", "signature_count": 1} for n in range(600)]
    async with desk(bus, settings, clock, site, constituencies=("Penmarrow West", "Penmarow East")) as one:
        await one.walk()
    assert "no petition knows the constituency 'Penmarow East'" in caplog.text and "'Penmarrow West'" not in caplog.text


async def test_it_walks_until_it_is_told_to_stop(
    bus: Bus, settings: Settings, clock: Clock, site: PetitionSite
) -> None:
    site.shows(petition(1))
    heard = await bus.client.subscribe(POSTS.subjects)

    async def at_once_then_never(seconds: float) -> None:
        if seconds > 2:
            await asyncio.Event().wait()

    table = PetitionsSettings(enabled=True, site=site.url, allow_private=True)
    async with outlet(bus, settings, clock, "petitions", rules=Rules()) as out:
        task = asyncio.create_task(Petitions(table, out, COUNCIL, clock, at_once_then_never).listen())
        await heard.next_msg(timeout=20)
        await end(task)
