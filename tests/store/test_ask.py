"""`soundings ask`, as it is called."""

from __future__ import annotations

import csv
import io
import json
from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from unittest.mock import Mock
from zoneinfo import ZoneInfo

import pytest

from soundings import cli
from soundings.council import CouncilFile
from soundings.errors import OursFailed
from soundings.messages import Original, PlaceGuess, TopicGuess
from store import questions as q
from store.archive import Archive
from store.clickhouse import Client
from store.columns import EARLIEST, LATEST
from store.named import QUESTIONS, TIMELESS, Asked, _search
from tests.factories import make_reading, make_understanding, voice
from tests.store.conftest import truncate
from tests.store.serving import StoreServer

pytestmark = pytest.mark.servers

HANDLE = "at://did:plc:canary/1"


@pytest.fixture
def filled(writer: Client, store_server: StoreServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOUNDINGS_HOME", str(store_server.settings.home))
    now = datetime.now(UTC)
    Archive(writer).take(
        [
            make_reading(
                str(number),
                happened_at=now - timedelta(hours=number),
                collected_at=now,
                text=f"bins number {number}",
                voice=voice("anna"),
                original=Original(native_id=HANDLE, link=f"https://{HANDLE}"),
            )
            for number in range(1, 201)
        ]
    )


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.main(["ask", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_without_a_question_it_lists_them(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ask(capsys)
    assert code == 0 and all(f"  {name}" in out for name in QUESTIONS)


def test_nothing_running_says_what_to_start(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = ask(capsys, "topics")
    assert (code, out) == (3, "") and "soundings up" in err


@pytest.mark.parametrize(
    "wrong",
    [
        ["weather"],
        ["posts", "--since", "yesterday"],
        ["posts", "--since", "1d", "--until", "2d"],
        ["posts", "--limit", "0"],
        ["posts", "--limit", "many"],
        ["posts", "--mood", "angry"],
        ["posts", "bins"],
        ["posts", "--format", "xml"],
        ["gaps", "--topic", "bins"],
        ["search"],
        ["posts", "--topic", "bins"],
        ["posts", "--act", "moan"],
        ["posts", "--source", "pigeons"],
        ["posts", "--place", "street:nowhere"],
        ["newest", "--since", "1h"],
        ["freshness", "--until", "2026-11-01"],
        ["readers", "--since", "30d"],
    ],
)
def test_bad_arguments_are_told_in_a_sentence(
    filled: None, capsys: pytest.CaptureFixture[str], wrong: list[str]
) -> None:
    code, out, err = ask(capsys, *wrong)
    assert (code, out.strip("[\n")) == (2, "")
    assert "Traceback" not in err and len(err.strip()) > 20


@pytest.mark.parametrize("name", list(QUESTIONS))
def test_every_question_answers_in_every_format_and_names_nobody(
    filled: None, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    words = ["bins"] if name == "search" else []
    for format_name in ("json", "csv", "table"):
        since = [] if name in TIMELESS else ["--since", "30d"]
        code, out, err = ask(capsys, name, *words, *since, "--format", format_name)
        assert (code, err) == (0, "")
        assert voice("anna") not in out and "did:plc" not in out and 'voice"' not in out


def test_a_store_that_dies_in_the_middle_is_told(
    filled: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.questions.places", Mock(side_effect=OursFailed("ClickHouse does not answer")))
    code, _, err = ask(capsys, "places")
    assert code == 1 and "not all of it" in err


def test_posts_prints_all_unless_a_limit_is_stated(filled: None, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = ask(capsys, "posts", "--since", "30d", "--format", "json")
    assert len(json.loads(out)) == 200
    _, out, _ = ask(capsys, "posts", "--since", "30d", "--limit", "7", "--format", "csv")
    assert len(list(csv.DictReader(io.StringIO(out)))) == 7


def test_what_arrives_meanwhile_doubles_nothing(
    filled: None, writer: Client, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.named.PAGE", 50)
    now = datetime.now(UTC)
    asked = Asked(
        reader, q.Window(EARLIEST, LATEST), q.ALL, Namespace(words=["bins"], limit=150), CouncilFile(None), now
    )
    answer = _search(asked)
    found = [next(answer).id for _ in range(60)]
    Archive(writer).take([make_reading(f"new {number}", happened_at=now, text="bins") for number in range(5)])
    found += [post.id for post in answer]
    assert len(found) == len(set(found)) == 150


def test_times_and_filters_reach_the_question(filled: None, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = ask(capsys, "posts", "--since", "10h", "--until", "5h", "--format", "json")
    assert [post["text"] for post in json.loads(out)] == [f"bins number {number}" for number in (9, 8, 7, 6, 5)] or (
        len(json.loads(out)) == 5
    )
    _, out, _ = ask(capsys, "newest", "--topic", "parking", "--format", "json")
    assert json.loads(out) == []
    _, out, _ = ask(capsys, "newest", "--format", "json")
    assert len(json.loads(out)) == 50
    _, out, _ = ask(capsys, "search", "number", "17", "--since", "30d", "--format", "json")
    assert [post["text"] for post in json.loads(out)] == ["bins number 17"]


COUNCIL = """
[topics.harbour]
name = "Harbour"
words = ["mooring"]
[[area.places]]
name = "Whey Lane"
kind = "street"
also = ["the lane"]
[[area.places]]
name = "Hope"
kind = "ward"
[[area.places]]
name = "Hope"
kind = "village"
"""


@pytest.fixture
def council_file(store_server: StoreServer) -> Iterator[None]:
    path = store_server.settings.council_path
    path.write_text(COUNCIL, encoding="utf-8")
    yield
    path.unlink()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (["--topic", "bins"], "'bins' is not a topic; there are: bins-recycling, "),
        (["--topic", "bins"], ", harbour."),
        (["--act", "moan"], "'moan' is not an act; there are: fault-report, complaint, "),
        (["--source", "pigeons"], "'pigeons' is not a source; there are: files."),
        (["--place", "Nowhere"], "'Nowhere' is not a place; there are: street:whey-lane, ward:hope, village:hope."),
        (["--place", "hope"], "'hope' is the name of 2 places; say which: ward:hope, village:hope."),
    ],
)
def test_an_unknown_filter_is_refused_with_what_there_is(
    filled: None, council_file: None, capsys: pytest.CaptureFixture[str], wrong: list[str], says: str
) -> None:
    code, out, err = ask(capsys, "newest", *wrong)
    assert (code, out) == (2, "") and says in err


@pytest.mark.parametrize("written", ["street:whey-lane", "whey  LANE", "The Lane"])
def test_a_place_may_be_written_by_its_name(
    filled: None, council_file: None, writer: Client, capsys: pytest.CaptureFixture[str], written: str
) -> None:
    places = tuple(
        PlaceGuess(id=name, name="a place", score=0.9, found_by="gazetteer") for name in ("street:whey-lane", "park:x")
    )
    Archive(writer).take([make_reading("placed", text="here", understood=make_understanding(places=places))])
    code, out, _ = ask(capsys, "posts", "--place", written, "--topic", "bins-recycling", "--format", "json")
    assert code == 0 and [post["text"] for post in json.loads(out)] == ["here"]
    code, out, _ = ask(capsys, "posts", "--place", "park:x", "--format", "json")
    assert code == 0 and len(json.loads(out)) == 1, "a place that only the store knows"


@pytest.fixture
def old(writer: Client, store_server: StoreServer, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """One post, of nine days ago."""
    monkeypatch.setenv("SOUNDINGS_HOME", str(store_server.settings.home))
    then = datetime.now(UTC) - timedelta(days=9)
    Archive(writer).take([make_reading("old", happened_at=then, text="brown bins")])
    return then


@pytest.mark.parametrize("arguments", [["posts"], ["search", "bins"], ["newest"]])
def test_posts_and_search_reach_back_to_the_first_post(
    old: datetime, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    code, out, err = ask(capsys, *arguments, "--format", "json")
    assert (code, err) == (0, "") and [post["text"] for post in json.loads(out)] == ["brown bins"]


@pytest.mark.parametrize("name", ["volume", "topics", "moods", "acts", "sources"])
def test_an_empty_week_that_nobody_asked_for_is_explained(
    old: datetime, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    local = old.astimezone(ZoneInfo("Europe/London"))
    code, out, err = ask(capsys, name)
    assert (code, out) == (0, "")
    assert err.startswith(f"Nothing in the last 7 days (the default). The newest post is of {local.day} {local:%B}")
    assert err.endswith("; try --since 30d.\n")
    code, out, err = ask(capsys, name, "--since", "30d")
    assert (code, err) == (0, "") and "Nothing" not in out


def test_an_empty_week_leaves_the_data_exact(old: datetime, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = ask(capsys, "moods", "--format", "json")
    assert (code, json.loads(out)) == (0, []) and "try --since 30d" in err
    code, out, err = ask(capsys, "moods", "--format", "csv")
    assert (code, out.strip()) == (0, "posts,unhappy,neutral,pleased,unclear,slug") and "try --since 30d" in err
    code, out, err = ask(capsys, "moods", "--since", "7d")
    assert (code, out, err) == (0, "Nothing found.\n", "")


def test_an_empty_week_is_explained_by_what_was_asked(old: datetime, capsys: pytest.CaptureFixture[str]) -> None:
    assert "that passes these filters is of" in ask(capsys, "moods", "--mood", "neutral")[2]
    assert ask(capsys, "moods", "--topic", "parking")[2] == "Nothing that is held passes these filters.\n"
    assert ask(capsys, "gaps")[2] == "Nothing in the last 7 days (the default); try --since 30d.\n"
    assert "Nothing in the 7 days before 2020-01-01" in ask(capsys, "topics", "--until", "2020-01-01")[2]


def test_an_empty_archive_is_told(old: datetime, writer: Client, capsys: pytest.CaptureFixture[str]) -> None:
    truncate(writer)
    assert ask(capsys, "topics") == (0, "", "Nothing is held yet.\n")
    assert "there are: none yet." in ask(capsys, "posts", "--source", "files")[2]


def test_tables_leave_out_topics_without_a_post_and_data_does_not(
    old: datetime, writer: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    parking = make_understanding(topics=(TopicGuess(slug="parking", confidence=0.9),))
    Archive(writer).take([make_reading("new", happened_at=datetime.now(UTC) - timedelta(days=1), understood=parking)])
    _, table, _ = ask(capsys, "topics")
    assert table.startswith("topic ") and "parking" in table and "bins-recycling" not in table
    _, data, _ = ask(capsys, "topics", "--format", "json")
    assert [row["slug"] for row in json.loads(data)] == ["parking", "bins-recycling"]


def test_help_lists_topics_and_acts(
    old: datetime, council_file: None, store_server: StoreServer, capsys: pytest.CaptureFixture[str]
) -> None:
    for text in (COUNCIL, "not a council file"):
        store_server.settings.council_path.write_text(text, encoding="utf-8")
        with pytest.raises(SystemExit) as ended:
            cli.main(["ask", "topics", "--help"])
        said = capsys.readouterr().out
        assert ended.value.code == 0 and "bins-recycling" in said and "fault-report" in said and "unclear" in said
        assert ("harbour" in said) == (text is COUNCIL)
