"""Scores sentences with KenLM, for test/parity/core/kenlm.test.ts.

    pip install kenlm && python test/reference/score-kenlm.py model.arpa < input.json

Input: {"sentences": ["a b", ...], "marked": true}; "marked": whether <s> and </s> stand around each.
Prints {"order": n, "scores": [...], "tokens": [[...], ...]}: base-10 logarithms, of the sentence and of each token.
"""

import json
import sys

import kenlm

model = kenlm.Model(sys.argv[1])
request = json.load(sys.stdin)
marked = request["marked"]
scores, tokens = [], []
for sentence in request["sentences"]:
    scores.append(model.score(sentence, bos=marked, eos=marked))
    tokens.append([score for score, _, _ in model.full_scores(sentence, bos=marked, eos=marked)])
print(json.dumps({"order": model.order, "scores": scores, "tokens": tokens}))
