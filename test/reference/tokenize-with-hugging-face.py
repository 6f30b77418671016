"""Fills in what Hugging Face's `tokenizers` makes of texts, for comparison with ours.

    pip install tokenizers && python test/reference/tokenize-with-hugging-face.py < in.json > out.json

Reads {"cases": [{"tokenizer": <tokenizer.json>, "texts": [...]}], "training": {"text", "size", "minCount", "special"}},
and adds "ids" and "decoded" to each case, "merges" and "vocab" of a byte-level BPE to "training", and "madeWith". The
vectors in tokenizer-kinds-vectors.json were made by it from the cases in that file.
"""

import json
import sys

import tokenizers
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

job = json.load(sys.stdin)
for case in job["cases"]:
    reference = Tokenizer.from_str(json.dumps(case["tokenizer"]))
    case["ids"] = [reference.encode(text, add_special_tokens=False).ids for text in case["texts"]]
    case["decoded"] = [reference.decode(ids, skip_special_tokens=False) for ids in case["ids"]]
if "training" in job:
    training = job["training"]
    learner = Tokenizer(models.BPE())
    learner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=training["size"],
        min_frequency=training["minCount"],
        special_tokens=training["special"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    learner.train_from_iterator([training["text"]], trainer)
    model = json.loads(learner.to_str())["model"]
    training["merges"] = [pair if isinstance(pair, str) else " ".join(pair) for pair in model["merges"]]
    training["vocab"] = model["vocab"]
job["madeWith"] = f"tokenizers {tokenizers.__version__}"
json.dump(job, sys.stdout, ensure_ascii=True, indent=1)
