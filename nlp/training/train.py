"""Teaches the model: `python -m nlp.training.train --out FOLDER [--posts FILE]`, with the extra `[train]` installed.

Three things at once, of which a text takes those it has labels for: how its writer feels, what they are doing, and to
keep meaning what it meant. The last is a distillation: the sentence embedding is held near the one of the untouched
encoder, because topics and likeness of questions live on it and fine-tuning wears it away. Often the model meets the
text misspelt, and is to say the same (`misspelling.py`).

What is held back of the texts (by the text itself, so always the same) chooses the epoch. Nothing else is looked at.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional
from transformers import AutoModel

from nlp.training import base
from nlp.training.data import ACTS, HELD_BACK, HELD_BACK_POSTS, MOODS, Example, as_read, own, posts, split
from nlp.training.misspelling import misspelt
from nlp.training.model import HearingModel, pieces, upon
from nlp.training.rows import Row, rows
from nlp.training.watching import measured

HEADS = {"sentiment": MOODS, "acts": ACTS}
SORTED_WITHIN = 50
"""Batches whose texts are sorted by length together: less padding, and still in a random order."""


@dataclass(frozen=True)
class Plan:
    """How to teach."""

    epochs: int = 3
    batch: int = 64
    rate: float = 1e-4
    head_rate: float = 5e-4
    shared: int = 3
    """Layers that feelings and acts have in common with the meaning (`model.py`)."""
    own_times: int = 3
    """How often each of our own texts comes in an epoch."""
    keep: float = 16.0
    """Weight of staying near the untouched encoder's meaning."""
    acts: float = 3.0
    smooth: float = 0.05
    dropout: float = 0.1
    misspelt: float = 0.5
    """Chance that one of our own texts comes misspelt; of posts from a file, with slips of their own, half of it."""
    average: float = 0.998
    """Of the weights over the steps: what is measured and kept is this average."""
    seed: int = 1


def batches(given: Sequence[Row], size: int, chance: random.Random) -> Iterator[list[Row]]:
    """All rows once, in batches of texts of about one length, in a random order."""
    shuffled = chance.sample(list(given), len(given))
    span = size * SORTED_WITHIN
    found: list[list[Row]] = []
    for start in range(0, len(shuffled), span):
        part = sorted(shuffled[start : start + span], key=lambda row: len(row.ids))
        found += [part[at : at + size] for at in range(0, len(part), size)]
    chance.shuffle(found)
    yield from found


def written(row: Row, tokenizer: Tokenizer, plan: Plan, chance: random.Random) -> list[int]:
    """The word pieces of a text as it comes this time: as it is, or misspelt."""
    if chance.random() >= (plan.misspelt if row.example.acts is not None else plan.misspelt / 2):
        return row.ids
    ids: list[int] = tokenizer.encode(as_read(misspelt(row.example.raw, chance))).ids
    return ids


def loss(model: HearingModel, batch: Sequence[Row], seen: Sequence[Sequence[int]], plan: Plan) -> Tensor:
    """Of one batch, all three parts. seen: the word pieces of each row as it comes this time."""
    device = model.device
    with torch.autocast(device.type, torch.bfloat16):
        out = model(**pieces(seen, device))
    mood = torch.tensor([row.example.mood for row in batch], device=device)
    mood = mood * (1 - plan.smooth) + plan.smooth / len(MOODS)
    total = functional.cross_entropy(out["sentiment"].float(), mood)
    meant = torch.tensor(np.stack([row.meant for row in batch]), device=device)
    total = total + plan.keep * (1 - (out["sentence_embedding"].float() * meant).sum(1)).mean()
    told = [at for at, row in enumerate(batch) if row.example.acts is not None]
    if told:
        acts = torch.tensor([batch[at].example.acts for at in told], device=device)
        total = total + plan.acts * functional.binary_cross_entropy_with_logits(out["acts"][told].float(), acts) * (
            len(told) / len(batch)
        )
    return total


@dataclass(frozen=True)
class Held:
    """What nothing is learnt from: it chooses the epoch."""

    own: Sequence[Row]
    posts: Sequence[Row]


