"""`soundings classify` as a person uses it: every line answered, in order, whatever it holds."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.classify import BATCH, Tally, answers, classify, main
from nlp.lines import Item
from nlp.reader import Reader
from nlp.trained import TrainedReader
from tests.nlp.councils import PLAIN
from tests.nlp.fakes import FakeReader
from tests.nlp.test_lines import Pipe

plain: Reader = TrainedReader(PLAIN)


def run(data: bytes, reader: Reader = plain, parse_int: type[int] | type[str] = int) -> list[Any]:
    out = io.StringIO()
    classify(reader, io.BytesIO(data), out, lambda: None, Tally(0.0))
    return [json.loads(line, parse_int=parse_int) for line in out.getvalue().splitlines()]


def test_the_shape_of_an_answer() -> None:
    [answer] = run(b'{"id": 17, "text": "When is the bin collection next week?"}\n')
    assert list(answer) == ["id", "topics", "sentiment", "speech_acts", "places", "language", "reader"]
    assert answer["id"] == 17
    assert list(answer["topics"][0]) == ["slug", "confidence"]
    assert list(answer["sentiment"]) == ["label", "clear", "probabilities"]
    assert sorted(answer["sentiment"]["probabilities"]) == ["negative", "neutral", "positive"]
    assert answer["speech_acts"][0]["slug"] == "question"
    assert (answer["places"], answer["language"], answer["reader"]) == ([], "en", "trained 4")


def test_the_shape_of_a_rejection() -> None:
    assert run(b'{"id": "a", "text": ""}\nnope\n') == [
        {"id": "a", "rejected": "`text` is empty"},
        {"id": None, "rejected": "this is not JSON: a value was expected (a text needs double quotes), at character 1"},
    ]


def test_one_answer_for_each_line_in_order_and_none_for_blank_ones() -> None:
    data = (
        b"\n".join(b'{"id": %d, "text": "bins"}' % number if number % 7 else b"oops" for number in range(1, 600))
        + b"\n\n\n"
    )
    found = [answer["id"] for answer in run(data, FakeReader())]
    assert found == [number if number % 7 else None for number in range(1, 600)]


def test_batches_are_never_larger_than_a_batch() -> None:
    reader = FakeReader()
    run(b'{"text": "a"}\n' * (BATCH * 2 + 5), reader)
    assert max(map(len, reader.batches)) <= BATCH
    assert sum(map(len, reader.batches)) == BATCH * 2 + 5


def test_a_text_that_breaks_the_reader_costs_the_others_nothing() -> None:
    found = run(b'{"id": 1, "text": "a"}\n{"id": 2, "text": "BREAK"}\n{"id": 3, "text": "b"}\n', FakeReader())
    assert [answer.get("rejected") for answer in found] == [None, "the reader could not read it (ValueError)", None]


class Flushed(io.StringIO):
    """Remembers how many lines were out at each flush."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[int] = []

    def flush(self) -> None:
        self.lines.append(self.getvalue().count("\n"))


def test_someone_who_waits_at_a_pipe_gets_each_answer_at_once() -> None:
    out = Flushed()
    classify(FakeReader(), Pipe(b'{"text": "a"}\n', b'{"text": "b"}\n{"text": "c"}\n'), out, lambda: None, Tally(0.0))
    assert out.lines == [1, 3]


def test_the_summary() -> None:
    tally = Tally(100.0)
    for taken in [True] * 1204 + [False] * 3:
        tally.count(taken)
    assert tally.line(100.8) == "1,204 texts read, 3 rejected, 0.8 s (1,509 a second)"


@pytest.mark.parametrize(
    ("read", "expected"), [(0, "0 texts"), (1, "1 text"), (2, "2 texts"), (99, "99 texts"), (100, "100 texts")]
)
def test_the_summary_of_a_handful_has_no_rate(read: int, expected: str) -> None:
    tally = Tally(100.0, read=read)
    line = tally.line(102.0)
    assert line.startswith(f"{expected} read, 0 rejected, 2.0 s")
    assert ("a second" in line) == (read == 100)


BAD: Sequence[bytes] = [
    b'{"id": 1, "text": "tru',
    b"\xff\xfe\x00",
    b'{"id": 1, "text": "\\ud800"}',
    b'{"id": 1, "text": "a\\u0000"}',
    b"[]",
    b"{}",
    b"null",
    b'{"id": 1, "text": 5}',
    b'{"id": NaN, "text": "a"}',
    b'{"id": 1, "text": " "}',
    b'{"id": %s, "text": ""}' % (b"9" * 6000),
    b"[" * 50_000,
    b'{"id":1,"text":"' + b"b" * 300_000 + b'"}',
]
SOUND = b'{"id": 7, "text": "bins"}'
ONE_LINE = st.binary(max_size=40).filter(lambda line: b"\n" not in line)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([*BAD, SOUND]) | ONE_LINE, max_size=12))
def test_bad_lines_never_stop_it(given_lines: list[bytes]) -> None:
    found = run(b"\n".join(given_lines) + b"\n", FakeReader(), str)
    wanted = [line for line in given_lines if line.strip(b" \t\r\n\f\v\xef\xbb\xbf")]
    assert len(found) == len(wanted)
    assert [at for at, answer in enumerate(found) if answer["id"] == "7"] == [
        at for at, line in enumerate(wanted) if line == SOUND
    ]
    assert all(("rejected" in answer) != ("topics" in answer) for answer in found)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=8), st.integers(1, 5))
