"""The table `[reader]`: what may be named, and what is said where it may not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nlp.language import SPOKEN
from nlp.models.naming import Named, named, problems
from soundings import council
from soundings.council import CouncilFile
from soundings.errors import BadInput
from soundings.words import Mood

NAME = "cardiffnlp/twitter-roberta-base-sentiment-latest"


def said(**entry: Any) -> str:
    return "; ".join(one.message for one in problems({"sentiment": [{"model": NAME, **entry}]}))


def test_a_name_a_commit_languages_and_labels() -> None:
    table = {
        "sentiment": [
            {"model": NAME, "revision": "4" * 40},
            {"model": "./welsh", "languages": ["cy", "pl"], "labels": {"LABEL_0": "negative", "LABEL_1": "positive"}},
        ]
    }
    assert problems(table) == []
    one, two = named(CouncilFile(Path("/srv/council/council.toml"), tables={"reader": table}))
    assert (one.name, one.languages, one.is_folder) == (NAME, ("en",), False)
    assert two.folder(CouncilFile(Path("/srv/council/council.toml"))) == Path("/srv/council/welsh")
    assert (two.name, two.labels["LABEL_0"]) == ("welsh", Mood.NEGATIVE)


@pytest.mark.parametrize("model", ["bert", "two words", "a/b/c", "", "owner/"])
def test_neither_a_name_nor_a_folder(model: str) -> None:
    assert said(model=model)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"model": "https://huggingface.co/owner/model"}, "write only what stands after the hub's address"),
        ({"model": "bert"}, "neither a name ('owner/model') nor a folder"),
        ({"revision": "main"}, "the 40 digits of a commit"),
        ({"model": "/srv/models/x", "revision": "4" * 40}, "a folder has no `revision`"),
        ({"languages": ["kw"]}, "'kw' is no language that Soundings can tell from others; there are: en (English), cy"),
        ({"languages": []}, "languages"),
        ({"labels": {"LABEL_0": "cross"}}, "should be 'negative', 'neutral' or 'positive'"),
        ({"trust_remote_code": True}, "never runs code that comes with a model"),
        ({"pickle": True}, "weights that can run code when they are opened are refused"),
        ({"modle": "x"}, "'modle' is not something that can be set here; there are: labels, languages"),
    ],
)
def test_what_is_wrong_is_said(entry: dict[str, Any], expected: str) -> None:
    assert expected in said(**entry)


def test_a_model_is_missing() -> None:
    [problem] = problems({"sentiment": [{"languages": ["cy"]}]})
    assert problem.message == "'model' is missing: add a line `model = ...`"
    assert problem.path == ("reader", "sentiment", 0, "model")


def test_two_for_one_language() -> None:
    [problem] = problems({"sentiment": [{"model": "a/b", "languages": ["cy", "en"]}, {"model": "a/c"}]})
    assert problem.message == "two models are named for 'en': leave one out"


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [("./a/mood", "/srv/mood", True), ("./mood", "./mood/", False), ("./mood", "./mood", False),
     ("./a/mood", "owner/mood", False), ("./a", "./b", False)],
)  # fmt: skip
def test_two_folders_with_one_name(one: str, other: str, alike: bool) -> None:
    """Where the folders are not at hand, one would be taken for the other."""
    found = problems({"sentiment": [{"model": one}, {"model": other, "languages": ["cy"]}]})
    said = [(problem.path, problem.message) for problem in found]
    path, message = ("reader", "sentiment", 1, "model"), f"'{one}' and '{other}' have one name, 'mood': rename one of"
    assert said == ([(path, f"{message} the folders")] if alike else [])


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ([], "must be a table"),
        ({"sentiment": {"model": "a/b"}}, "needs two brackets"),
        ({"mood": []}, "'mood' is not something"),
        ({"sentiment": ["a/b"]}, "should be a table"),
    ],
)
def test_other_shapes(table: Any, expected: str) -> None:
    assert expected in problems(table)[0].message


def test_the_council_file_says_the_line(tmp_path: Path) -> None:
    path = tmp_path / "council.toml"
    path.write_text('[[reader.sentiment]]\nmodel = "a/b"\nlanguages = ["xx"]\n', encoding="utf-8")
    with pytest.raises(BadInput, match=r"council.toml line 3: 'languages'|council.toml line 3: .*'xx' is no language"):
        council.load(path)


def test_none_is_named() -> None:
    assert named(CouncilFile(None)) == ()


def test_every_language_is_one_that_is_told_apart() -> None:
    from lingua import Language

    for code, name in SPOKEN.items():
        assert getattr(Language, name).iso_code_639_1.name.lower() == code


def test_to_look_at_a_council_file_loads_nothing_heavy() -> None:
    code = (
        "import sys; from nlp.models.naming import problems; problems({'sentiment': [{'model': 'a/b'}]})\n"
        "sys.exit(bool({'torch', 'transformers', 'onnxruntime', 'tokenizers', 'numpy', 'lingua'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_folder_of_a_person() -> None:
    assert Named(model="~/models/x").folder(CouncilFile(None)) == Path.home() / "models" / "x"
