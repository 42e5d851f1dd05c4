"""`soundings evaluate` as a person uses it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from nlp.evaluate import BATCH, main, measure
from nlp.measuring.labels import meaning
from nlp.measuring.records import Columns, records
from tests.nlp.councils import PLAIN
from tests.nlp.fakes import FakeReader

MOODS = (
    '{"text": "Thank you so much, brilliant library staff!", "label": "positive"}\n'
    '{"text": "When is the bin collection next week?", "label": "neutral"}\n'
    '{"text": "Disgusting service, I am furious, awful council", "label": "negative"}\n'
)
COMMAND = [sys.executable, "-m", "soundings", "evaluate"]


def write(folder: Path, name: str, content: str | bytes) -> str:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def told(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert main(list(arguments)) == code
    shown = capsys.readouterr()
    return shown.err if code else shown.out


def as_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    return json.loads(told(capsys, *arguments, "--json"))


def test_as_a_process() -> None:
    done = subprocess.run(
        [*COMMAND, "-", "--task", "sentiment"], input=MOODS.encode() + b"nope\n", capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.decode().splitlines()
    assert lines[0] == "-: 3 texts, sentiment, read by the reader trained 4"
    assert lines[1] == "1 line rejected:"
    assert lines[2].startswith("  line 4: this is not JSON")
    assert lines[3].startswith("  macro recall (SemEval-2017)  1.000 [")
    assert "Coverage: what would be left if less sure answers were not shown" in lines
    assert done.stderr == b""


def test_a_csv_file_with_a_map_and_other_columns(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = write(tmp_path, "a.csv", "post,y\nPotholes on Elm Road,road_holes\nGraffiti,lights\n")
    mapped = write(
        tmp_path, "m.csv", "other_label,slug,also_accepted\nroad_holes,roads,\nlights,parks,street-cleaning\n"
    )
    found = as_json(capsys, file, "--task", "topics", "--text", "post", "--label", "y", "--map", mapped)
    assert (found["texts"], found["report"]["accuracy"]["value"]) == (2, 0.5)
    assert found["report"]["accuracy_with_also"]["value"] == 1.0


def test_yes_and_no(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = write(tmp_path, "a.csv", "text,label\nCould we have a bench half way up?,1\nLovely day,0\nNice,maybe\n")
    found = told(capsys, file, "--only", "idea")
    assert "--only idea" in found and "AUC" in found
    assert "line 4: unknown label 'maybe'" in found


def test_two_people(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    one = {"acts": ["question"], "topics": ["bins-recycling"], "sentiment": "neutral"}
    other = {**one, "acts": ["question", "complaint"], "sentiment": "negative"}
    record = {"text": "When is the bin collection next week?", "labels": [one, other]}
    file = write(tmp_path, "a.jsonl", json.dumps(record) + "\n")
    acts = as_json(capsys, file, "--task", "acts")["report"]
    assert (acts["classes"]["question"]["right"], acts["differ"]["complaint"]) == (1, 1)
    assert as_json(capsys, file, "--task", "sentiment")["report"]["differ"] == 1
    assert as_json(capsys, file, "--task", "topics")["report"]["accuracy"]["value"] == 1.0


def test_places_need_a_council_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    own = write(tmp_path, "c.toml", '[[area.places]]\nname = "Whey Lane"\nkind = "street"\n')
    file = write(tmp_path, "a.csv", "text,label\nGull sack on Whey Lane,street:whey-lane\nNothing here,\n")
    found = as_json(capsys, file, "--task", "places", "--council", own)
    assert (found["report"]["recall"]["value"], found["report"]["precision"]["value"]) == (1.0, 1.0)
    assert "names no places" in told(capsys, file, "--task", "places", code=2)


def test_the_surest_errors(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = write(tmp_path, "a.jsonl", MOODS.replace('"positive"', '"negative"'))
    found = told(capsys, file, "--task", "sentiment", "--errors", "5")
    assert found.index("Surest errors") < found.index("people: negative; reader: positive")
    assert found.rstrip().endswith("Thank you so much, brilliant library staff!")


@pytest.mark.parametrize(
    ("name", "content", "code", "says"),
    [
        ("a.jsonl", "", 2, "is empty: there is nothing to measure."),
        ("a.csv", "", 2, "is empty"),
        ("a.csv", "text,label\n", 2, "is empty: there is nothing to measure."),
        ("a.csv", "text,mood\na,b\n", 2, "has no column `label`. It has: text, mood."),
        ("a.jsonl", '{"text": "a", "mood": "b"}\n', 1, "line 1: there is no `label`; the line has `text`, `mood`"),
        ("a.jsonl", '{"text": "a", "label": "angry"}\n' * 3, 1, "line 1 and 2 more: unknown label 'angry'"),
        ("a.jsonl", b"\xff\xfe\n", 1, "not UTF-8"),
        ("a.csv", b"text,label\xff\n", 2, "is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_measured(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, content: str | bytes, code: int, says: str
) -> None:
    found = told(capsys, write(tmp_path, name, content), "--task", "sentiment", code=code)
    assert says in found
    assert "Traceback" not in found


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "Say what to measure: --task sentiment|acts|topics|places, or --only WORD."),
        (("--only", "complaints"), "Did you mean complaint?"),
        (("--only", "complaint", "--task", "topics"), "--only complaint belongs to --task acts, not topics."),
        (("--task", "topics", "--map", "/no/such/map"), "There is no file /no/such/map."),
        (("--task", "topics", "--council", "/no/such/council"), "There is no council file /no/such/council."),
    ],
)
def test_arguments_that_make_no_sense(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    assert says in told(capsys, write(tmp_path, "a.jsonl", MOODS), *arguments, code=2)


def test_a_missing_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "/no/such", "--task", "acts", code=2) == "There is no file /no/such.\n"


def test_a_text_that_breaks_the_reader_costs_the_others_nothing() -> None:
    data = io.BytesIO(b'{"text": "BREAK", "label": "neutral"}\n{"text": "b", "label": "neutral"}\n')
    found = measure(FakeReader, records(data, "x.jsonl", Columns()), meaning("sentiment", "", None, PLAIN))
    assert (found.texts, list(found.rejected.reasons)) == (1, ["the reader could not read it (ValueError)"])


def test_memory_does_not_grow_with_the_file() -> None:
    def peak(lines: int) -> int:
        row = b'{"text": "%s", "label": "neutral"}\n' % (b"bins and more bins " * 20)
        data, reader = io.BytesIO(row * lines), FakeReader()
        reader.batches = _Forgetful()
        tracemalloc.start()
        found = measure(lambda: reader, records(data, "x.jsonl", Columns()), meaning("sentiment", "", None, PLAIN))
        assert found.texts == lines
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    few = peak(BATCH * 4)
    assert peak(BATCH * 20) < few * 1.5


class _Forgetful(list[list[str]]):
    def append(self, item: list[str]) -> None:
        pass


def test_a_wrong_argument_is_answered_before_anything_heavy_loads() -> None:
    code = (
        "import sys; from nlp.evaluate import main\n"
        "assert main(['/no/such/file', '--task', 'acts']) == 2\n"
        "sys.exit(bool({'spacy', 'lingua', 'vaderSentiment', 'numpy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0
