"""Makes tokenizer-vectors.json: ids that Hugging Face's `tokenizers` gives with a tokenizer.json of ours.

    npx vitest run test/unit/core/text-tokenizer.test.ts     # says so if our tokenizer.json changed
    pip install tokenizers && python test/reference/make-tokenizer-vectors.py

Reads "tokenizer" and the texts of tokenizer-vectors.json beside this file and writes ids and decoded texts back.
"""

import json
import pathlib

import tokenizers

path = pathlib.Path(__file__).with_name("tokenizer-vectors.json")
vectors = json.loads(path.read_text(encoding="utf-8"))
reference = tokenizers.Tokenizer.from_str(json.dumps(vectors["tokenizer"], ensure_ascii=False))
for case in vectors["cases"]:
    case["ids"] = reference.encode(case["text"]).ids
    case["decoded"] = reference.decode(case["ids"], skip_special_tokens=False)
vectors["madeWith"] = f"tokenizers {tokenizers.__version__}"
path.write_text(json.dumps(vectors, ensure_ascii=True, indent=1) + "\n", encoding="utf-8")
print(f"{len(vectors['cases'])} texts with {vectors['madeWith']}")
