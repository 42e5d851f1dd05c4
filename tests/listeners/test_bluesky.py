"""Bluesky by atproto's real client over loopback, against a server of ours and the real bus."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from listeners import bluesky
from listeners.bluesky_posts import NOT_IN_PUBLIC, POST, PROFILE
from listeners.bluesky_stream import KINDS
from listeners.outlet import Outcome
from soundings.bus import Bus
from soundings.errors import TooManyRejects
from soundings.messages import AuthorKind, Gap, Kind, Retraction, RetractionKind
from soundings.rejects import RejectLimit
from soundings.settings import Settings
from soundings.streams import POSTS
from tests.listeners.jetstream import (
    ANNA,
    BERT,
    COUNCIL_DID,
    PRESS_DID,
    Jetstream,
    account,
    answering,
    commit,
    post,
    profile,
    record,
    ref,
    removal,
    uri,
)
from tests.listeners.kit import NOON, Clock, notices, posts, rejects
from tests.listeners.sky import latest, listening, texts, until

pytestmark = pytest.mark.servers

LOCAL, FAR = "The tip in Penmarrow is shut", "A sunny day in Lisbon"


async def gaps(bus: Bus) -> list[Gap]:
    return [one for one in await notices(bus) if isinstance(one, Gap)]


async def orders(bus: Bus) -> list[Retraction]:
    return [one for one in await notices(bus) if isinstance(one, Retraction)]


async def test_only_what_concerns_the_area_is_kept_with_its_reason(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream
) -> None:
    async with listening(bus, settings, clock, jetstream) as sky:
        last = jetstream.add(
            post(ANNA, "1", LOCAL),
            post(ANNA, "2", FAR),
            post(ANNA, "3", "Off to #TolgarthRoad"),
            post(ANNA, "4", "Look", embed={"images": [{"alt": "A bin on Tolgarth Road"}]}),
            post(ANNA, "5", "Nice winery: Penmarrow, Tasmania"),
            post(ANNA, "6", "Hello @penmarrow.example, when is bin day?", reply=answering(ref(COUNCIL_DID, "x"))),
            post(COUNCIL_DID, "7", "Bins will be emptied tomorrow."),
            post(PRESS_DID, "8", "Football results"),
            post(PRESS_DID, "9", "Penmarrow wins"),
        )
        await sky.heard(last)
    kept = {one.original.native_id: one for one in await posts(bus)}
    reasons = {name.rpartition("/")[2]: one.area_match.reason for name, one in kept.items()}
    assert reasons == {
        "1": "names Penmarrow",
        "3": "names Tolgarth Road",
        "4": "names Tolgarth Road",
        "6": "addressed to @penmarrow.example",
        "7": "written by an account of the council",
        "9": "names Penmarrow",
    }
    kinds = {name.rpartition("/")[2]: one.author_kind for name, one in kept.items()}
    assert (kinds["1"], kinds["7"], kinds["9"]) == (AuthorKind.RESIDENT, AuthorKind.COUNCIL, AuthorKind.PRESS)
    asked = kept[uri(ANNA, "6")]
    assert (asked.kind, asked.addressed_to) == (Kind.REPLY, ("penmarrow.example",))


async def test_no_account_of_a_resident_leaves_the_room_but_sealed(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, caplog: pytest.LogCaptureFixture
) -> None:
    async with listening(bus, settings, clock, jetstream) as sky:
        said = f"Penmarrow: ask @anna.bsky.example or {BERT} or https://bsky.app/profile/{ANNA}/post/1"
        await sky.heard(jetstream.add(post(ANNA, "1", said), account(ANNA, "deactivated")))
    (one,) = await posts(bus)
    open_part = one.model_copy(update={"original": one.original.model_copy(update={"native_id": "", "link": ""})})
    assert "did:" not in open_part.model_dump_json() and "anna" not in open_part.model_dump_json()
    assert not any("did:" in line.model_dump_json() for line in await notices(bus))
    assert "did:" not in caplog.text and uri(ANNA, "1") == one.original.native_id


async def test_an_edit_replaces_and_a_deletion_removes(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream
) -> None:
    later = NOON + timedelta(minutes=5)
    async with listening(bus, settings, clock, jetstream) as sky:
        last = jetstream.add(
            post(ANNA, "1", LOCAL),
            commit(ANNA, "1", record("It was another town"), "update", later),
            post(BERT, "2", LOCAL),
            removal(BERT, "2", later),
            removal(BERT, "strange", later),
        )
        await sky.heard(last)
        found = await latest(bus)
        assert found[uri(ANNA, "1")].text == "It was another town"
        assert found[uri(ANNA, "1")].area_match.reason == "was about the area before its edit"
        (order,) = await orders(bus)
        assert order.post_id == found[uri(BERT, "2")].id and order.kind is RetractionKind.GONE
        # A server gives both once more: the older text does not come back, nor does what was removed.
        await sky.heard(jetstream.add(post(ANNA, "1", LOCAL), post(BERT, "2", LOCAL)))
        assert sky.out.counts[Outcome.OLDER] == 1 and sky.out.counts[Outcome.REMOVED] == 1
    assert (await latest(bus))[uri(ANNA, "1")].text == "It was another town"


async def test_words_that_are_taken_back_are_removed(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream
) -> None:
    async with listening(bus, settings, clock, jetstream) as sky:
        picture = {**record("", embed={"images": [{"image": {}}]})}
        await sky.heard(jetstream.add(post(ANNA, "1", LOCAL), commit(ANNA, "1", picture, "update")))
        assert [one.reason for one in await orders(bus)] == ["its author took its words back"]


@pytest.mark.parametrize("status", ["deleted", "takendown"])
async def test_an_account_that_is_gone_takes_all_it_wrote_along(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, status: str
) -> None:
    """After a deletion its commits are gone from the stream: only the account is named, and it must be enough."""
    async with listening(bus, settings, clock, jetstream) as sky:
        await sky.heard(jetstream.add(post(ANNA, "1", LOCAL), post(ANNA, "2", LOCAL), post(BERT, "3", LOCAL)))
    async with listening(bus, settings, clock, jetstream) as sky:
        await sky.heard(jetstream.add(account(ANNA, status), account(PRESS_DID, status)))
        assert sky.out.ledger.count() == 1
        await sky.heard(jetstream.add(post(ANNA, "1", LOCAL)))
        assert sky.out.counts[Outcome.REMOVED] == 1, "it does not come in again"
    told = await orders(bus)
    kept = {one.original.native_id: one for one in await posts(bus)}
    assert {one.post_id for one in told if one.post_id} == {kept[uri(ANNA, name)].id for name in ("1", "2")}
    assert {voice for one in told for voice in one.voices} == {kept[uri(ANNA, "1")].voice}
    assert {one.kind for one in told} == {RetractionKind.GONE}


async def test_an_account_leaves_with_what_still_waits(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream
) -> None:
    async with listening(bus, settings, clock, jetstream) as sky:
        await sky.heard(jetstream.add(post(ANNA, "1", LOCAL), account(ANNA, "deleted")))
        assert sky.out.ledger.count() == 0 and len(await orders(bus)) == 2


async def test_a_status_that_says_nothing_of_posts_changes_nothing(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream
) -> None:
    async with listening(bus, settings, clock, jetstream) as sky:
        event = account(ANNA, "desynchronized")
        await sky.heard(jetstream.add(post(ANNA, "1", LOCAL), event, account(ANNA, "throttled"), account(ANNA)))
        assert sky.out.ledger.count() == 1 and await notices(bus) == []


async def test_what_is_hidden_comes_again_only_with_its_text(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream
) -> None:
    async with listening(bus, settings, clock, jetstream) as sky:
        await sky.heard(jetstream.add(post(ANNA, "1", LOCAL), account(ANNA, "deactivated")))
        assert {one.kind for one in await orders(bus)} == {RetractionKind.HIDDEN} and sky.out.ledger.count() == 0
        clock.move(hours=1)
        await sky.heard(jetstream.add(account(ANNA), post(ANNA, "1", LOCAL)))
        assert sky.out.ledger.count() == 1
    first, again = await posts(bus)
    assert (first.id, first.happened_at, first.version) == (again.id, again.happened_at, again.version)
    hidden = (await orders(bus))[0]
    assert first.collected_at <= hidden.observed_at < again.collected_at, "so the store shows it again"


async def test_another_bus_does_not_bring_back_what_is_hidden(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream
) -> None:
    """Its posts are given again before the event that hid them."""
    async with listening(bus, settings, clock, jetstream, look_back_hours=24) as sky:
        kept = post(BERT, "2", f"{LOCAL}!")
        edited = commit(ANNA, "1", record(f"{LOCAL}, edited"), "update", NOON + timedelta(minutes=1))
        await sky.heard(jetstream.add(post(ANNA, "1", LOCAL), edited, kept, account(ANNA, "deactivated")))
    await bus.jetstream.delete_stream(POSTS.name)
    await bus.declare()
    clock.move(hours=2)
    async with listening(bus, settings, clock, jetstream, look_back_hours=24) as sky:
        await sky.heard(jetstream.add(post(BERT, "3", FAR, clock())))
        assert await texts(bus) == [f"{LOCAL}!"] and sky.out.counts[Outcome.HIDDEN] == 2
        await sky.heard(jetstream.add(account(ANNA), post(ANNA, "1", LOCAL), edited))
    assert (await latest(bus))[uri(ANNA, "1")].text == f"{LOCAL}, edited"


async def test_who_asks_not_to_be_read_is_not_kept(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream
) -> None:
    async with listening(bus, settings, clock, jetstream) as sky:
        marked = record(LOCAL, labels={"values": [{"val": NOT_IN_PUBLIC}]})
        await sky.heard(jetstream.add(commit(ANNA, "1", marked), post(ANNA, "2", f"{LOCAL} #nobots")))
        assert await posts(bus) == []
        await sky.heard(jetstream.add(post(BERT, "3", LOCAL), profile(BERT, NOON, NOT_IN_PUBLIC)))
        assert [one.reason for one in await orders(bus)] == ["its author asks not to be read"]
    async with listening(bus, settings, clock, jetstream) as sky:  # and that is remembered
        await sky.heard(jetstream.add(post(BERT, "4", LOCAL), profile(BERT), post(BERT, "5", LOCAL)))
        assert sky.out.counts[Outcome.ELSEWHERE] == 1 and sky.out.ledger.count() == 1
    assert list(await latest(bus)) == [uri(BERT, "3"), uri(BERT, "5")]


async def test_an_archive_that_is_moved_here_is_no_news(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream
) -> None:
    async with listening(bus, settings, clock, jetstream) as sky:
        old = record(LOCAL, NOON - timedelta(days=900))
        await sky.heard(jetstream.add(commit(ANNA, "1", old)))
        assert await posts(bus) == [] and sky.out.counts["written long before"] == 1


async def test_a_start_goes_on_where_the_last_one_ended(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream
) -> None:
    async with listening(bus, settings, clock, jetstream) as sky:
        await sky.heard(jetstream.add(post(ANNA, "1", LOCAL)))
    jetstream.add(post(ANNA, "2", f"{LOCAL} too"))
    async with listening(bus, settings, clock, jetstream) as sky:
        await sky.heard(2)
        assert sky.out.counts == {"same": 1, "new": 1}, "the server gives the last one again"
    assert len(await posts(bus)) == 2 and await notices(bus) == []
    assert [one.get("cursor") for one in jetstream.asked] == [None, ["1"]]


async def test_the_place_is_kept_although_nothing_concerns_us(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bluesky, "KEEP_EVERY", 0.01)
    async with listening(bus, settings, clock, jetstream) as sky:
        jetstream.add(*[post(ANNA, f"{number}", FAR) for number in range(50)])

        def kept() -> Any:
            checkpoint = sky.out.ledger.checkpoint()
            return checkpoint and checkpoint.state["seq"] == 50

        await until(kept, "a checkpoint")
    assert await posts(bus) == []


async def test_the_first_start_looks_back(bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream) -> None:
    jetstream.add(*[post(ANNA, f"{back}", f"{LOCAL} {back}", NOON - timedelta(hours=back)) for back in (30, 20, 10)])
    async with listening(bus, settings, clock, jetstream, look_back_hours=24) as sky:
        await sky.heard(3)
    assert await texts(bus) == [f"{LOCAL} 20", f"{LOCAL} 10"] and await gaps(bus) == []


async def test_another_bus_is_given_the_look_back_again(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream
) -> None:
    async with listening(bus, settings, clock, jetstream, look_back_hours=24) as sky:
        await sky.heard(jetstream.add(post(ANNA, "1", LOCAL), post(ANNA, "2", FAR)))
    await bus.jetstream.delete_stream(POSTS.name)
    await bus.declare()
    clock.move(hours=2)
    async with listening(bus, settings, clock, jetstream, look_back_hours=24) as sky:
        await sky.heard(2)
    assert await texts(bus) == [LOCAL] and int(jetstream.asked[-1]["cursor"][0]) > 10**15


async def test_a_cursor_that_is_too_old_is_a_gap_and_the_rest_is_heard(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream
) -> None:
    async with listening(bus, settings, clock, jetstream) as sky:
        await sky.heard(jetstream.add(post(ANNA, "1", LOCAL)))
    clock.move(hours=50)
    jetstream.add(post(ANNA, "2", FAR, NOON + timedelta(hours=1)))
    jetstream.add(post(ANNA, "3", f"{LOCAL} still", NOON + timedelta(hours=14)))
    jetstream.forget(3)
    async with listening(bus, settings, clock, jetstream) as sky:
        await sky.heard(3)
    open_gap, closed = await gaps(bus)
    assert (open_gap.start, open_gap.end) == (NOON, None) and "no longer has" in open_gap.why
    assert (closed.start, closed.end) == (NOON, NOON + timedelta(hours=14))
    assert await texts(bus) == [LOCAL, f"{LOCAL} still"], "by time the server gives all that it still has"
    async with listening(bus, settings, clock, jetstream) as sky:
        await sky.heard(jetstream.add(post(ANNA, "4", FAR, clock())))
    assert len(await gaps(bus)) == 2, "told once"


@pytest.mark.parametrize("tells", [True, False])
async def test_a_server_that_counts_anew_is_asked_by_time(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, tells: bool
) -> None:
    """Otherwise it would begin with what comes next, and what was said meanwhile would be lost unseen."""
    async with listening(bus, settings, clock, jetstream) as sky:
        await sky.heard(jetstream.add(*[post(ANNA, f"{number}", FAR) for number in range(9)]))
    async with Jetstream() as anew:
        anew.tells_future = tells
        anew.add(post(ANNA, "n1", LOCAL, NOON + timedelta(minutes=1)))
        place = {"host": anew.url, "seq": 9, "time": NOON.isoformat()}
        async with listening(bus, settings, clock, anew, look_back_hours=1) as sky:
            await sky.heard(1)
        await sky_forgets(settings, place)
        anew.add(post(ANNA, "n2", f"{LOCAL} too", NOON + timedelta(minutes=2)))
        async with listening(bus, settings, clock, anew) as sky:
            if not tells:  # then only its next event shows it
                anew.add(post(ANNA, "n3", FAR, NOON + timedelta(minutes=3)))
            await until(lambda: len(anew.asked) > 2, "asked by time")
            await sky.heard(2 if tells else 3)
    assert await texts(bus) == [LOCAL, f"{LOCAL} too"]
    assert [len(one["cursor"][0]) for one in anew.asked] == [16, 1, 16]


async def sky_forgets(settings: Settings, place: dict[str, Any]) -> None:
    """Put another place into the checkpoint."""
    from listeners.ledger import Ledger

    ledger = Ledger.open(settings.ledgers, "bluesky")
    before = ledger.checkpoint()
    assert before
    ledger.commit([], replace(before, state=place))
    ledger.close()


async def test_a_clean_goodbye_is_followed_by_a_new_connection(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream
) -> None:
    """The library's own loop ends there without a word."""
    async with listening(bus, settings, clock, jetstream) as sky:
        await sky.heard(jetstream.add(post(ANNA, "1", LOCAL)))
        await jetstream.close(1000)
        await sky.heard(jetstream.add(post(ANNA, "2", f"{LOCAL} too")))
    assert len(await posts(bus)) == 2


