"""`soundings ask`, as it is called."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import pytest

from soundings import cli
from soundings.errors import OursFailed
from soundings.messages import Original
from store.archive import Archive
from store.ask import QUESTIONS
from store.clickhouse import Client
from tests.factories import make_reading, voice
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
        code, out, err = ask(capsys, name, *words, "--since", "30d", "--format", format_name)
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