def teach(train: Sequence[Row], held: Held, tokenizer: Tokenizer, plan: Plan, out: Path) -> None:
    """Teach, and leave in `out` the average model of the best epoch with the record of all."""
    torch.manual_seed(plan.seed)
    model = upon(base.folder(), HEADS, plan.shared, plan.dropout)
    base.teach_emoji(model, tokenizer)
    model.encoder.get_input_embeddings().weight.requires_grad_(False)  # words that are rare here would drift
    model.to("cuda" if torch.cuda.is_available() else "cpu")
    average = copy.deepcopy(model).eval()
    given = [row for row in train for _ in range(plan.own_times if row.example.acts is not None else 1)]
    record: list[dict[str, Any]] = []
    best = -1.0
    for epoch in _epochs(model, average, given, tokenizer, plan):
        figures = {"epoch": epoch, **measured(average, held.own, held.posts)}
        record.append(figures)
        print(json.dumps(figures), flush=True)
        if figures["score"] > best:
            best = figures["score"]
            average.save_pretrained(out)
            tokenizer.save(str(out / "tokenizer.json"))
    (out / "record.json").write_text(json.dumps({"plan": asdict(plan), "epochs": record}, indent=1) + "\n")


def _epochs(
    model: HearingModel, average: HearingModel, given: Sequence[Row], tokenizer: Tokenizer, plan: Plan
) -> Iterator[int]:
    """Go through all rows once, and say which time it was, for each epoch of the plan."""
    chance = random.Random(plan.seed)  # noqa: S311
    heads = list(model.heads.parameters())
    body = [one for part in (model.encoder, model.branch) for one in part.parameters() if one.requires_grad]
    optimiser = torch.optim.AdamW(
        [{"params": body, "lr": plan.rate}, {"params": heads, "lr": plan.head_rate}], weight_decay=0.01
    )
    steps = plan.epochs * math.ceil(len(given) / plan.batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / (0.06 * steps)) * max(0.02, 1 - step / steps)
    )
    step, began = 0, time.monotonic()
    for epoch in range(plan.epochs):
        model.train()
        for batch in batches(given, plan.batch, chance):
            lost = loss(model, batch, [written(row, tokenizer, plan, chance) for row in batch], plan)
            optimiser.zero_grad()
            lost.backward()
            torch.nn.utils.clip_grad_norm_([*body, *heads], 1.0)
            optimiser.step()
            schedule.step()
            step += 1
            _average(average, model, min(plan.average, (step + 1) / (step + 10)))
            if step % 100 == 0:
                print(f"  {step}/{steps} loss {lost.item():.3f}, {time.monotonic() - began:.0f} s", flush=True)
        yield epoch + 1


def _average(average: HearingModel, model: HearingModel, share: float) -> None:
    with torch.no_grad():
        for kept, new in zip(average.parameters(), model.parameters(), strict=True):
            if new.requires_grad:
                kept.lerp_(new, 1 - share)


def loaded(folder: Path) -> tuple[HearingModel, Tokenizer]:
    """A model that `teach` left, with its word pieces."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    return AutoModel.from_pretrained(folder).eval(), tokenizer


def main() -> None:
    """Teach by the arguments of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="a folder for the model")
    parser.add_argument("--posts", type=Path, help="JSON lines with `text` and `label`: SemEval-2017 task 4A")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    for name, value in asdict(Plan()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    given = vars(parser.parse_args())
    torch.set_num_threads(given.pop("threads"))
    out, file = given.pop("out"), given.pop("posts")
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = base.tokenizer()
    train, held = split(own(), HELD_BACK)
    held_posts: list[Example] = []
    if file:
        more, held_posts = split(posts(file), HELD_BACK_POSTS)
        train += more
    print(f"{len(train)} texts to learn from, {len(held)} of our own and {len(held_posts)} posts held back", flush=True)
    kept = Held(rows(held, tokenizer), rows(held_posts, tokenizer))
    teach(rows(train, tokenizer), kept, tokenizer, Plan(**given), out)


if __name__ == "__main__":
    main()
