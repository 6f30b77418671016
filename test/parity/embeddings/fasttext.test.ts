import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { writeFastText } from '../../../src/core/embeddings/fasttext-format';
import { fastTextModelOf } from '../../../src/core/embeddings/fasttext-model';
import { SubwordLearner, type SubwordLearningOptions } from '../../../src/core/embeddings/subword-learner';
import { subwordBuckets } from '../../../src/core/embeddings/subwords';
import { prepareBackend } from '../../../src/engine/select';
import { openVectors } from '../../../src/worker/vector-file';
import { temporaryFolder } from '../../helpers/temporary';

const PYTHON = process.env.SEQUENCE_LAB_GENSIM_PYTHON;
const folder = temporaryFolder();
const UNSEEN = ['unseen', 'wörtlich', 'x'];

/** Loads our model in gensim, writes its vectors raw, and the model again as .bin. */
const SCRIPT = `
import sys, json
import numpy as np
from gensim.models.fasttext import load_facebook_model, save_facebook_model, ft_ngram_hashes
source, folder, unseen = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
model = load_facebook_model(source)
words = model.wv.index_to_key
vectors = np.stack([model.wv[word] for word in words + unseen]).astype("<f4")
vectors.tofile(folder + "/raw")
hashes = {word: [int(h) for h in ft_ngram_hashes(word, model.wv.min_n, model.wv.max_n, model.wv.bucket)] for word in words}
counts = [int(model.wv.get_vecattr(word, "count")) for word in words]
json.dump({"words": words, "hashes": hashes, "counts": counts, "output": float(model.syn1neg.sum())}, open(folder + "/facts", "w"))
save_facebook_model(model, folder + "/again.bin")
`;

test.skipIf(!PYTHON)('gensim reads our .bin with the same vectors and n-grams, and we its file', async () => {
  const backend = await prepareBackend({ choice: 'kernels', threads: 1 });
  const words = ['the', 'wörter日', 'singing', 'ringing', 'where', 'aaaaaa'];
  const counts = [60, 50, 40, 30, 20, 10];
  const options: SubwordLearningOptions = { model: 'skipgram', dimension: 9, window: 4, negative: 5, sample: 1e-3, rate: 0.3, seed: 1, minGram: 3, maxGram: 6, buckets: 2000 }; // prettier-ignore
  const learner = new SubwordLearner({ words, counts }, options, 1);
  learner.learn(
    Int32Array.from({ length: 400 }, (_, k) => (k * k + 3) % 6),
    0,
    1,
  );
  const vectors = learner.vectors(words);
  const state = new Map(learner.state().map((tensor) => [tensor.name, tensor]));
  const model = fastTextModelOf(state, { words, counts, options: { ...options, epochs: 3, minCount: 2 } });
  const file = path.join(folder, 'ours.bin');
  writeFileSync(file, Buffer.concat([...writeFastText(model)]));
  execFileSync(PYTHON!, ['-c', SCRIPT, file, folder, JSON.stringify(UNSEEN)]);
  const facts = JSON.parse(readFileSync(path.join(folder, 'facts'), 'utf8')) as {
    words: string[];
    counts: number[];
    hashes: Record<string, number[]>;
    output: number;
  };
  expect(facts.words).toEqual(words);
  for (const word of words)
    expect(subwordBuckets(word, options).sort((a, b) => a - b)).toEqual(facts.hashes[word].sort((a, b) => a - b));
  expect(facts.counts).toEqual(counts);
  expect(facts.output).toBeCloseTo(
    words.reduce((sum, _, id) => sum + model.output(id).reduce((all, value) => all + value, 0), 0),
    3,
  );
  const raw = readFileSync(path.join(folder, 'raw'));
  const theirs = new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length));
  for (const name of ['ours.bin', 'again.bin']) {
    const again = await openVectors(path.join(folder, name));
    expect(again.words).toEqual(words);
    [...words, ...UNSEEN].forEach((word, id) => {
      const ours = vectors.vectorOf(word) ?? new Float32Array(9);
      expect(again.vectorOf(word) ?? new Float32Array(9)).toEqual(ours);
      ours.forEach((value, k) => expect(Math.abs(value - theirs[id * 9 + k])).toBeLessThan(1e-6));
    });
  }
  learner.dispose();
  await backend.close();
});