@pytest.mark.parametrize("how", ["break", "restart"])
async def test_a_connection_that_breaks_loses_nothing(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, how: str
) -> None:
    async with listening(bus, settings, clock, jetstream) as sky:
        await sky.heard(jetstream.add(post(ANNA, "1", LOCAL)))
        jetstream.abort() if how == "break" else await jetstream.close(1012)
        await until(lambda: not jetstream.listening, "the end")
        jetstream.refuses = 1
        await sky.heard(jetstream.add(post(ANNA, "2", f"{LOCAL} too")))
    assert len(await posts(bus)) == 2 and await gaps(bus) == []


async def test_a_server_that_is_silent_gives_way_to_the_next(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bluesky, "PATIENCE", 0.2)
    async with Jetstream(first=5000) as other:
        async with listening(bus, settings, clock, jetstream, other) as sky:
            jetstream.add(post(ANNA, "1", LOCAL))
            other.add(post(ANNA, "1", LOCAL), post(ANNA, "2", f"{LOCAL} too", NOON + timedelta(seconds=1)))
            await until(lambda: sky.seq >= 5001, "the other server")
            await sky.heard(5001)
        assert int(other.asked[0]["cursor"][0]) > 10**15, "its numbers are not ours: asked by time"
    assert len(await posts(bus)) == 2 and sky.out.counts[Outcome.SAME] >= 1


