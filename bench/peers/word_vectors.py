"""The contenders gensim and the fastText library; see bench/protocol.ts for what they are asked.

    python word_vectors.py gensim|fasttext THREADS

Both learn from files, which is the quickest way that either has. gensim's vocabulary is that of the whole text and its time
that of `train` alone; the library reads the part that is measured only, and its time follows from the words a second of
learning that it prints itself, without reading and preparing.
"""

import json
import os
import re
import resource
import sys
import tempfile
import time

LIBRARY, THREADS = sys.argv[1], int(sys.argv[2])
RATE, LAST_RATE = 0.05, 0.05e-4


def with_gensim(job):
    from gensim.models import FastText, Word2Vec

    common = dict(
        vector_size=100, window=5, min_count=5, negative=5, sample=1e-4, alpha=RATE, workers=THREADS,
        sg=int(job['model'] != 'cbow'),
    )
    model = FastText(min_n=3, max_n=6, **common) if job['model'] == 'fasttext' else Word2Vec(**common)
    model.build_vocab(corpus_file=job['all'])

    def learn():
        begin = time.perf_counter()
        model.train(
            corpus_file=job['part'], total_words=job['words'], epochs=1, start_alpha=RATE, end_alpha=LAST_RATE
        )
        return time.perf_counter() - begin

    return len(model.wv), learn


def with_fasttext(job):
    import fasttext

    model = 'cbow' if job['model'] == 'cbow' else 'skipgram'
    grams = dict(minn=3, maxn=6) if job['model'] == 'fasttext' else dict(minn=0, maxn=0)

    def learn():
        with tempfile.TemporaryFile() as chatter:
            stderr = os.dup(2)
            os.dup2(chatter.fileno(), 2)
            try:
                fasttext.train_unsupervised(
                    job['part'], model=model, lr=RATE, dim=100, ws=5, epoch=1, minCount=5, neg=5, t=1e-4,
                    thread=THREADS, verbose=2, **grams,
                )
            finally:
                os.dup2(stderr, 2)
                os.close(stderr)
            chatter.seek(0)
            speeds = re.findall(rb'words/sec/thread:\s*(\d+)', chatter.read())
        return job['words'] / (int(speeds[-1]) * THREADS)

    return 0, learn


def hello():
    if LIBRARY == 'gensim':
        import gensim

        return {'version': f'gensim {gensim.__version__}'}
    import fasttext  # noqa: F401

    return {'version': 'fastText library'}


def main():
    learn = None
    for line in sys.stdin:
        request, _, rest = line.strip().partition(' ')
        try:
            if request == 'hello':
                answer = hello()
            elif request == 'learn':
                job = json.loads(rest)
                vocabulary, learn = (with_gensim if LIBRARY == 'gensim' else with_fasttext)(job)
                answer = {'vocabulary': vocabulary, 'words': job['words']}
            elif request == 'run':
                answer = [learn() * 1000 for _ in range(int(rest))]
            else:
                answer = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
            print('ok ' + json.dumps(answer), flush=True)
        except Exception as error:  # the other side decides what becomes of it
            print('error ' + (str(error).splitlines() or [type(error).__name__])[0], flush=True)


main()
