"""The shelf: the folder `models` of the home, where each converted model stands ready in a folder of its own.

A folder is made aside and renamed when it is whole, so a worker finds all of a model or nothing. What stands here can
be made again, and is no state. Knows nothing of how a model is fetched, converted or run.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from nlp.models.naming import Named
from soundings.council import CouncilFile
from soundings.errors import SoundingsError
from soundings.files import make_private_folder, to_disk
from soundings.settings import Settings

FORM = 1
"""Grows when models are converted in another way: those of before are then made again."""
NOTE, NETWORK, TOKENIZER = "made.json", "model.onnx", "tokenizer.json"
CHUNK = 1024 * 1024


class Made(BaseModel):
    """What is known of one converted model."""

    model_config = ConfigDict(frozen=True)

    form: int = FORM
    model: str
    """Its name on the hub, or the name of its folder."""
    commit: str = ""
    """Of the hub; empty for a folder."""
    source: str
    """SHA-256 over the files that it was made of (`digest`)."""
    labels: tuple[str, ...]
    """The model's own, in the order of its answers."""
    longest: int
    """Pieces of a text, its two ends included, that it can read."""
    bits: int
    """8, or 32 where 8 bits would have answered otherwise."""
    licence: str = ""
    """As its page on the hub names it."""
    at: datetime
    files: dict[str, str]
    """SHA-256 of each file beside this note."""

    @property
    def title(self) -> str:
        """Its name with what tells this one from others of that name: `owner/model@4ba3d4463bd1`."""
        return f"{self.model}@{(self.commit or self.source)[:12]}"

    @property
    def place(self) -> str:
        """The name of its folder on the shelf."""
        commit = f"{self.commit[:12]}-" if self.commit else ""
        return f"{re.sub(r'[^A-Za-z0-9.]+', '-', self.model).strip('-.')}-{commit}{self.source[:12]}-{self.form}"


class Shelf:
    """The folder and what stands in it."""

    def __init__(self, settings: Settings) -> None:
        self.folder = settings.home / "models"

    def ready(self) -> Iterator[Made]:
        """Every model that is ready, the newest first."""
        found = [made for path in self.folder.glob(f"[!.]*/{NOTE}") if (made := _read(path))]
        yield from sorted(found, key=lambda made: made.at, reverse=True)

    def find(self, named: Named, council_file: CouncilFile) -> Made | None:
        """The converted form of a model that is named, if it is here and still what its folder holds."""
        source = ""
        if named.is_folder and (folder := named.folder(council_file)).is_dir():
            source = digest(folder)
        for made in self.ready():
            same = made.model == named.name and bool(made.commit) != named.is_folder
            if same and named.revision in (None, made.commit) and source in ("", made.source):
                return made
        return None

    def at(self, made: Made) -> Path:
        """The folder of a model that is ready."""
        return self.folder / made.place

    def place(self, made: Made, aside: Path) -> None:
        """Put a folder that is whole in its place. One that is there already is as good, and stays."""
        (aside / NOTE).write_text(made.model_dump_json(indent=1), encoding="utf-8")
        for path in aside.iterdir():
            to_disk(path)
        to_disk(aside)
        if _read(self.at(made) / NOTE):
            shutil.rmtree(aside)
            return
        shutil.rmtree(self.at(made), ignore_errors=True)
        aside.rename(self.at(made))
        to_disk(self.folder)

    def aside(self, name: str) -> Path:
        """A new folder to make something in; what a killed command left there is gone."""
        make_private_folder(self.folder)
        path = self.folder / f".{name}"
        shutil.rmtree(path, ignore_errors=True)
        return make_private_folder(path)

    def whole(self, made: Made) -> Path:
        """The folder of a model, once every file in it is the one that was made. Raises SoundingsError."""
        folder = self.at(made)
        for name, wanted in made.files.items():
            if not (folder / name).is_file() or sha256(folder / name) != wanted:
                raise SoundingsError(
                    f"{made.title}: its file {name} is damaged or missing. Remove {folder} and run "
                    "`soundings models fetch`."
                )
        return folder


def _read(path: Path) -> Made | None:
    try:
        made = Made.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None  # of another version, or somebody's own folder: as if it were not there
    return made if made.form == FORM and made.place == path.parent.name else None


def sha256(path: Path) -> str:
    """The SHA-256 of a file, hex."""
    hashed = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            hashed.update(chunk)
    return hashed.hexdigest()


PARTS = (
    "config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
    "vocab.json", "merges.txt", "vocab.txt", "bpe.codes", "sentencepiece.bpe.model", "spm.model", "spiece.model",
    "model.safetensors.index.json", "model.safetensors", "model-*-of-*.safetensors",
)  # fmt: skip
"""The files of a model that are looked at. No other is opened, and none is code."""


def parts(folder: Path) -> list[Path]:
    """Those of them that a folder has."""
    return sorted({path for part in PARTS for path in folder.glob(part) if path.is_file()})


def digest(folder: Path) -> str:
    """One SHA-256 over the names and the contents of a model's files."""
    lines = [f"{path.name} {sha256(path)}\n" for path in parts(folder)]
    return hashlib.sha256("".join(lines).encode()).hexdigest()