def test_neither_order_nor_batch_changes_an_answer(texts: list[str], size: int) -> None:
    items = [Item(str(number), text) for number, text in enumerate(texts)]
    once = list(answers(plain, items))
    again = [found for start in range(0, len(items), size) for found in answers(plain, items[start : start + size])]
    assert again == once
    assert sorted(answers(plain, items[::-1])) == sorted(once)


# --- the command


def test_a_missing_file_is_said_and_is_2(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main([str(tmp_path / "none.jsonl")]) == 2
    assert capsys.readouterr().err == f"There is no file {tmp_path}/none.jsonl.\n"


def test_a_folder_is_not_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main([str(tmp_path)]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_a_missing_council_file_is_said_and_is_2(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["--council", str(tmp_path / "none.toml")]) == 2
    assert "There is no council file" in capsys.readouterr().err


def test_a_wrong_council_file_is_2(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "council.toml").write_text("[topics.road]\nwords = ['top road']\n", encoding="utf-8")
    assert main(["--council", str(tmp_path / "council.toml")]) == 2
    assert "did you mean 'roads'?" in capsys.readouterr().err


def test_a_file_with_a_council_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": 1, "text": "gull sack on Whey Lane"}\nx\n', encoding="utf-8")
    (tmp_path / "c.toml").write_text(
        '[[area.places]]\nname = "Whey Lane"\nkind = "street"\n[topics.bins-recycling]\nwords = ["gull sack"]\n',
        encoding="utf-8",
    )
    assert main([str(tmp_path / "in.jsonl"), "--council", str(tmp_path / "c.toml")]) == 0
    shown = capsys.readouterr()
    answer = json.loads(shown.out.splitlines()[0])
    assert answer["topics"][0]["slug"] == "bins-recycling"
    assert answer["places"] == [{"id": "street:whey-lane", "name": "Whey Lane", "score": 0.95}]
    assert shown.err.startswith("1 text read, 1 rejected")


def test_the_councils_file_of_this_installation_is_used(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "council.toml").write_text('[topics.harbour]\nname = "Harbour"\nwords = ["mooring"]\n', encoding="utf-8")
    (tmp_path / "in.jsonl").write_text('{"id": 1, "text": "no mooring"}\n', encoding="utf-8")
    assert main([str(tmp_path / "in.jsonl")]) == 0
    assert json.loads(capsys.readouterr().out)["topics"][0]["slug"] == "harbour"


COMMAND = [sys.executable, "-c", "import sys; from nlp.classify import main; sys.exit(main(sys.argv[1:]))"]


def test_as_a_process_with_a_pipe_on_both_sides() -> None:
    data = b'{"id": "\xc3\xa9", "text": "Diolch \xf0\x9f\x98\x80"}\n\xff\n'
    done = subprocess.run(COMMAND, input=data, capture_output=True, check=False)
    assert done.returncode == 0
    first, second = done.stdout.splitlines()
    assert json.loads(first)["id"] == "é"
    assert "not UTF-8" in json.loads(second)["rejected"]
    assert done.stderr.startswith(b"1 text read, 1 rejected")


@pytest.mark.parametrize(("data", "code"), [(b"", 0), (b"\n", 0), (b"x\n{}\n", 1), (b'x\n{"text": "bins"}\n', 0)])
def test_nothing_but_rejected_lines_is_1(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, data: bytes, code: int
) -> None:
    (tmp_path / "in.jsonl").write_bytes(data)
    assert main([str(tmp_path / "in.jsonl")]) == code


@pytest.mark.parametrize(
    ("closed", "says"), [("<&-", "Standard input is closed"), (">&-", "Standard output is closed")]
)
def test_a_closed_stream_is_told_in_a_sentence(closed: str, says: str) -> None:
    done = subprocess.run(["sh", "-c", f'"$@" {closed}', "sh", *COMMAND], input=b"", capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith(says) and done.stderr.count(b"\n") == 1


def test_a_closed_standard_error_leaves_the_answers_alone() -> None:
    data = b'{"id": 1, "text": "bins"}\n'
    done = subprocess.run(["sh", "-c", '"$@" 2>&-', "sh", *COMMAND], input=data, capture_output=True, check=False)
    assert done.returncode == 0
    assert json.loads(done.stdout)["id"] == 1


def test_a_closed_pipe_ends_it_quietly() -> None:
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(b'{"id": 1, "text": "bins"}\n')
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == 1
        process.stdout.close()
        try:
            process.stdin.write(b'{"id": 2, "text": "bins"}\n' * 2000)
            process.stdin.close()
        except BrokenPipeError:
            pass
        assert process.stderr.read() == b""
        assert process.wait(30) == 0


def test_a_wrong_argument_is_answered_before_anything_heavy_loads() -> None:
    code = (
        "import sys; from nlp.classify import main\n"
        "assert main(['/no/such/file']) == 2\n"
        "sys.exit(bool({'spacy', 'lingua', 'vaderSentiment', 'numpy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_many_lines_are_answered_quickly() -> None:
    """A guard against a quadratic mistake, not a benchmark: the plain reader does over a thousand a second."""
    data = b"".join(
        b'{"id": %d, "text": "Bins on Whey Lane have not been emptied, when are you coming?"}\n' % n
        for n in range(2000)
    )
    started = time.perf_counter()
    assert len(run(data)) == 2000
    assert time.perf_counter() - started < 20
