"""Tiny real models for the tests marked `models`: random weights of the right kind, a tokenizer trained on a few lines,
and the settings file that says what they are. Made with transformers, saved as anybody publishes a model.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

LINES = [
    "The bins were not collected again and nobody answers the phone",
    "Thank you for mending the swing in the park so quickly",
    "When does the library open on Saturdays, and is there a ramp?",
    "Mae'r biniau heb eu casglu eto, diolch am ddim byd",
    "Pothole on Castle Street, could we have it filled before winter",
    "@user http lovely shambles council road bench bus stop market town hall",
] * 3
THREE = ("negative", "neutral", "positive")
SMALL: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "initializer_range": 0.3,
}
"""With the usual small random weights every text would be answered alike."""


def make(folder: Path, kind: str = "roberta", labels: tuple[str, ...] = THREE, seed: int = 1, **changes: Any) -> Path:
    """A classifier of a kind in a folder, as `save_pretrained` leaves it, and its tokenizer."""
    import torch
    from transformers import AutoConfig, AutoModelForSequenceClassification

    folder.mkdir(parents=True, exist_ok=True)
    size = word_pieces(folder) if kind in ("bert", "distilbert") else byte_pairs(folder)
    settings = dict(SMALL)
    if kind == "distilbert":
        settings = {"dim": 32, "n_layers": 2, "n_heads": 2, "hidden_dim": 64, "initializer_range": 0.3}
    if kind in ("roberta", "xlm-roberta"):
        settings |= {"max_position_embeddings": 66, "pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2}
    torch.manual_seed(seed)
    names = dict(enumerate(labels))
    settings |= {"vocab_size": size, "num_labels": len(labels), "id2label": names, **changes}
    config = AutoConfig.for_model(kind, **settings, label2id={name: at for at, name in names.items()})
    AutoModelForSequenceClassification.from_config(config).save_pretrained(folder)
    return folder


def word_pieces(folder: Path) -> int:
    """A tokenizer of BERT's kind. Returns how many pieces it knows."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(LINES, trainers.WordPieceTrainer(vocab_size=400, special_tokens=special))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    names = {"cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]", "unk_token": "[UNK]"}
    return _save(tokenizer, folder, "BertTokenizer", names | {"mask_token": "[MASK]"})


def byte_pairs(folder: Path) -> int:
    """A tokenizer of RoBERTa's kind."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer.train_from_iterator(
        LINES,
        trainers.BpeTrainer(
            vocab_size=600, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
        ),
    )
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    names = {"bos_token": "<s>", "eos_token": "</s>", "cls_token": "<s>", "sep_token": "</s>", "pad_token": "<pad>"}
    return _save(tokenizer, folder, "RobertaTokenizer", names | {"unk_token": "<unk>", "mask_token": "<mask>"})


def _save(tokenizer: Any, folder: Path, kind: str, names: dict[str, str]) -> int:
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": kind, **names}), encoding="utf-8")
    return int(tokenizer.get_vocab_size())


def slow_only(folder: Path) -> None:
    """Leave only the files that tokenizers had before the fast ones."""
    model = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]
    (folder / "vocab.json").write_text(json.dumps(model["vocab"]), encoding="utf-8")
    pairs = [pair if isinstance(pair, str) else " ".join(pair) for pair in model["merges"]]
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(pairs) + "\n", encoding="utf-8")
    (folder / "tokenizer.json").unlink()


def sentence_pieces(folder: Path) -> None:
    """Leave only a sentencepiece model, as most of XLM-RoBERTa's family are published."""
    import sentencepiece

    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(LINES * 20), model_prefix=str(folder / "sentencepiece.bpe"), vocab_size=200,
        hard_vocab_limit=False, minloglevel=2,
    )  # fmt: skip
    (folder / "sentencepiece.bpe.vocab").unlink()
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer_config.json").write_text('{"tokenizer_class": "XLMRobertaTokenizer"}', encoding="utf-8")