async def test_frames_that_are_none_are_rejected_and_stop_nothing(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream
) -> None:
    """The library would pass over some of them in silence, and end the stream for good at others."""
    async with listening(bus, settings, clock, jetstream) as sky:
        jetstream.raw("no json")
        jetstream.raw('{"$type":"message"}')
        jetstream.add(commit(ANNA, "odd", record(LOCAL)) | {"record": "no record"})
        jetstream.add(post(ANNA, "no text", LOCAL) | {"record": {"$type": "app.bsky.feed.post", "text": 5}})
        await sky.heard(jetstream.add(post(ANNA, "1", LOCAL)))
    assert await texts(bus) == [LOCAL]
    found = sorted((one.ref, one.reason) for one in await rejects(bus))
    assert [reason for _, reason in found].count("a frame of the stream cannot be read") == 3
    assert not any(word in f"{one}" for one in found for word in ("did:", "record"))


async def test_a_text_that_is_none_is_rejected_where_it_concerns_us(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream
) -> None:
    async with listening(bus, settings, clock, jetstream) as sky:
        await sky.heard(jetstream.add(commit(COUNCIL_DID, "1", {"$type": "app.bsky.feed.post", "text": 5})))
        (one,) = await rejects(bus)
        assert (one.reason, one.ref) == ("its text is no text", "event 1") and one.body == ""


