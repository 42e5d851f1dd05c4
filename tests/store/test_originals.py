"""Opening an original is written down; decisions are only added."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import store
from soundings.errors import BadInput, OursFailed
from soundings.messages import Original, Retraction
from store.archive import Archive
from store.clickhouse import Client
from store.decisions import audit, correct_label
from store.originals import open_original
from store.retractions import Registrar
from tests.factories import NOON, make_reading, post_id

pytestmark = pytest.mark.servers

SEALED = Original(native_id="at://did:plc:x/1", link="https://example.org/1")


def audited(client: Client) -> list[tuple[str, str, str]]:
    return [tuple(row) for row in client.query("SELECT officer, action, detail FROM audit ORDER BY at").result_rows]


def test_an_officer_with_a_reason_sees_it_and_is_written_down(writer: Client, officer: Client) -> None:
    Archive(writer).take([make_reading("1", original=SEALED)])
    assert open_original(officer, post_id("1"), "Bea", "a reply is due", NOON) == SEALED
    assert audited(officer) == [("Bea", "open original", f"{post_id('1')}: a reply is due")]


@pytest.mark.parametrize(("name", "reason"), [("", "x"), ("Bea", "  ")])
def test_without_a_name_and_a_reason_nothing_opens(writer: Client, officer: Client, name: str, reason: str) -> None:
    Archive(writer).take([make_reading("1", original=SEALED)])
    with pytest.raises(BadInput, match="your name and a reason"):
        open_original(officer, post_id("1"), name, reason)
    assert audited(officer) == []


def test_a_retracted_original_opens_no_more_and_the_attempt_is_kept(
    writer: Client, officer: Client, tmp_path: Path
) -> None:
    Archive(writer).take([make_reading("1", original=SEALED)])
    Registrar(writer, tmp_path).retract(
        [Retraction(source="files", post_id=post_id("1"), reason="x", observed_at=NOON)]
    )
    with pytest.raises(BadInput, match="not held"):
        open_original(officer, post_id("1"), "Bea", "why not", NOON)
    assert len(audited(officer)) == 1


def test_the_reader_cannot_open_any(writer: Client, reader: Client) -> None:
    Archive(writer).take([make_reading("1", original=SEALED)])
    with pytest.raises(OursFailed):
        open_original(reader, post_id("1"), "Bea", "x")


def test_no_other_module_selects_from_originals() -> None:
    folder = Path(store.__file__).parent
    selecting = re.compile(r"native_id, link")  # others may look whether a row is there, never into it
    assert [p.name for p in folder.glob("*.py") if selecting.search(p.read_text(encoding="utf-8"))] == ["originals.py"]


def test_decisions_are_added_beside_what_the_reader_said(officer: Client) -> None:
    correct_label(officer, "Bea", post_id("1"), "topic", "parking", NOON)
    correct_label(officer, "Bea", post_id("1"), "topic", "it's; \\ 'bins'", NOON)
    audit(officer, "Bea", "corrected", post_id("1"), NOON)
    rows = officer.query("SELECT value FROM decisions").result_rows
    assert {row[0] for row in rows} == {"parking", "it's; \\ 'bins'"}
