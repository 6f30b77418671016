"""Makes baseline-vectors.json: what NLTK's n-gram models and scikit-learn's classifiers say about small made-up data.

    pip install nltk scikit-learn && python test/reference/make-baseline-vectors.py

Kneser-Ney: sentences with one <s> and </s>. NLTK gives n-grams that begin with <s> no counts of their own below the
highest order and single tokens no uniform floor, so only contexts without <s> are listed, and the test takes the floor out.
Classifiers: bags of one- and two-grams of tokens, as CountVectorizer makes them.
"""

import itertools
import json
import pathlib
import random

import nltk
import sklearn
from nltk.lm import KneserNeyInterpolated, Vocabulary
from nltk.util import everygrams
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import MultinomialNB

draw = random.Random(7)


def kneser_ney(order, discount):
    words = list(range(2, 9))
    sentences = [[draw.choice(words[: 1 + draw.randrange(len(words) - 1)]) for _ in range(draw.randrange(1, 9))] for _ in range(25)]
    marked = [["0"] + [str(word) for word in sentence] + ["1"] for sentence in sentences]
    model = KneserNeyInterpolated(order, discount=discount)
    model.fit([list(everygrams(sentence, max_len=order)) for sentence in marked], Vocabulary([w for s in marked for w in s]))
    queries = []
    for length in range(order):
        for context in itertools.product([str(word) for word in words], repeat=length):
            # NLTK divides by zero for a context that was never seen.
            if length > 0 and model.counts[context].N() == 0:
                continue
            for word in [str(word) for word in words] + ["1"]:
                queries.append({"context": [int(w) for w in context], "token": int(word), "p": model.score(word, context)})
    return {"order": order, "discount": discount, "sentences": sentences, "queries": queries}


def examples(count, classes, several):
    result = []
    for _ in range(count):
        label = draw.randrange(classes)
        ids = [draw.randrange(20) if draw.random() < 0.6 else label * 4 + draw.randrange(4) for _ in range(draw.randrange(1, 15))]
        labels = sorted({label} | {k for k in range(classes) if draw.random() < 0.2}) if several else [label]
        result.append({"ids": ids, "labels": labels})
    return result


def classify(name, classes, several, make):
    train, test = examples(80, classes, several), examples(25, classes, several)
    text = lambda part: [" ".join(f"t{i}" for i in example["ids"]) for example in part]
    vectorizer = CountVectorizer(tokenizer=str.split, token_pattern=None, ngram_range=(1, 2))
    model = make()
    if several:
        targets = [[int(k in example["labels"]) for k in range(classes)] for example in train]
    else:
        targets = [example["labels"][0] for example in train]
    model.fit(vectorizer.fit_transform(text(train)), targets)
    return {
        "name": name,
        "classes": classes,
        "several": several,
        "train": train,
        "test": test,
        "probabilities": model.predict_proba(vectorizer.transform(text(test))).tolist(),
    }


def logistic():
    return LogisticRegression(C=1 / 0.5, tol=1e-10, max_iter=100_000)


vectors = {
    "madeWith": f"nltk {nltk.__version__}, scikit-learn {sklearn.__version__}",
    "kneserNey": [kneser_ney(2, 0.4), kneser_ney(3, 0.75)],
    "classifiers": [
        classify("naive Bayes", 3, False, lambda: MultinomialNB(alpha=0.5)),
        classify("naive Bayes", 3, True, lambda: OneVsRestClassifier(MultinomialNB(alpha=0.5))),
        classify("logistic regression", 2, False, logistic),
        classify("logistic regression", 4, False, logistic),
        classify("logistic regression", 3, True, lambda: OneVsRestClassifier(logistic())),
    ],
}
path = pathlib.Path(__file__).with_name("baseline-vectors.json")
path.write_text(json.dumps(vectors, separators=(",", ":")) + "\n", encoding="utf-8")
print(f"{path.name} with {vectors['madeWith']}")