async def test_nothing_but_rubbish_stops_the_source(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream
) -> None:
    with pytest.raises(BaseExceptionGroup) as stopped:
        async with listening(bus, settings, clock, jetstream, limit=RejectLimit()) as sky:
            for number in range(25):
                jetstream.raw(f"rubbish {number}")
            await sky.heard(1)
    assert stopped.group_contains(TooManyRejects)


async def test_what_the_bus_does_not_take_is_heard_again(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library's own cursor has passed an event before we have worked it: ours has not."""

    async def fails(*_: object) -> Outcome:
        await sky.out.flush(sky.source._state())  # a checkpoint while it is in hand
        raise RuntimeError("a fault of ours")

    with pytest.raises(BaseExceptionGroup) as failed:
        async with listening(bus, settings, clock, jetstream) as sky:
            await sky.heard(jetstream.add(post(ANNA, "1", FAR)))
            monkeypatch.setattr(sky.out, "offer", fails)
            jetstream.add(post(ANNA, "2", LOCAL), post(ANNA, "3", f"{LOCAL} too"))
            await sky.heard(3)
    assert failed.group_contains(RuntimeError)
    async with listening(bus, settings, clock, jetstream) as sky:
        await sky.heard(3)
    assert await texts(bus) == [LOCAL, f"{LOCAL} too"]


async def test_silence_is_told_and_ended(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bluesky, "KEEP_EVERY", 0.01)
    async with listening(bus, settings, clock, jetstream) as sky:
        await sky.heard(jetstream.add(post(ANNA, "1", FAR)))
        clock.move(minutes=11)
        await until(lambda: sky.source._fresh, "the gap")
    clock.move(minutes=9)
    async with listening(bus, settings, clock, jetstream) as sky:
        await sky.heard(jetstream.add(post(ANNA, "2", FAR, clock())))
    begun, ended = await gaps(bus)
    assert (begun.start, begun.end) == (NOON, None) and "cannot be reached" in begun.why
    assert (ended.start, ended.end) == (NOON, NOON + timedelta(minutes=20)) and "afterwards" in ended.why


def test_what_is_asked_of_the_network_is_only_posts_profiles_and_accounts() -> None:
    assert (KINDS, POST, PROFILE) == (("commit", "account"), "app.bsky.feed.post", "app.bsky.actor.profile")
