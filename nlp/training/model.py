"""The shape of the model: one sentence encoder, and heads that say how a writer feels and what they are doing.

A `transformers` model like any other: `save_pretrained` and `from_pretrained` keep weights and settings, and nothing of
it needs remote code. Knows nothing of texts: it sees numbers of word pieces.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PretrainedConfig, PreTrainedModel


class HearingConfig(PretrainedConfig):  # type: ignore[misc]
    """The encoder's own settings, and for each head its labels in the order of its numbers."""

    model_type = "soundings-hearing"

    def __init__(
        self,
        encoder: Mapping[str, Any] | None = None,
        heads: Mapping[str, Sequence[str]] | None = None,
        dropout: float = 0.1,
        **others: Any,
    ) -> None:
        self.encoder = dict(encoder or {})
        self.heads = {name: list(labels) for name, labels in (heads or {}).items()}
        self.dropout = dropout
        super().__init__(**others)


class Head(nn.Module):  # type: ignore[misc]
    """Looks where it needs to: its own weighted mean of the word pieces, one hidden layer, one number a label.

    The encoder's plain mean is the sentence embedding, which has to stay what it was (it tells topics and questions
    apart). A head that read the same mean would pull it away; one that weighs the pieces by itself need not.
    """

    def __init__(self, size: int, labels: int, dropout: float) -> None:
        super().__init__()
        self.look = nn.Linear(size, 1)
        self.hidden = nn.Linear(size, size)
        self.drop = nn.Dropout(dropout)
        self.out = nn.Linear(size, labels)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """states: (texts, pieces, size); mask: (texts, pieces), 1 for a piece. Returns (texts, labels) logits."""
        weight = self.look(states).squeeze(-1).masked_fill(mask == 0, -1e4).softmax(-1)
        seen = (weight.unsqueeze(1) @ states).squeeze(1)
        return self.out(self.drop(nn.functional.gelu(self.hidden(self.drop(seen)))))


class HearingModel(PreTrainedModel):  # type: ignore[misc]
    """The encoder with its heads."""

    config_class = HearingConfig
    base_model_prefix = "encoder"

    def __init__(self, config: HearingConfig) -> None:
        super().__init__(config)
        settings = dict(config.encoder)
        self.encoder = AutoModel.from_config(
            AutoConfig.for_model(**settings), add_pooling_layer=False, attn_implementation="eager"
        )
        size = self.encoder.config.hidden_size
        self.heads = nn.ModuleDict(
            {name: Head(size, len(labels), config.dropout) for name, labels in config.heads.items()}
        )
        self.post_init()

    def forward(self, input_ids: Tensor, attention_mask: Tensor, **_: Any) -> dict[str, Tensor]:
        """Word pieces (texts, pieces) in; out: `sentence_embedding` (texts, size), length 1, and each head's logits."""
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        mean = (states * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
        said = {name: head(states, attention_mask) for name, head in self.heads.items()}
        return {"sentence_embedding": nn.functional.normalize(mean, dim=1), **said}


AutoConfig.register(HearingConfig.model_type, HearingConfig)
AutoModel.register(HearingConfig, HearingModel)


def upon(folder: Path, heads: Mapping[str, Sequence[str]], dropout: float = 0.1) -> HearingModel:
    """Fresh heads upon the encoder that lies in a folder, as its publishers left it."""
    encoder = AutoModel.from_pretrained(folder, add_pooling_layer=False)
    config = HearingConfig(encoder=encoder.config.to_dict(), heads=heads, dropout=dropout)
    model = HearingModel(config)
    model.encoder.load_state_dict(encoder.state_dict())
    return model


def pieces(rows: Sequence[Sequence[int]]) -> dict[str, Tensor]:
    """Rows of piece numbers of any lengths as what `forward` takes: padded with 0, with their mask."""
    longest = max(len(row) for row in rows)
    ids = torch.zeros(len(rows), longest, dtype=torch.long)
    mask = torch.zeros(len(rows), longest, dtype=torch.long)
    for at, row in enumerate(rows):
        ids[at, : len(row)] = torch.tensor(row)
        mask[at, : len(row)] = 1
    return {"input_ids": ids, "attention_mask": mask}
