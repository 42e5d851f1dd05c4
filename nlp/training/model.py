"""The shape of the model: a sentence encoder with a branch, and heads on that for feelings and speech acts.

A `transformers` model like any other: `save_pretrained` and `from_pretrained` keep weights and settings, and nothing of
it needs remote code. Knows nothing of texts: it sees numbers of word pieces.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PretrainedConfig, PreTrainedModel


class HearingConfig(PretrainedConfig):  # type: ignore[misc]
    """The encoder's own settings, for each head its labels in the order of its numbers, and where it branches.

    shared: how many of the encoder's first layers the heads read too; after them they have layers of their own.
    """

    model_type = "soundings-hearing"

    def __init__(
        self,
        encoder: Mapping[str, Any] | None = None,
        heads: Mapping[str, Sequence[str]] | None = None,
        shared: int = 3,
        dropout: float = 0.1,
        **others: Any,
    ) -> None:
        self.shared = shared
        self.encoder = dict(encoder or {})
        self.heads = {name: list(labels) for name, labels in (heads or {}).items()}
        self.dropout = dropout
        super().__init__(**others)


CPU = torch.device("cpu")
UNSEEN = -1e4
"""Added to what a piece pays to padding: nothing is left of it."""


class Head(nn.Module):  # type: ignore[misc]
    """Looks where it needs to: its own weighted mean of the word pieces, one hidden layer, one number a label."""

    def __init__(self, size: int, labels: int, dropout: float) -> None:
        super().__init__()
        self.look = nn.Linear(size, 1)
        self.hidden = nn.Linear(size, size)
        self.drop = nn.Dropout(dropout)
        self.out = nn.Linear(size, labels)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """states: (texts, pieces, size); mask: (texts, pieces), 1 for a piece. Returns (texts, labels) logits."""
        weight = self.look(states).squeeze(-1).masked_fill(mask == 0, UNSEEN).softmax(-1)
        seen = (weight.unsqueeze(1) @ states).squeeze(1)
        return self.out(self.drop(nn.functional.gelu(self.hidden(self.drop(seen)))))


class HearingModel(PreTrainedModel):  # type: ignore[misc]
    """The encoder, a branch of its upper layers, and heads on the branch.

    The encoder's mean over the word pieces is the sentence embedding, which has to stay what it was: it tells topics
    and questions apart. Feelings and acts pull it away. So from the layer `shared` on they have copies of their own.
    """

    config_class = HearingConfig
    base_model_prefix = "encoder"

    def __init__(self, config: HearingConfig) -> None:
        super().__init__(config)
        settings = dict(config.encoder)
        self.encoder = AutoModel.from_config(
            AutoConfig.for_model(**settings), add_pooling_layer=False, attn_implementation="eager"
        )
        self.branch = nn.ModuleList(copy.deepcopy(self.encoder.encoder.layer[config.shared :]))
        size = self.encoder.config.hidden_size
        self.heads = nn.ModuleDict(
            {name: Head(size, len(labels), config.dropout) for name, labels in config.heads.items()}
        )
        self.post_init()

    def forward(self, input_ids: Tensor, attention_mask: Tensor, **_: Any) -> dict[str, Tensor]:
        """Word pieces (texts, pieces) in; out: `sentence_embedding` (texts, size), length 1, and each head's logits."""
        unseen = (1.0 - attention_mask[:, None, None, :].float()) * UNSEEN
        layers = self.encoder.encoder.layer
        below = through(layers[: self.config.shared], self.encoder.embeddings(input_ids), unseen)
        states = through(layers[self.config.shared :], below, unseen)
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        mean = (states * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
        judged = through(self.branch, below, unseen)
        said = {name: head(judged, attention_mask) for name, head in self.heads.items()}
        return {"sentence_embedding": nn.functional.normalize(mean, dim=1), **said}


def through(layers: Iterable[nn.Module], states: Tensor, unseen: Tensor) -> Tensor:
    """States (texts, pieces, size) after some layers; unseen: (texts, 1, 1, pieces)."""
    for layer in layers:
        states = layer(states, unseen)
    return states


AutoConfig.register(HearingConfig.model_type, HearingConfig)
AutoModel.register(HearingConfig, HearingModel)


def upon(folder: Path, heads: Mapping[str, Sequence[str]], shared: int = 3, dropout: float = 0.1) -> HearingModel:
    """Fresh heads upon the encoder that lies in a folder, as its publishers left it."""
    encoder = AutoModel.from_pretrained(folder, add_pooling_layer=False)
    config = HearingConfig(encoder=encoder.config.to_dict(), heads=heads, shared=shared, dropout=dropout)
    model = HearingModel(config)
    model.encoder.load_state_dict(encoder.state_dict())
    model.branch.load_state_dict(encoder.encoder.layer[shared:].state_dict())
    return model


def pieces(rows: Sequence[Sequence[int]], device: torch.device = CPU) -> dict[str, Tensor]:
    """Rows of piece numbers of any lengths as what `forward` takes: padded with 0, with their mask."""
    longest = max(len(row) for row in rows)
    ids = torch.zeros(len(rows), longest, dtype=torch.long)
    mask = torch.zeros(len(rows), longest, dtype=torch.long)
    for at, row in enumerate(rows):
        ids[at, : len(row)] = torch.tensor(row)
        mask[at, : len(row)] = 1
    return {"input_ids": ids.to(device), "attention_mask": mask.to(device)}
