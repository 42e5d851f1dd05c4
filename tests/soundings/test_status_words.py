"""The status as an officer reads it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from soundings.settings import Settings
from soundings.status_words import TOTALS, describe, moment, span

NOW = datetime(2026, 7, 2, 12, 0, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
TODAY = datetime.now(UTC).replace(microsecond=0)


def stage(state: str = "running", **more: Any) -> dict[str, Any]:
    return {"state": state, "running": state == "running", "waiting_for": None, "health": "", **more}


def told(settings: Settings, one: dict[str, Any], **more: Any) -> str:
    status = {
        "stages": {"listeners": one}, "totals": dict.fromkeys(TOTALS), "queues": {}, "alarms": [], "gaps": [],
        "sources": [], "upkeep": {"swept_at": None, "backed_up_at": None, "backs_up": False},
        "learnt": None, "page": "", **more,
    }  # fmt: skip
    return describe(settings, status)


def wait(reason: str, since: datetime = TODAY) -> dict[str, str]:
    return {"reason": reason, "who": "nlp", "why": "its queue is full", "since": since.isoformat()}


def test_who_waits_for_whom_and_how_much_is_there(settings: Settings) -> None:
    queue = {"envelopes": 210, "items": 41200, "bytes": 1, "limit_bytes": 512 * 1024 * 1024, "oldest_seconds": 9}
    said = told(settings, stage(waiting_for=wait("posts-full")), queues={"posts": queue})
    clock = f"{TODAY.astimezone(LONDON):%H:%M}"
    assert f"running, waiting for nlp since {clock}: its queue is full (512 MB, 41,200 posts)" in said


def test_while_the_bus_does_not_say_how_much_the_rest_is_told(settings: Settings) -> None:
    assert "its queue is full\n" in told(settings, stage(waiting_for=wait("posts-full")))


@pytest.mark.parametrize(
    ("then", "words"),
    [
        (datetime(2026, 7, 2, 9, 42, tzinfo=UTC), "10:42"),
        (datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "00:30"),
        (datetime(2026, 7, 1, 9, 42, tzinfo=UTC), "10:42 on 1 July"),
    ],
)
def test_times_are_the_councils(then: datetime, words: str) -> None:
    assert moment(then, NOW, LONDON) == words


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (stage(restarts=1), "running (restarted 1 time)"),
        (stage(restarts=3), "running (restarted 3 times)"),
        (stage("silent"), "silent: it lives, and does not move"),
        (stage("waiting"), "it ended, and is started again in a moment"),
        (stage("stopped", why="it rejected nearly everything"), "stopped: it rejected nearly everything"),
        (stage(why="it takes nothing: its disk is full"), "running, but it takes nothing: its disk is full"),
    ],
)
def test_states_in_words(settings: Settings, one: dict[str, Any], words: str) -> None:
    assert f"listeners  {words}\n" in told(settings, one)


def test_what_a_person_must_know_stands_out(settings: Settings) -> None:
    gap = {"source": "feeds", "start": "2026-01-02T10:00:00Z", "end": None, "why": "the feed does not answer"}
    said = told(settings, stage(), alarms=[{"says": "Something has waited."}], gaps=[gap])
    assert "  LOOK  Something has waited.\n" in said
    assert "  GAP   feeds was not heard from 10:00 on 2 January to now: the feed does not answer" in said


def test_figures_that_nobody_knows_are_not_zero(settings: Settings) -> None:
    assert "? means that what holds this figure does not answer." in told(settings, stage())
    known = told(settings, stage(), totals=dict.fromkeys(TOTALS, 1204))
    assert "1,204" in known
    assert "?" not in known


def test_nothing_runs(settings: Settings) -> None:
    assert "Start it with `soundings up`" in told(settings, stage("stopped"))


def test_a_damaged_council_file_does_not_hide_the_status(settings: Settings) -> None:
    settings.home.mkdir()
    settings.council_path.write_text("[council\n")
    assert "running" in told(settings, stage(waiting_for=wait("bus")))


@pytest.mark.parametrize(
    ("learnt", "words"),
    [
        ({"corrections": 1, "told": 1, "stuck": ""}, "  learnt     from 1 topic that officers corrected\n"),
        ({"corrections": 1200, "told": 1200, "stuck": ""}, "  learnt     from 1,200 topics that officers corrected\n"),
        ({"corrections": 8, "told": 9, "stuck": ""}, "officers corrected; 1 more belong to another reader\n"),
        ({"corrections": 0, "told": 0, "stuck": "it is cut off"}, "officers corrected. STUCK: it is cut off\n"),
    ],
)
def test_how_much_the_readers_have_learnt(settings: Settings, learnt: dict[str, Any], words: str) -> None:
    assert words in told(settings, stage("stopped"), learnt=learnt)


def test_while_nobody_corrected_anything_nothing_is_said_of_it(settings: Settings) -> None:
    for learnt in (None, {"corrections": 0, "told": 0, "stuck": ""}):
        assert "learnt" not in told(settings, stage("stopped"), learnt=learnt)


def source(**changes: Any) -> dict[str, Any]:
    heard = {"source": "feeds", "heard_at": None, "newest": None, "behind_seconds": None, "held_since": None}
    return {**heard, **changes}


LONG_AGO = "2026-01-02T10:00:00Z"
OPEN = {"source": "feeds", "start": LONG_AGO, "end": None, "why": "it does not answer"}


@pytest.mark.parametrize(
    ("one", "gaps", "words"),
    [
        (source(), [], "  feeds      never heard yet\n"),
        (source(heard_at=LONG_AGO), [], "  feeds      heard 10:00 on 2 January\n"),
        (
            source(heard_at=LONG_AGO, newest=LONG_AGO),
            [],
            "heard 10:00 on 2 January; newest post of 10:00 on 2 January\n",
        ),
        (source(behind_seconds=150), [], "never heard yet; a post mostly comes in 2 minutes after it is written\n"),
        (source(), [OPEN], "never heard yet; NOT HEARD since 10:00 on 2 January\n"),
        (source(), [{**OPEN, "end": LONG_AGO}], "  feeds      never heard yet\n"),
        (source(), [{**OPEN, "source": "x"}], "  feeds      never heard yet\n"),
        (source(held_since=LONG_AGO), [OPEN], "HELD since 10:00 on 2 January: it rejected nearly everything\n"),
    ],
)
def test_how_each_source_is_heard(settings: Settings, one: dict[str, Any], gaps: list[Any], words: str) -> None:
    assert words in told(settings, stage(), sources=[one], gaps=gaps)


def test_of_several_open_gaps_the_first_counts(settings: Settings) -> None:
    later = {**OPEN, "start": "2026-01-03T10:00:00Z"}
    assert "NOT HEARD since 10:00 on 2 January\n" in told(settings, stage(), sources=[source()], gaps=[OPEN, later])


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (119, "119 seconds"),
        (150, "2 minutes"),
        (7200, "2 hours"),
        (864000, "10 days"),
    ],
)
def test_spans_in_words(seconds: float, words: str) -> None:
    assert span(seconds) == words


def test_what_a_paid_source_costs_is_told_also_when_nothing_runs(settings: Settings) -> None:
    spent = {"x": {"says": "x: 1,240 posts this month, $6.20 of $50.00"}}
    assert "  spent      x: 1,240 posts this month, $6.20 of $50.00\n" in told(settings, stage("stopped"), spent=spent)
    assert "spent" not in told(settings, stage("stopped"), spent={})
