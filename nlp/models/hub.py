"""The hub where models are published: what a name means there, how large it is, and its files. Only for the command.

Only the files of `nlp.models.shelf.PARTS` are fetched: weights as safetensors, settings and vocabularies, no code.
Knows nothing of what is done with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from nlp.models.naming import Named
from nlp.models.shelf import PARTS
from soundings.errors import BadInput, SoundingsError

PICKLED = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")


@dataclass(frozen=True)
class Found:
    """A model as it is on the hub: the commit, its files with their bytes, and the licence that its page names."""

    model: str
    commit: str
    files: dict[str, int]
    licence: str

    @property
    def bytes(self) -> int:
        """What is to be fetched."""
        return sum(self.files.values())


def look(entry: Named) -> Found:
    """What a name means now. Raises BadInput for what cannot be used, SoundingsError when the hub does not answer."""
    from huggingface_hub import HfApi

    with _in_plain_words(entry.model):
        info = HfApi().model_info(entry.model, revision=entry.revision, files_metadata=True)
    sizes = {one.rfilename: one.size or 0 for one in info.siblings or []}
    check_weights(entry.model, list(sizes))
    wanted = {name: size for name, size in sizes.items() if any(fnmatch(name, part) for part in PARTS)}
    if "model.safetensors" in wanted:  # beside it, the same in pieces
        wanted = {name: size for name, size in wanted.items() if "-of-" not in name and "index" not in name}
    card: Any = info.card_data
    return Found(entry.model, str(info.sha), wanted, str(card.get("license") or "") if card else "")


def check_weights(model: str, names: list[str]) -> None:
    """Raises BadInput unless there are weights that can be opened safely."""
    if any(fnmatch(name, "model*.safetensors") for name in names):
        return
    pickled = sorted(name for name in names if any(fnmatch(name, kind) for kind in PICKLED))
    if not pickled:
        raise BadInput(f"{model} has no weights: there is no model.safetensors in it.")
    raise BadInput(
        f"{model} has only weights that can run code when they are opened ({', '.join(pickled)}); Soundings takes "
        "safetensors. Its page on the hub often has a pull request that adds them: write its commit as `revision`. Or "
        "ask whoever published it."
    )


def fetch(found: Found, into: Path) -> None:
    """Get the files. What was fetched before it was cut short is not fetched again."""
    from huggingface_hub import HfApi

    with _in_plain_words(found.model):
        HfApi().snapshot_download(found.model, revision=found.commit, allow_patterns=list(found.files), local_dir=into)
    if short := [name for name, size in found.files.items() if not _has(into / name, size)]:
        raise SoundingsError(f"{found.model}: {', '.join(short)} did not come whole. Run it again.")


def _has(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


@contextmanager
def _in_plain_words(model: str) -> Iterator[None]:
    from huggingface_hub import errors

    try:
        yield
    except errors.GatedRepoError:
        raise BadInput(
            f"{model} is given only to who agrees to its terms: fetch it by hand and name the folder."
        ) from None
    except errors.RevisionNotFoundError:
        raise BadInput(f"{model} has no such commit. Look at the list of commits on its page.") from None
    except errors.RepositoryNotFoundError:
        raise BadInput(f"There is no public model {model} on the hub. Mind capitals and hyphens.") from None
    except (errors.HTTPError, OSError) as error:  # the client's own errors are OSErrors, most of them
        raise SoundingsError(
            f"The hub did not give {model} ({type(error).__name__}). Is there a way to it from here? A folder that was "
            "fetched elsewhere can be named instead."
        ) from None
